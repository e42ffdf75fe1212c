"""What is measured: each program with its command, its address and the headers a client sends it."""

import json
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.gateway import configs
from tests.load.gateway.goals import DIRECT, ENVOY, ENVOY_JWT, NGINX, OPEN, RECIPE, TOKEN, TRAEFIK, UNCHECKED
from tests.load.gateway.tools import Tools

from local_platform.ports import LOOPBACK, free_port
from testkit.issuer import AUDIENCE, Issuer

OPEN_PATH = "/.well-known/jwks.json"
"""A row of the route table that needs no token."""
TOKEN_PATH = "/v1/institutions/01932b7e-0000-7000-8000-000000000001"
_PROJECT = Path(__file__).resolve().parents[3]
_PACKAGES = sysconfig.get_paths()["purelib"]
_SERVICES = ("REGISTRY", "EXPERTISE", "TRANSFER", "REPORTING")


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter with the packages of this one."""

    path: str = sys.executable

    def sees(self, *sources: Path) -> str:
        """Return its PYTHONPATH."""
        packages = [] if self.path == sys.executable else [_PACKAGES]
        return os.pathsep.join([*map(str, sources), *packages])


_THIS = Python()


@dataclass(frozen=True, slots=True)
class Program:
    """Something to start; several targets may ask it."""

    name: str
    command: Sequence[str]
    port: int
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """A program asked in one way."""

    name: str
    title: str
    program: Program
    path: str = OPEN_PATH
    headers: Mapping[str, str] = field(default_factory=dict)

    def url(self, query: str) -> str:
        """Return the address to ask."""
        return f"http://{LOOPBACK}:{self.program.port}{self.path}{'?' + query if query else ''}"


def sources(tree: Path = _PROJECT, *, form: Path | None = None) -> Sequence[Path]:
    """Return where a gateway finds its packages in a checkout; its own elsewhere, when it is compiled."""
    return [form or tree / "gateway" / "src", *(tree / part / "src" for part in ("chassis", "contracts"))]


def gateway(
    name: str, upstream_port: int, issuer: Issuer, *, packages: Sequence[Path] = sources(), python: Python = _THIS
) -> Program:
    """Return a gateway as it runs in production, its access log off, its limits out of reach."""
    port = free_port()
    env = {
        **{f"{service}_URL": f"http://{LOOPBACK}:{upstream_port}" for service in _SERVICES},
        **issuer.env,
        "GATEWAY_PORT": str(port),
        "GATEWAY_LIMITS_FACTOR": "1000000",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": python.sees(*packages),
    }
    return Program(name, [python.path, "-m", "gateway", "serve"], port, env)


def recipe(upstream_port: int, *, python: Python = _THIS) -> Program:
    """Return FastAPI with httpx behind the same server as ours."""
    port = free_port()
    words = ["tests.load.gateway.recipe:app", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    env = {"UPSTREAM_URL": f"http://{LOOPBACK}:{upstream_port}", "PYTHONPATH": python.sees(_PROJECT)}
    return Program(RECIPE, [python.path, "-m", "uvicorn", *words], port, env)


def ours(
    program: Program, token: str, *, names: tuple[str, str] = (OPEN, TOKEN), title: str = "наш шлюз"
) -> Iterator[Target]:
    """Yield the two ways to ask a gateway: a row that needs no token, and one with a token it has seen before."""
    yield Target(names[0], f"{title}, без токена", program)
    yield Target(names[1], f"{title}, с токеном", program, TOKEN_PATH, bearer(token))


def bearer(token: str) -> Mapping[str, str]:
    """Return the header of a signed-in client."""
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True, slots=True)
class Peers:
    """The programs that others run in front of such services."""

    tools: Tools
    folder: Path
    upstream_port: int

    def upstream(self) -> Program:
        """Return the static server that stands for a service."""
        folder = self.folder / "upstream"
        return self._nginx(DIRECT, folder, configs.upstream(folder, self.upstream_port), self.upstream_port)

    def nginx(self) -> Program:
        """Return nginx as a proxy, one worker."""
        port, folder = free_port(), self.folder / NGINX
        return self._nginx(NGINX, folder, configs.nginx_proxy(folder, port, self.upstream_port), port)

    def envoy(self, jwt: Mapping[str, str] | None = None) -> Program:
        """Return Envoy with one worker thread."""
        port, name = free_port(), ENVOY_JWT if jwt else ENVOY
        file = self._written(f"{name}.json", configs.envoy(port, self.upstream_port, jwt))
        options = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]
        return Program(name, [self.tools.envoy, "-c", str(file), *options], port)

    def traefik(self) -> Program:
        """Return Traefik on one processor."""
        port = free_port()
        file = self._written("traefik.yaml", configs.traefik(self.folder / TRAEFIK, port, self.upstream_port))
        return Program(TRAEFIK, [self.tools.traefik, f"--configFile={file}"], port, {"GOMAXPROCS": "1"})

    def _nginx(self, name: str, folder: Path, text: str, port: int) -> Program:
        file = self._written(f"{name}.conf", text)
        return Program(name, [self.tools.nginx, "-e", "stderr", "-p", str(folder), "-c", str(file)], port)

    def _written(self, name: str, text: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / name
        file.write_text(text)
        return file


def all_targets(
    peers: Peers, issuer: Issuer, *, form: Path | None, before: Path | None, python: Python
) -> tuple[Program, list[Target]]:
    """Return the upstream and everything measured, the upstream itself first.

    `form` is where the gateway was compiled, if it was; `before` is an older checkout of ours.
    """
    token = issuer.token("expert", roles=["expert"], memberships={TOKEN_PATH.rpartition("/")[2]: ["head"]})
    jwt = {"issuer": issuer.url, "audience": AUDIENCE, "keys": json.dumps(issuer.jwks)}
    upstream = peers.upstream()
    own = gateway("ours", peers.upstream_port, issuer, packages=sources(form=form), python=python)
    targets = [
        Target(DIRECT, "сервис без посредника", upstream),
        *ours(own, token),
        # the same bytes, which every program pays for: what is left of the difference is the check
        Target(UNCHECKED, "наш шлюз, токен не проверяется", own, headers=bearer(token)),
        Target(NGINX, "nginx 1.22, один процесс", peers.nginx()),
        Target(ENVOY, "Envoy 1.40", peers.envoy()),
        Target(ENVOY_JWT, "Envoy 1.40, jwt_authn с кэшем", peers.envoy(jwt), TOKEN_PATH, bearer(token)),
        Target(TRAEFIK, "Traefik 3.7", peers.traefik()),
        Target(RECIPE, "FastAPI + httpx", recipe(peers.upstream_port, python=python)),
    ]
    if before is not None:
        older = gateway("before", peers.upstream_port, issuer, packages=sources(before), python=python)
        targets += ours(older, token, names=("before-open", "before-token"), title="наш шлюз прежде")
    return upstream, targets
