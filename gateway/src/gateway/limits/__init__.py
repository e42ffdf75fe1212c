"""How much a client may ask: per address before it is known who calls, per subject or partner afterwards."""
