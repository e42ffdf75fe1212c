"""Technology transfer: what is passed on, from whom to whom, and how it took root.

Rooms, each may use those below it: contributions → quarantine → replications → clusters → bank → participations,
materials, publications, consultations → events → packages → practices → statuses, projects, integrations, institutions
(copies of others' records).
"""
