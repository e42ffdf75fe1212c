"""The one door for clients.

wiring → dispatch → proxy → (hygiene, inbound, clients); table and refusals are known to all of them.
"""
