"""The gateway's own API routes: the section `[gateway]` of the table, documented like those of a service."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

from chassis import answers
from gateway.composites import routes as composites
from gateway.live import routes as live

ROUTERS: tuple[APIRouter, ...] = (live.router, composites.router)
_signed_in = Depends(HTTPBearer(auto_error=False, scheme_name="accessToken"))  # for the document: the door has looked


def install(app: FastAPI) -> None:
    """Add the routes to an application."""
    for router in ROUTERS:
        app.include_router(router, dependencies=[_signed_in])


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of the routes."""
    app = FastAPI(title="Шлюз", version="1", responses=answers.RESPONSES)
    install(app)
    return app.openapi()
