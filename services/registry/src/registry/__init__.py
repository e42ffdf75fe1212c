"""The registry: who is who in the technopark, and on what basis.

Rooms, each may use the ones before it: institutions, people, acts, appointments, memberships, statuses, agreements,
integrations.
Then those of the built-in issuer: attempts, accounts, tokens, sign_ins, clients, api_keys, authorizations,
refresh_tokens, grants, sign_outs. `periods`, `wording`, `digests` and `oauth` are pure and open to all of them.
"""
