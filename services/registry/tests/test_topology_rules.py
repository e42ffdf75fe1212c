"""What the broker says of partners, read back: all of it that is theirs, nothing that is not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from registry.integrations.domain import Integration
from registry.integrations.topology import Binding, Place, found, wanted

PLACE, USER, QUEUE = Place("partners", "north."), "north.partner.omsk-crm", "partner.omsk-crm"
OMSK = Integration(
    id="integration-1", institution_id="omsk", name="omsk-crm", contact_person_id="ivanova", password_hash="hash",
    receives=("transfer.consultation.given.v1", "transfer.event.held.v1"), sends=("partner.consultation.given.v1",),
    valid_until=date(2026, 11, 21), queue_bytes=2**20,
)  # fmt: skip
ASKED = wanted([OMSK], PLACE, today=OMSK.valid_until)


def definitions() -> dict[str, list[Mapping[str, Any]]]:
    """What the management API tells of the integration, beside what it tells of others."""
    account, queue = ASKED.accounts[USER], {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    told = {"name": USER, "password_hash": "hash", "hashing_algorithm": account.hashing, "tags": []}
    anything = {"vhost": "partners", "configure": ".*", "write": ".*", "read": ".*"}
    names = ((QUEUE, "partners"), ("partner.elsewhere", "technopark"), ("public.log", "partners"))
    return {
        "users": [{**told, "limits": ASKED.limits[USER]}],
        "permissions": [
            *({**each._asdict(), "user": USER} for each in account.rights),
            {**anything, "user": "north.b"},
        ],
        "topic_permissions": [
            *({**each._asdict(), "user": USER} for each in account.topics),
            {**anything, "exchange": "inbound", "user": "north.b"},
        ],
        "queues": [{**queue, "name": name, "vhost": vhost} for name, vhost in names],
        "policies": [{**ASKED.policies[QUEUE], "name": name, "vhost": vhost, "more": 1} for name, vhost in names],
    }


def feeding(binding: Binding, **others: str) -> dict[str, str]:
    told = {"source": binding.source, "routing_key": binding.routing_key, "properties_key": binding.properties}
    return {**told, "destination": QUEUE, "destination_type": "queue", **others}


def test_what_the_broker_was_asked_to_hold_is_read_back_alike():
    bindings = [feeding(each) for each in ASKED.mailboxes[QUEUE].bindings]
    assert found(definitions(), bindings, PLACE) == ASKED


@pytest.mark.parametrize(
    "others", [{"source": ""}, {"destination_type": "exchange"}, {"destination": "partner.elsewhere"}]
)
def test_only_an_exchange_that_feeds_the_partners_own_queue_is_taken_for_its_binding(others: dict[str, str]):
    one = Binding("public", "transfer.event.held.v1", "transfer.event.held.v1")
    assert found(definitions(), [feeding(one)], PLACE).mailboxes[QUEUE].bindings == {one}
    assert found(definitions(), [feeding(one, **others)], PLACE).mailboxes[QUEUE].bindings == frozenset()


@pytest.mark.parametrize(
    ("address", "user", "url"),
    [
        (None, USER, None),
        ("amqps://broker.example:5671", "", "amqps://broker.example:5671/partners"),
        ("amqps://broker.example:5671", USER, f"amqps://{USER}:p%2Fw@broker.example:5671/partners"),
    ],
)
def test_one_line_to_connect_by_is_told_as_soon_as_anybody_said_where(address: str | None, user: str, url: str | None):
    assert PLACE._replace(address=address).url(user, "p/w") == url
