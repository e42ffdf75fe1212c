"""An institution of the technopark: its names and its checked identifiers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from stdnum.exceptions import ValidationError
from stdnum.ru import inn as inn_check

from chassis.errors import Forbidden, NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import InstitutionKind, InstitutionRegisteredV1, InstitutionRenamedV1, Ownership

_INN_OF_A_COMPANY = 10
_OGRN_OF_A_COMPANY = 13

MAY_REGISTER = Allow(roles=frozenset({"curator", "administrator"}))
MAY_RENAME = Allow(
    roles=frozenset({"curator", "administrator"}), members=frozenset({"head"}), institution_fields=("id", "_id")
)


@dataclass(eq=False, kw_only=True)
class InstitutionUnknown(NotFound):
    """No institution has this id."""

    code: ClassVar = "institution-unknown"
    title: ClassVar = Words("Учреждение не найдено", "Institution not found")
    detail: ClassVar = Words(
        "В реестре нет учреждения {institution_id}.", "The registry has no institution {institution_id}."
    )
    institution_id: str


@dataclass(eq=False, kw_only=True)
class IdentifierInvalid(RuleBroken):
    """A state identifier fails its checksum."""

    code: ClassVar = "identifier-invalid"
    title: ClassVar = Words("Неверный идентификатор", "Invalid identifier")
    detail: ClassVar = Words(
        "{identifier} {value} не проходит проверку контрольной суммы. Сверьте его с выпиской ЕГРЮЛ.",
        "The identifier {value} fails its checksum.",
    )
    identifier: str
    value: str


@dataclass(eq=False, kw_only=True)
class IdentifiersDiffer(RuleBroken):
    """One identifier is of a company, the other of a sole trader."""

    code: ClassVar = "identifiers-differ"
    title: ClassVar = Words("Идентификаторы разных лиц", "The identifiers differ in kind")
    detail: ClassVar = Words(
        "ИНН {inn} и ОГРН {ogrn}: один принадлежит организации, другой — предпринимателю.",
        "INN {inn} and OGRN {ogrn}: one is of a company, the other of a sole trader.",
    )
    inn: str
    ogrn: str


@dataclass(eq=False, kw_only=True)
class OtherRegion(Forbidden):
    """An official decides for the regions of the institutions in which they work."""

    code: ClassVar = "other-region"
    title: ClassVar = Words("Учреждение другого региона", "An institution of another region")
    detail: ClassVar = Words(
        "«{short_name}» — учреждение региона {region}. Решения о нём вносит его министерство или куратор.",
        "«{short_name}» is in the region {region}: its own ministry or a curator decides.",
    )
    short_name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A member of the technopark; identifiers as in the state register of legal entities."""

    id: str
    version: int = 0
    name: str
    short_name: str
    kind: InstitutionKind
    ownership: Ownership
    inn: str
    ogrn: str
    oktmo: str
    municipality: str
    region: str
    member_since: date


def identifiers_are_true(*, inn: str, ogrn: str) -> None:
    """Refuse an ИНН or ОГРН whose check digits are wrong, and one of a company beside one of a sole trader.

    Source: domain.md 4.1 (algorithms of the Federal Tax Service). Raises: IdentifierInvalid, IdentifiersDiffer.
    """
    try:
        inn_check.validate(inn)
    except ValidationError as error:
        raise IdentifierInvalid(identifier="ИНН", value=inn) from error
    # The check digits of nothing but zeros are right, and no tax office has the code 00.
    if inn.startswith("00"):
        raise IdentifierInvalid(identifier="ИНН", value=inn)
    if not _ogrn_is_true(ogrn):
        raise IdentifierInvalid(identifier="ОГРН", value=ogrn)
    if (len(inn) == _INN_OF_A_COMPANY) != (len(ogrn) == _OGRN_OF_A_COMPANY):
        raise IdentifiersDiffer(inn=inn, ogrn=ogrn)


def _ogrn_is_true(ogrn: str) -> bool:
    # Not python-stdnum: its check of a sole trader's number forgets that of a remainder 10 to 12 the last digit counts.
    is_company = len(ogrn) == _OGRN_OF_A_COMPANY
    kinds, modulus = ("125", 11) if is_company else ("3", 13)
    return ogrn[0] in kinds and int(ogrn[:-1]) % modulus % 10 == int(ogrn[-1])


def register(institution: Institution) -> tuple[Institution, InstitutionRegisteredV1]:
    """Enter an institution (A01). Raises: IdentifierInvalid, IdentifiersDiffer."""
    identifiers_are_true(inn=institution.inn, ogrn=institution.ogrn)
    fact = InstitutionRegisteredV1(
        institution_id=institution.id,
        name=institution.name,
        short_name=institution.short_name,
        kind=institution.kind,
        ownership=institution.ownership,
        inn=institution.inn,
        ogrn=institution.ogrn,
        oktmo=institution.oktmo,
        municipality=institution.municipality,
        region=institution.region,
        member_since=institution.member_since,
    )
    return institution, fact


def in_reach_of(roles: frozenset[str], institution: Institution, workplaces: Iterable[Institution]) -> None:
    """Keep an official to the regions of their `workplaces`; curators and administrators act in all of them.

    Raises: OtherRegion.
    """
    bound = "official" in roles and not roles & {"curator", "administrator"}
    if bound and institution.region not in {workplace.region for workplace in workplaces}:
        raise OtherRegion(short_name=institution.short_name, region=institution.region)


def rename(institution: Institution, *, name: str, short_name: str) -> tuple[Institution, InstitutionRenamedV1]:
    """Give an institution its new names."""
    renamed = replace(institution, name=name, short_name=short_name)
    return renamed, InstitutionRenamedV1(institution_id=institution.id, name=name, short_name=short_name)
