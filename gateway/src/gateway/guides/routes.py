"""The addresses of the guides."""

from fastapi import APIRouter, Request, Response

from gateway.guides.pages import guide
from gateway.shown import shown

router = APIRouter(include_in_schema=False)


@router.get("/docs/clients")
async def clients(request: Request) -> Response:
    """Show teams of web and mobile clients the way from signing in to live updates."""
    return shown(request, guide("clients"))


@router.get("/docs/partners")
async def partners(request: Request) -> Response:
    """Show partners the way to their first event."""
    return shown(request, guide("partners"))
