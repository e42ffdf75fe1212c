"""One innovation travels from an institution to an approved annual report, through the gateway only (domain.md 5.3)."""

from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from docx import Document
from pypdf import PdfReader

from local_platform.sample.institutions import RIPS, SITES

if TYPE_CHECKING:
    from tests.journeys.conftest import Journey

pytestmark = pytest.mark.timeout(300)  # the first test of a worker waits for the story to be told

YEAR = "institution_id={}&year=2023"


# Registry


@pytest.mark.seed("B04")
async def test_six_institutions_are_innovation_platforms_and_four_are_sites(journey: "Journey") -> None:
    for kind, keys in (("rip", RIPS), ("site", SITES)):
        held = (await journey.get("kletskina", f"/v1/statuses?kind={kind}&on=2019-06-01"))["items"]
        assert {status["institution_id"] for status in held} == {journey.story.institutions[key] for key in keys}


async def test_an_identifier_with_a_wrong_checksum_is_refused(journey: "Journey") -> None:
    assert journey.refusal("wrong checksum") == (409, "identifier-invalid")


@pytest.mark.seed("C22")
async def test_the_register_counts_seven_agreements_of_the_year_eighteen_in_all_and_one_addendum(
    journey: "Journey",
) -> None:
    october = journey.story.institutions["october"]
    counts = await journey.get("october", f"/v1/agreements/counts?{YEAR.format(october)}")
    assert (counts["signed"], counts["total"], counts["addenda"]) == (7, 18, 1)


# Expertise


@pytest.mark.seed("A13")
async def test_a_direction_returned_corrected_and_agreed_keeps_its_three_versions(journey: "Journey") -> None:
    direction = await journey.get("kletskina", f"/v1/directions/{journey.story.made['direction-risk']}")
    assert [edition["state"] for edition in direction["editions"]] == ["returned", "proposed", "agreed"]
    assert (direction["state"], direction["revision"], direction["supervisor"]["name"]) == (
        "agreed",
        3,
        "Низовцева О. В.",
    )


async def test_the_specialist_who_leads_the_creative_team_cannot_judge_its_project(journey: "Journey") -> None:
    assert journey.refusal("expert of the team") == (409, "expert-conflicted")


@pytest.mark.seed("A43")
async def test_the_specialist_who_consulted_the_project_is_barred_from_scoring_it(journey: "Journey") -> None:
    assert journey.refusal("expert who consulted") == (409, "expert-conflicted")


async def test_an_institution_does_not_see_the_application_of_another(journey: "Journey") -> None:
    status, _ = journey.refusal("stranger's application")
    assert status == 404


@pytest.mark.seed("A18")
async def test_five_of_nine_cannot_open_the_defence_and_six_can(journey: "Journey") -> None:
    assert journey.refusal("five of nine") == (409, "quorum-missing")
    session = await journey.get("secretary", f"/v1/sessions/{journey.story.made['defence']}")
    assert session["state"] == "approved"


async def test_supported_with_remarks_the_project_is_heard_again_and_supported(journey: "Journey") -> None:
    verdicts = await journey.get("secretary", f"/v1/verdicts?subject_id={journey.story.made['application']}")
    outcomes = [verdict["outcome"] for verdict in sorted(verdicts["items"], key=itemgetter("decided_on"))]
    assert outcomes == ["supported_with_remarks", "supported"]


async def test_a_supported_application_has_become_a_project(journey: "Journey") -> None:
    project = await journey.get("vesta", f"/v1/projects/{journey.story.made['project']}")
    assert project["application_id"] == journey.story.made["application"]


# Transfer


async def test_a_package_that_lacks_its_parts_cannot_be_published(journey: "Journey") -> None:
    assert journey.refusal("bare package") == (409, "package-incomplete")


@pytest.mark.seed("A37")
async def test_the_bank_shows_a_practice_only_after_a_positive_verdict(journey: "Journey") -> None:
    _, before = journey.refused["entry before verdict"]
    after = await journey.get("bratsk", f"/v1/bank-entries/{journey.story.made['entry-vesta']}")
    assert (before["state"], after["state"]) == ("candidate", "active")


@pytest.mark.seed("A32")
async def test_a_site_is_not_trained_without_attendance_at_a_seminar_of_the_package(journey: "Journey") -> None:
    assert journey.refusal("training without attendance") == (409, "site-did-not-attend")


@pytest.mark.seed("A24")
async def test_one_site_describes_its_own_practice_while_the_other_still_runs(journey: "Journey") -> None:
    made = journey.story.made
    states = [
        (await journey.get("vesta", f"/v1/replications/{made[f'replication-{site}']}"))["state"]
        for site in ("site_bratsk", "site_tulun")
    ]
    assert states == ["self_described", "running"]


@pytest.mark.seed("C23")
async def test_twenty_four_consultations_are_split_by_channel(journey: "Journey") -> None:
    october = journey.story.institutions["october"]
    counts = await journey.get("october", f"/v1/consultation-counts?{YEAR.format(october)}")
    assert counts["total"] == sum(counts["by_channel"].values()) == 24
    assert counts["by_channel"].keys() == {"in_person", "zoom", "whatsapp", "phone"}


# Reporting


@pytest.mark.seed("C02")
async def test_the_report_has_twenty_five_indicators_in_the_order_of_the_form(journey: "Journey") -> None:
    report = await journey.get("october", f"/v1/reports/{journey.story.made['report']}")
    criteria = groupby(report["indicators"], key=itemgetter("criterion"))
    natures = [[row["nature"] for row in rows] for _, rows in criteria]
    assert [(row.count("qualitative"), row.count("quantitative")) for row in natures] == [
        (4, 4),
        (4, 3),
        (3, 2),
        (3, 2),
    ]


@pytest.mark.seed("I05")
@pytest.mark.seed("I14")
@pytest.mark.seed("I15")
@pytest.mark.seed("I20")
@pytest.mark.seed("I24")
@pytest.mark.seed("I25")
async def test_the_figures_come_from_what_the_services_told(journey: "Journey") -> None:
    found = {key: row["value"] for key, row in (await journey.indicators()).items()}
    assert (
        found["mgmt.n.events_held"]["total"],
        sum(part["count"] for part in found["mgmt.n.events_held"]["parts"]),
    ) == (5, 4)
    assert [part["count"] for part in found["mgmt.q.training_exchange"]["parts"]] == [1, 4, 2, 2, 12, 7, 8]
    assert (found["quality.n.bank_entries"]["annual"], found["quality.n.bank_entries"]["cumulative"]) == (2, 4)
    assert [part["count"] for part in found["quality.n.publications_media"]["parts"]] == [1, 116, 4]
    assert found["quality.q.conferences_grants"]["total"] == 8
    assert (found["personal.n.prize_winners"]["total"], len(found["personal.n.prize_winners"]["parts"])) == (3, 4)
    agreements = found["socio.n.agreements"]
    assert (agreements["annual"], agreements["cumulative"], agreements["addenda"]) == (7, 18, 1)
    assert found["socio.n.consultations"]["number"] == 24


@pytest.mark.seed("T2")
async def test_no_data_is_neither_zero_nor_blank(journey: "Journey") -> None:
    found = await journey.indicators()
    nothing = [key for key, row in found.items() if row["value"] and row["value"]["kind"] == "no_data"]
    assert nothing == ["mgmt.n.recipients_involved", "socio.q.extra_resources", "socio.q.low_cost_forms"]


@pytest.mark.seed("T1")
@pytest.mark.seed("T5")
async def test_what_does_not_add_up_stops_the_submission_until_it_is_explained(journey: "Journey") -> None:
    status, _ = journey.refusal("unexplained warnings")
    assert status == 409
    explained = {key: row["explanation"] for key, row in (await journey.indicators()).items() if row["warnings"]}
    assert {"mgmt.n.events_held", "personal.n.prize_winners"} <= explained.keys()
    assert all(explained.values())


async def test_the_same_publications_stand_behind_two_indicators(journey: "Journey") -> None:
    media = await journey.behind("quality.n.publications_media")
    spread = await journey.behind("socio.q.dissemination")
    assert [event["id"] for event in media] == [event["id"] for event in spread]
    assert len(media) == 3


@pytest.mark.seed("C04")
async def test_approval_comes_only_after_agreement_and_both_stamps_tell_their_offices(journey: "Journey") -> None:
    assert journey.refusal("approval before agreement") == (409, "report-not-agreed")
    report = await journey.get("ryndin", f"/v1/reports/{journey.story.made['report']}")
    agreed, approved = report["agreement"], report["approval"]
    stamped = "2024-01-15"
    assert (agreed["person_name"], agreed["acting"], agreed["stamped_on"]) == ("Н. Л. Веревокина", True, stamped)
    assert (approved["person_name"], len(approved["titles"]), approved["stamped_on"]) == ("Н. Л. Рындин", 2, stamped)


async def test_an_approved_report_is_locked_under_its_hash(journey: "Journey") -> None:
    status, _ = journey.refusal("edit after approval")
    assert status == 409
    report = await journey.get("october", f"/v1/reports/{journey.story.made['report']}")
    assert (report["state"], len(report["content_hash"])) == ("approved", 64)


@pytest.mark.seed("T6")
async def test_a_later_outcome_is_an_addendum_that_leaves_the_hash_as_it_was(journey: "Journey") -> None:
    report = await journey.get("ryndin", f"/v1/reports/{journey.story.made['report']}")
    assert [(addendum["number"], addendum["supplemented_on"]) for addendum in report["addenda"]] == [(1, "2024-02-28")]
    assert report["content_hash"] == journey.approved["content_hash"]


async def test_the_status_is_extended_for_the_year_that_the_report_proposed(journey: "Journey") -> None:
    status = await journey.get("ryndin", f"/v1/statuses/{journey.story.statuses['october']}")
    assert (status["valid_until"], status["approved_report_years"]) == ("2024-12-31", [2023])


async def test_asked_where_24_comes_from_the_report_shows_24_consultations(journey: "Journey") -> None:
    events = await journey.behind("socio.n.consultations")
    assert len({event["id"] for event in events}) == 24
    assert {event["type"] for event in events} == {"transfer.consultation.given.v1"}


async def test_the_innovation_is_traced_from_its_application_to_the_neighbours_practice(journey: "Journey") -> None:
    made = journey.story.made
    stages = (
        "application", "defence", "project", "practice-vesta", "entry-vesta", "cluster", "replication-site_bratsk",
    )  # fmt: skip
    about = "&".join(f"about={made[stage]}" for stage in stages)
    told = {event["type"] for event in (await journey.get("kletskina", f"/v1/evidence?{about}&limit=100"))["items"]}
    assert told >= {
        "expertise.application.submitted.v1", "expertise.verdict.issued.v1", "expertise.project.started.v1",
        "transfer.practice.described.v1", "transfer.package.published.v1", "transfer.bank_entry.activated.v1",
        "transfer.cluster.formed.v1", "transfer.replication.reported.v1", "transfer.replication.self_described.v1",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["docx", "pdf"])
async def test_the_document_is_the_form_an_official_knows(journey: "Journey", form: str) -> None:
    visitor = journey.story.visitor("ryndin")
    content = await visitor.download(f"/v1/reports/{journey.story.made['report']}/document.{form}")
    text = _docx_text(content) if form == "docx" else _pdf_text(content)
    for part in (
        "СОГЛАСОВАНО", "УТВЕРЖДАЮ", "Н.Л. Веревокина", "Критерий «Эффективность управления", "Качественные показатели",
        "– всего 24 консультации", "заключено 7 договоров о сотрудничестве (всего – 18)", "Предложения",
    ):  # fmt: skip
        assert part.replace(" ", "") in text, part


def _docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).replace(" ", "").replace("\n", "")


def _pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace(" ", "").replace("\n", "")
