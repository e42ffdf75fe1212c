"""Give a service its own database, user and vhost on running servers, and take them away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
from pymongo import AsyncMongoClient
from pymongo.errors import DuplicateKeyError, OperationFailure

from local_platform.definitions import mongo_roles
from local_platform.obstacles import Obstacle

_USER_EXISTS = 51003


@dataclass(frozen=True)
class MongoAccess:
    """What an administrator of MongoDB does for the services."""

    admin_url: str

    async def grant(self, service: str, *, database: str, password: str) -> str:
        """Create the service's user in the database, or renew its password; answer its URL."""
        async with AsyncMongoClient[dict[str, Any]](self.admin_url) as client:
            roles = mongo_roles(service, database)
            try:
                await client[database].command("createUser", service, pwd=password, roles=roles)
            except (OperationFailure, DuplicateKeyError) as failure:
                if failure.code != _USER_EXISTS:
                    raise
                await client[database].command("updateUser", service, pwd=password, roles=roles)
        return self._url(service, database, password)

    async def revoke(self, database: str) -> None:
        """Drop the database and its users."""
        async with AsyncMongoClient[dict[str, Any]](self.admin_url) as client:
            await client[database].command("dropAllUsersFromDatabase")
            await client.drop_database(database)

    def _url(self, user: str, database: str, password: str) -> str:
        parts = urlsplit(self.admin_url)
        hosts = parts.netloc.rpartition("@")[2]
        options = [word for word in parts.query.split("&") if word and not word.startswith("authSource=")]
        query = "&".join([*options, f"authSource={database}"])
        return urlunsplit((parts.scheme, f"{user}:{quote(password, safe='')}@{hosts}", f"/{database}", query, ""))


@dataclass(frozen=True)
class RabbitAccess:
    """What an administrator of RabbitMQ does for the services, by the management HTTP API."""

    amqp_url: str
    management_url: str

    @property
    def admin(self) -> tuple[str, str]:
        """Name and password of the administrator."""
        parts = urlsplit(self.amqp_url)
        return parts.username or "", parts.password or ""

    @property
    def hosts(self) -> str:
        """Where AMQP clients find the broker: `host:port`."""
        return urlsplit(self.amqp_url).netloc.rpartition("@")[2]

    def url(self, user: str, password: str, *, vhost: str) -> str:
        """Answer the AMQP URL of a user in a vhost."""
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{self.hosts}/{quote(vhost, safe='')}"

    def management(self, user: str, password: str) -> str:
        """Answer the URL of the management API with a user in it."""
        parts = urlsplit(self.management_url)
        identity = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return urlunsplit((parts.scheme, f"{identity}@{parts.netloc}", parts.path, "", ""))

    async def load(self, definitions: Mapping[str, Any]) -> None:
        """Import definitions; the administrator gets all rights in their vhosts."""
        name, _ = self.admin
        vhosts = [quote(vhost["name"], safe="") for vhost in definitions["vhosts"]]
        for vhost in vhosts:
            await self.call("PUT", f"vhosts/{vhost}")
        await self.call("POST", "definitions", definitions)
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        for vhost in vhosts:
            await self.call("PUT", f"permissions/{vhost}/{quote(name, safe='')}", everything)

    async def remove(self, definitions: Mapping[str, Any]) -> None:
        """Delete the vhosts and users of the definitions with everything in them."""
        for vhost in definitions["vhosts"]:
            await self.call("DELETE", f"vhosts/{quote(vhost['name'], safe='')}")
        for user in definitions["users"]:
            await self.call("DELETE", f"users/{quote(user['name'], safe='')}")

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the management API and answer its JSON, None when it has none.

        Raises:
            Obstacle: the API refused.
        """
        async with (
            aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth(*self.admin)}) as session,
            session.request(method, f"{self.management_url}/api/{path}", json=body) as answer,
        ):
            if answer.status >= 400:
                raise Obstacle(f"RabbitMQ не выполнил {method} {path}: {answer.status} {await answer.text()}")
            return await answer.json() if answer.content_type == "application/json" else None
