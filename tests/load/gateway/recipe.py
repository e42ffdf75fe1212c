"""The usual recipe of a gateway in FastAPI: a catch-all route, httpx, a streaming response. A peer of ours."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

_UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:1")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


@asynccontextmanager
async def _client(app: FastAPI) -> AsyncIterator[None]:
    async with httpx.AsyncClient(base_url=_UPSTREAM, timeout=30) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=_client, openapi_url=None)


@app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def forward(request: Request, path: str) -> StreamingResponse:
    """Pass the request on and stream the answer back."""
    client: httpx.AsyncClient = request.app.state.client
    url = httpx.URL(path="/" + path, query=request.url.query.encode())
    headers = [(name, value) for name, value in request.headers.raw if name.decode() not in {*_HOP_BY_HOP, "host"}]
    content = None if request.method == "GET" else request.stream()
    answer = await client.send(client.build_request(request.method, url, headers=headers, content=content), stream=True)
    passed = {name: value for name, value in answer.headers.items() if name not in _HOP_BY_HOP}
    return StreamingResponse(
        answer.aiter_raw(), status_code=answer.status_code, headers=passed, background=BackgroundTask(answer.aclose)
    )
