"""What partners are told of a fact, and where in the feed a reader stands."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple

from chassis.errors import NotFound, Words
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.public import public_envelope, redacted

MARGIN = timedelta(seconds=60)
"""How far the clocks of services may be apart from the database's: what is read since a time begins so much earlier
and loses nothing; an event twice is better than never."""
_PSEUDONYM_LENGTH = 32
_ZERO = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_TIME_ORDERED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(eq=False, kw_only=True)
class EventNotInFeed(NotFound):
    """The feed has no event of this id: it never was public, or it has not been numbered yet."""

    code: ClassVar = "feed-event-unknown"
    title: ClassVar = Words("Такого события в ленте нет", "The feed has no such event")
    detail: ClassVar = Words("В ленте нет события {event_id}.", "The feed has no event {event_id}.")
    event_id: str


class Pseudonyms:
    """Stands in for people: HMAC-SHA-256 under a secret key, so that no list of ids leads back from it."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __call__(self, identifier: str) -> str:
        """Return what stands for a person, always the same while the key is."""
        return hmac.new(self._key, identifier.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_LENGTH]


def told(fact: Fact, envelope: Envelope, pseudonym: Callable[[str], str]) -> tuple[Envelope, bytes]:
    """Return what partners are told: attributes and body. Raises KeyError for a fact that stays inside.

    U+0000 becomes U+FFFD: PostgreSQL holds it neither as text nor as JSON, and a partner's reader would stop at it.
    """
    body = redacted(fact, pseudonym=pseudonym).model_dump_json()
    return public_envelope(envelope), _ZERO.sub(r"\1\\ufffd", body).encode()


def moment_of(event_id: str) -> datetime | None:
    """Return when an id was made, to the millisecond; None for one that does not tell (it is no UUIDv7)."""
    if not _TIME_ORDERED.fullmatch(event_id):
        return None
    return datetime.fromtimestamp(int(event_id.replace("-", "")[:12], 16) / 1000, UTC)


class Place(NamedTuple):
    """Behind which event a reader stands; the id tells this feed's history from another one's."""

    position: int
    event_id: str = ""

    @property
    def cursor(self) -> str:
        """The place as readers keep it."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")

    @classmethod
    def of(cls, cursor: str) -> "Place":
        """Return the place that a cursor names. Raises ValueError for what never was a cursor."""
        try:
            position, event_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except (binascii.Error, TypeError, RecursionError) as error:
            raise ValueError("no cursor") from error
        if type(position) is not int or not isinstance(event_id, str) or not 0 <= position < 2**63:
            raise ValueError("no cursor")
        return cls(position, event_id)


BEGINNING = Place(0)
