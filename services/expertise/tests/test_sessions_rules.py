from dataclasses import replace
from datetime import date

import pytest

from expertise.councils.domain import Council, Majority, Member, Share, TermOver
from expertise.references.domain import Nomination
from expertise.sessions import domain
from expertise.sessions.agenda import Item, Recusal, hear_practice, later_than_before
from expertise.sessions.domain import Resolution, Session
from expertise.sessions.errors import (
    AlreadyHeard,
    AlreadyOnAgenda,
    BallotsInvalid,
    ItemDecided,
    ItemQuorumMissing,
    ItemUnknown,
    NotMembers,
    QuorumMissing,
    RemarksWithoutTerm,
    SessionStateForbids,
    VotesMismatch,
)
from expertise.sessions.minutes import approved, decisions, text_of
from expertise.sessions.voting import Ballot, Votes, count
from expertise.verdicts.domain import Verdict

NINE = tuple(Member(person_id=f"m{number}", name=f"Член {number}") for number in range(1, 10))
COUNCIL = Council(
    id="c", title="Совет", chair_id="m1", members=NINE, quorum=Share(numerator=2, denominator=3),
    majority=Majority(share=Share(numerator=1, denominator=2), strict=True),
    since=date(2018, 1, 1), until=date(2018, 12, 31),
)  # fmt: skip


def item(number: int) -> Item:
    return Item(
        number=number, subject_kind="project", subject_id=f"a{number}", institution_id="vesta",
        title=f"Проект {number}", purpose="defence", hearing=1,
    )  # fmt: skip


def session(items: int = 6, present: int = 6) -> Session:
    return Session(
        id="s", council_id="c", title="Защита", held_on=date(2018, 4, 20), chair_id="m1", members=NINE,
        quorum=COUNCIL.quorum, majority=COUNCIL.majority, items=tuple(item(n) for n in range(1, items + 1)),
        present_ids=tuple(member.person_id for member in NINE[:present]),
    )  # fmt: skip


def opened(**changes) -> Session:
    return domain.open_session(session(**changes), COUNCIL, {})[0]


def votes(for_: int, against: int = 0, abstained: int = 0) -> Votes:
    return Votes(votes_for=for_, votes_against=against, abstained=abstained)


@pytest.mark.seed("A18")
def test_five_members_present_cannot_open_a_session_of_nine():
    with pytest.raises(QuorumMissing) as refusal:
        domain.open_session(session(present=5), COUNCIL, {})
    assert (refusal.value.present, refusal.value.members, refusal.value.needed) == (5, 9, 6)
    assert refusal.value.say("ru")[1] == "Присутствует 5 из 9 членов совета, для кворума нужно 6."


@pytest.mark.seed("A18")
def test_six_members_present_can_open_a_session_of_nine_with_six_projects():
    started, fact = domain.open_session(session(present=6), COUNCIL, {})
    assert (started.state, fact.members, fact.present, len(started.items)) == ("open", 9, 6, 6)


@pytest.mark.seed("F2")
def test_one_recusal_blocks_its_item_while_the_others_go_on():
    started, _ = domain.open_session(session(), COUNCIL, {1: [Recusal(person_id="m2", reason="конфликт")]})
    with pytest.raises(ItemQuorumMissing) as refusal:
        domain.decide(started, 1, votes(5), Resolution())
    assert (refusal.value.entitled, refusal.value.needed) == (5, 6)
    assert domain.decide(started, 2, votes(6), Resolution())[2] == "supported"


def test_with_seven_present_a_recusal_leaves_the_quorum_of_its_item():
    started = domain.recuse(opened(present=7), 1, Recusal(person_id="m2", reason="конфликт"))
    assert domain.decide(started, 1, votes(6), Resolution())[2] == "supported"


def test_a_recused_member_who_is_absent_takes_nothing_from_the_quorum():
    started = domain.recuse(opened(), 1, Recusal(person_id="m9", reason="конфликт"))
    assert domain.decide(started, 1, votes(6), Resolution())[2] == "supported"


def test_a_member_who_leaves_takes_the_quorum_along():
    left = domain.register(opened(), ["m1", "m2", "m3", "m4", "m5"])
    with pytest.raises(ItemQuorumMissing):
        domain.decide(left, 1, votes(5), Resolution())
    back = domain.register(left, ["m1", "m2", "m3", "m4", "m5", "m9"])
    assert domain.decide(back, 1, votes(6), Resolution())[2] == "supported"


@pytest.mark.parametrize(
    ("given", "outcome"),
    [((3, 3, 0), "not_supported"), ((4, 2, 0), "supported"), ((3, 0, 3), "not_supported"), ((4, 0, 2), "supported")],
)
def test_support_takes_more_than_half_of_those_who_may_vote(given, outcome):
    assert domain.decide(opened(), 1, votes(*given), Resolution())[2] == outcome


@pytest.mark.parametrize("given", [(5, 0, 0), (6, 1, 0)])
def test_every_entitled_member_gives_one_vote(given):
    with pytest.raises(VotesMismatch):
        domain.decide(opened(), 1, votes(*given), Resolution())


def test_remarks_make_the_support_conditional_and_need_a_later_term():
    remarks = Resolution(remarks=("Уточните",), due_on=date(2018, 4, 21))
    _, decided, outcome = domain.decide(opened(), 1, votes(6), remarks)
    assert (outcome, decided.remarks_due_on) == ("supported_with_remarks", date(2018, 4, 21))
    for due_on in (None, date(2018, 4, 20)):
        with pytest.raises(RemarksWithoutTerm):
            domain.decide(opened(), 1, votes(6), replace(remarks, due_on=due_on))


def test_a_refusal_may_be_explained_without_a_term():
    _, decided, outcome = domain.decide(opened(), 1, votes(0, 6), Resolution(remarks=("Нет новизны",)))
    assert (outcome, decided.remarks, decided.remarks_due_on) == ("not_supported", ("Нет новизны",), None)


def test_an_item_is_decided_once():
    decided = domain.decide(opened(), 1, votes(6), Resolution())[0]
    with pytest.raises(ItemDecided):
        domain.decide(decided, 1, votes(6), Resolution())
    with pytest.raises(ItemDecided):
        domain.recuse(decided, 1, Recusal(person_id="m2", reason="поздно"))
    with pytest.raises(ItemUnknown):
        domain.decide(decided, 7, votes(6), Resolution())


def test_ballots_by_name_are_of_members_entitled_and_one_each():
    ballots = [Ballot(person_id=f"m{number}", choice="for") for number in range(1, 6)]
    counted = count([*ballots, Ballot(person_id="m6", choice="abstain")], {f"m{number}" for number in range(1, 7)})
    assert (counted.votes_for, counted.votes_against, counted.abstained) == (5, 0, 1)
    for extra in (Ballot(person_id="m1", choice="against"), Ballot(person_id="m9", choice="for")):
        with pytest.raises(BallotsInvalid) as refusal:
            count([*ballots, extra], {f"m{number}" for number in range(1, 7)})
        assert refusal.value.person_ids == extra.person_id


def test_only_members_are_present_and_recused():
    with pytest.raises(NotMembers):
        domain.register(session(), ["m1", "guest"])
    with pytest.raises(NotMembers):
        domain.recuse(opened(), 1, Recusal(person_id="guest", reason="конфликт"))


def test_nothing_is_decided_before_the_opening_or_after_the_closing():
    closed, fact = domain.close(opened())
    assert (fact.session_id, {item.state for item in closed.items}) == ("s", {"postponed"})
    for state in (session(), closed):
        with pytest.raises(SessionStateForbids):
            domain.decide(state, 1, votes(6), Resolution())
    with pytest.raises(SessionStateForbids):
        domain.register(closed, ["m1"])


def test_a_session_is_held_within_the_term_of_its_council():
    domain.schedule(replace(session(), held_on=date(2018, 12, 31)), COUNCIL)
    with pytest.raises(TermOver):
        domain.schedule(replace(session(), held_on=date(2019, 1, 1)), COUNCIL)


def test_a_session_moved_to_another_day_keeps_recusals_and_forgets_who_was_present():
    before = domain.recuse(session(items=2), 1, Recusal(person_id="m2", reason="автор"))
    turned = (replace(item(2), number=1), replace(item(1), number=2))
    moved = domain.replan(before, title="Защита", held_on=date(2018, 4, 27), items=turned)
    assert [[recusal.person_id for recusal in found.recusals] for found in moved.items] == [[], ["m2"]]
    assert (moved.held_on, moved.present_ids) == (date(2018, 4, 27), ())
    with pytest.raises(QuorumMissing):
        domain.open_session(moved, COUNCIL, {})
    same_day = domain.replan(before, title="Отчёты", held_on=before.held_on, items=turned)
    assert (same_day.title, same_day.present_ids) == ("Отчёты", before.present_ids)


def test_a_subject_stands_on_an_agenda_once():
    with pytest.raises(AlreadyOnAgenda):
        domain.schedule(replace(session(), items=(item(1), replace(item(1), number=2))), COUNCIL)


def test_remarks_are_heard_again_on_a_later_day_only():
    verdict = Verdict(
        id="v", session_id="s", subject_kind="project", subject_id="a1", institution_id="vesta", title="Проект 1",
        purpose="defence", hearing=1, outcome="supported_with_remarks", votes_for=6, votes_against=0, abstained=0,
        decided_on=date(2018, 4, 20),
    )  # fmt: skip
    later_than_before(item(1), [verdict], date(2018, 4, 21))
    with pytest.raises(AlreadyHeard):
        later_than_before(item(1), [verdict], date(2018, 4, 20))


def test_a_nomination_is_decided_once_but_for_remarks_and_a_new_one_is_heard_anew():
    nomination = Nomination(
        id="e1", practice_id="p1", institution_id="srcn", title="Уроки Мужества", nominated_on=date(2018, 3, 1)
    )
    remarks = Verdict(
        id="v", session_id="s", subject_kind="practice", subject_id="p1", nomination_id="e1", institution_id="srcn",
        title="Уроки Мужества", purpose="defence", hearing=1, outcome="supported_with_remarks", votes_for=6,
        votes_against=0, abstained=0, decided_on=date(2018, 3, 1),
    )  # fmt: skip
    assert hear_practice(1, nomination, [remarks]).hearing == 2
    rejected = replace(remarks, outcome="not_supported")
    with pytest.raises(AlreadyHeard):
        hear_practice(1, nomination, [rejected])
    assert hear_practice(1, replace(nomination, nominated_on=date(2018, 3, 2)), [rejected]).hearing == 1


def test_the_protocol_numbers_the_decisions_and_is_locked_by_its_approval():
    started, _ = domain.open_session(session(items=3), COUNCIL, {1: [Recusal(person_id="m2", reason="автор")]})
    decided, _, _ = domain.decide(started, 2, votes(6), Resolution())
    decided, _, _ = domain.decide(decided, 3, votes(0, 6), Resolution(remarks=("Нет новизны",)))
    closed, _ = domain.close(decided)

    text = text_of(closed)

    assert [(decision.number, decision.item) for decision in decisions(closed.items)] == [(1, 2), (2, 3)]
    assert "Присутствовали 6 из 9" in text
    assert "Самоотвод: Член 2 — автор." in text
    assert "Вопрос перенесён на другое заседание." in text
    assert "Решение 1. По вопросу 2 — поддержать. За 6, против 0, воздержались 0." in text
    assert "Замечание: Нет новизны" in text
    locked, fact = domain.approve(closed, approved(closed, number="3", by="m1", on=date(2018, 4, 25)))
    assert locked.protocol is not None
    assert (fact.number, locked.protocol.text) == ("3", text)
    with pytest.raises(SessionStateForbids):
        domain.approve(locked, approved(closed, number="4", by="m1", on=date(2018, 4, 26)))
