"""What cannot be handled or delivered, and what an operator does about it with the commands of the real process."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from tests.faults.house import House, opened
from tests.faults.messages import copied, id_of, send, unbind

from chassis.documents import Document
from local_platform.sample.identifiers import inn, ogrn
from local_platform.sample.visitor import Visitor
from local_platform.servers import Servers
from testkit import Processes, Vhost, eventually
from testkit.platform import ADMINISTRATOR, Shape, running_platform

PAGE = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")
INBOX = "transfer.inbox"
REGISTERED = "registry.institution.registered.v1"
QUICK = {"RETRY_SECONDS": "[0.2, 0.3, 0.5]", "RELAY_BACKOFF_LIMIT_SECONDS": "1"}
ROW = re.compile(r"^(\S+)  (parked|waiting)  (\S+)  (\S+)  попыток: (\d+)$", re.MULTILINE)


@pytest.fixture(scope="module")
async def house(
    servers: Servers, module_vhost: Vhost, module_processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    folder, shape = tmp_path_factory.mktemp("platform"), Shape(settings=QUICK)
    async with (
        running_platform(servers, module_vhost, module_processes, folder, shape) as platform,
        opened(platform) as opened_house,
    ):
        yield opened_house


@pytest.fixture(scope="module")
async def administrator(house: House) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as http:
        yield await Visitor(http, house.platform.base, ADMINISTRATOR.login, ADMINISTRATOR.password).sign_in()


async def registered(administrator: Visitor, number: int) -> str:
    body = {
        "name": f"Учреждение {number}", "short_name": f"У{number}", "kind": "social_service", "ownership": "state",
        "inn": inn(38, number), "ogrn": ogrn(38, number), "oktmo": "25701000", "municipality": "Иркутск",
        "region": "RU-IRK", "member_since": "2018-01-01",
    }  # fmt: skip
    institution_id: str = (await administrator.do(f"institution-{number}", "/v1/institutions", body))["id"]
    return institution_id


async def announced(house: House, institution_id: str) -> Document:
    (row,) = await house.stores["registry"].plain["outbox"].find({"aggregate_id": institution_id})
    return row


async def arrived(house: House, service: str, event_id: str, seconds: float = 30) -> None:
    async def it_is_there() -> None:
        assert await house.stores[service].plain["inbox"].find_one({"_id": event_id})

    await eventually(it_is_there, seconds)


async def parked(house: House, *, count: int) -> dict[str, tuple[str, str, str]]:
    """Wait until so many are parked and none waits; ask the operator's list: id → type, reason, tries."""

    async def nothing_waits() -> None:
        kept = await house.stores["transfer"].plain["parked"].find({})
        assert [row["state"] for row in kept if row["state"] != "discarded"] == ["parked"] * count

    await eventually(nothing_waits, 30)
    listed = ROW.findall(await house.platform.run("transfer", "parked", "list"))
    assert {state for _, state, *_ in listed} == {"parked"}
    assert len(listed) == count
    return {event_id: (event_type, reason, tries) for event_id, _, event_type, reason, tries in listed}


async def refused(house: House, *words: str) -> str:
    process = house.platform.processes.start("transfer", *words, env=house.platform.environments["transfer"])
    assert await process.wait() == 1
    return process.log()


def verdict(row: Document, practice_id: str) -> Document:
    fact = {
        "verdict_id": str(uuid4()), "session_id": str(uuid4()), "subject_kind": "practice", "subject_id": practice_id,
        "institution_id": row["aggregate_id"], "title": "Практика", "outcome": "supported", "remarks": [],
        "votes_for": 6, "votes_against": 0, "abstained": 0, "decided_on": "2023-11-20",
    }  # fmt: skip
    body = json.dumps(fact, ensure_ascii=False).encode()
    return copied(row, body=body, type="expertise.verdict.issued.v1", source="/expertise")


async def test_poison_is_parked_with_its_reason_and_its_neighbours_are_not_delayed(
    house: House, administrator: Visitor
) -> None:
    platform = house.platform
    row = await announced(house, await registered(administrator, 1))
    await arrived(house, "transfer", row["_id"])
    broken = [copied(row, body=b'{"institution_id": 1}') for _ in range(5)]
    unknown = copied(row, type="registry.institution.dissolved.v1")
    early = verdict(row, "0190a000-0000-7000-8000-00000000aaaa")
    neighbours = [copied(row, subject=row["aggregate_id"]) for _ in range(5)]
    mixed = [message for pair in zip(broken, neighbours, strict=True) for message in pair]
    await send(platform.vhost, early, unknown, *mixed, queue=INBOX)
    for neighbour in neighbours:
        await arrived(house, "transfer", id_of(neighbour), 10)

    listed = await parked(house, count=7)
    reasons = sorted((event_type, reason) for event_type, reason, _ in listed.values())
    assert reasons == [
        ("expertise.verdict.issued.v1", "nomination-unknown"),
        ("registry.institution.dissolved.v1", "unknown_type"),
        *[(REGISTERED, "invalid")] * 5,
    ]
    assert listed[id_of(early)][-1] == "3"
    assert await platform.vhost.depth(INBOX) == 0


async def test_an_operator_reads_discards_and_replays_what_is_parked(house: House, administrator: Visitor) -> None:
    platform, transfer = house.platform, house.stores["transfer"].plain
    row = await announced(house, await registered(administrator, 2))
    practice_id, broken = str(uuid4()), copied(row, body="не JSON".encode())
    early = verdict(row, practice_id)
    already = {row["_id"] for row in await transfer["parked"].find({})}
    await send(platform.vhost, early, broken, queue=INBOX)
    (broken_id,) = set(await parked(house, count=len(already) + 2)) - already - {id_of(early)}
    shown = json.loads(await platform.run("transfer", "parked", "show", broken_id))
    assert (shown["reason"], shown["body"], shown["headers"]) == ("invalid", "не JSON", broken["headers"])
    said = await platform.run("transfer", "parked", "discard", broken_id, "--why", "испорчено при отправке")
    assert said.strip() == f"{broken_id}: отложено навсегда"
    shown = json.loads(await platform.run("transfer", "parked", "show", broken_id))
    assert (shown["state"], shown["discarded_because"]) == ("discarded", "испорчено при отправке")

    entry_id = str(uuid4())
    await transfer["bank_entries"].insert(nominated(entry_id, practice_id, institution_id=row["aggregate_id"]))
    said = await platform.run("transfer", "parked", "replay", id_of(early))
    assert said.strip() == f"{id_of(early)}: поставлено на повторную обработку"
    await arrived(house, "transfer", id_of(early))
    assert (await transfer["bank_entries"].find_one({"_id": entry_id}) or {})["state"] == "active"
    assert set(await parked(house, count=len(already))) == already


async def test_an_operator_who_mistypes_a_number_is_told_that_there_is_no_such_message(house: House) -> None:
    words = (("show", "no-such"), ("replay", "no-such"), ("discard", "no-such", "--why", "нет"))
    said = await asyncio.gather(*(refused(house, "parked", *command) for command in words))
    assert {line.strip() for line in said} == {"no-such: такого сообщения нет"}


def nominated(entry_id: str, practice_id: str, *, institution_id: str) -> Document:
    """Return a candidate for the bank as its room stores it: the cause of the parking, mended."""
    return {
        "_id": entry_id, "version": 1, "practice_id": practice_id, "institution_id": institution_id,
        "kind": "practice", "title": "Практика", "target_groups": ["families"], "edition": 1,
        "nominated_on": "2023-11-01", "state": "candidate", "hearings": [], "past_hearings": [], "verdict_id": None,
        "activated_on": None, "archived_on": None, "archived_because": None,
    }  # fmt: skip


async def test_a_fact_that_nobody_is_bound_to_waits_in_the_outbox_until_somebody_is(
    house: House, administrator: Visitor
) -> None:
    platform, signed = house.platform, "registry.agreement.signed.v1"
    institution_id = await registered(administrator, 3)
    assert (await platform.run("registry", "outbox")).startswith("ждут отправки: ")
    for holder in ("reporting", "gateway"):
        await unbind(platform.vhost, f"{holder}.inbox", signed)
    body = {
        "institution_id": institution_id, "number": "1", "partner": "Партнёр", "subject": "Сотрудничество",
        "signed_on": "2023-03-15",
    }  # fmt: skip
    agreement_id = (await administrator.do("agreement-1", "/v1/agreements", body))["id"]
    addendum = {"number": "1", "subject": "Продление", "signed_on": "2023-11-20"}
    await administrator.do("addendum-1", f"/v1/agreements/{agreement_id}/addenda", addendum)
    registry = house.stores["registry"].plain["outbox"]

    async def tried_and_kept() -> list[Document]:
        rows = await registry.find({"aggregate_id": agreement_id})
        assert [(row["type"], row["state"]) for row in rows] == [
            (signed, "new"),
            ("registry.addendum.signed.v1", "new"),
        ]
        assert all(row["attempts"] for row in rows)
        return rows

    rows = await eventually(tried_and_kept, 20)
    said = await platform.run("registry", "outbox")
    told = re.fullmatch(r"ждут отправки: 2; самое старое ждёт (\d+) с \((.+)\)", said.strip())
    assert told, said
    assert told[2] == signed
    assert int(told[1]) <= (datetime.now(UTC) - rows[0]["created_at"]).total_seconds()

    await platform.run("reporting", "migrate")
    for row in rows:
        await arrived(house, "reporting", row["_id"])
    assert (await platform.run("registry", "outbox")).strip() == "ждут отправки: 0; самое старое ждёт 0 с"


def update_of_the_page(since: datetime) -> tuple[Document, list[Document]]:
    """What the page tells to do in a service's database, with the time that is meant."""
    printed = re.search(r"db\.outbox\.updateMany\((.+?)\)$", PAGE, re.MULTILINE | re.DOTALL)
    assert printed
    where, change = json.loads("[" + re.sub(r"ISODate\([^)]*\)", "0", printed[1]) + "]")
    assert where["sent_at"] == {"$gte": 0}
    return where | {"sent_at": {"$gte": since}}, change


async def test_what_a_lost_broker_took_with_it_is_sent_once_more_as_the_page_says(
    house: House, administrator: Visitor
) -> None:
    begun = datetime.now(UTC)
    lost, kept = [await announced(house, await registered(administrator, number)) for number in (4, 5)]
    transfer, registry = house.stores["transfer"].plain, house.stores["registry"].plain["outbox"]
    for row in (lost, kept):
        await arrived(house, "transfer", row["_id"])

    async def all_are_sent() -> None:
        assert not await registry.find({"state": "new"})

    await eventually(all_are_sent, 20)
    await transfer["inbox"].delete({"_id": lost["_id"]})
    handled = (await transfer["inbox"].find_one({"_id": kept["_id"]}) or {})["done_at"]
    await registry.update(*update_of_the_page(begun))
    await arrived(house, "transfer", lost["_id"])
    await eventually(all_are_sent, 20)
    assert (await transfer["inbox"].find_one({"_id": kept["_id"]}) or {})["done_at"] == handled
