from datetime import date

import pytest

from expertise.dates import DatesOutOfOrder
from expertise.directions import domain
from expertise.directions.domain import Content, Direction, DirectionNotAgreed, DirectionStateForbids, Supervisor

CONTENT = Content(
    title="Работа с замещающими семьями",
    description="Сопровождение",
    supervisor=Supervisor(person_id="dichina", name="Дичина Н. Ю."),
)


def proposed() -> Direction:
    return domain.propose("d1", CONTENT, proposed_on=date(2018, 1, 10), by="curator")[0]


def returned() -> Direction:
    return domain.send_back(proposed(), remark="Уточните", on=date(2018, 1, 12), by="official")[0]


def agreed() -> Direction:
    return domain.agree(proposed(), on=date(2018, 1, 12), by="official", act_id=None)[0]


def test_only_an_agreed_direction_takes_applications():
    domain.takes_applications(agreed())
    for direction in (proposed(), returned(), domain.close(agreed(), on=date(2020, 12, 31))):
        with pytest.raises(DirectionNotAgreed) as refusal:
            domain.takes_applications(direction)
        assert "Работа с замещающими семьями" in refusal.value.say("ru")[1]
        assert "takes no applications" in refusal.value.say("en")[1]


def test_a_returned_direction_is_corrected_before_it_is_agreed():
    with pytest.raises(DirectionStateForbids) as refusal:
        domain.agree(returned(), on=date(2018, 1, 13), by="official", act_id=None)
    assert refusal.value.state_name == "возвращено"


def test_an_agreed_direction_cannot_be_returned():
    with pytest.raises(DirectionStateForbids):
        domain.send_back(agreed(), remark="Поздно", on=date(2018, 1, 13), by="official")


def test_a_direction_is_not_answered_before_it_was_put():
    domain.agree(proposed(), on=date(2018, 1, 10), by="official", act_id=None)
    with pytest.raises(DatesOutOfOrder):
        domain.agree(proposed(), on=date(2018, 1, 9), by="official", act_id=None)


def test_the_agreed_edition_keeps_the_corrected_text():
    corrected = Content(title="Иное", description="Иное", supervisor=CONTENT.supervisor)
    again, fact = domain.resubmit(returned(), corrected, on=date(2018, 1, 12), by="curator")
    assert (fact.revision, fact.title) == (2, "Иное")
    final, agreement = domain.agree(again, on=date(2018, 2, 1), by="official", act_id="act")
    assert (agreement.revision, final.title, final.act_id) == (3, "Иное", "act")
