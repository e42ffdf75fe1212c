"""The page that shows the API document: Swagger UI in the gateway's own frame."""

from functools import cache

from gateway.html import page as framed
from gateway.html import tag


@cache
def page() -> bytes:
    """Return the page."""
    told = "Странице нужен JavaScript. Описание для программ: "
    return framed(
        "API социального технопарка",
        "/docs",
        tag("div", id="docs"),
        tag("noscript", told, tag("a", "/openapi.json", href="/openapi.json"), "."),
        styles=("swagger-ui.css",),
        scripts=("swagger-ui-bundle.js", "start.js"),
    )
