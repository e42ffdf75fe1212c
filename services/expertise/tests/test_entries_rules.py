from dataclasses import replace
from datetime import date

import pytest

from expertise.awards import domain as awards
from expertise.awards.domain import Award, EntryNotWon
from expertise.dates import DatesOutOfOrder
from expertise.entries import domain
from expertise.entries.domain import Contest, Entry, OutcomeRecorded

SMARTEKA = Contest(name="Смартека", edition="Третий отбор", organiser="АСИ")
ENTRY = Entry(id="e1", institution_id="vesta", kind="contest", contest=SMARTEKA, filed_on=date(2023, 3, 1))
AWARD = Award(
    id="w1", institution_id="vesta", contest=SMARTEKA, result="призовое место", winner_ids=("a", "b"),
    granted_on=date(2023, 6, 1),
)  # fmt: skip


def test_the_outcome_is_recorded_once_and_not_before_the_filing():
    decided, fact = domain.decide(ENTRY, "won", on=date(2023, 3, 1))
    assert (decided.outcome, fact.contest) == ("won", "Смартека, Третий отбор")
    with pytest.raises(OutcomeRecorded):
        domain.decide(decided, "not_won", on=date(2023, 7, 1))
    with pytest.raises(DatesOutOfOrder):
        domain.decide(ENTRY, "won", on=date(2023, 2, 28))


def test_a_result_is_not_due_before_the_entry_is_filed():
    domain.file(replace(ENTRY, result_due=date(2023, 3, 1)))
    with pytest.raises(DatesOutOfOrder):
        domain.file(replace(ENTRY, result_due=date(2023, 2, 28)))


def test_an_award_names_only_a_won_entry_of_the_same_institution():
    won = replace(ENTRY, outcome="won")
    awards.won_by(won, "vesta")
    for entry in (ENTRY, replace(won, institution_id="srcn")):
        with pytest.raises(EntryNotWon):
            awards.won_by(entry, "vesta")


@pytest.mark.seed("T5")
def test_persons_and_awards_are_two_different_counts():
    assert awards.count([AWARD, replace(AWARD, id="w2", winner_ids=("b", "c"))]) == (2, 3)
    assert awards.count([AWARD, replace(AWARD, id="w2")]) == (2, 2)
    assert awards.count([]) == (0, 0)
