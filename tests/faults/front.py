"""The gateway as a process of its own before ailing services, with a table of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from tests.faults.ailing import Ailing

from testkit import Issuer, Process, Processes, eventually

ROWS = """
[registry]
GET    /v1/well                    read anonymous
POST   /v1/well                    write anonymous
GET    /v1/download                download anonymous
POST   /v1/upload                  huge anonymous
POST   /v1/small                   small anonymous
[expertise]
GET    /v1/ailing                  read anonymous
POST   /v1/ailing                  write anonymous
GET    /v1/hasty                   hasty anonymous
"""
_PROGRAM = """
import sys
from gateway.table import CLASSES, RouteClass, Table, read_rows
from gateway.wiring import serving, wire
classes = [
    *CLASSES,
    RouteClass(name="hasty", seconds=0.4, body_bytes=1000, retry="always"),
    RouteClass(name="small", seconds=5, body_bytes=200_000, retry="keyed"),
    RouteClass(name="huge", seconds=600, body_bytes=2 * 1024**3, retry="never"),
]
serving(wire(table=Table(read_rows(sys.argv[1], classes)))).run()
"""
_LOOPBACK = "http://127.0.0.1"


@dataclass
class Front:
    """A running gateway."""

    process: Process
    port: int
    admin: int

    async def measure(self, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples that have these labels."""
        async with aiohttp.ClientSession() as http, http.get(f"{_LOOPBACK}:{self.admin}/metrics") as answer:
            families = text_string_to_metric_families(await answer.text())
            samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(s.value for s in samples if labels.items() <= s.labels.items())

    def peak_kib(self) -> int:
        """Return the most memory the process has ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


@dataclass
class Fronts:
    """Starts gateways."""

    processes: Processes
    issuer: Issuer
    folder: Path
    free_port: Callable[[], int]

    def __post_init__(self) -> None:
        """Write what each process runs."""
        (self.folder / "small_gateway.py").write_text(_PROGRAM)

    async def start(self, services: Mapping[str, Ailing], *, port: int | None = None, **env: str) -> Front:
        """Start a gateway and wait until it is ready; nothing listens where a service is not given."""
        dead = f"{_LOOPBACK}:{self.free_port()}"
        urls = {
            f"{name.upper()}_URL": services[name].url if name in services else dead
            for name in ("registry", "expertise", "transfer", "reporting")
        }
        front, admin = port or self.free_port(), self.free_port()
        ports = {"GATEWAY_PORT": str(front), "GATEWAY_ADMIN_PORT": str(admin)}
        named = {**ports, "ENVIRONMENT": "test", "LOG_LEVEL": "WARNING", **UNLIMITED}
        given = {**named, **urls, **self.issuer.env, "PYTHONPATH": str(self.folder), **env}
        started = Front(self.processes.start("small_gateway", ROWS, env=given), front, admin)
        await eventually(lambda: _up(started), 30)
        return started


async def _up(front: Front) -> None:
    if not front.process.running:
        raise RuntimeError(front.process.log())
    try:
        async with aiohttp.ClientSession() as http, http.get(f"{_LOOPBACK}:{front.port}/readyz") as answer:
            assert answer.status == 200
    except aiohttp.ClientError as error:
        raise AssertionError from error


UNLIMITED: Mapping[str, str] = {"GATEWAY_LIMITS_FACTOR": "1000000", "GATEWAY_ADDRESS_CONNECTIONS": "2048"}
"""All clients of an experiment have one address, which may ask as often and hold as many connections as it likes."""
