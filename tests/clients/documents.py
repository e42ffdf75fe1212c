"""The document for clients, made without any server: from the services' applications as they are in this checkout."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from joserfc.jwk import ECKey

from chassis.app import Service
from chassis.serving import build
from gateway import own
from gateway.openapi.merge import merged
from gateway.table import listed

SERVICES = ("registry", "expertise", "transfer", "reporting")
_NOWHERE = {
    "mongo_url": "mongodb://127.0.0.1:1/none",
    "rabbitmq_url": "amqp://127.0.0.1:1",
    "http_port": 1,
    "environment": "test",
    "oidc_issuer": "https://technopark.example",
}


@cache
def applications() -> Mapping[str, Service]:
    """Return the four services; they connect to nothing before they are served."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "issuer.pem"
        key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        return {name: _wired(name, {"issuer_key_file": key} if name == "registry" else {}) for name in SERVICES}


def _wired(name: str, further: Mapping[str, Any]) -> Service:
    settings = getattr(import_module(f"{name}.settings"), f"{name.capitalize()}Settings")
    service: Service = import_module(f"{name}.wiring").wire(settings(**_NOWHERE, **further))
    http = service.http()
    return replace(service, http=lambda: http)


def routers() -> Iterator[tuple[str, tuple[APIRouter, ...]]]:
    """Yield who answers and with which routes, the gateway itself last."""
    for name, service in applications().items():
        yield name, tuple(service.http().routers)
    yield "gateway", own.ROUTERS


@cache
def document() -> Mapping[str, Any]:
    """Return what clients are served at /openapi.json."""
    documents = {name: build(service).openapi() for name, service in applications().items()}
    return merged({**documents, "gateway": own.document()}, listed().routes)
