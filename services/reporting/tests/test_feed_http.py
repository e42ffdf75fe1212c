"""The feed as a partner reads it: every public event once, in one order, from any place, naming nobody."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from contracts.catalogue import CATALOGUE as EVERY
from contracts.envelope import Envelope
from contracts.public import CATALOGUE, INTERNAL, UNSAID
from reporting.feed.store import number
from reporting.settings import ReportingSettings
from reporting.wiring import wire
from services.reporting.tests.receivers import GIVEN, HELD, INTEGRATION, PARTNER, granted
from services.reporting.tests.replaying import Figures, rebuilt
from services.reporting.tests.year_2023 import EXTERNAL_EVENTS, LEARNING, OCTOBER
from testkit import running_service

PATH = "/v1/feed"


async def numbered(running) -> None:
    while await running.mongo.transact(number):
        pass


@pytest.fixture
async def partner(informed):
    await numbered(informed)
    return informed.client.acting_as("partner")


async def walk(partner, **wanted: Any) -> list[dict[str, Any]]:
    page = (await partner.get(PATH, **wanted)).expect(200)
    events: list[dict[str, Any]] = page["items"]
    while page["more"]:
        page = (await partner.get(PATH, after=page["next"], limit=wanted["limit"])).expect(200)
        events += page["items"]
    return events


def ids(events: Iterable[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


@pytest.mark.seed("F15")
async def test_a_partner_rebuilds_the_figures_of_the_report_from_the_feed_alone(partner):
    assert rebuilt(await walk(partner, limit=50), OCTOBER, 2023) == Figures(
        agreements=(7, 18, 1),
        bank=(2, 4),
        consultations={"in_person": 9, "zoom": 6, "whatsapp": 4, "phone": 5},
        publications={"journal": 1, "posts": 116, "talks": 4},
        held={"round_table": 1, "consultative_session": 1, "internship": 2, "practical_class": 2, "meeting": 12},
        learnt=dict(LEARNING),
        external=len(EXTERNAL_EVENTS),
        materials=1,
        entries={"grant": 1, "contest": 1},
        winners=3,
    )


async def test_pages_of_any_size_tell_every_public_event_once_and_in_one_order(partner, year_2023):
    whole = ids(await walk(partner, limit=500))
    assert sorted(whole) == sorted(envelope.id for envelope, _ in year_2023 if envelope.type not in INTERNAL)
    for limit in (1, 7, 100):
        assert ids(await walk(partner, limit=limit)) == whole


async def test_an_event_is_cloudevents_and_its_data_is_of_the_public_type(partner):
    for event in await walk(partner, limit=500):
        assert event["specversion"] == "1.0"
        assert event["datacontenttype"] == "application/json"
        assert event["dataschema"] == f"urn:technopark:schema:public:{event['type']}"
        assert not UNSAID & event.keys()
        envelope = Envelope.model_validate(event)
        told = CATALOGUE[envelope.type].model_validate(event["data"])
        assert event["data"] == told.model_dump(mode="json")


async def test_a_reader_may_begin_behind_an_event_or_at_a_moment(partner):
    whole = await walk(partner, limit=500)
    assert ids(await walk(partner, after_event=whole[9]["id"], limit=500)) == ids(whole[10:])
    now = datetime.now(UTC)
    assert ids(await walk(partner, since=(now - timedelta(hours=1)).isoformat(), limit=500)) == ids(whole)
    late = (await partner.get(PATH, since=(now + timedelta(hours=1)).isoformat())).expect(200)
    assert (late["items"], late["more"]) == ([], False)
    assert late["next"] == (await partner.get(PATH, limit=500)).json["next"]


async def test_a_moment_goes_back_by_a_minute_because_clocks_differ(running, announce):
    model = EVERY["transfer.event.held.v1"]
    await running.hears(announce(model.model_validate(model.example())))
    await numbered(running)
    partner, now = running.client.acting_as("partner"), datetime.now(UTC)
    for later, told in ((timedelta(seconds=30), 1), (timedelta(seconds=61), 0)):
        page = (await partner.get(PATH, since=(now + later).isoformat())).expect(200)
        assert len(page["items"]) == told


@pytest.mark.parametrize(
    ("since", "everything"),
    [
        ("0001-01-01T00:00:00%2B14:00", True),
        ("9999-12-31T23:59:59-14:00", False),
        ("2023-11-01T00:00:00%2B08:00", True),
        ("2023-11-01T00:00:00+08:00", True),
        ("2023-11-01T00:00:00.5+08:00", True),
    ],
)
async def test_any_moment_that_can_be_written_is_one_to_begin_at(partner, since, everything):
    told = (await partner.get(f"{PATH}?since={since}&limit=1")).expect(200)["items"]
    assert bool(told) == everything


async def test_types_are_chosen_and_the_cursor_passes_over_all_others(partner):
    whole = await walk(partner, limit=500)
    chosen = ["transfer.event.held.v1", "registry.agreement.signed.v1"]
    wanted = [event["id"] for event in whole if event["type"] in chosen]
    query = "&".join(f"type={name}" for name in chosen)
    first = (await partner.get(f"{PATH}?{query}&limit=5")).expect(200)
    assert (ids(first["items"]), first["more"]) == (wanted[:5], True)
    rest = (await partner.get(f"{PATH}?{query}&limit=500&after={first['next']}")).expect(200)
    assert (ids(rest["items"]), rest["more"]) == (wanted[5:], False)
    assert rest["next"] == (await partner.get(PATH, limit=500)).json["next"]


async def test_next_is_given_at_the_end_too_and_finds_what_comes_later(running, announce):
    partner = running.client.acting_as("partner")
    empty = (await partner.get(PATH)).expect(200)
    assert (empty["items"], empty["more"]) == ([], False)
    model = EVERY["transfer.event.held.v1"]
    await running.hears(announce(model.model_validate(model.example())))
    unnumbered = (await partner.get(PATH, after=empty["next"])).expect(200)
    assert unnumbered["items"] == []
    await numbered(running)
    assert len((await partner.get(PATH, after=empty["next"])).expect(200)["items"]) == 1


async def test_the_same_question_is_answered_with_304_until_something_happens(running, announce):
    partner = running.client.acting_as("partner")
    before = await partner.get(PATH)
    assert (await partner.get(PATH, headers={"If-None-Match": before.etag})).status == 304
    model = EVERY["transfer.event.held.v1"]
    await running.hears(announce(model.model_validate(model.example())))
    await numbered(running)
    assert (await partner.get(PATH, headers={"If-None-Match": before.etag})).status == 200


async def test_facts_that_stay_inside_never_enter_the_feed(running, announce):
    for model in EVERY.values():
        await running.hears(announce(model.model_validate(model.example())))
    await numbered(running)
    partner = running.client.acting_as("partner")
    assert {event["type"] for event in await walk(partner, limit=500)} == CATALOGUE.keys()


async def test_a_character_that_no_postgresql_can_hold_never_leaves_the_platform(running, announce):
    model = EVERY["transfer.event.held.v1"]
    said = model.example() | {"title": "а\0\0б \\u0000 \\\0", "venue": "\0"}
    await running.hears(announce(model.model_validate(said)))
    await numbered(running)
    answer = await running.client.acting_as("partner").get(PATH)
    (event,) = answer.expect(200)["items"]
    assert (event["data"]["title"], event["data"]["venue"]) == ("а\ufffd\ufffdб \\u0000 \\\ufffd", "\ufffd")


async def test_no_person_of_the_year_is_in_the_feed_by_id_or_by_name(partner, year_2023):
    said = [pair for _, fact in year_2023 for pair in fact.model_dump(mode="json").items()]
    ids = {value for name, value in said if name in ("person_id", "consultant_id")}
    ids |= {winner for name, value in said if name == "winner_ids" for winner in value}
    names = {value for name, value in said if name == "person_name"}
    names |= {name.rpartition(" ")[2] for name in names}
    answer = (await partner.get(PATH, limit=500)).body.decode()
    assert {"w-1", "ryndin", "Рындин"} <= ids | names
    assert not [person for person in ids if f'"{person}"' in answer]
    assert not [name for name in names if name in answer]


async def test_one_person_has_one_pseudonym_in_all_events(partner):
    awards = await walk(partner, type="expertise.award.granted.v1", limit=500)
    winners = {award["subject"]: award["data"]["winner_ids"] for award in awards}
    (first,), (again, other), (third,), (fourth,) = (winners[f"award-{number}"] for number in range(4))
    assert (first, third) == (again, fourth)
    assert len({first, other, third}) == 3


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("after=nonsense", 400, "bad-cursor"),
        ("after=WzEsMl0", 400, "bad-cursor"),
        ("after=WzEsICJhbm90aGVyIl0", 410, "feed-cursor-gone"),
        ("after=Wzk5OTk5OSwgImFub3RoZXIiXQ", 410, "feed-cursor-gone"),
        ("after_event=unheard-of", 404, "feed-event-unknown"),
        ("since=2023-11-01T00:00:00", 422, "invalid"),
        ("since=20231101", 422, "invalid"),
        ("since=2023-11-01T00:00:00Z&after_event=x", 400, "feed-two-starts"),
        ("type=registry.person.appointed.v1", 422, "invalid"),
        ("type=nothing", 422, "invalid"),
        ("limit=501", 422, "invalid"),
        ("limit=0", 422, "invalid"),
        ("whatever=1", 422, "invalid"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_with_its_reason(partner, query, status, code):
    answer = await partner.get(f"{PATH}?{query}")
    assert (answer.status, answer.code) == (status, code)
    english = await partner.get(f"{PATH}?{query}", headers={"Accept-Language": "en"})
    assert english.json["title"] != answer.json["title"]


async def told_to(client, **wanted: Any) -> list[str]:
    return sorted({event["type"] for event in await walk(client, limit=500, **wanted)})


async def test_a_partner_reads_the_types_that_its_integration_may_receive_and_no_others(informed, announce):
    await numbered(informed)
    key = informed.client.acting_as("key", memberships={PARTNER: ("specialist",)}, scope="feed.read")
    unknown_yet = await key.get(PATH)
    assert (unknown_yet.status, unknown_yet.code) == (403, "feed-without-integration")
    assert await informed.hears(announce(granted([HELD]), INTEGRATION)) == "applied"
    assert await told_to(key) == [HELD] == await told_to(key, type=HELD)
    refused = await key.get(PATH, type=GIVEN)
    assert (refused.status, refused.code) == (409, "types-not-granted")
    assert GIVEN in refused.json["detail"]
    everybody = informed.client.acting_as("somebody", memberships={"another": ("head",)})
    administrator = informed.client.acting_as("admin", roles=("administrator",), memberships={PARTNER: ("head",)})
    every = await told_to(everybody)
    assert every == await told_to(administrator)
    assert {HELD, GIVEN} < set(every)


async def test_the_feed_is_for_those_who_have_signed_in(informed):
    assert (await informed.client.get(PATH)).status == 401


async def test_where_no_feed_is_kept_its_address_says_so(mongo_url, issuer, free_port):
    settings = ReportingSettings(
        mongo_url=SecretStr(mongo_url),
        rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
        http_port=free_port(),
        environment="test",
        **issuer.settings,
    )
    async with running_service(wire(settings), issuer) as client:
        answer = await client.acting_as("partner").get(PATH)
        assert (answer.status, answer.code) == (404, "feed-off")
