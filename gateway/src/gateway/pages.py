"""The gateway's own addresses: probes, the API document and its page."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cache
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from chassis import answers, conditional
from gateway import own
from gateway.events.routes import router as events
from gateway.guides.routes import router as guides
from gateway.openapi import problem_page, swagger
from gateway.openapi.catalogue import Catalogue
from gateway.readiness import Readiness
from gateway.refusals import NO_ROUTE
from gateway.shown import shown, told

_SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DOCS = Path(str(files("gateway"))) / "docs"
_SWAGGER = Path(str(files("fastapi_swagger"))) / "resources"
_ASSETS = {
    "swagger-ui.css": _SWAGGER / "swagger-ui.css",
    "swagger-ui-bundle.js": _SWAGGER / "swagger-ui-bundle.js",
    "favicon.png": _SWAGGER / "favicon-32x32.png",
    "start.js": _DOCS / "start.js",
    "page.css": _DOCS / "page.css",
    "find.js": _DOCS / "find.js",
}
router = APIRouter(include_in_schema=False)


@router.get("/")
@router.get("/docs/")
async def front() -> Response:
    """Lead whoever types the bare address, or a slash too many, to the documentation."""
    return RedirectResponse("/docs")


@router.get("/livez")
async def live() -> dict[str, str]:
    """Tell that the event loop turns."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request, response: Response) -> dict[str, str]:
    """Tell whether requests are wanted; services are not asked: one that is down must not take the others along."""
    readiness: Readiness = request.app.state.readiness
    status = readiness.status
    response.status_code = 200 if status == "ok" else 503
    return {"status": status}


@router.get("/openapi.json")
async def document(request: Request) -> Response:
    """Return the merged API document; 304 when the client has it. Raises `UNREACHABLE` while there is none yet."""
    catalogue: Catalogue = request.app.state.catalogue
    edition = await catalogue.current()
    response = conditional.answer(request, edition.body, edition.etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


@router.get("/docs")
async def page(request: Request) -> Response:
    """Show the API document; everything on the page comes from here."""
    return shown(request, swagger.page(), policy=_SWAGGER_POLICY)


@router.get("/docs/problems")
async def problems(request: Request) -> Response:
    """Show every code that a refusal can have."""
    return shown(request, problem_page.page())


@router.get("/docs/problems.json")
async def problems_for_programs(request: Request) -> Response:
    """Return the same for programs."""
    return told(request, problem_page.as_json())


router.include_router(events)
router.include_router(guides)


@router.get("/docs/{name:path}")
async def asset(request: Request, name: str) -> Response:
    """Return a part of the page, or 304 for a browser that has it. Raises `NO_ROUTE`."""
    if name not in _ASSETS:
        raise NO_ROUTE
    response = conditional.answer(request, *_part(name))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def _part(name: str) -> tuple[bytes, str, str]:
    content = _ASSETS[name].read_bytes()
    return content, conditional.weak_etag(content), guess_type(name)[0] or "application/octet-stream"


def application(
    catalogue: Catalogue, readiness: Readiness, up: Callable[[FastAPI], AbstractAsyncContextManager[None]]
) -> FastAPI:
    """Return the application of these addresses; `up` holds what lives as long as the process."""
    app = FastAPI(lifespan=up, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.catalogue, app.state.readiness = catalogue, readiness
    answers.install(app)
    app.include_router(router)
    own.install(app)
    return app
