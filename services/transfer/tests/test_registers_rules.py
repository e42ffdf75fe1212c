from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from transfer.consultations.domain import Consultation, give
from transfer.dates import DateInFuture
from transfer.materials.domain import Material, issue
from transfer.participations.domain import (
    ExternalEventUnnamed,
    MorePersonsNamedThanCounted,
    Participation,
    record,
)
from transfer.publications.domain import ArticleCountedTogether, Content, OutletMissing, Publication, correct, release

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
DAY, TOMORROW = date(2023, 10, 5), date(2023, 11, 21)

ARTICLE = Content(
    channel="journal",
    title="«Уроки мужества» – это путь к постижению добра",
    outlet="журнал «Работник социальной службы», № 3 2023 года",
    level="federal",
    count=1,
    link=None,
    practice_id=None,
    released_on=DAY,
)
PUBLICATION = Publication(id="publication-1", institution_id="oktyabr", content=ARTICLE)


def participation(**fields: Any) -> Participation:
    usual: dict[str, Any] = {
        "id": "p-1",
        "institution_id": "oktyabr",
        "form": "external_event",
        "title": "Семинар «Гид по долговременному уходу»",
        "persons": 2,
        "person_ids": frozenset(),
        "took_place_on": DAY,
    }
    return Participation(**{**usual, **fields})


def test_a_journal_article_names_its_issue():
    with pytest.raises(OutletMissing):
        release(replace(PUBLICATION, content=replace(ARTICLE, outlet=None)), now=NOW)


def test_two_articles_are_two_records_and_two_talks_may_be_one():
    with pytest.raises(ArticleCountedTogether) as refused:
        release(replace(PUBLICATION, content=replace(ARTICLE, count=2)), now=NOW)
    assert refused.value.count == 2
    talks = replace(ARTICLE, channel="talk", count=4, outlet=None)
    assert release(replace(PUBLICATION, content=talks), now=NOW)[1].count == 4


def test_a_correction_carries_the_whole_new_record():
    posts = replace(ARTICLE, channel="site", count=117, title="Посты", outlet=None)
    corrected, fact = correct(PUBLICATION, posts, now=NOW)
    assert corrected.content == posts
    assert (fact.publication_id, fact.channel, fact.count, fact.title) == ("publication-1", "site", 117, "Посты")


def test_a_correction_obeys_the_rules_of_a_release():
    with pytest.raises(OutletMissing):
        correct(PUBLICATION, replace(ARTICLE, outlet=""), now=NOW)
    with pytest.raises(DateInFuture):
        correct(PUBLICATION, replace(ARTICLE, released_on=TOMORROW), now=NOW)


def test_an_external_event_is_named_and_other_forms_need_no_name():
    with pytest.raises(ExternalEventUnnamed):
        record(participation(title=None), now=NOW)
    assert record(participation(form="qualification", title=None), now=NOW)[1].persons == 2


@pytest.mark.parametrize(("named", "everybody"), [(0, False), (1, False), (2, True)])
def test_a_record_names_at_most_the_people_it_counts(named, everybody):
    recorded, _ = record(participation(person_ids=frozenset(f"person-{n}" for n in range(named))), now=NOW)
    assert recorded.names_everybody is everybody


def test_a_record_that_names_more_people_than_it_counts_is_refused():
    with pytest.raises(MorePersonsNamedThanCounted) as refused:
        record(participation(person_ids=frozenset({"a", "b", "c"})), now=NOW)
    assert refused.value.say("ru")[1] == "Указано участников: 2, названо: 3."


def test_nothing_is_registered_before_its_day():
    consultation = Consultation(
        id="c-1",
        institution_id="oktyabr",
        consultant_id="person-1",
        kind="innovation_experience",
        channel="phone",
        topic="Результаты проекта",
        recipient_institution_id=None,
        application_id=None,
        minutes=None,
        result=None,
        given_on=TOMORROW,
    )
    material = Material(
        id="m-1", institution_id="oktyabr", title="Материалы", event_id=None, link=None, issued_on=TOMORROW
    )
    for refused in (
        lambda: give(consultation, now=NOW),
        lambda: issue(material, now=NOW),
        lambda: release(replace(PUBLICATION, content=replace(ARTICLE, released_on=TOMORROW)), now=NOW),
        lambda: record(participation(took_place_on=TOMORROW), now=NOW),
    ):
        with pytest.raises(DateInFuture):
            refused()
