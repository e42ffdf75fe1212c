"""What the broker holds for partners, what it must hold, and the calls that lead from the one to the other.

Everything of a partner is called `partner.<name>`: its user (after the prefix of the place), its queue, its policy.
What is called otherwise is somebody else's and never touched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from registry.integrations.domain import EVERYTHING, Integration, keeps_queue, standing

PUBLIC, INBOUND, LOG = "public", "inbound", "public.log"
HASHING = "rabbit_password_hashing_sha256"
LIMITS: Mapping[str, int] = {"max-connections": 5, "max-channels": 20}
"""Of one partner, over all nodes."""
_DELIVERY_LIMIT = 1_000_000
"""As in the definitions for all partners: RabbitMQ 4 would drop what a partner has put back twenty times."""
_OURS = "partner."
_NOTHING = "^$"
_QUEUE_TYPE = "x-queue-type"


class Place(NamedTuple):
    """Where on the broker partners live; the prefix lets several platforms share one broker's users."""

    vhost: str = "partners"
    user_prefix: str = ""
    address: str | None = None
    """`amqp(s)://host:port` as partners' systems reach it; None when nobody has said."""

    def user(self, integration: Integration) -> str:
        """Return the broker user of an integration."""
        return self.user_prefix + queue_of(integration)

    def url(self, user: str = "", password: str = "") -> str | None:
        """Return what an AMQP client connects to; complete with user and password."""
        if self.address is None:
            return None
        scheme, _, host = self.address.partition("://")
        identity = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        return f"{scheme}://{identity}{host}/{quote(self.vhost, safe='')}"


class Right(NamedTuple):
    """What a user may do in a virtual host; patterns of names."""

    vhost: str
    configure: str
    write: str
    read: str


class TopicRight(NamedTuple):
    """Which routing keys of an exchange a user may write and read. Without one the broker allows every key."""

    vhost: str
    exchange: str
    write: str
    read: str


class Binding(NamedTuple):
    """By which key an exchange feeds a queue; `properties` is the broker's name of the binding."""

    source: str
    routing_key: str
    properties: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user with all its rights, wherever they are."""

    password_hash: str = field(repr=False)
    hashing: str = HASHING
    tags: frozenset[str] = frozenset()
    rights: frozenset[Right] = frozenset()
    topics: frozenset[TopicRight] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A partner's queue and what feeds it."""

    kind: str = "quorum"
    durable: bool = True
    bindings: frozenset[Binding] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """What there is of partners, each by its name."""

    accounts: Mapping[str, Account]
    limits: Mapping[str, Mapping[str, int]]
    mailboxes: Mapping[str, Mailbox]
    policies: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the management API; `content` may hold a hash and is not printed."""

    method: str
    path: tuple[str, ...]
    content: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The path below `/api`."""
        return "/".join(quote(part, safe="") for part in self.path)


@dataclass(frozen=True, slots=True)
class Step:
    """A change as people are told of it, and the calls that make it."""

    words: str
    calls: tuple[Call, ...]


def queue_of(integration: Integration) -> str:
    """Return the name of a partner's queue."""
    return f"{_OURS}{integration.name}"


def is_queue(name: str) -> bool:
    """Tell whether a queue is a partner's."""
    return name.startswith(_OURS)


def wanted(integrations: Iterable[Integration], place: Place, *, today: date) -> Topology:
    """Return what the broker must hold on a day; of expired integrations the queue, of revoked ones nothing."""
    every = list(integrations)
    users = {place.user(one): one for one in every if standing(one, today=today) == "in_force"}
    queues = {queue_of(one): one for one in every if keeps_queue(one, today=today)}
    return Topology(
        accounts={name: _account(one, place) for name, one in users.items()},
        limits=dict.fromkeys(users, LIMITS),
        mailboxes={name: Mailbox(bindings=_bindings(one)) for name, one in queues.items()},
        policies={name: _policy(name, one.queue_bytes) for name, one in queues.items()},
    )


def _account(integration: Integration, place: Place) -> Account:
    readable = [queue_of(integration)] if integration.receives else []
    # One log holds every public type, so it is for those alone who may receive them all.
    readable += [LOG] if EVERYTHING in integration.receives else []
    writable = [INBOUND] if integration.sends else []
    return Account(
        password_hash=integration.password_hash,
        rights=frozenset({Right(place.vhost, _NOTHING, _exactly(writable), _exactly(readable))}),
        topics=frozenset(
            {
                TopicRight(place.vhost, PUBLIC, _NOTHING, _NOTHING),
                TopicRight(place.vhost, INBOUND, _exactly(integration.sends), _NOTHING),
            }
        ),
    )


def _exactly(names: Iterable[str]) -> str:
    escaped = [re.escape(name).replace("\\-", "-") for name in names]
    return f"^({'|'.join(escaped)})$" if escaped else _NOTHING


def _bindings(integration: Integration) -> frozenset[Binding]:
    keys = ("#",) if EVERYTHING in integration.receives else integration.receives
    return frozenset(Binding(PUBLIC, key, quote(key, safe="")) for key in keys)


def _policy(name: str, queue_bytes: int) -> Mapping[str, Any]:
    # Beyond its limit a queue drops its oldest messages: whoever publishes does not notice a partner that sleeps.
    definition = {"max-length-bytes": queue_bytes, "overflow": "drop-head", "delivery-limit": _DELIVERY_LIMIT}
    return {"pattern": _exactly([name]), "apply-to": "queues", "priority": 10, "definition": definition}


def found(definitions: Mapping[str, Any], bindings: Iterable[Mapping[str, Any]], place: Place) -> Topology:
    """Return what the broker holds of partners, from its definitions and the bindings of the virtual host."""
    mine = re.compile(re.escape(place.user_prefix + _OURS))
    users = [row for row in definitions["users"] if mine.match(row["name"])]
    feeds = [row for row in bindings if row["source"] and row["destination_type"] == "queue"]
    return Topology(
        accounts={row["name"]: _found_account(row, definitions) for row in users},
        limits={row["name"]: row.get("limits", {}) for row in users},
        mailboxes={row["name"]: _found_mailbox(row, feeds) for row in _here(definitions["queues"], place)},
        policies={
            row["name"]: {name: row[name] for name in ("pattern", "apply-to", "priority", "definition")}
            for row in _here(definitions["policies"], place)
        },
    )


def _here(rows: Iterable[Mapping[str, Any]], place: Place) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if row["vhost"] == place.vhost and is_queue(row["name"]))


def _found_account(row: Mapping[str, Any], definitions: Mapping[str, Any]) -> Account:
    tags = row["tags"].split(",") if isinstance(row["tags"], str) else row["tags"]
    held = [right for right in definitions["permissions"] if right["user"] == row["name"]]
    topics = [right for right in definitions["topic_permissions"] if right["user"] == row["name"]]
    return Account(
        password_hash=row["password_hash"],
        hashing=row.get("hashing_algorithm", ""),
        tags=frozenset(tag for tag in tags if tag),
        rights=frozenset(Right(*(right[name] for name in Right._fields)) for right in held),
        topics=frozenset(TopicRight(*(right[name] for name in TopicRight._fields)) for right in topics),
    )


def _found_mailbox(row: Mapping[str, Any], bindings: Iterable[Mapping[str, Any]]) -> Mailbox:
    into = [each for each in bindings if each["destination"] == row["name"]]
    return Mailbox(
        kind=row["arguments"].get(_QUEUE_TYPE, "classic"),
        durable=row["durable"],
        bindings=frozenset(Binding(each["source"], each["routing_key"], each["properties_key"]) for each in into),
    )


def only(topology: Topology, *, user: str, queue: str) -> Topology:
    """Return what there is of one partner."""
    return Topology(
        accounts={name: one for name, one in topology.accounts.items() if name == user},
        limits={name: one for name, one in topology.limits.items() if name == user},
        mailboxes={name: one for name, one in topology.mailboxes.items() if name == queue},
        policies={name: one for name, one in topology.policies.items() if name == queue},
    )
