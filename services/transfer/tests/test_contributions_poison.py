"""Messages whose properties no reader expects, from a real partner's connection; and what metrics tell of partners."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aio_pika
import pytest
from pamqp.commands import Basic

from local_platform.rabbitmq import LARGEST_MESSAGE
from services.transfer.tests.partnering import CONSULTATION, Partner
from testkit import eventually
from transfer.contributions.reactions import Door, inbound
from transfer.wiring import clock

WORKER_MEMORY = 256 * 1024 * 1024
"""As deploy/kubernetes limits it."""


@pytest.fixture(scope="module")
async def vesta(reception: Any) -> Partner:
    found: Partner = await reception.partner("vesta-crm")
    return found


class Bytes(str):
    """Text that goes to the broker as bytes which are no text."""

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe"


def deep(levels: int) -> bytes:
    """Return a table within a table and so on, as no driver writes it: each gives up before."""
    table = bytes(4)
    for _ in range(levels):
        table = (len(table) + 3).to_bytes(4) + b"\x01nF" + table
    return table


class ByHand(aio_pika.Message):
    """A message of whose properties some are written by hand."""

    written: Mapping[str, bytes]

    @property
    def properties(self) -> Basic.Properties:
        """What the driver writes, with these in place."""
        told, written = super().properties, self.written

        class Properties(Basic.Properties):
            def encode_property(self, name: str, value: Any) -> bytes:
                return written.get(name) or super().encode_property(name, value)

        found = Properties()
        for name in found.__slots__:
            setattr(found, name, getattr(told, name))
        for name in written:
            setattr(found, name, "written by hand")
        return found


def by_hand(body: bytes, written: Mapping[str, bytes], **properties: Any) -> ByHand:
    message = ByHand(body, **properties)
    message.written = written
    return message


MICROSECONDS = (10**15).to_bytes(8)
"""In place of seconds: no time at all. Node's `timestamp: Date.now() * 1000`."""


@pytest.mark.parametrize(
    "properties",
    [
        {"content_type": Bytes("x")},
        {"headers": {Bytes("name"): "value"}},
        {"message_id": Bytes("x"), "type": Bytes("x"), "correlation_id": Bytes("x"), "app_id": Bytes("x")},
        {"written": {"timestamp": MICROSECONDS}, "priority": 255, "expiration": 60},
        {
            "headers": {
                "nul\0": "nul\0",
                "$set": {"a.b": 1},
                "": "",
                "много": [None, True, 1.5, datetime(2026, 1, 2, tzinfo=UTC)],
            }
        },
        {"headers": {f"h{number}": "x" * 900 for number in range(100)}},
        {"written": {"headers": deep(600)}},
        {"content_encoding": "gzip", "reply_to": "inbound", "correlation_id": "x"},
    ],
    ids=["content type", "header name", "texts", "numbers", "odd headers", "many headers", "deep headers", "encoding"],
)
async def test_properties_that_no_reader_expects_stop_nobody(reception, vesta, properties):
    async with vesta.exchange() as exchange:
        poison = by_hand(b"\x00\xff", **{"written": {}, **properties})
        await exchange.publish(poison, routing_key=CONSULTATION, mandatory=True)
    event = vesta.event()
    await vesta.tell(event)
    assert await reception.taken(event.id)

    async def nothing_comes_again() -> None:
        assert await reception.vhost.partners.depth("inbound") == 0
        kept = await reception.records("quarantine")
        assert [entry for entry in kept if entry["parcel"]["body"] == b"\x00\xff"]

    await eventually(nothing_comes_again)


async def test_a_property_that_cannot_be_read_takes_no_other_with_it(reception, vesta):
    event = vesta.event()
    written = {"timestamp": MICROSECONDS}  # stands before `user_id`
    async with vesta.exchange() as exchange:
        message = by_hand(
            event.body, written, headers={**event.headers}, content_type="application/json", user_id=vesta.user
        )
        await exchange.publish(message, routing_key=CONSULTATION, mandatory=True)
    assert await reception.taken(event.id)


async def test_the_largest_messages_sent_ahead_fill_a_fraction_of_the_workers_memory(reception, settings):
    source = inbound(settings, Door(url="", user_prefix="", clock=clock))(reception.inbox.mongo)
    assert source.prefetch * LARGEST_MESSAGE <= WORKER_MEMORY / 8


async def test_metrics_tell_what_became_of_each_partners_messages(reception):
    partner = await reception.partner("counted")
    good, bad = partner.event(), partner.event(data={"kind": "gossip"})
    await partner.tell(good, good, bad)
    await reception.taken(good.id)
    await reception.refused(bad.id)

    async def counted() -> None:
        told = (await reception.client.get("/metrics")).body.decode()
        for outcome, reason in (("accepted", ""), ("duplicate", ""), ("refused", "body-invalid")):
            labels = f'outcome="{outcome}",partner="counted",reason="{reason}"'
            assert f"contributions_total{{{labels}}} 1.0" in told
        assert 'quarantine_rows{partner="counted",state="quarantined"} 1.0' in told

    await eventually(counted)
