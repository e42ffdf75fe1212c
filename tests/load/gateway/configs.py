"""Configurations of the programs side by side: one processor each, connections kept, no access logs."""

import getpass
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LONG_SECONDS = 3600
"""Connections to the upstream outlive the turns in which a target is frozen."""

ITEM_BYTES, LIST_BYTES = 1500, 40_000


def body(size: int) -> bytes:
    """Return a JSON document of about this many bytes, made of records like those of the registry."""
    record = {
        "id": "01932b7e-0000-7000-8000-000000000001",
        "name": "Комплексный центр социального обслуживания населения",
        "municipality": "Вологда",
        "statuses": ["support-centre", "innovation-platform"],
        "version": 7,
    }
    items: list[dict[str, Any]] = []
    while len(_encoded(items)) < size:
        items.append(record)
    return _encoded(items)


def _encoded(items: list[dict[str, Any]]) -> bytes:
    return json.dumps({"items": items}, ensure_ascii=False).encode()


def _nginx(folder: Path, http: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"  {kind}_temp_path {folder}/{kind};" for kind in kinds)
    return f"""
daemon off;
user {getpass.getuser()};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
{temporary}
  access_log off;
  keepalive_timeout {_LONG_SECONDS}s;
  keepalive_requests 1000000000;
{http}
}}
"""


def upstream(folder: Path, port: int) -> str:
    """Return the configuration of the static server; its two bodies are written into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "item.json").write_bytes(body(ITEM_BYTES))
    (folder / "list.json").write_bytes(body(LIST_BYTES))
    return _nginx(
        folder,
        f"""
  types {{ application/json json; }}
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10 inactive={_LONG_SECONDS}s;
  open_file_cache_valid {_LONG_SECONDS}s;
  map $arg_limit $body {{ default item.json; 50 list.json; }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{ root {folder}; try_files /$body =404; }}
  }}""",
    )


def nginx_proxy(folder: Path, port: int, upstream_port: int) -> str:
    """Return a plain proxy; its buffers hold the longest body, so that none goes to a file."""
    return _nginx(
        folder,
        f"""
  upstream service {{ server 127.0.0.1:{upstream_port}; keepalive 64; keepalive_requests 1000000000;
    keepalive_timeout {_LONG_SECONDS}s; }}
  proxy_buffers 16 16k;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}""",
    )


def envoy(port: int, upstream_port: int, jwt: Mapping[str, str] | None = None) -> str:
    """Return Envoy's configuration; `jwt` (issuer, audience, keys) adds jwt_authn with its cache of verified tokens."""
    router = {"name": "router", "typed_config": _typed("http.router.v3.Router")}
    manager = {
        **_typed("network.http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": "door",
        "http_filters": [*([_jwt_authn(jwt)] if jwt else []), router],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "service"}}],
                }
            ]
        },
    }
    listener = {
        "address": _address(port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    cluster = {
        "name": "service",
        "type": "STATIC",
        "load_assignment": {
            "cluster_name": "service",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(upstream_port)}}]}],
        },
    }
    return json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}}, indent=1)


def _jwt_authn(jwt: Mapping[str, str]) -> dict[str, Any]:
    provider = {
        "issuer": jwt["issuer"],
        "audiences": [jwt["audience"]],
        "local_jwks": {"inline_string": jwt["keys"]},
        "forward": True,
        "jwt_cache_config": {"jwt_cache_size": 1000},
    }
    rules = [{"match": {"prefix": "/"}, "requires": {"provider_name": "issuer"}}]
    settings = {**_typed("http.jwt_authn.v3.JwtAuthentication"), "providers": {"issuer": provider}, "rules": rules}
    return {"name": "jwt_authn", "typed_config": settings}


def _typed(name: str) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/envoy.extensions.filters.{name}"}


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def traefik(folder: Path, port: int, upstream_port: int) -> str:
    """Return Traefik's static configuration; its routes are written beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    routes = folder / "routes.yaml"
    routes.write_text(
        f"""
http:
  routers: {{all: {{rule: "PathPrefix(`/`)", service: service, entryPoints: [web]}}}}
  services: {{service: {{loadBalancer: {{servers: [{{url: "http://127.0.0.1:{upstream_port}"}}]}}}}}}
"""
    )
    return f"""
global: {{checkNewVersion: false, sendAnonymousUsage: false}}
entryPoints: {{web: {{address: "127.0.0.1:{port}"}}}}
providers: {{file: {{filename: "{routes}", watch: false}}}}
log: {{level: ERROR}}
"""
