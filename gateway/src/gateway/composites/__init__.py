"""Reads made of several services' answers, for the screens that every client needs.

routes → worklist, overview, timeline, partner → waiting, telling → rows (what is taken of records) → parts (asked in
what time).
Each part is asked with the caller's own token: what they may see is decided by the service that owns it.
"""
