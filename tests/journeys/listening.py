"""Somebody who keeps a stream of updates open while others act."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from local_platform.sample.story import Story
from testkit import eventually


@dataclass
class Listener:
    """What a stream has told so far."""

    path: str
    position: int = -1
    """The newest number the stream has named, with or without news."""
    numbers: list[int] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """What happened, in the order told."""
        return [told["type"] for told in self.news]

    @property
    def resources(self) -> set[str]:
        """Where to read what changed."""
        return {told["resource"] for told in self.news}

    async def hears(self, kind: str, resource: str) -> None:
        """Wait until something is told of a record; the test fails when it is not."""
        await eventually(lambda: (kind, resource) in {(told["type"], told["resource"]) for told in self.news}, 30)

    async def take(self, lines: aiohttp.StreamReader) -> None:
        """Read the stream to its end, as WHATWG HTML §9.2.6 says."""
        block: dict[str, str] = {}
        async for line in lines:
            if text := line.decode().rstrip("\n"):
                name, _, value = text.partition(": ")
                block[name] = value
                continue
            self.position = int(block.get("id", self.position))
            if "data" in block:
                self.numbers.append(self.position)
                self.news.append(json.loads(block["data"]))
            block = {}


@asynccontextmanager
async def listening(story: Story, login: str, path: str, after: int | None = None) -> AsyncIterator[Listener]:
    """Open a stream as a person of the story, with a sign-in of its own; it is live when this begins."""
    visitor, listener = story.visitor(login), Listener(path)
    asked = {"login": visitor.login, "password": visitor.password}
    unending = aiohttp.ClientTimeout(total=None, sock_read=60)
    async with story.http.post(f"{story.gateway_url}/v1/sign-in", json=asked) as answer:
        token = (await answer.json())["access_token"]
    headers = {"Authorization": f"Bearer {token}"} | ({} if after is None else {"Last-Event-ID": str(after)})
    async with story.http.get(story.gateway_url + path, headers=headers, timeout=unending) as stream:
        assert stream.status == 200, await stream.text()
        reading = asyncio.create_task(listener.take(stream.content))
        try:
            await eventually(lambda: listener.position >= 0 or reading.done())
            yield listener
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError):
                await reading
