"""What the published documents say of the broker is what the registry and the broker's definitions make of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import broker
from contracts.streams import INBOUND, PUBLIC
from registry.integrations import topology
from registry.integrations.handlers import Terms

DEFINITIONS = Path(__file__).resolve().parents[2] / "deploy" / "rabbitmq" / "definitions.template.json"


@pytest.fixture(scope="module")
def policies() -> dict[str, dict[str, Any]]:
    return {row["name"]: row["definition"] for row in json.loads(DEFINITIONS.read_bytes())["policies"]}


def test_partners_are_told_the_names_that_the_registry_gives_them() -> None:
    assert (topology.Place().vhost, topology.LOG) == (broker.VIRTUAL_HOST, broker.LOG)
    assert (PUBLIC.exchange, INBOUND.exchange) == (topology.PUBLIC, topology.INBOUND)
    assert topology.is_queue(broker.QUEUE.format(name="omsk-resource-centre"))
    assert broker.USER == broker.QUEUE


def test_partners_are_told_the_limits_that_the_registry_sets() -> None:
    told = {"max-connections": broker.CONNECTIONS, "max-channels": broker.CHANNELS}
    assert told == dict(topology.LIMITS)
    assert Terms.model_fields["queue_bytes"].default == broker.QUEUE_BYTES


def test_partners_are_told_how_long_the_log_keeps_events(
    policies: dict[str, dict[str, Any]],
) -> None:
    assert policies["public-log"]["max-age"] == "1Y"
    assert broker.LOG_DAYS == 365
    assert policies["partners"]["max-length-bytes"] == broker.QUEUE_BYTES
