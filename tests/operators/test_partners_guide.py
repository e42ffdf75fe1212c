"""What operators are told of partners: measures are explained, alerts are measured and said what to do about."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import REGISTRY

from gateway.partners import concerns

PROJECT = Path(__file__).parents[2]
GUIDE = (PROJECT / "docs" / "partners-operations.md").read_text(encoding="utf-8")
MONITORING = PROJECT / "deploy" / "kubernetes" / "components" / "monitoring"
MEASURED_IN = (
    "registry.integrations.observing",
    "reporting.deliveries.measures",
    "reporting.feed.watching",
    "transfer.contributions.measures",
    "transfer.quarantine.queries",
    "transfer.quarantine.store",
)
OF_PARTNERS = re.compile(r"\b(?:partner|webhook|feed|contributions|quarantine|inbound_queue)_[a-z_]*[a-z]\b")
LIMITS = {
    "PartnerQueueFull": concerns.FULL,
    "PartnerSleeps": concerns.TOO_OLD,
    "PartnerExpires": concerns.SOON,
    "WebhookFails": concerns.FAILS,
    "InboundRefused": concerns.REFUSED,
    "QuarantineOverflows": concerns.DROPPED,
    "PublicFeedLate": concerns.FEED_LATE,
}


def known() -> dict[str, str]:
    """Return the measures about partners, with what they say of themselves."""
    for module in MEASURED_IN:
        import_module(module)
    families = {f"{one.name}{'_total' if one.type == 'counter' else ''}": one for one in REGISTRY.collect()}
    return {name: one.documentation for name, one in families.items() if OF_PARTNERS.fullmatch(name)}


def rules() -> dict[str, dict[str, Any]]:
    spec = yaml.safe_load((MONITORING / "partners.yaml").read_text())["spec"]
    return {rule["alert"]: rule for group in spec["groups"] for rule in group["rules"]}


def named_in_the_command() -> Iterator[str]:
    source = Path(concerns.__file__).read_text(encoding="utf-8")
    yield from re.findall(r'Concern\("(\w+)"', source)


def test_every_measure_about_partners_is_explained_and_nothing_else_is():
    section = GUIDE.partition("## Все измерения")[2]
    explained = {name for row in section.splitlines() if row.startswith("| `") for name in OF_PARTNERS.findall(row)}
    assert explained == known().keys()
    assert all(known().values()), "a measure says of itself what it is"


def test_every_alert_asks_for_what_is_measured():
    for name, rule in rules().items():
        asked = set(OF_PARTNERS.findall(re.sub(r'"[^"]*"', "", rule["expr"])))
        assert asked, name
        assert asked <= known().keys(), name


def test_every_alert_is_in_the_guide_and_in_the_command_by_the_same_name():
    section = GUIDE.partition("## Тревоги")[2].partition("\n## ")[0]
    assert re.findall(r"^\| ([A-Z]\w+) \|", section, re.MULTILINE) == list(rules())
    assert set(named_in_the_command()) == rules().keys()


def test_an_alert_and_the_command_draw_the_line_at_the_same_place():
    for alert, limit in LIMITS.items():
        assert re.search(rf"[<>]=? {limit:g}\b", rules()[alert]["expr"].replace("86400", f"{86400:g}")), alert


def test_the_four_questions_of_an_operator_are_watched():
    expressions = " ".join(rule["expr"] for rule in rules().values())
    for name in ("partner_queue_bytes", "partner_queue_oldest_age_seconds", "webhook_stopped", "quarantine_day_rows"):
        assert name in expressions
