"""The addresses of the event catalogue: open to everybody, made once, sent with an ETag."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache

from fastapi import APIRouter, Request, Response

from contracts.asyncapi import document
from contracts.entries import PARTNERS, Entry, entries
from contracts.promises import INBOUND_PROMISES, PUBLIC_PROMISES
from contracts.public import INTERNAL
from contracts.streams import INBOUND, PUBLIC
from gateway.events.index import index
from gateway.events.missing import missing_page
from gateway.events.of_stream import stream_page
from gateway.events.of_type import type_page
from gateway.events.wheel import NAME, wheel
from gateway.refusals import NO_ROUTE
from gateway.shown import PAGE_POLICY, shown, told

_STREAMS = {stream.folder: stream for stream in PARTNERS}
router = APIRouter(include_in_schema=False)


@router.get("/docs/events")
async def catalogue(request: Request) -> Response:
    """Show every type that partners receive or send."""
    return shown(request, _index())


@router.get("/docs/events.json")
async def catalogue_for_programs(request: Request) -> Response:
    """Return the same for programs."""
    return told(request, _as_json())


@router.get("/docs/events/{event_type}")
async def type_of_event(event_type: str, request: Request) -> Response:
    """Show a type. Raises `NO_ROUTE`; browsers get a page that says so."""
    if event_type in _entries():
        return shown(request, _type_page(event_type))
    if "text/html" not in request.headers.get("accept", ""):
        raise NO_ROUTE
    page = missing_page(event_type, INTERNAL.get(event_type))
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
    return Response(page, NO_ROUTE.status, headers, "text/html")


@router.get("/docs/events/{event_type}/schema.json")
async def schema(event_type: str, request: Request) -> Response:
    """Return the JSON Schema of a type's body. Raises `NO_ROUTE`."""
    if event_type not in _entries():
        raise NO_ROUTE
    return told(request, _schema(event_type), "application/schema+json")


@router.get("/docs/asyncapi-{stream}.json")
async def stream_for_programs(stream: str, request: Request) -> Response:
    """Return the AsyncAPI document of what partners receive or send. Raises `NO_ROUTE`."""
    if stream not in _STREAMS:
        raise NO_ROUTE
    return told(request, _document(stream))


@router.get("/docs/asyncapi-{stream}")
async def stream_of_events(stream: str, request: Request) -> Response:
    """Show what partners receive or send. Raises `NO_ROUTE`."""
    if stream not in _STREAMS:
        raise NO_ROUTE
    return shown(request, _stream_page(stream))


@router.get(f"/docs/{NAME}")
async def package(request: Request) -> Response:
    """Return the wheel that reads and checks these events in Python."""
    return told(request, _wheel(), "application/zip")


@cache
def _entries() -> Mapping[str, Entry]:
    return entries()


@cache
def _index() -> bytes:
    return index(_entries())


@cache
def _as_json() -> bytes:
    promises = {PUBLIC.folder: asdict(PUBLIC_PROMISES), INBOUND.folder: asdict(INBOUND_PROMISES)}
    return _written({"events": [entry.as_json() for entry in _entries().values()], "promises": promises})


@cache
def _type_page(event_type: str) -> bytes:
    return type_page(_entries()[event_type], _entries().keys())


@cache
def _schema(event_type: str) -> bytes:
    return _written(_entries()[event_type].schema)


@cache
def _stream_page(name: str) -> bytes:
    stream = _STREAMS[name]
    return stream_page(stream, document(stream), _entries().keys())


@cache
def _document(name: str) -> bytes:
    return _written(document(_STREAMS[name]))


@cache
def _wheel() -> bytes:
    return wheel()


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
