"""How each partner is, for operators: `python -m gateway partners`.

telling → concerns → reading. The services are asked for their metrics, nothing else: what the command says is what
Prometheus sees, no service reads another's database, and no credential is needed at an hour when the issuer of
credentials may be what is down. Who may reach the services' metrics is decided by the network.
"""
