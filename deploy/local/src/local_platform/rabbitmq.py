"""RabbitMQ as a process of this machine: its own node, cookie, epmd and ports, all on the loopback address.

The system's own broker, if one runs, is neither used nor touched.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from local_platform import debian
from local_platform.children import Child, until_ready
from local_platform.obstacles import Obstacle
from local_platform.ports import LOOPBACK, free_port, lease

_SCRIPTS = Path("/usr/lib/rabbitmq/bin")
_NODE = "technopark@localhost"
_START_SECONDS = 120.0
_STOP_SECONDS = 60.0
_PLUGINS = "[rabbitmq_management,rabbitmq_prometheus]."

LARGEST_MESSAGE = 2 * 1024 * 1024
"""Bytes of a message; the broker closes the channel of whoever sends more. Twice what one command can bear: a consumer
holds as many messages as it prefetches, and whoever may send could fill its memory with larger ones."""

# A quorum queue tells its counts every five seconds otherwise; who looks at the broker wants them now.
_FRESH_COUNTS = "[{rabbit, [{quorum_tick_interval, 1000}]}]."


@dataclass(frozen=True)
class RabbitPorts:
    """Ports of one node."""

    amqp: int
    management: int
    prometheus: int
    distribution: int
    epmd: int

    @classmethod
    def kept(cls, file: Path) -> "RabbitPorts":
        """Keep the ports of the last start while all are free, so that addresses handed out stay valid."""
        kept = json.loads(file.read_text()) if file.exists() else {}
        if not kept or not all(lease(port) for port in kept.values()):
            kept = {name: free_port() for name in ("amqp", "management", "prometheus", "distribution", "epmd")}
            file.write_text(json.dumps(kept))
        return cls(**kept)


@dataclass(frozen=True)
class RabbitNode:
    """A folder that holds one broker: data, cookie, configuration, ports, logs."""

    folder: Path
    ports: RabbitPorts

    def environment(self) -> dict[str, str]:
        """Answer the whole environment of the broker and of its command-line tools."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +SDio 2 -kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def write(self, definitions: Mapping[str, Any]) -> None:
        """Write the configuration and what the broker imports when it boots."""
        self.folder.mkdir(parents=True, exist_ok=True)
        definitions_file = self.folder / "definitions.json"
        definitions_file.touch(mode=0o600)
        definitions_file.write_text(json.dumps(definitions, indent=2))
        (self.folder / "env.conf").touch()
        (self.folder / "enabled_plugins").write_text(_PLUGINS)
        (self.folder / "advanced.config").write_text(_FRESH_COUNTS)
        (self.folder / "rabbitmq.conf").write_text(self._configuration(definitions_file))

    def _configuration(self, definitions_file: Path) -> str:
        settings = {
            "listeners.tcp.1": f"{LOOPBACK}:{self.ports.amqp}",
            "management.tcp.ip": LOOPBACK,
            "management.tcp.port": self.ports.management,
            "prometheus.tcp.ip": LOOPBACK,
            "prometheus.tcp.port": self.ports.prometheus,
            "definitions.import_backend": "local_filesystem",
            "definitions.local.path": definitions_file,
            "max_message_size": LARGEST_MESSAGE,
            "vm_memory_high_watermark.absolute": "1GB",
            "disk_free_limit.absolute": "200MB",
            "raft.wal_max_size_bytes": 32_000_000,
            "collect_statistics_interval": 1000,
        }
        return "".join(f"{name} = {value}\n" for name, value in settings.items())


@dataclass
class RabbitServer:
    """A running broker that can be stopped and started again on the same data and ports."""

    node: RabbitNode
    admin: str
    password: str
    epmd: Child
    child: Child

    @property
    def name(self) -> str:
        """What people call it."""
        return self.child.name

    @property
    def admin_url(self) -> str:
        """AMQP URL of the administrator, without a vhost."""
        return f"amqp://{self.admin}:{self.password}@{LOOPBACK}:{self.node.ports.amqp}"

    @property
    def management_url(self) -> str:
        """Root of the management HTTP API."""
        return f"http://{LOOPBACK}:{self.node.ports.management}"

    async def stop(self) -> None:
        """Stop the broker and its epmd; the data stay."""
        await self.child.stop(_STOP_SECONDS)
        await self.epmd.stop()

    def kill(self) -> None:
        """End the broker as a power cut does (SIGKILL to all its processes)."""
        self.child.kill()
        self.epmd.kill()

    async def start_again(self) -> None:
        """Start on the same data and ports after `stop`, `kill` or a death."""
        self.kill()
        self.epmd, self.child = _spawn(self.node)
        await self._wait()

    def control(self, *words: str) -> str:
        """Run `rabbitmqctl` on this node and answer what it printed; takes a second or two.

        Raises:
            Obstacle: the command failed.
        """
        done = subprocess.run(
            [_SCRIPTS / "rabbitmqctl", "--quiet", "-n", _NODE, *words],
            env=self.node.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Obstacle(f"rabbitmqctl {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    async def _wait(self) -> None:
        headers = {"Authorization": aiohttp.encode_basic_auth(self.admin, self.password)}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=5)) as session:

            async def answers() -> bool:
                try:
                    async with session.get(
                        f"{self.management_url}/api/health/checks/port-listener/{self._amqp}"
                    ) as got:
                        return got.status == 200
                except (aiohttp.ClientError, TimeoutError):
                    return False

            await until_ready(self.child, answers, seconds=_START_SECONDS)

    @property
    def _amqp(self) -> int:
        return self.node.ports.amqp


async def start_rabbitmq(folder: Path, definitions: Mapping[str, Any], *, admin: str, password: str) -> RabbitServer:
    """Start a broker on the data of the folder, which is created when it is new.

    Args:
        folder: holds everything of this broker.
        definitions: imported at every boot; what exists already stays.
        admin: an administrator named in the definitions.
        password: the administrator's password.

    Raises:
        Obstacle: the package is missing and may not be installed, or the broker did not come up.
    """
    if not (_SCRIPTS / "rabbitmq-server").exists():
        debian.install("rabbitmq-server")
    folder.mkdir(parents=True, exist_ok=True)
    node = RabbitNode(folder, RabbitPorts.kept(folder / "ports.json"))
    node.write(definitions)
    server = RabbitServer(node, admin, password, *_spawn(node))
    try:
        await server._wait()  # noqa: SLF001 - this function is the class's constructor
    except BaseException:
        await server.stop()
        raise
    return server


def _spawn(node: RabbitNode) -> tuple[Child, Child]:
    environment = node.environment()
    epmd_program = shutil.which("epmd") or "/usr/bin/epmd"
    epmd_command = [epmd_program, "-port", str(node.ports.epmd), "-address", LOOPBACK]
    epmd = Child.start("epmd", epmd_command, env=environment, log=node.folder / "logs" / "epmd.log")
    command = [str(_SCRIPTS / "rabbitmq-server")]
    return epmd, Child.start("RabbitMQ", command, env=environment, log=node.folder / "logs" / "console.log")
