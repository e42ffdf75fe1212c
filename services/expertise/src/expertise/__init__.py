"""The expert council: what is judged, by whom and with what verdict.

Rooms, each may use those before it: references, directions, calls, applications, conflicts, reviews, verdicts,
projects, councils, sessions. Entries, then awards, stand apart and use references only.
"""
