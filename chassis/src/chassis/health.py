"""Probes and metrics of a service."""

import time

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import outbox, parked
from chassis.errors import Unavailable
from chassis.mongo import Mongo
from chassis.telemetry import OUTBOX_AGE, OUTBOX_ROWS, PARKED_ROWS

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def live() -> dict[str, str]:
    """Tell that the event loop turns."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request, response: Response) -> dict[str, str]:
    """Tell whether the database answers; the broker is told but not required: HTTP works without it."""
    connected = [consumer.connected for consumer in request.app.state.consumers]
    bus = "off" if not connected else "connected" if all(connected) else "disconnected"
    try:
        await request.app.state.mongo.ping()
    except Unavailable:
        response.status_code = 503
        return {"status": "unavailable", "store": "unavailable", "bus": bus}
    return {"status": "ok", "store": "ok", "bus": bus}


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the metrics in the Prometheus text format."""
    for measured in (measure, *request.app.state.measures):
        await measured(request.app.state.mongo)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def measure(mongo: Mongo) -> None:
    """Read the gauges that live in the database."""
    rows, oldest = await outbox.lag(mongo.plain)
    OUTBOX_ROWS.set(rows)
    OUTBOX_AGE.set(time.time() - oldest["created_at"].timestamp() if oldest else 0)
    PARKED_ROWS.set(await mongo.plain[parked.COLLECTION].count({"state": "parked"}))
