"""Reporting: what came of it, and by which events.

Rooms, each may use those before it: institutions, evidence, integrations, feed, templates, reports, lineage, exports,
webhooks, deliveries.
"""
