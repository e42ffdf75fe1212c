"""MongoDB as a process of this machine: a replica set of one node, with users, on the loopback address."""

import secrets
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from local_platform import debian
from local_platform.children import Child, until_ready
from local_platform.environment import MONGOD
from local_platform.obstacles import Obstacle
from local_platform.passwords import kept_passwords
from local_platform.ports import LOOPBACK, free_port, lease

REPLICA_SET = "rs0"
ADMIN = "admin"
TEST_PARAMETERS = {"enableTestCommands": "1", "notablescan": "true", "transactionLifetimeLimitSeconds": "5"}
"""For tests: faults can be injected, and a query that no index serves is refused."""
_START_SECONDS = 60.0


@dataclass
class Mongod:
    """A running mongod that can be started again on the same data and port."""

    start: Callable[[], Child]
    child: Child
    port: int
    password: str

    @property
    def admin_url(self) -> str:
        """URL of the administrator, who may create databases and users."""
        return f"mongodb://{ADMIN}:{self.password}@{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}&authSource=admin"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.child.name

    async def stop(self) -> None:
        """Stop it cleanly; the data stay."""
        await self.child.stop()

    def kill(self) -> None:
        """End it as a power cut does."""
        self.child.kill()

    async def start_again(self) -> None:
        """Start on the same data and port after `stop`, `kill` or a death; wait until it takes writes."""
        self.child = self.start()
        await _make_primary(self)


async def start_mongod(folder: Path, *, parameters: Mapping[str, str] | None = None) -> Mongod:
    """Start mongod on the data of the folder, which is created when it is new.

    Args:
        folder: holds data, key, password, port and log of this server.
        parameters: further server parameters, such as `enableTestCommands`.

    Raises:
        Obstacle: the binary cannot run here, or the server did not come up.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    _check_binary()
    _write_key(folder / "key")
    port = _kept_port(folder / "port")
    command = _command(folder, port, parameters or {})
    start = partial(Child.start, "mongod", command, env={}, log=folder / "mongod.log")
    server = Mongod(start, start(), port, kept_passwords(folder / "password.json", [ADMIN])[ADMIN])
    try:
        await _make_primary(server)
    except BaseException:
        await server.stop()
        raise
    return server


def _command(folder: Path, port: int, parameters: Mapping[str, str]) -> list[str]:
    # A process that dies inside a transaction leaves its records locked until the server gives the transaction up.
    settings = {"diagnosticDataCollectionEnabled": "false", "transactionLifetimeLimitSeconds": "10", **parameters}
    options = {
        "bind_ip": LOOPBACK,
        "port": str(port),
        "dbpath": str(folder / "data"),
        "replSet": REPLICA_SET,
        "keyFile": str(folder / "key"),
        "oplogSize": "256",
        "wiredTigerCacheSizeGB": "0.5",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    words += [word for name, value in settings.items() for word in ("--setParameter", f"{name}={value}")]
    return [str(MONGOD), *words, "--nounixsocket"]


def _check_binary() -> None:
    if not MONGOD.exists():
        raise Obstacle("Нет программы mongod: выполните make setup")
    done = subprocess.run([MONGOD, "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0 and "libcurl.so.4" in done.stderr:
        debian.install("libcurl4")
    elif done.returncode != 0:
        raise Obstacle(
            f"mongod не запускается на этой машине: {done.stderr.strip()}. Укажите свой сервер в MONGO_ADMIN_URL"
        )


def _write_key(file: Path) -> None:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(64))


def _kept_port(file: Path) -> int:
    """Keep the port of the last start while it is free: it stands in the replica set's own configuration."""
    kept = int(file.read_text()) if file.exists() else 0
    port = kept if lease(kept) else free_port()
    file.write_text(str(port))
    return port


def _direct(port: int, password: str | None = None) -> AsyncMongoClient[dict[str, Any]]:
    user: dict[str, Any] = {"username": ADMIN, "password": password} if password else {}
    return AsyncMongoClient(
        LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=1000, connectTimeoutMS=1000, **user
    )


async def _make_primary(server: Mongod) -> None:
    async with _direct(server.port) as stranger:

        async def answers() -> bool:
            try:
                await stranger.admin.command("ping")
            except PyMongoError:
                return False
            return True

        async def is_primary() -> bool:
            return bool((await stranger.admin.command("hello")).get("isWritablePrimary"))

        await until_ready(server.child, answers, seconds=_START_SECONDS)
        await _configure(stranger, server)
        await until_ready(server.child, is_primary, seconds=_START_SECONDS)
        await _ensure_admin(stranger, server)


async def _configure(stranger: AsyncMongoClient[dict[str, Any]], server: Mongod) -> None:
    """Initiate the set of a new folder; of a known one only put in the port when it has changed."""
    member = {"_id": 0, "host": f"{LOOPBACK}:{server.port}"}
    fresh = {"_id": REPLICA_SET, "members": [member], "settings": {"electionTimeoutMillis": 2000}}
    try:
        await stranger.admin.command("replSetInitiate", fresh)
    except OperationFailure:
        async with _direct(server.port, server.password) as admin:
            config = (await admin.admin.command("replSetGetConfig"))["config"]
            if config["members"][0]["host"] != member["host"]:
                config["members"][0]["host"] = member["host"]
                config["version"] += 1
                await admin.admin.command("replSetReconfig", config, force=True)


async def _ensure_admin(stranger: AsyncMongoClient[dict[str, Any]], server: Mongod) -> None:
    """Create the administrator of a new folder: until the first user exists, mongod lets the local machine do it."""
    try:
        await stranger.admin.command("createUser", ADMIN, pwd=server.password, roles=["root"])
    except OperationFailure:
        async with _direct(server.port, server.password) as admin:
            await admin.admin.command("ping")
