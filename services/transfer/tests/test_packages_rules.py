from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.transfer import PackagePublishedV1
from transfer.dates import DateInFuture, DatesOutOfOrder
from transfer.packages import domain
from transfer.packages.domain import (
    PARTS,
    Author,
    Guidelines,
    Manual,
    Package,
    PackageIncomplete,
    PackageUnchanged,
    Step,
)
from transfer.practices.domain import DifferencesMissing, ParentMissing, derived_practice_lists_differences

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
DAY = date(2018, 5, 20)
AUTHORS = (Author(person_id="a", institution_id="vesta"), Author(person_id="b", institution_id="umc"))
COMPLETE = Package(
    id="package-1",
    practice_id="practice-1",
    institution_id="vesta",
    title="Черновик",
    manual=Manual(theory="Подходы", description="Описание"),
    guidelines=Guidelines(
        steps=(Step(title="Знакомство", action="Встретиться"),),
        minimal_staff=("психолог",),
        documents=("договор",),
        resources=("комната",),
        risks=("уход семьи",),
    ),
    authors=AUTHORS,
    rights="Права общие",
)


def publish(package: Package, *, on: date = DAY) -> tuple[Package, domain.Edition, PackagePublishedV1]:
    return domain.publish(package, edition_id="edition", title="Семейная гостиная", published_on=on, now=NOW)


def test_an_empty_package_lacks_every_part():
    empty = Package(id="p", practice_id="practice-1", institution_id="vesta", title="")
    assert empty.missing == tuple(PARTS)
    assert COMPLETE.missing == ()


@pytest.mark.parametrize(
    ("lacking", "part"),
    [
        (replace(COMPLETE, manual=Manual(theory="", description="О")), "manual.theory"),
        (replace(COMPLETE, manual=Manual(theory="П", description="")), "manual.description"),
        *(
            (replace(COMPLETE, guidelines=replace(COMPLETE.guidelines, **{part: ()})), f"guidelines.{part}")
            for part in ("steps", "minimal_staff", "documents", "resources", "risks")
        ),
        (replace(COMPLETE, authors=AUTHORS[:1]), "authors"),
        (replace(COMPLETE, authors=AUTHORS[1:]), "authors"),
        (replace(COMPLETE, authors=(AUTHORS[0], replace(AUTHORS[1], institution_id="vesta"))), "authors"),
        (replace(COMPLETE, rights=""), "rights"),
    ],
)
def test_a_package_that_lacks_one_part_is_not_published(lacking, part):
    assert lacking.missing == (part,)
    with pytest.raises(PackageIncomplete) as refused:
        publish(lacking)
    assert PARTS[part].ru in refused.value.say("ru")[1]
    assert PARTS[part].en in refused.value.say("en")[1]


def test_a_complete_package_becomes_its_first_edition_under_the_title_of_the_practice():
    package, edition, fact = publish(COMPLETE)
    assert (package.edition, edition.number, fact.edition) == (1, 1, 1)
    assert (package.title, edition.title, fact.title) == ("Семейная гостиная",) * 3
    assert edition.guidelines == COMPLETE.guidelines


def test_a_package_without_changes_makes_no_further_edition():
    published, _, _ = publish(COMPLETE)
    with pytest.raises(PackageUnchanged):
        publish(published)
    rewritten = domain.write_manual(published, Manual(theory="Новые подходы", description="Описание"))
    assert publish(rewritten)[0].edition == 2


def test_an_edition_is_dated_neither_before_the_previous_one_nor_in_the_future():
    rewritten = domain.state_authors(publish(COMPLETE)[0], authors=AUTHORS, rights="Иные права")
    with pytest.raises(DatesOutOfOrder):
        publish(rewritten, on=date(2018, 5, 19))
    assert publish(rewritten, on=DAY)[0].edition == 2
    with pytest.raises(DateInFuture):
        publish(rewritten, on=date(2023, 11, 21))


def test_a_derived_practice_lists_differences_and_only_a_derived_one_does():
    derived_practice_lists_differences(derived_from="practice-1", differences=("Шаг 2",))
    derived_practice_lists_differences(derived_from=None, differences=())
    with pytest.raises(DifferencesMissing):
        derived_practice_lists_differences(derived_from="practice-1", differences=())
    with pytest.raises(ParentMissing):
        derived_practice_lists_differences(derived_from=None, differences=("Шаг 2",))
