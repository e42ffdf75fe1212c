"""Databases of a test's own."""

import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient

from local_platform.access import MongoAccess
from local_platform.mongod import TEST_PARAMETERS, Mongod, start_mongod


@asynccontextmanager
async def fresh_database(mongo: MongoAccess, service: str = "registry") -> AsyncIterator[str]:
    """Give the URL of an empty database with a user that has exactly the rights of the service; drop it afterwards."""
    database = f"t_{secrets.token_hex(6)}_{service}"
    yield await mongo.grant(service, database=database, password=secrets.token_hex(12))
    await mongo.revoke(database)


@asynccontextmanager
async def late_once(mongo: MongoAccess, application: str, *commands: str, seconds: float) -> AsyncIterator[None]:
    """Let the first of these commands of one application (`appName` in its URL) be carried out so much later."""
    late = {"failCommands": commands, "blockConnection": True, "blockTimeMS": int(seconds * 1000)}
    async with AsyncMongoClient[dict[str, Any]](mongo.admin_url) as client:
        told: dict[str, Any] = {"mode": {"times": 1}, "data": {**late, "appName": application}}
        await client.admin.command("configureFailPoint", "failCommand", **told)
        try:
            yield
        finally:
            await client.admin.command("configureFailPoint", "failCommand", mode="off")


class DedicatedMongo:
    """A MongoDB that belongs to one test module, to be killed, frozen and started again."""

    def __init__(self, server: Mongod) -> None:
        self._server = server

    @classmethod
    async def start(cls, folder: Path) -> "DedicatedMongo":
        """Start it with test commands (`failCommand`) enabled."""
        return cls(await start_mongod(folder, parameters=TEST_PARAMETERS))

    @property
    def access(self) -> MongoAccess:
        """Create databases and users here."""
        return MongoAccess(self._server.admin_url)

    @property
    def port(self) -> int:
        """The port it listens on, the same after every start."""
        return self._server.port

    def kill(self) -> None:
        """End it as a power cut does."""
        self._server.kill()

    def freeze(self) -> None:
        """Stop it answering without closing a connection (SIGSTOP)."""
        self._server.child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._server.child.send(signal.SIGCONT)

    async def stop(self) -> None:
        """Stop it cleanly."""
        self.thaw()
        await self._server.stop()

    async def start_again(self) -> None:
        """Start it on the same data and port."""
        await self._server.start_again()
