"""What one service publishes, every subscriber takes. The same facts in the other order leave the same state."""

from collections.abc import Iterable
from typing import Any

from contracts.catalogue import CATALOGUE


async def taken(consumer: Any, types: Iterable[str]) -> dict[str, str]:
    return {event_type: await consumer.take(event_type) for event_type in types}


async def not_applied(consumer: Any) -> dict[str, tuple[str, str, str]]:
    """Types that were parked, and those that wait for another reason than a reference that has not arrived."""
    return {
        event_type: (row["state"], row["reason"], row["error"])
        for event_type, row in (await consumer.kept()).items()
        if row["state"] == "parked" or row["reason"] == "failed"
    }


async def test_a_subscriber_takes_every_published_example_of_its_types(consumer: Any) -> None:
    outcome = await taken(consumer, [name for name in CATALOGUE if name in consumer.service.known])
    assert not await not_applied(consumer)
    assert set(outcome.values()) <= {"applied", "waiting"}


async def test_a_subscriber_takes_the_examples_in_the_opposite_order_too(consumer: Any) -> None:
    outcome = await taken(consumer, reversed([name for name in CATALOGUE if name in consumer.service.known]))
    assert not await not_applied(consumer)
    assert set(outcome.values()) <= {"applied", "waiting"}


async def test_an_example_delivered_twice_takes_effect_once(consumer: Any) -> None:
    types = [name for name in CATALOGUE if name in consumer.service.known]
    applied = [name for name, outcome in (await taken(consumer, types)).items() if outcome == "applied"]
    assert set((await taken(consumer, applied)).values()) <= {"duplicate"}


async def test_a_type_nobody_asked_for_is_parked_with_its_reason(consumer: Any) -> None:
    strangers = [name for name in CATALOGUE if name not in consumer.service.known]
    for event_type in strangers[:1]:
        assert await consumer.take(event_type) == "parked"
        assert (await consumer.kept())[event_type]["reason"] == "unknown_type"
