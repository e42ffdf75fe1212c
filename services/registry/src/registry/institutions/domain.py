"""An institution of the technopark: its names and its checked identifiers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from stdnum.exceptions import ValidationError
from stdnum.ru import inn as inn_check
from stdnum.ru import ogrn as ogrn_check

from chassis.errors import NotFound, RuleBroken, Words
from chassis.policy import Allow
from contracts.registry import InstitutionKind, InstitutionRegisteredV1, InstitutionRenamedV1, Ownership

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
    """A state identifier fails its checksum or does not fit the other one."""

    code: ClassVar = "identifier-invalid"
    title: ClassVar = Words("Неверный идентификатор", "Invalid identifier")
    detail: ClassVar = Words(
        "{identifier} {value} не проходит проверку контрольной суммы. Сверьте его с выпиской ЕГРЮЛ.",
        "{identifier} {value} fails its checksum.",
    )
    identifier: str
    value: str


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


def identifiers_pass_their_checksums(*, inn: str, ogrn: str) -> None:
    """Refuse an ИНН or ОГРН whose check digits are wrong.

    Source: domain.md 4.1 (algorithms of the Federal Tax Service). Raises: IdentifierInvalid.
    """
    for name, value, check in (("ИНН", inn, inn_check), ("ОГРН", ogrn, ogrn_check)):
        try:
            check.validate(value)
        except ValidationError as error:
            raise IdentifierInvalid(identifier=name, value=value) from error


def register(institution: Institution) -> tuple[Institution, InstitutionRegisteredV1]:
    """Enter an institution (A01). Raises: IdentifierInvalid."""
    identifiers_pass_their_checksums(inn=institution.inn, ogrn=institution.ogrn)
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


def rename(institution: Institution, *, name: str, short_name: str) -> tuple[Institution, InstitutionRenamedV1]:
    """Give an institution its new names."""
    renamed = replace(institution, name=name, short_name=short_name)
    return renamed, InstitutionRenamedV1(institution_id=institution.id, name=name, short_name=short_name)
