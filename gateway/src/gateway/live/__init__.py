"""Live updates: what changed of an institution's or a person's, told over server-sent events.

follower → audiences, journal        the worker: a fact becomes an update, in one transaction with its number
routes → stream → feed → journal     the door: an update reaches everyone it is for, from any replica, resumed by number
"""
