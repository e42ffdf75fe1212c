"""deploy/compose.yaml, without an engine: every process is there, confined, with its own rights and no password."""

import copy
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from tests.architecture.manifests import ENDING, SLACK_SECONDS
from tests.architecture.sources import PROJECT, SERVICES

from local_platform.rabbitmq import LARGEST_MESSAGE

Compose = dict[str, Any]
FILE = PROJECT / "deploy" / "compose.yaml"
COMPOSE: Compose = yaml.safe_load(FILE.read_text())
COMMANDS = {
    **{name: {"": ["serve"], "-migrate": ["migrate"], "-relay": ["relay"]} for name in SERVICES},
    "reporting": {"": ["serve"], "-migrate": ["migrate"], "-relay": ["relay"], "-deliver": ["deliver"]},
    "gateway": {"": ["serve"], "-migrate": ["migrate"], "-follow": ["follow"]},
}
OURS = [f"{name}{suffix}" for name, commands in COMMANDS.items() for suffix in commands]
PLACE = re.compile(r"\$\{\w+:\?\}")


def processes_are_complete(compose: Compose) -> list[str]:
    services = compose["services"]
    return [
        f"{name}{suffix} does not run {command}"
        for name, commands in COMMANDS.items()
        for suffix, command in commands.items()
        if (services.get(name + suffix, {}).get("command"), services.get(name + suffix, {}).get("image"))
        != (command, f"technopark/{name}")
    ]


def every_image_is_built_from_the_one_dockerfile(compose: Compose) -> list[str]:
    built = [service["build"] for service in compose["services"].values() if "build" in service]
    wanted = [
        {"context": "..", "dockerfile": "deploy/service.Dockerfile", "args": {"SERVICE": name}} for name in SERVICES
    ]
    wanted.append({**wanted[0], "args": {"SERVICE": "gateway"}})
    return [f"{one['args']} is built otherwise or twice" for one in wanted if built.count(one) != 1]


def processes_are_confined(compose: Compose) -> list[str]:
    wanted = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "tmpfs": ["/tmp"]}  # noqa: S108
    return [
        f"{name} has no {key}: {value}"
        for name in OURS
        for key, value in wanted.items()
        if compose["services"][name].get(key) != value
    ]


def each_service_comes_as_itself(compose: Compose) -> list[str]:
    found = []
    for name in OURS:
        service, told = name.partition("-")[0], compose["services"][name]["environment"]
        mongo, rabbit = (urlsplit(PLACE.sub("secret", told.get(key, ""))) for key in ("MONGO_URL", "RABBITMQ_URL"))
        if (mongo.username, mongo.path) != (service, f"/{service}"):
            found.append(f"{name} comes as {mongo.username} to {mongo.path}")
        if rabbit.username != service and (name != "gateway" or "RABBITMQ_URL" in told):
            found.append(f"{name} comes as {rabbit.username} to the broker")
        if "replicaSet=" not in mongo.query:
            found.append(f"{name} would have no transactions")
    return found


def passwords_come_from_outside(compose: Compose) -> list[str]:
    return [
        f"{name} contains {key}"
        for name, service in compose["services"].items()
        for key, value in service.get("environment", {}).items()
        if ("PASSWORD" in key and not PLACE.fullmatch(value)) or re.search(r"://[^$/]*:[^$/]*@", str(value))
    ]


def doors_open_after_their_migration(compose: Compose) -> list[str]:
    return [
        f"{name}{suffix} does not wait for {name}-migrate"
        for name, commands in COMMANDS.items()
        for suffix in commands
        if suffix != "-migrate"
        and compose["services"][name + suffix]["depends_on"].get(f"{name}-migrate", {}).get("condition")
        != "service_completed_successfully"
    ]


def doors_are_watched_and_given_time_to_end(compose: Compose) -> list[str]:
    found = []
    for name in (*SERVICES, "gateway", "gateway-follow", "reporting-deliver"):
        service = compose["services"][name]
        if "/readyz" not in str(service.get("healthcheck")):
            found.append(f"{name} has no health check")
        if int(service.get("stop_grace_period", "10s").removesuffix("s")) < ENDING["worker"] + SLACK_SECONDS:
            found.append(f"{name} is killed before it may have ended")
    return found


def of(name: str, spoil: Callable[[Compose], Any]) -> Callable[[Compose], Any]:
    return lambda compose: spoil(compose["services"][name])


def the_broker_takes_no_larger_message_than_elsewhere(compose: Compose) -> list[str]:
    told, line = compose["configs"]["rabbitmq"]["content"], f"max_message_size = {LARGEST_MESSAGE}"
    return [] if line in told.splitlines() else [f"rabbitmq.conf does not say {line}"]


CONTROLS = [
    (processes_are_complete, of("transfer-relay", lambda s: s.update(command=["serve"]))),
    (processes_are_complete, lambda compose: compose["services"].pop("transfer-relay")),
    (every_image_is_built_from_the_one_dockerfile, of("reporting-migrate", lambda s: s["build"].update(context="."))),
    (processes_are_confined, of("gateway", lambda s: s.pop("read_only"))),
    (processes_are_confined, of("registry", lambda s: s.update(cap_drop=[]))),
    (each_service_comes_as_itself, of("transfer", lambda s: s.update(environment=s_environment("registry")))),
    (each_service_comes_as_itself, of("gateway", lambda s: s["environment"].pop("MONGO_URL"))),
    (passwords_come_from_outside, of("rabbitmq", lambda s: s["environment"].update(REGISTRY_PASSWORD="secret"))),
    (passwords_come_from_outside, of("registry", lambda s: s["environment"].update(MONGO_URL="mongodb://a:b@mongo/x"))),
    (doors_open_after_their_migration, of("registry", lambda s: s.update(depends_on={}))),
    (doors_open_after_their_migration, of("gateway-follow", lambda s: s.update(depends_on={}))),
    (doors_are_watched_and_given_time_to_end, of("registry", lambda s: s.pop("healthcheck"))),
    (doors_are_watched_and_given_time_to_end, of("gateway", lambda s: s.update(stop_grace_period="10s"))),
    (
        the_broker_takes_no_larger_message_than_elsewhere,
        lambda compose: compose["configs"]["rabbitmq"].update(content=""),
    ),
]
CHECKS = list(dict.fromkeys(check for check, _ in CONTROLS))


def s_environment(name: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][name]["environment"]
    return found


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_compose_file_keeps_the_rule(check: Callable[[Compose], list[str]]) -> None:
    assert not check(COMPOSE)


@pytest.mark.parametrize(("check", "spoil"), CONTROLS, ids=lambda part: getattr(part, "__name__", None))
def test_a_spoiled_compose_file_is_reported(
    check: Callable[[Compose], list[str]], spoil: Callable[[Compose], Any]
) -> None:
    spoiled = copy.deepcopy(COMPOSE)
    spoil(spoiled)
    assert check(spoiled)


def test_the_image_runs_as_nobody_and_ships_nothing_of_the_lock_as_a_whole() -> None:
    final = (PROJECT / "deploy" / "service.Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "USER 10001:10001" in final
    assert [line for line in final.splitlines() if line.startswith("COPY")] == ["COPY --from=built /app /app"]
