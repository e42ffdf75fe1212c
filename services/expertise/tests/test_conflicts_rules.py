from dataclasses import replace
from datetime import date

import pytest

from expertise.applications.domain import Application, Passport, Team
from expertise.conflicts.domain import Matter, Ties, conflicts_of, in_words, matter_of
from expertise.references.domain import Consultation, Membership

ON = date(2018, 3, 21)
MATTER = Matter(
    institution_id="vesta", application_id="a1", team_member_ids=frozenset({"member"}),
    team_supervisor_id="tutor", direction_supervisor_id="sup",
)  # fmt: skip


def work_at(institution_id: str, *, until: date | None = None) -> Ties:
    membership = Membership(
        id="m", person_id="expert", institution_id=institution_id, valid_from=date(2018, 1, 1), valid_until=until
    )
    return Ties(memberships=(membership,))


def advice_on(application_id: str | None) -> Ties:
    advice = Consultation(id="k", consultant_id="expert", application_id=application_id, given_on=date(2018, 3, 1))
    return Ties(consultations=(advice,))


@pytest.mark.parametrize(
    ("person", "kind"),
    [("member", "team_member"), ("tutor", "team_supervisor"), ("sup", "direction_supervisor")],
)
def test_whoever_stands_in_the_matter_itself_may_not_judge_it(person, kind):
    assert conflicts_of(person, MATTER, Ties(), on=ON) == (kind,)


def test_the_lead_of_a_project_counts_as_a_member_of_its_team():
    application = Application(
        id="a1", call_id="c1", direction_id="d1", institution_id="vesta", scientific_supervisor_id="sup",
        title="Проект", passport=Passport(problem="п", target_group="г", novelty="н", expected_result="р", aim="ц"),
        team=Team(lead_id="lead", member_ids=("member",), supervisor_id="tutor"),
    )  # fmt: skip
    matter = matter_of(application)
    assert conflicts_of("lead", matter, Ties(), on=ON) == ("team_member",)
    assert matter == replace(MATTER, team_member_ids=frozenset({"lead", "member"}))


def test_an_expert_of_the_same_institution_is_barred_until_the_day_after_leaving():
    assert conflicts_of("expert", MATTER, work_at("vesta", until=ON), on=ON) == ("same_institution",)
    assert conflicts_of("expert", MATTER, work_at("vesta", until=ON), on=date(2018, 3, 22)) == ()
    assert conflicts_of("expert", MATTER, work_at("srcn"), on=ON) == ()


def test_a_consultant_of_this_project_is_barred_and_of_another_is_free():
    assert conflicts_of("expert", MATTER, advice_on("a1"), on=ON) == ("consultant",)
    assert conflicts_of("expert", MATTER, advice_on("a2"), on=ON) == ()


def test_advice_about_no_project_bars_nobody_from_a_practice():
    practice = Matter(institution_id="vesta")
    assert conflicts_of("expert", practice, advice_on(None), on=ON) == ()


def test_every_reason_is_named_in_both_languages():
    words = in_words(("same_institution", "consultant"))
    assert words.ru == "работает в учреждении-заявителе; консультировал проект"
    assert words.en == "works for the applicant; consulted the project"
