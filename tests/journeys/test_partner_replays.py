"""What a partner makes of the public feed, with the installed contracts and nothing else of the platform."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.entries import entries
from services.reporting.tests.replaying import rebuilt
from testkit import eventually

if TYPE_CHECKING:
    from tests.journeys.conftest import Journey

CONSULTATIONS = "socio.n.consultations"


@pytest.fixture(scope="module")
async def replayed(journey: "Journey") -> list[dict[str, Any]]:
    """The whole feed, read through the gateway once it tells what the report tells."""
    consulted = {event["id"] for event in await journey.behind(CONSULTATIONS)}

    async def caught_up() -> list[dict[str, Any]]:
        events, page = list[dict[str, Any]](), await journey.get("bratsk", "/v1/feed?limit=100")
        while page["more"]:
            events += page["items"]
            page = await journey.get("bratsk", f"/v1/feed?limit=100&after={page['next']}")
        events += page["items"]
        assert consulted <= {event["id"] for event in events}
        assert "reporting.report.supplemented.v1" in {event["type"] for event in events}
        return events

    return await eventually(caught_up, 30)


@pytest.mark.seed("F15")
async def test_a_partner_rebuilds_the_figures_of_the_report(journey: "Journey", replayed: list[dict[str, Any]]) -> None:
    figures = rebuilt(replayed, journey.story.institutions["october"], 2023)
    shown = {key: row["value"] for key, row in (await journey.indicators()).items()}
    agreements, bank = shown["socio.n.agreements"], shown["quality.n.bank_entries"]
    assert figures.agreements == (agreements["annual"], agreements["cumulative"], agreements["addenda"]) == (7, 18, 1)
    assert figures.bank == (bank["annual"], bank["cumulative"]) == (2, 4)
    assert figures.publications == {"journal": 1, "posts": 116, "talks": 4}
    assert sum(figures.consultations.values()) == shown[CONSULTATIONS]["number"] == 24
    assert figures.held["meeting"] == shown["mgmt.q.initiative_incentives"]["total"] == 12
    listed = {part["key"]: part["count"] for part in shown["mgmt.n.events_held"]["parts"]}
    counted_apart = {"meeting": 12, "practical_class": 2}
    assert figures.held == listed | counted_apart  # the report declares one more than it lists, and says why
    assert sum(listed.values()) == 4
    learnt = {part["key"]: part["count"] for part in shown["mgmt.q.training_exchange"]["parts"]}
    assert figures.learnt == learnt
    assert sum(learnt.values()) == 36
    assert figures.materials == shown["mgmt.n.materials_developed"]["number"] == 1
    assert figures.entries["grant"] == shown["quality.n.grant_applications"]["total"] == 1
    taken_part = shown["quality.q.conferences_grants"]["total"]
    assert figures.external + figures.entries["contest"] == taken_part == 8
    assert figures.winners == shown["personal.n.prize_winners"]["total"] == 3


@pytest.mark.seed("F15")
async def test_the_figure_24_opens_the_same_events_here_and_there(
    journey: "Journey", replayed: list[dict[str, Any]]
) -> None:
    own = [event for event in replayed if event["data"].get("institution_id") == journey.story.institutions["october"]]
    consulted = [event for event in own if event["type"] == "transfer.consultation.given.v1"]
    in_year = {event["id"] for event in consulted if event["data"]["given_on"].startswith("2023")}
    assert in_year == {event["id"] for event in await journey.behind(CONSULTATIONS)}


@pytest.mark.seed("F15")
async def test_as_of_new_year_an_outcome_from_after_the_report_is_not_known_yet(
    journey: "Journey", replayed: list[dict[str, Any]]
) -> None:
    entry = journey.story.made["contest-0"]
    decided = [one["data"]["decided_on"] for one in replayed if one["type"] == "expertise.entry.decided.v1"
               and one["subject"] == entry]  # fmt: skip
    assert ([day for day in decided if day <= "2024-01-01"], decided) == ([], ["2024-02-27"])


async def test_every_event_comes_once_and_the_versions_of_a_record_are_all_there(
    replayed: list[dict[str, Any]],
) -> None:
    assert len({(event["source"], event["id"]) for event in replayed}) == len(replayed)
    assert {event["source"] for event in replayed} == {"/registry", "/expertise", "/transfer", "/reporting"}


async def test_the_subject_of_every_event_is_the_record_that_the_catalogue_says(replayed: list[dict[str, Any]]) -> None:
    told = entries()
    elsewhere = {event["type"] for event in replayed if event["subject"] != event["data"][told[event["type"]].about]}
    assert elsewhere == set()
    assert "registry.addendum.signed.v1" in {event["type"] for event in replayed}


async def test_no_person_of_the_registry_is_in_the_feed_by_id_or_by_name(
    journey: "Journey", replayed: list[dict[str, Any]]
) -> None:
    told = json.dumps(replayed, ensure_ascii=False)
    people = (await journey.get("administrator", "/v1/people?limit=100"))["items"]
    assert len(people) > 10
    assert not [person["full_name"] for person in people if person["full_name"] in told]
    assert not [person["full_name"] for person in people if person["id"] in told]
