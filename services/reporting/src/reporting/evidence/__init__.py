"""The chronicle: every published fact as evidence that figures can point to."""
