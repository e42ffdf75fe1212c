from dataclasses import replace
from datetime import date

import pytest

from chassis.identity import Caller
from registry.institutions.domain import (
    MAY_REGISTER,
    MAY_RENAME,
    IdentifierInvalid,
    IdentifiersDiffer,
    Institution,
    register,
    rename,
)

VESTA = Institution(
    id="i-1",
    name="ОГБУСО «КСЦОН „Веста“»",
    short_name="КСЦОН «Веста»",
    kind="social_service",
    ownership="state",
    inn="3811000007",
    ogrn="1183800000009",
    oktmo="25703000",
    municipality="Ангарский городской округ",
    region="RU-IRK",
    member_since=date(2018, 1, 15),
)


def test_an_institution_with_checked_identifiers_is_registered_and_told():
    institution, fact = register(VESTA)
    assert institution == VESTA
    assert (fact.institution_id, fact.inn, fact.member_since) == ("i-1", "3811000007", date(2018, 1, 15))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inn", "7734250209"),
        ("inn", "381100000077"),
        ("inn", "0000000000"),
        ("ogrn", "1027734003462"),
        ("ogrn", "318380000000003"),
        ("ogrn", "4183800000002"),
    ],
)
def test_an_identifier_that_fails_its_checksum_is_refused(field: str, value: str):
    with pytest.raises(IdentifierInvalid) as refused:
        register(replace(VESTA, **{field: value}))  # type: ignore[arg-type]
    assert refused.value.value == value


@pytest.mark.parametrize(
    ("inn", "ogrn"),
    [
        ("7704253064", "1037704003270"),
        ("3811000007", "1183800000009"),
        ("381100000076", "318380000000002"),
        ("381100000076", "304500116000157"),
    ],
)
def test_the_identifiers_of_the_reference_pass_their_checksums(inn: str, ogrn: str):
    institution, _ = register(replace(VESTA, inn=inn, ogrn=ogrn))
    assert (institution.inn, institution.ogrn) == (inn, ogrn)


def test_a_company_and_a_sole_trader_are_not_one_institution():
    with pytest.raises(IdentifiersDiffer):
        register(replace(VESTA, inn="381100000076"))
    with pytest.raises(IdentifiersDiffer):
        register(replace(VESTA, ogrn="318380000000002"))


def test_a_new_name_leaves_the_identifiers_as_they_were():
    renamed, fact = rename(VESTA, name="ОГБУСО «Веста плюс»", short_name="Веста плюс")
    assert replace(renamed, name=VESTA.name, short_name=VESTA.short_name) == VESTA
    assert (fact.institution_id, fact.short_name) == ("i-1", "Веста плюс")


def test_the_head_may_rename_only_the_own_institution():
    head = Caller(subject="p-1", memberships={"i-1": frozenset({"head"})})
    assert MAY_RENAME.permits(head, VESTA)
    assert not MAY_RENAME.permits(head, replace(VESTA, id="i-2"))
    assert not MAY_RENAME.permits(Caller(subject="p-2", memberships={"i-1": frozenset({"specialist"})}), VESTA)
    assert not MAY_REGISTER.permits(head, {})
