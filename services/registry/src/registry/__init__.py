"""The registry: who is who in the technopark, and on what basis.

Rooms, each may use the ones before it: institutions, people, acts, appointments, memberships, statuses, agreements,
accounts, tokens, sign_ins. `periods` and `wording` are pure and open to all of them.
"""
