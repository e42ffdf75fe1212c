"""What operators are told: enough of everything, and nothing of anybody's secrets."""

import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import yaml
from prometheus_client import REGISTRY

from gateway.limits.measures import Measures, Tally
from gateway.live.follower import FollowerSettings
from gateway.record import Measured
from gateway.settings import GatewaySettings
from gateway.table import listed
from testkit import eventually

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "gateway" / "README.md").read_text(encoding="utf-8")
GUIDE = (PROJECT / "docs" / "gateway-operations.md").read_text(encoding="utf-8")
ALERTS = PROJECT / "deploy" / "kubernetes" / "components" / "monitoring" / "alerts.yaml"
_OWN = re.compile(r"\b(?:gateway|oidc)_[a-z_]+")
_OF_OTHERS = {"rabbitmq_url", "http_host", "http_port"}
SECRETS = {
    "token": "eyJhbGciOiJFUzI1NiJ9.c2VjcmV0LWNsYWlt.c2lnbmF0dXJl",
    "key": "tp_0190a000-0000-7000-8000-000000000901_very-secret-part",
    "password": "spring-ice-drift-2026",
    "login": "verevokina",
    "name": "Verevokina-Natalya",
    "code": "one-time-code-77",
    "record": "0190a000-0000-7000-8000-0000000facet",
    "basic": "cG9ydGFsOnZlcnktc2VjcmV0",
}


@pytest.fixture
async def told(processes, gateway_env, free_port) -> tuple[str, str]:
    """The log at its most talkative and the metrics of a gateway that was sent secrets in every place."""
    env = {**gateway_env(), "LOG_LEVEL": "DEBUG"}
    gateway = processes.start("gateway", "serve", env=env)
    base, operators = (f"http://127.0.0.1:{env[name]}" for name in ("GATEWAY_PORT", "GATEWAY_ADMIN_PORT"))
    async with aiohttp.ClientSession() as http:

        async def up() -> None:
            try:
                async with http.get(f"{base}/readyz") as answer:
                    assert answer.status == 200, "services are down, the gateway is not"
            except aiohttp.ClientError as error:
                raise AssertionError(base) from error

        await eventually(up, 30)
        sent = 0
        for method, path, headers, body in _requests():
            async with http.request(method, base + path, headers=headers, data=body) as answer:
                await answer.read()
                sent += 1
        async with http.get(f"{operators}/metrics") as answer:
            metrics = await answer.text()
    await gateway.stop()
    log = gateway.log()
    assert log.count('"event": "request"') >= sent, log
    return log, metrics


def _requests() -> Iterator[tuple[str, str, dict[str, str], str | None]]:
    its = SECRETS
    bearer, json = {"Authorization": f"Bearer {its['token']}"}, {"Content-Type": "application/json"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield "GET", f"/v1/people/{its['record']}?q={its['name']}", bearer, None
    yield "GET", f"/v1/people?q={its['name']}", {"X-Api-Key": its["key"]}, None
    yield "GET", f"/v1/nothing/{its['record']}?code={its['code']}", {"Cookie": f"session={its['token']}"}, None
    yield "GET", f"/oauth/authorize?state={its['code']}&login_hint={its['login']}", {}, None
    yield "POST", "/v1/sign-in", json, f'{{"login": "{its["login"]}", "password": "{its["password"]}"}}'
    yield "POST", "/oauth/token", {**form, "Authorization": f"Basic {its['basic']}"}, f"code={its['code']}"
    yield "POST", "/oauth/sign-in", form, f"login={its['login']}&password={its['password']}"
    yield "GET", f"/docs/{its['record']}", {}, None
    yield "GET", f"/v1/people/%2e%2e/{its['record']}", {**bearer, "X-Api-Key": its["key"]}, None
    yield (
        "GET",
        "/v1/people",
        {"Authorization": its["basic"], "Referer": f"https://x.example/?code={its['code']}"},
        None,
    )


async def test_no_secret_and_no_name_is_written_to_the_log_or_the_metrics(told):
    log, metrics = told
    found = [
        (place, what)
        for place, text in (("log", log), ("metrics", metrics))
        for what, secret in SECRETS.items()
        if secret in text
    ]
    assert found == []
    assert '"route": "/v1/people/{person_id}"' in log


async def test_metrics_name_templates_and_services_and_nothing_else(told):
    _, metrics = told
    pages = {"unmatched", "/readyz", "/livez", "/docs", "/docs/{name}", "/openapi.json"}
    named = set(re.findall(r'route="([^"]*)"', metrics))
    assert named <= {route.path for route in listed().routes} | pages
    assert "/docs/{name}" in named, "of the pages, too, no more than the template"
    services = {"", "registry", "expertise", "transfer", "reporting", "gateway"}
    assert set(re.findall(r'upstream="([^"]*)"', metrics)) <= services
    labels = set(re.findall(r"^gateway_request_seconds_count\{(.*)\} ", metrics, re.MULTILINE))
    assert labels
    assert all(re.findall(r'(\w+)="', each) == ["method", "route", "status", "upstream"] for each in labels)


def _known() -> set[str]:
    """Return the metrics of the gateway's processes as they are shown."""
    measures = Measures([Tally("read", "address")])
    families = [*REGISTRY.collect(), *measures.collect(), *Measured().collect()]
    names = {f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in families}
    return {name for name in names if _OWN.fullmatch(name)}


def _plain(name: str) -> str:
    return re.sub(r"_(bucket|count|sum)$", "", name)


def test_every_measurement_is_explained_to_operators():
    explained = {_plain(name) for name in _OWN.findall(GUIDE)}
    assert _known() - explained == set()
    assert explained - _known() == set()


def test_every_alert_asks_for_what_is_measured_and_is_told_what_to_do_about():
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["spec"]["groups"] for rule in group["rules"]]
    asked = {_plain(name) for rule in rules for name in _OWN.findall(rule["expr"])}
    assert asked <= _known()
    routes = [
        route for rule in rules for named in re.findall(r'route=~"([^"]*)"', rule["expr"]) for route in named.split("|")
    ]
    assert routes
    assert set(routes) <= {route.path for route in listed().routes}
    rows = re.findall(r"^\| ([A-Z]\w+) \|", GUIDE, re.MULTILINE)
    assert [rule["alert"] for rule in rules] == rows


def test_breaker_bulkhead_budget_deadlines_and_limits_are_watched():
    expressions = ALERTS.read_text()
    for name in ("breaker_state", "shed_total", "retries_total", "deadline_exceeded_total", "limit_alone_total"):
        assert f"gateway_{name}" in expressions


def test_each_process_of_the_gateway_is_missed_when_it_is_gone():
    components = {"gateway", "worker"}
    assert set(re.findall(r'absent\(up\{.*component="(\w+)"\} == 1\)', ALERTS.read_text())) == components


def test_every_setting_has_a_row_in_the_readme_and_every_row_is_a_setting():
    section = README.partition("## Настройки")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}
    own = {name.upper() for name in GatewaySettings.model_fields}
    follow = {name.upper() for name in FollowerSettings.model_fields}
    assert own - named == set()
    assert named - own - follow == set()
