"""The public stream: which facts leave the house, and what is left out of them.

A public type has the name of its fact and the fields that carry no mark of `contracts.fact.Redaction`.
"""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from pydantic import create_model
from pydantic.fields import FieldInfo

from contracts.catalogue import CATALOGUE as EVERY
from contracts.envelope import Envelope
from contracts.fact import Fact, Redaction

PUBLIC_SCHEMA_ROOT = "urn:technopark:schema:public:"
UNSAID = frozenset({"actor", "correlationid", "causationid", "traceparent"})
"""Attributes that partners are not given."""
PSEUDONYM_EXAMPLE = "5f1d3c0a9b7e4d2286c1f04be9a37d58"

_COUNCIL = "внутренняя работа экспертного совета: публично его решение"
_UNFINISHED = "черновая стадия: публичен её итог"
_PERSONAL = "о конкретном человеке"
_ACCESS = "чей доступ к событиям и какой, касается одного партнёра"

INTERNAL: Mapping[str, str] = {
    "registry.person.appointed.v1": _PERSONAL,
    "registry.membership.granted.v1": _PERSONAL,
    "registry.membership.ended.v1": _PERSONAL,
    "registry.integration.granted.v1": _ACCESS,
    "registry.integration.amended.v1": _ACCESS,
    "registry.integration.revoked.v1": _ACCESS,
    "expertise.direction.proposed.v1": _UNFINISHED,
    "expertise.direction.returned.v1": _UNFINISHED,
    "expertise.application.submitted.v1": _UNFINISHED,
    "expertise.application.returned.v1": _UNFINISHED,
    "expertise.opinion.signed.v1": _COUNCIL,
    "expertise.expert.assigned.v1": _COUNCIL,
    "expertise.review.completed.v1": _COUNCIL,
    "expertise.session.opened.v1": _COUNCIL,
    "expertise.session.closed.v1": _COUNCIL,
    "transfer.bank_entry.nominated.v1": _UNFINISHED,
    "reporting.report.drafted.v1": _UNFINISHED,
    "reporting.report.submitted.v1": _UNFINISHED,
    "reporting.report.returned.v1": _UNFINISHED,
    "reporting.report.agreed.v1": _UNFINISHED,
    "reporting.webhook.suspended.v1": _ACCESS,
}
"""Types that stay inside, each with the reason that partners are told."""


def redactions(model: type[Fact]) -> dict[str, Redaction]:
    """Return the marked fields of a fact."""
    return {
        name: mark
        for name, field in model.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Redaction)
    }


def public_model(model: type[Fact]) -> type[Fact]:
    """Return the public type of a fact: its fields without the dropped ones."""
    marks = redactions(model)
    kept: dict[str, Any] = {
        name: (field.annotation, _shown(field, marks.get(name)))
        for name, field in model.model_fields.items()
        if marks.get(name) is not Redaction.DROPPED
    }
    made = create_model(f"Public{model.__name__}", __base__=Fact, __doc__=model.__doc__, **kept)
    made.type, made.about = model.type, model.about
    return made


def _shown(field: FieldInfo, mark: Redaction | None) -> FieldInfo:
    if mark is not Redaction.PSEUDONYM:
        return field
    shown = copy(field)
    shown.examples = [[PSEUDONYM_EXAMPLE]]
    return shown


CATALOGUE: dict[str, type[Fact]] = {
    event_type: public_model(model) for event_type, model in EVERY.items() if event_type not in INTERNAL
}
"""Type → model of what partners receive."""


def redacted(fact: Fact, *, pseudonym: Callable[[str], str]) -> Fact:
    """Return what partners are told of a fact.

    `pseudonym` maps an identifier of a person to one of at most 64 characters that does not lead back.
    Raises KeyError for a fact whose type stays inside.
    """
    told = fact.model_dump(mode="json")
    for name, mark in redactions(type(fact)).items():
        if mark is Redaction.PSEUDONYM:
            told[name] = [pseudonym(identifier) for identifier in told[name]]
    return CATALOGUE[fact.type].model_validate(told)


def public_envelope(envelope: Envelope) -> Envelope:
    """Return the attributes that partners see: who acted, and the chain of causes inside, are not theirs to know."""
    return envelope.model_copy(update={**dict.fromkeys(UNSAID), "dataschema": f"{PUBLIC_SCHEMA_ROOT}{envelope.type}"})
