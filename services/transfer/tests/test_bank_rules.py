import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest

from contracts.expertise import VerdictOutcome
from transfer.bank import domain
from transfer.bank.domain import (
    BankEntry,
    DecisionTooRecent,
    EntryNotInState,
    Hearing,
    PackageNotPublished,
    standing_after,
)
from transfer.dates import DatesOutOfOrder

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
ENTRY = BankEntry(
    id="entry-1",
    practice_id="practice-1",
    institution_id="vesta",
    kind="technology",
    title="Семейная гостиная",
    target_groups=("families",),
    edition=1,
    nominated_on=date(2018, 5, 25),
)


def hearing(outcome: VerdictOutcome, month: int, *remarks: str) -> Hearing:
    return Hearing(verdict_id=f"v-{month}", outcome=outcome, remarks=remarks, decided_on=date(2018, month, 1))


SUPPORTED: Final = "supported"
REMARKS: Final = "supported_with_remarks"
AGAINST: Final = "not_supported"


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], "candidate"),
        ([SUPPORTED], "active"),
        ([REMARKS], "candidate"),
        ([AGAINST], "rejected"),
        ([REMARKS, SUPPORTED], "active"),
        ([REMARKS, AGAINST], "rejected"),
        ([AGAINST, REMARKS], "candidate"),
        ([AGAINST, SUPPORTED], "active"),
        ([SUPPORTED, REMARKS], "active"),
        ([SUPPORTED, AGAINST], "archived"),
        ([SUPPORTED, AGAINST, AGAINST], "archived"),
        ([SUPPORTED, AGAINST, SUPPORTED], "active"),
    ],
)
def test_the_latest_decision_of_the_council_counts(outcomes, state):
    assert standing_after(hearing(outcome, month) for month, outcome in enumerate(outcomes, 1)).state == state


def test_decisions_leave_the_same_entry_in_whatever_order_they_arrive():
    decisions = [hearing(REMARKS, 2, "Уточните риски"), hearing(AGAINST, 3), hearing(SUPPORTED, 6)]
    ends = set()
    for order in itertools.permutations(decisions):
        entry = ENTRY
        for decision in order:
            entry, _ = domain.hear(entry, decision)
        ends.add(entry)
    [end] = ends
    assert (end.state, end.verdict_id, end.activated_on) == ("active", "v-6", date(2018, 6, 1))


def test_an_entry_is_announced_when_it_comes_and_when_it_goes_and_only_then():
    heard, facts = domain.hear(ENTRY, hearing(REMARKS, 2, "Уточните риски"))
    assert (facts, heard.remarks) == ((), ("Уточните риски",))
    active, facts = domain.hear(heard, hearing(SUPPORTED, 3))
    assert [fact.type for fact in facts] == ["transfer.bank_entry.activated.v1"]
    assert active.remarks == ()
    same, facts = domain.hear(active, hearing(SUPPORTED, 4))
    assert (same.activated_on, facts) == (date(2018, 3, 1), ())
    gone, facts = domain.hear(same, hearing(AGAINST, 5))
    assert ([fact.type for fact in facts], gone.archived_on) == (["transfer.bank_entry.archived.v1"], date(2018, 5, 1))


def test_a_decision_told_twice_is_one_hearing():
    once, _ = domain.hear(ENTRY, hearing(SUPPORTED, 3))
    twice, facts = domain.hear(once, hearing(SUPPORTED, 3))
    assert (twice, facts) == (once, ())


def test_a_practice_without_an_edition_cannot_be_nominated():
    with pytest.raises(PackageNotPublished):
        domain.nominate(replace(ENTRY, edition=0), now=NOW)
    assert domain.nominate(ENTRY, now=NOW)[0].state == "candidate"


def test_only_a_rejected_practice_is_nominated_again_and_its_old_decisions_no_longer_count():
    rejected, _ = domain.hear(ENTRY, hearing(AGAINST, 6))
    again, fact = domain.nominate_again(rejected, edition=2, nominated_on=date(2018, 9, 1), now=NOW)
    assert (again.state, again.edition, again.hearings, fact.nominated_on) == ("candidate", 2, (), date(2018, 9, 1))
    assert again.past_hearings == rejected.hearings
    for entry in (ENTRY, domain.hear(ENTRY, hearing(SUPPORTED, 6))[0]):
        with pytest.raises(EntryNotInState):
            domain.nominate_again(entry, edition=2, nominated_on=date(2018, 9, 1), now=NOW)


def test_a_rejected_practice_is_nominated_again_from_the_day_after_the_decision():
    rejected, _ = domain.hear(ENTRY, hearing(AGAINST, 6))
    with pytest.raises(DecisionTooRecent) as refusal:
        domain.nominate_again(rejected, edition=2, nominated_on=date(2018, 6, 1), now=NOW)
    assert "01.06.2018" in refusal.value.say("ru")[1]
    again, _ = domain.nominate_again(rejected, edition=2, nominated_on=date(2018, 6, 2), now=NOW)
    assert again.state == "candidate"


def test_what_a_curator_has_archived_stays_archived():
    active, _ = domain.hear(ENTRY, hearing(SUPPORTED, 6))
    archived, fact = domain.archive(active, reason="Заменена", archived_on=date(2019, 1, 1), now=NOW)
    assert fact.archived_on == date(2019, 1, 1)
    later, facts = domain.hear(archived, hearing(SUPPORTED, 9))
    assert (later.state, facts) == ("archived", ())


def test_only_an_active_entry_is_archived_and_not_before_it_became_active():
    with pytest.raises(EntryNotInState):
        domain.archive(ENTRY, reason="Заменена", archived_on=date(2019, 1, 1), now=NOW)
    active, _ = domain.hear(ENTRY, hearing(SUPPORTED, 6))
    with pytest.raises(DatesOutOfOrder):
        domain.archive(active, reason="Заменена", archived_on=date(2018, 5, 31), now=NOW)
    assert domain.archive(active, reason="З", archived_on=date(2018, 6, 1), now=NOW)[0].state == "archived"
