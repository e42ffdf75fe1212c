"""The unit of work that a use case is given: its database, its clock, its caller, and where it records facts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

import uuid_utils
from pydantic import BaseModel, ConfigDict

from chassis.documents import Database
from chassis.identity import Caller
from contracts.envelope import Envelope
from contracts.fact import Fact

C_co = TypeVar("C_co", covariant=True)


class Command(BaseModel):
    """What a client asks for; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Change(Generic[C_co]):
    """A command to an existing record; `expected_version` comes from If-Match, None when the client did not say."""

    id: str
    expected_version: int | None
    command: C_co


class Versioned(Protocol):
    """An aggregate: `version` 0 until it is first saved."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102


class Cause(NamedTuple):
    """What a change came from: carried from request to fact to reaction."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


class Recorded(NamedTuple):
    """A fact recorded about a version of an aggregate."""

    fact: Fact
    aggregate_id: str
    aggregate_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What a query is given: the database, outside any transaction unless a use case asks; the clock, the caller."""

    db: Database
    now: datetime
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Reads):
    """One use case's share of one transaction. Opened, committed and announced by the chassis, never by the room."""

    cause: Cause
    event: Envelope | None = None
    """The envelope of the fact that a reaction reacts to."""
    recorded: list[Recorded] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The date of `now` in UTC."""
        return self.now.date()

    def new_id(self) -> str:
        """Return a fresh UUIDv7, as text."""
        return str(uuid_utils.uuid7())

    def record(self, fact: Fact, *, of: Versioned) -> None:
        """Announce a fact with this transaction; `of` is the aggregate as saved."""
        self.recorded.append(Recorded(fact, of.id, of.version))
