"""Deliveries: what each webhook was told of, by which tries, with which answer, and the process that tells."""
