"""MongoDB and RabbitMQ in containers, where a Docker engine answers."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from typing import cast

import aiohttp
import docker
from docker.errors import DockerException
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from testcontainers.core.container import DockerContainer

from local_platform.access import RabbitAccess
from local_platform.mongod import REPLICA_SET, TEST_PARAMETERS
from local_platform.obstacles import Obstacle
from local_platform.ports import LOOPBACK, free_port
from local_platform.servers import GivenServers
from testkit.waiting import eventually

MONGO_IMAGE = "mongo:6.0"
RABBITMQ_IMAGE = "rabbitmq:3.13-management"
_DOCKER_HOST = "unix:///var/run/docker.sock"
_ADMIN = "admin"
_START_SECONDS = 90.0


def docker_answers() -> bool:
    """Tell whether containers can be started from here."""
    host = os.environ.get("DOCKER_HOST") or _DOCKER_HOST
    if host.startswith("unix://") and not _listens(host.removeprefix("unix://")):
        return False
    try:
        with closing(docker.from_env(timeout=3)) as engine:
            return bool(engine.ping())
    except DockerException:
        return False


def _listens(path: str) -> bool:
    """Ask the socket first: the docker library leaves a socket behind, which is a warning, when nobody listens."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


async def in_containers(given: GivenServers, stack: AsyncExitStack) -> GivenServers:
    """Start what is not given in containers that end with the stack.

    Raises:
        Obstacle: the engine answers but a container does not start, for instance because its image cannot be had.
    """
    try:
        mongo = given.mongo_admin_url or await _mongo(stack)
        if given.rabbitmq_admin_url:
            return GivenServers(mongo, given.rabbitmq_admin_url, given.rabbitmq_management_url)
        return GivenServers(mongo, *await _rabbitmq(stack))
    except (DockerException, OSError) as failure:
        remedy = "задайте TEST_CONTAINERS=never, и тесты возьмут серверы этой машины"
        raise Obstacle(f"Docker отвечает, но контейнер не запустился ({failure}); {remedy}") from failure


async def _started(container: DockerContainer, stack: AsyncExitStack) -> None:
    await asyncio.to_thread(container.start)
    stack.push_async_callback(asyncio.to_thread, container.stop)


def _publish(container: DockerContainer, ports: Mapping[int, int]) -> None:
    """Publish ports inside → outside on the loopback address; `with_bind_ports` would open them to the network."""
    published = cast("dict[str, object]", container.ports)
    published.update({f"{inside}/tcp": (LOOPBACK, outside) for inside, outside in ports.items()})


async def _mongo(stack: AsyncExitStack) -> str:
    """Start a replica set of one node, which knows itself by the same port inside and outside."""
    port, password = free_port(), secrets.token_hex(16)
    parameters = " ".join(f"--setParameter {name}={value}" for name, value in TEST_PARAMETERS.items())
    script = (
        f"echo {secrets.token_hex(64)} > /tmp/key && chmod 400 /tmp/key && chown mongodb /tmp/key && "
        f"exec docker-entrypoint.sh mongod --bind_ip_all --port {port} --replSet {REPLICA_SET} "
        f"--keyFile /tmp/key {parameters}"
    )
    container = DockerContainer(MONGO_IMAGE, entrypoint=["bash", "-c", script])
    container.with_envs(MONGO_INITDB_ROOT_USERNAME=_ADMIN, MONGO_INITDB_ROOT_PASSWORD=password)
    _publish(container, {port: port})
    await _started(container, stack)
    address = f"mongodb://{_ADMIN}:{password}@{LOOPBACK}:{port}/?authSource=admin"
    await _initiate(address, f"{LOOPBACK}:{port}")
    return f"{address}&replicaSet={REPLICA_SET}"


async def _initiate(address: str, member: str) -> None:
    config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]}

    async def it_is_primary() -> None:
        try:
            async with AsyncMongoClient[dict[str, object]](address, directConnection=True) as client:
                hello = await client.admin.command("hello")
                if "setName" not in hello:
                    await client.admin.command("replSetInitiate", config)
                assert hello.get("isWritablePrimary"), hello
        except PyMongoError as failure:
            raise AssertionError(str(failure)) from failure

    await eventually(it_is_primary, _START_SECONDS, interval=0.2)


async def _rabbitmq(stack: AsyncExitStack) -> tuple[str, str]:
    password, amqp_port, management_port = secrets.token_hex(16), free_port(), free_port()
    container = DockerContainer(RABBITMQ_IMAGE)
    container.with_envs(RABBITMQ_DEFAULT_USER=_ADMIN, RABBITMQ_DEFAULT_PASS=password)
    _publish(container, {5672: amqp_port, 15672: management_port})
    await _started(container, stack)
    amqp = f"amqp://{_ADMIN}:{password}@{LOOPBACK}:{amqp_port}"
    management = f"http://{LOOPBACK}:{management_port}"
    access = RabbitAccess(amqp, management)

    async def it_answers() -> None:
        try:
            await access.call("GET", "health/checks/alarms")
        except (aiohttp.ClientError, OSError, Obstacle) as failure:
            raise AssertionError(str(failure)) from failure

    await eventually(it_answers, _START_SECONDS)
    return amqp, management
