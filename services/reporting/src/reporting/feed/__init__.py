"""The feed: every public event once, redacted, in one order that never changes."""
