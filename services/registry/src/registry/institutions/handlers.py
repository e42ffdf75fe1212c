"""Use cases of institutions."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.work import Change, Command, Work
from contracts.registry import InstitutionKind, Ownership
from registry.institutions import domain
from registry.institutions.domain import MAY_REGISTER, MAY_RENAME, Institution
from registry.institutions.store import INSTITUTIONS

Name = Annotated[str, Field(min_length=1, max_length=500, examples=["ОГБУСО «КСЦОН „Веста“»"])]
ShortName = Annotated[str, Field(min_length=1, max_length=200, examples=["КСЦОН «Веста»"])]


class RegisterInstitution(Command):
    """Учреждение для внесения в реестр."""

    name: Name
    short_name: ShortName
    kind: InstitutionKind = Field(examples=["social_service"])
    ownership: Ownership = Field(examples=["state"])
    inn: str = Field(pattern=r"^([0-9]{10}|[0-9]{12})$", examples=["3811000007"], description="ИНН")
    ogrn: str = Field(pattern=r"^([0-9]{13}|[0-9]{15})$", examples=["1183800000009"], description="ОГРН или ОГРНИП")
    oktmo: str = Field(pattern=r"^([0-9]{8}|[0-9]{11})$", examples=["25703000"], description="ОКТМО")
    municipality: str = Field(min_length=1, max_length=200, examples=["Ангарский городской округ"])
    region: str = Field(pattern=r"^RU-[A-Z]{2,3}$", examples=["RU-IRK"], description="Код региона ISO 3166-2")
    member_since: date = Field(examples=["2018-01-15"])


class RenameInstitution(Command):
    """Новые наименования учреждения."""

    name: Name
    short_name: ShortName


async def register_institution(command: RegisterInstitution, work: Work) -> Institution:
    """Enter an institution in the registry.

    Raises: NotPermitted, IdentifierInvalid, IdentifiersDiffer, AlreadyExists.
    Emits: registry.institution.registered.v1.
    """
    MAY_REGISTER.require(work.caller, {})
    institution, fact = domain.register(Institution(id=work.new_id(), **command.model_dump()))
    return await INSTITUTIONS.save(work, institution, fact)


async def rename_institution(change: Change[RenameInstitution], work: Work) -> Institution:
    """Give an institution its new names.

    Raises: InstitutionUnknown, StaleVersion, NotPermitted. Emits: registry.institution.renamed.v1.
    """
    institution = await INSTITUTIONS.load(work, change)
    MAY_RENAME.require(work.caller, institution)
    renamed, fact = domain.rename(institution, name=change.command.name, short_name=change.command.short_name)
    return await INSTITUTIONS.save(work, renamed, fact)
