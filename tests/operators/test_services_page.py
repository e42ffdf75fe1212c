"""What operators are told of the four services: alerts and signs are of what a pod really shows."""

import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import REGISTRY

import chassis.telemetry  # noqa: F401 what services measure
from local_platform.definitions import SERVICES

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "deploy" / "README.md").read_text(encoding="utf-8")
ALERTS = PROJECT / "deploy" / "kubernetes" / "components" / "monitoring" / "services.yaml"
OF_SERVICES = re.compile(r"\b(?:outbox|inbox|http_request)_[a-z_]*[a-z]\b")


def rules() -> dict[str, dict[str, Any]]:
    spec = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["spec"]
    return {rule["alert"]: rule for group in spec["groups"] for rule in group["rules"]}


def shown() -> set[str]:
    """What a pod's page of metrics has; relays have no HTTP, so nothing may be counted in them alone."""
    families = {f"{one.name}{'_total' if one.type == 'counter' else ''}" for one in REGISTRY.collect()}
    return {name for name in families if OF_SERVICES.fullmatch(name)}


def test_every_sign_and_alert_of_the_services_is_measured_where_somebody_can_read_it():
    expressions = " ".join(rule["expr"] for rule in rules().values())
    assert shown() >= set(OF_SERVICES.findall(expressions + PAGE))


def test_every_alert_of_the_services_is_on_the_page_by_the_same_name():
    assert re.findall(r"^\| ([A-Z][a-z]+[A-Z]\w+) \|", PAGE, re.MULTILINE) == list(rules())


def test_each_service_is_missed_by_its_name_when_its_api_or_its_worker_is_gone():
    absent = re.compile(r'absent\(up\{\w+name="(\w+)",\w+component="(\w+)"\}(?: == 1)?\)')
    missed = {pair for rule in rules().values() for pair in absent.findall(rule["expr"])}
    assert missed == {(name, part) for name in SERVICES for part in ("api", "worker")} | {("reporting", "deliver")}
    for alert, part in (("ServiceStopped", "api"), ("WorkerStopped", "worker")):
        expression = rules()[alert]["expr"]
        assert f'component="{part}"}}) == 0' in expression, "there are pods, and none answers"
        assert "== 1" not in expression, "absent() names nobody when what it asks is more than a selector"
