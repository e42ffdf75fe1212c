"""The expert council: what is judged, by whom and with what verdict.

Rooms, each may use those before it: references, directions, calls, applications, conflicts, reviews, verdicts,
projects, councils, sessions. Apart stand entries, then awards, which use references only.
"""
