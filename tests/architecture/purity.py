"""Who may know what: the pure core, the direction between rooms, and the seams to drivers, clock and environment."""

import ast
import sys
from pathlib import Path

from tests.architecture.sources import (
    SERVICES,
    ServiceSource,
    Source,
    dotted,
    imports,
    is_within,
    production,
    services,
)

RANK = {"__main__": 0, "delivering": 1, "wiring": 1, "routers": 2, "settings": 2, "routes": 3, "reactions": 3}
RANK |= {"handlers": 4, "queries": 4, "store": 5}
RANK |= {(USE_CASE_PART := "part of the use cases"): 4, "domain": 6, (DOMAIN_PART := "part of the domain"): 6}
RANK |= {(SHARED := "shared"): 7}
FRONT = {"__main__", "delivering", "wiring", "routers", "settings"}
PURE_ROLES = {"domain", DOMAIN_PART, SHARED}

PURE_FOREIGN = {"stdnum", "pydantic"}
PURE_HOUSE = {"chassis.errors", "chassis.policy", "contracts"}
IMPURE_STANDARD = {
    "asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
PURE_OF_IMPURE = {"urllib.parse"}
"""Reads and writes text only, in a package that otherwise speaks to the network."""

DRIVERS = {"aio_pika", "aiormq", "bson", "faststream", "motor", "pymongo"}
CLOCK = {
    "date.today", "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "datetime.now", "datetime.today", "datetime.utcnow", "time.time",
}  # fmt: skip
IDS = {"uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "uuid_utils.uuid7", "uuid7"}
ENVIRONMENT = {"environ", "getenv", "os.environ", "os.getenv"}
HTTP = {"chassis.answers", "chassis.app", "chassis.door", "chassis.problem", "chassis.serving", "fastapi", "starlette"}
TRANSPORT = {"chassis.reactions", *HTTP, *DRIVERS}

AMQP_FILES = {"bus", "consumer", "process", "relay"}
"""Files of the chassis that speak to the broker; `process` only names its errors."""


def domains_are_pure(root: Path) -> list[str]:
    """Report what a domain imports beyond values: the standard library without I/O, contracts, refusals, policies."""
    return [
        source.at(node, f"a domain imports {module}")
        for source in services(root)
        if source.role == "domain"
        for node, module in _modules(source)
        if not _is_pure(source, module)
    ]


def shared_words_are_pure(root: Path) -> list[str]:
    """Report what a file that all rooms of a service share imports beyond what a domain may, and `chassis.work`."""
    return [
        source.at(node, f"a file that rooms share imports {module}")
        for source in services(root)
        if not source.room and source.role not in FRONT
        for node, module in _modules(source)
        if not (_is_pure(source, module) or module == "chassis.work")
    ]


def _modules(source: Source) -> list[tuple[ast.stmt, str]]:
    """`from chassis import outbox` counts as chassis.outbox, `from chassis.errors import X` as chassis.errors."""
    found: list[tuple[ast.stmt, str]] = []
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            plain = "." in node.module or node.module not in ("chassis", *SERVICES)
            found += [(node, node.module)] if plain else [(node, f"{node.module}.{it.name}") for it in node.names]
    return found


def _is_pure(source: ServiceSource, module: str) -> bool:
    first = module.partition(".")[0]
    if first == source.service:
        return _role(source.root, module) in PURE_ROLES or _imports_only_pure(source, module)
    if first in sys.stdlib_module_names:
        return first not in IMPURE_STANDARD or module in PURE_OF_IMPURE
    return first in PURE_FOREIGN or is_within(module, PURE_HOUSE)


def _imports_only_pure(source: ServiceSource, module: str) -> bool:
    """`from registry.people import domain` is as good as `from registry.people.domain import …`."""
    named = [name for _, name in imports(source) if name.startswith(f"{module}.") and module.count(".") == 1]
    return bool(named) and all(_role(source.root, name) in PURE_ROLES for name in named)


def rooms_hold_roles_and_parts_of_them(root: Path) -> list[str]:
    """Report a file of a room that is neither a role nor a part of the domain or of the use cases.

    What outgrows one file gives off parts, named by what they hold: `voting`, `agenda`. A part of the domain is as pure
    as the domain; any other part belongs to the use cases and knows nothing of HTTP, the bus or the drivers.
    """
    return [
        source.at(node, f"a part of a room imports {module}: that belongs to routes or reactions")
        for source in services(root)
        if source.room and source.role not in {*RANK, "__init__"}
        for node, module in _modules(source)
        if is_within(module, TRANSPORT)
    ]


def rooms_look_only_downwards(root: Path) -> list[str]:
    """Report an import from a lower role to a higher one, in the same room or across rooms of a service."""
    found = []
    for source in services(root):
        role = _role(root, source.module)
        for node, module in imports(source):
            other = _role(root, module) if module.startswith(f"{source.service}.") else ""
            if role in RANK and other in RANK and RANK[other] < RANK[role]:
                found.append(source.at(node, f"{source.role} looks up to {module}"))
    return found


def _role(root: Path, module: str) -> str:
    """Return the role of `service.room.role[.name]`, of `service.front[.name]`, else an empty text."""
    service, first, second = (*module.split("."), "", "")[:3]
    folder = Path("services") / service / "src" / service
    if second in RANK or first in RANK:
        return second if second in RANK else first
    if (root / folder / first / f"{second}.py").exists() and second:
        part = ServiceSource(root, folder / first / f"{second}.py", service, first)
        return DOMAIN_PART if all(_is_pure(part, name) for _, name in _modules(part)) else USE_CASE_PART
    return SHARED if (root / folder / f"{first}.py").exists() else ""


def now_ids_and_environment_come_from_the_edge(root: Path) -> list[str]:
    """Report a service that reads the clock, makes ids or reads the environment below its wiring."""
    return [
        source.at(node, f"{name} below the edge: take it from `work` or from the settings")
        for source in services(root)
        if source.role not in FRONT
        for node, name in _uses(source, CLOCK | IDS | ENVIRONMENT)
    ]


def only_settings_read_the_environment(root: Path) -> list[str]:
    """Report a production file other than the settings that reads environment variables."""
    return [
        source.at(node, f"{name} outside settings.py")
        for source in production(root)
        if source.role != "settings"
        for node, name in _uses(source, ENVIRONMENT)
    ]


def _uses(source: Source, forbidden: set[str]) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in forbidden:
            found.append((node, dotted(node)))
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(node, name) for name in names if name in forbidden]
    return found


def drivers_stay_behind_their_seams(root: Path) -> list[str]:
    """Report Motor outside `chassis.mongo`, PyMongo outside the chassis, AMQP outside the files that speak it."""
    found = []
    for source in production(root):
        in_chassis = source.path.parts[0] == "chassis"
        allowed = {
            "motor": in_chassis and source.role == "mongo",
            "pymongo": in_chassis,
            "bson": in_chassis,
            "aio_pika": in_chassis and source.role in AMQP_FILES,
            "aiormq": False,
            "faststream": in_chassis and source.role == "consumer",
        }
        for node, module in _modules(source):
            if not allowed.get(module.partition(".")[0], True):
                found.append(source.at(node, f"imports {module}"))
    return found


def production_knows_no_test_tool(root: Path) -> list[str]:
    """Report a production file that imports the test kit, the local starter or a test library."""
    tools = ("testkit", "local_platform", "pytest", "hypothesis", "testcontainers", "schemathesis", "unittest", "tests")
    return [
        source.at(node, f"imports {module}")
        for source in production(root)
        for node, module in _modules(source)
        if is_within(module, tools)
    ]


def chassis_and_contracts_know_no_service(root: Path) -> list[str]:
    """Report the house's foundation looking at what stands on it."""
    found = []
    for source in production(root):
        below = source.path.parts[0]
        above = {"contracts": (*SERVICES, "gateway", "chassis"), "chassis": (*SERVICES, "gateway")}.get(below, ())
        # `contracts.registry` is the registry's language, not the registry.
        found += [source.at(node, f"imports {name}") for node, name in _modules(source) if is_within(name, above)]
    return found


def services_know_no_sibling(root: Path) -> list[str]:
    """Report a service that imports another one or the gateway."""
    return [
        source.at(node, f"imports {module}")
        for source in services(root)
        for node, module in _modules(source)
        if is_within(module, {*SERVICES, "gateway"} - {source.service})
    ]
