"""Nothing lost, nothing doubled: every difference between what clients were told and what the services hold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.faults.house import Held, House
from tests.faults.ledger import Ledger

from testkit import eventually

COPIES = {"expertise": "institution_copies", "transfer": "institutions", "reporting": "institutions"}
_SHOWN = 30
SILENT = {
    "accounts", "people", "councils", "package_editions",
    "applications", "reviews", "sessions", "clusters", "packages", "reports",
}  # fmt: skip
"""Kinds of which not every change is announced; every version of the others is."""
OTHERWISE_MADE = {
    "accounts": 1, "people": 1, "verdicts": 7, "projects": 1, "package_editions": 5, "practices": 1,
}  # fmt: skip
"""How many records the story makes but by a request for that record: the first administrator, what a council's
decision or a publication brings, the site's own practice."""


async def sound(house: House, ledger: Ledger, *, seconds: float = 60) -> None:
    """Wait until everything has arrived and nothing is lost or doubled."""

    async def holds() -> None:
        found = violations(await house.held(), ledger)
        assert not found, "\n".join([f"{len(found)} differences", *found[:_SHOWN]])

    await eventually(holds, seconds, interval=0.3)


async def settled(house: House, *, seconds: float = 60) -> None:
    """Wait until every fact has reached everybody who is bound to it."""

    async def holds() -> None:
        held = await house.held()
        found = [*unsent(held), *undelivered(held)]
        assert not found, "\n".join([f"{len(found)} differences", *found[:_SHOWN]])

    await eventually(holds, seconds, interval=0.3)


def violations(held: Mapping[str, Held], ledger: Ledger) -> list[str]:
    """Return every difference; empty when nothing was lost or doubled."""
    found = (unsent(held), unhandled(held), undelivered(held), effects(held), history(held), told(held, ledger))
    return [difference for differences in found for difference in differences]


def unsent(held: Mapping[str, Held]) -> Iterator[str]:
    """Facts that still wait in an outbox."""
    for service, its in held.items():
        yield from (f"unsent: {service} {row['type']} {row['_id']}" for row in its.outbox if row["state"] != "sent")


def unhandled(held: Mapping[str, Held]) -> Iterator[str]:
    """Messages that wait, are parked, or stand in a queue."""
    for service, its in held.items():
        yield from (f"{row['state']}: {service} {row['reason']} {row['_id']}" for row in its.unhandled)
        if its.queued:
            yield f"queued: {service} {its.queued}"


def undelivered(held: Mapping[str, Held]) -> Iterator[str]:
    """Facts that an inbox is bound to and has not, and what it has that nobody announced."""
    types = {row["_id"]: row["type"] for its in held.values() for row in its.outbox}
    for service, its in held.items():
        expected = {event for event, event_type in types.items() if event_type in its.bound}
        yield from (f"undelivered: {service} {types[event]} {event}" for event in sorted(expected - its.inbox))
        yield from (f"unannounced: {service} {event}" for event in sorted(its.inbox - expected))


def effects(held: Mapping[str, Held]) -> Iterator[str]:
    """Evidence without its event or the other way round; copies of institutions that differ from the registry's."""
    reporting = held["reporting"]
    yield from (f"evidence: {event}" for event in sorted(reporting.inbox ^ set(reporting.records["evidence"])))
    owned = {key: row["name"] for key, row in held["registry"].records["institutions"].items()}
    for service, collection in COPIES.items():
        copies = {key: row["name"] for key, row in held[service].records[collection].items()}
        yield from (f"copy: {service} {key}" for key, _ in sorted(copies.items() ^ owned.items()))


def history(held: Mapping[str, Held]) -> Iterator[str]:
    """Records whose facts are not exactly their versions 1 to the last, and facts of no record."""
    for service, its in held.items():
        told_of: dict[str, set[int]] = defaultdict(set)
        for row in its.outbox:
            told_of[row["aggregate_id"]].add(row["sequence"])
        for collection, rows in its.records.items():
            versions = {key: row["version"] for key, row in rows.items() if "version" in row}
            for key in sorted(versions):
                every = set(range(1, versions[key] + 1))
                if told_of[key] - every if collection in SILENT else told_of[key] != every:
                    yield f"facts: {service} {collection} {key} has {sorted(told_of[key])}, version {versions[key]}"
        known = {key for rows in its.records.values() for key in rows}
        yield from (f"facts: {service} {key} of no record" for key in sorted(told_of.keys() - known))


def told(held: Mapping[str, Held], ledger: Ledger) -> Iterator[str]:
    """Acknowledged changes that are not there, keys answered in two ways, and records that nobody acknowledged."""
    versions = {
        key: row["version"]
        for its in held.values() for rows in its.records.values() for key, row in rows.items() if "version" in row
    }  # fmt: skip
    for key, answers in ledger.answers.items():
        if len(set(answers)) > 1:
            yield f"split: {key} {answers}"
        if versions.get(answers[-1].id, 0) < answers[-1].version:
            yield f"lost: {key} {answers[-1]}"
    acknowledged = {answer.id for answers in ledger.answers.values() for answer in answers}
    for service, its in held.items():
        for collection, rows in its.records.items():
            strangers = [key for key, row in rows.items() if "version" in row and key not in acknowledged]
            if len(strangers) != OTHERWISE_MADE.get(collection, 0) and any("version" in row for row in rows.values()):
                yield f"ghosts: {service} {collection} {sorted(strangers)}"
