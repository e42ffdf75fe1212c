"""The listener's side of a connection: HTTP/1.1 in, ASGI out, and a limit for everything a client may do to it.

uvicorn runs the process: loop, sockets, signals, start and end. Its own protocol costs as much as all the gateway's
features together and has no limits of this kind (docs/decisions/0019).

wire → connection → worker → cycle; `guard` says how much, `pace` how fast, `words` what is answered where no exchange
has begun.
"""
