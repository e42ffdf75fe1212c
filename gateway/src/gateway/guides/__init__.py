"""The guides of `docs/` that people outside the house need, shown at the gateway; the files here are links to them."""
