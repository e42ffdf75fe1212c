"""Webhooks: where a partner without a broker wants to be told, what of, and proven by which secrets."""
