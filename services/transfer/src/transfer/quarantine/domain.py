"""An entry of the quarantine: a partner's message as it came, and why it was not taken in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal

from chassis.errors import DomainError, NotFound, RuleBroken, Words
from chassis.policy import Allow, ScopedAllow
from contracts.envelope import PREFIX
from contracts.inbound import MAX_BODY_BYTES
from transfer.access import MAY_READ_REFUSALS, STAFF

EntryState = Literal["waiting", "quarantined", "discarded"]
STATE_NAMES = {"waiting": "ждёт новой попытки", "quarantined": "отклонено", "discarded": "отложено навсегда"}

MAY_SEE = ScopedAllow(scope=MAY_READ_REFUSALS, roles=frozenset({"curator", "administrator"}), members=STAFF)
MAY_DECIDE = Allow(roles=frozenset({"administrator"}))
MOST_ENTRIES = 1000
"""Of one partner, and of all senders that nobody knows together: so many may wait for another try, and so many be kept
that wait for nothing. Beyond it what would wait is refused at once, and of the others the oldest make room."""
SETTLED: tuple[EntryState, ...] = ("quarantined", "discarded")
"""States of entries that nothing becomes of by itself."""
_OTHER_PREFIX = "cloudEvents_"
_MOST_HEADERS, _LONGEST_NAME, _LONGEST_VALUE = 40, 128, 500
_OF_DELIVERY, _MOST_OF_DELIVERY = "x-", 10
"""How the broker begins what it adds to a message on its way (`x-delivery-count`, `x-death`): it differs each time."""


@dataclass(eq=False, kw_only=True)
class MessageUnknown(NotFound):
    """No entry has this id, or the caller may not see it, or it has been taken in."""

    code: ClassVar = "quarantine-entry-unknown"
    title: ClassVar = Words("Сообщение не найдено", "The message is not found")
    detail: ClassVar = Words(
        "Сообщения {entry_id} в карантине нет: возможно, оно уже принято.",
        "There is no message {entry_id} in the quarantine: perhaps it has been taken in.",
    )
    entry_id: str


@dataclass(eq=False, kw_only=True)
class HandlingFailed(RuleBroken):
    """The platform itself could not handle a message."""

    code: ClassVar = "handling-failed"
    title: ClassVar = Words("Сообщение не обработано", "The message was not handled")
    detail: ClassVar = Words(
        "Ошибка на стороне платформы: администратор повторит обработку, когда она исправлена.",
        "An error of the platform: the administrator lets it be tried again once it is corrected.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header of a message, as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message as it came, bounded; `size` is the body's own, `digest` that of the whole message."""

    user_id: str | None
    routing_key: str | None
    content_type: str | None
    headers: tuple[Header, ...]
    body: bytes
    size: int
    digest: str

    @property
    def texts(self) -> dict[str, str]:
        """The headers by their names, in the prefix of AMQP."""
        return {header.name.replace(_OTHER_PREFIX, PREFIX, 1): header.value for header in self.headers}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a message is not taken in, in two languages; `field` is what is wrong with it."""

    code: str
    field: str | None
    title_ru: str
    title_en: str
    detail_ru: str
    detail_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message in quarantine; `times` counts how often it came. `institution_id` None: only operators see it."""

    id: str
    version: int = 0
    integration_id: str | None
    institution_id: str | None
    partner: str
    state: EntryState
    reason: Reason
    event_id: str | None
    type: str | None
    parcel: Parcel
    received_at: datetime
    last_at: datetime
    next_at: datetime | None
    attempts: int
    """Those that ended, with the reason."""
    times: int
    begun: int = 0
    """Those that began since then, and of which nothing came: whoever made them died, or lost the database."""
    discarded_because: str | None = None
    decided_by: str | None = None


def parcel(
    *,
    user_id: str | None,
    routing_key: str | None,
    content_type: str | None,
    headers: Mapping[str, object],
    body: bytes,
) -> Parcel:
    """Return a message in the form in which it is kept: at most 50 headers, texts of 500 characters, 64 KiB.

    A message is the same however often and by whatever way it comes: headers of a delivery are kept beside the others
    and are no part of its digest.
    """
    told, of_delivery = list[Header](), list[Header]()
    for name, value in sorted(headers.items(), key=_attributes_first):
        header = Header(name=name[:_LONGEST_NAME], value=_text(value)[:_LONGEST_VALUE])
        (of_delivery if name.startswith(_OF_DELIVERY) else told).append(header)
    told = told[:_MOST_HEADERS]
    identity = repr((user_id, routing_key, content_type, [(header.name, header.value) for header in told]))
    return Parcel(
        user_id=user_id,
        routing_key=routing_key,
        content_type=content_type,
        headers=(*told, *of_delivery[:_MOST_OF_DELIVERY]),
        body=body[:MAX_BODY_BYTES],
        size=len(body),
        digest=hashlib.sha256(identity.encode("utf-8", "replace") + b"\0" + body).hexdigest(),
    )


def _attributes_first(header: tuple[str, object]) -> tuple[bool, str]:
    return not header[0].startswith((PREFIX, _OTHER_PREFIX)), header[0]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def reason_of(refusal: DomainError, *, field: str | None) -> Reason:
    """Return a refusal as people and programs are told of it."""
    title_ru, detail_ru = refusal.say("ru")
    title_en, detail_en = refusal.say("en")
    return Reason(
        code=refusal.code,
        field=field,
        title_ru=title_ru,
        title_en=title_en,
        detail_ru=detail_ru[:1000],
        detail_en=detail_en[:1000],
    )


def try_again(entry: Entry, *, by: str, now: datetime) -> Entry:
    """Let a message be tried again at once, with all its tries, whatever was decided of it before."""
    return replace(entry, state="waiting", next_at=now, attempts=0, begun=0, discarded_because=None, decided_by=by)


def discard(entry: Entry, *, because: str, by: str) -> Entry:
    """Set a message aside for good; it stays readable."""
    return replace(entry, state="discarded", next_at=None, discarded_because=because, decided_by=by)
