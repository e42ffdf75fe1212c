from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from expertise.applications import domain
from expertise.applications.admissibility import Applicant, may_apply, may_be_submitted, team_is_supervised
from expertise.applications.domain import Application, Opinion, Passport, Team
from expertise.applications.errors import (
    AlreadySigned,
    ApplicationStateForbids,
    KindNotEligible,
    NotEligible,
    ReturnsExhausted,
    SupervisorOutsideCentre,
    TeamEmpty,
    TeamUnsupervised,
)
from expertise.calls.domain import Call, CallClosed, Criterion, Eligibility, Scale
from expertise.dates import DatesOutOfOrder
from expertise.directions import domain as directions
from expertise.directions.domain import Content, DirectionNotAgreed, Supervisor
from expertise.hands import Hand
from expertise.references.domain import Institution, Status

HAND = Hand(person_id="head", at=datetime(2026, 1, 1, tzinfo=UTC))
TEAM = Team(member_ids=("a", "b", "c", "d", "e"), supervisor_id="tutor")
RULES = Eligibility(
    status_kinds=frozenset({"rip"}),
    institution_kinds=frozenset(),
    team_supervisor_status_kinds=frozenset({"core"}),
)
CALL = Call(
    id="c1", direction_id="d1", title="Отбор", opens_on=date(2018, 2, 5), closes_on=date(2018, 3, 30),
    criteria=(Criterion(code="novelty", title="Новизна", weight=100),), scale=Scale(minimum=0, maximum=100),
    eligibility=RULES, returns_limit=2, reviews_required=2, divergence_threshold=20,
)  # fmt: skip
CONTENT = Content(title="Направление", description="…", supervisor=Supervisor(person_id="sup", name="Дичина Н. Ю."))
PROPOSED = directions.propose("d1", CONTENT, proposed_on=date(2018, 1, 1), by="curator")[0]
AGREED = directions.agree(PROPOSED, on=date(2018, 1, 2), by="official", act_id=None)[0]
RIP = Status(id="s1", institution_id="vesta", kind="rip", valid_from=date(2018, 1, 1), valid_until=date(2018, 12, 31))
CORE = Status(id="s2", institution_id="umc", kind="core", valid_from=date(2017, 1, 1))
VESTA = Applicant(
    institution=Institution(id="vesta", kind="social_service"), statuses=(RIP,), supervisor_statuses=(CORE,)
)


def drafted(team: Team = TEAM) -> Application:
    passport = Passport(problem="п", target_group="г", novelty="н", expected_result="р", aim="ц")
    application = Application(
        id="a1", call_id="c1", direction_id="d1", institution_id="vesta", scientific_supervisor_id="sup",
        title="Проект", passport=passport, team=team,
    )  # fmt: skip
    return domain.draft(application, on=date(2018, 2, 6), hand=HAND)


def submitted() -> Application:
    return domain.submit(drafted(), on=date(2018, 3, 1), hand=HAND)[0]


def returned(application: Application) -> Application:
    return domain.send_back(application, CALL, remark="Уточните", on=date(2018, 3, 2), hand=HAND)[0]


def admitted() -> Application:
    return domain.admit(submitted(), on=date(2018, 3, 10), hand=HAND)[0]


@pytest.mark.seed("A51")
def test_a_team_of_five_with_a_supervisor_may_submit_and_without_one_may_not():
    may_be_submitted(drafted(), CALL, AGREED, VESTA, on=date(2018, 3, 1))
    with pytest.raises(TeamUnsupervised):
        may_be_submitted(drafted(replace(TEAM, supervisor_id=None)), CALL, AGREED, VESTA, on=date(2018, 3, 1))


def test_a_member_of_the_team_is_not_its_supervisor():
    with pytest.raises(TeamUnsupervised):
        team_is_supervised(replace(TEAM, supervisor_id="a"))
    with pytest.raises(TeamEmpty):
        team_is_supervised(Team(member_ids=(), supervisor_id="tutor"))


def test_a_supervisor_who_left_the_centre_is_refused():
    outside = replace(VESTA, supervisor_statuses=())
    with pytest.raises(SupervisorOutsideCentre) as refusal:
        may_be_submitted(drafted(), CALL, AGREED, outside, on=date(2018, 3, 1))
    assert refusal.value.supervisor_id == "tutor"
    anyone = replace(CALL, eligibility=replace(RULES, team_supervisor_status_kinds=frozenset()))
    may_be_submitted(drafted(), anyone, AGREED, outside, on=date(2018, 3, 1))


@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2018, 12, 31)])
def test_the_first_and_last_day_of_the_status_are_eligible(day):
    may_apply(VESTA, RULES, on=day)


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2019, 1, 1)])
def test_the_days_around_the_status_are_not_eligible(day):
    with pytest.raises(NotEligible) as refusal:
        may_apply(VESTA, RULES, on=day)
    assert refusal.value.lacking == "rip"


@pytest.mark.seed("T11")
def test_eligibility_is_data_so_that_any_form_or_only_social_services_may_apply():
    only_social_services = replace(RULES, institution_kinds=frozenset({"social_service"}))
    ngo = replace(VESTA, institution=Institution(id="ngo", kind="ngo"))
    may_apply(ngo, RULES, on=date(2018, 3, 1))
    may_apply(VESTA, only_social_services, on=date(2018, 3, 1))
    with pytest.raises(KindNotEligible):
        may_apply(ngo, only_social_services, on=date(2018, 3, 1))
    open_to_all = replace(RULES, status_kinds=frozenset())
    may_apply(replace(ngo, statuses=()), open_to_all, on=date(2018, 3, 1))


@pytest.mark.seed("A03")
def test_an_application_is_submitted_only_to_a_direction_that_the_ministry_has_agreed():
    sent_back = directions.send_back(PROPOSED, remark="Уточните", on=date(2018, 1, 2), by="official")[0]
    corrected = directions.resubmit(sent_back, CONTENT, on=date(2018, 1, 3), by="curator")[0]
    for not_agreed in (PROPOSED, sent_back, corrected):
        with pytest.raises(DirectionNotAgreed) as refusal:
            may_be_submitted(drafted(), CALL, not_agreed, VESTA, on=date(2018, 3, 1))
        assert refusal.value.say("ru")[1].startswith("Министерство не согласовало направление")
    may_be_submitted(drafted(), CALL, AGREED, VESTA, on=date(2018, 3, 1))


def test_the_term_of_the_call_binds_the_first_submission_only():
    may_be_submitted(drafted(), CALL, AGREED, VESTA, on=date(2018, 3, 30))
    with pytest.raises(CallClosed):
        may_be_submitted(drafted(), CALL, AGREED, VESTA, on=date(2018, 3, 31))
    may_be_submitted(returned(submitted()), CALL, AGREED, VESTA, on=date(2018, 3, 31))


@pytest.mark.parametrize("outcome", ["supported", "not_supported"])
def test_a_verdict_is_final_and_ends_the_time_to_withdraw(outcome):
    decided = domain.decide(admitted(), outcome, on=date(2018, 4, 20), hand=HAND)
    with pytest.raises(ApplicationStateForbids):
        domain.decide(decided, "supported", on=date(2018, 4, 21), hand=HAND)
    with pytest.raises(ApplicationStateForbids):
        domain.withdraw(decided, reason="Передумали", on=date(2018, 4, 21), hand=HAND)


def test_an_application_comes_back_as_often_as_the_call_allows():
    twice = submitted()
    for _ in range(2):
        twice = domain.submit(returned(twice), on=date(2018, 3, 2), hand=HAND)[0]
    assert (twice.returns, twice.submission) == (2, 3)
    with pytest.raises(ReturnsExhausted) as refusal:
        returned(twice)
    assert refusal.value.say("ru")[1] == "По условиям отбора заявку можно вернуть столько раз: 2."


def test_only_a_submitted_application_is_admitted():
    for application in (drafted(), returned(submitted()), admitted()):
        with pytest.raises(ApplicationStateForbids):
            domain.admit(application, on=date(2018, 3, 10), hand=HAND)


def test_a_step_is_not_dated_before_the_one_it_follows():
    domain.submit(drafted(), on=date(2018, 2, 6), hand=HAND)
    with pytest.raises(DatesOutOfOrder):
        domain.submit(drafted(), on=date(2018, 2, 5), hand=HAND)


def test_an_old_application_revised_today_may_still_be_submitted_in_its_year():
    revised = domain.revise(drafted(), title="Иное", passport=drafted().passport, team=TEAM, hand=HAND)
    assert domain.submit(revised, on=date(2018, 3, 1), hand=HAND)[1].title == "Иное"


def test_an_opinion_is_signed_once_on_an_admitted_application():
    opinion = Opinion(supervisor_id="sup", favourable=True, text="Да", signed_on=date(2018, 3, 10))
    signed, fact = domain.sign_opinion(admitted(), opinion, hand=HAND)
    assert (fact.favourable, fact.supervisor_id) == (True, "sup")
    with pytest.raises(AlreadySigned):
        domain.sign_opinion(signed, opinion, hand=HAND)
    with pytest.raises(ApplicationStateForbids):
        domain.sign_opinion(submitted(), opinion, hand=HAND)


def test_a_decided_application_is_not_withdrawn():
    for application in (drafted(), submitted(), returned(submitted()), admitted()):
        assert domain.withdraw(application, reason="Нет", on=date(2018, 4, 1), hand=HAND).state == "withdrawn"
    decided = domain.decide(admitted(), "supported_with_remarks", on=date(2018, 4, 10), hand=HAND)
    with pytest.raises(ApplicationStateForbids):
        domain.withdraw(decided, reason="Нет", on=date(2018, 4, 11), hand=HAND)


def test_after_remarks_an_application_is_revised_and_decided_again():
    remarks = domain.decide(admitted(), "supported_with_remarks", on=date(2018, 4, 10), hand=HAND)
    revised = domain.revise(remarks, title="Лучше", passport=remarks.passport, team=TEAM, hand=HAND)
    assert domain.decide(revised, "supported", on=date(2018, 5, 10), hand=HAND).state == "supported"
    with pytest.raises(ApplicationStateForbids):
        domain.revise(admitted(), title="Поздно", passport=remarks.passport, team=TEAM, hand=HAND)
