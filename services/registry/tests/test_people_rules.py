import pytest

from chassis.identity import Caller
from registry.people.domain import MAY_KEEP_PEOPLE, MAY_READ_PERSONAL_DATA, Person, short_name


@pytest.mark.parametrize(
    ("full_name", "short"),
    [
        ("Веревокина Наталья Львовна", "Н. Л. Веревокина"),
        ("Рындин Н.Л.", "Н. Л. Рындин"),
        ("Рындин Н. Л.", "Н. Л. Рындин"),
        ("Ким Лев", "Л. Ким"),
        ("Салтыков-Щедрин Михаил", "М. Салтыков-Щедрин"),
        ("Сократ", "Сократ"),
    ],
)
def test_office_holders_sign_with_initials_before_the_family_name(full_name: str, short: str):
    assert short_name(full_name) == short


def test_personal_data_is_for_the_person_and_for_those_who_oversee():
    person = Person(id="p-1", full_name="Рындин Н. Л.")
    assert MAY_READ_PERSONAL_DATA.permits(Caller(subject="p-1"), person)
    assert MAY_READ_PERSONAL_DATA.permits(Caller(subject="x", roles=frozenset({"official"})), person)
    assert not MAY_READ_PERSONAL_DATA.permits(Caller(subject="x", roles=frozenset({"expert"})), person)
    assert not MAY_READ_PERSONAL_DATA.permits(Caller(subject="x", memberships={"p-1": frozenset({"head"})}), person)
    assert not MAY_KEEP_PEOPLE.permits(Caller(subject="p-1"), person)
