"""What of the feed runs where, by what the operator has set."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chassis.mongo import Mongo
from chassis.reactions import Reactions
from chassis.settings import ServiceSettings
from reporting.feed.domain import Pseudonyms
from reporting.feed.numbering import keep_numbering
from reporting.feed.publishing import keep_publishing
from reporting.feed.reactions import feeding
from reporting.feed.watching import measure


@dataclass(frozen=True, kw_only=True)
class FeedParts:
    """What the wiring puts into the service: nothing of it where there is no feed."""

    state: Mapping[str, Any]
    reactions: Sequence[Reactions] = ()
    beside_relay: Sequence[Callable[[Mongo], Coroutine[None, None, None]]] = ()
    measures: Sequence[Callable[[Mongo], Awaitable[None]]] = ()


def feed_parts(settings: ServiceSettings, pseudonyms: Pseudonyms | None, public_url: str | None) -> FeedParts:
    """Return the feed's parts; it is kept where people have pseudonyms, and published where partners have a broker."""
    state = {"feed_kept": pseudonyms, "feed_published": public_url is not None}
    if pseudonyms is None:
        return FeedParts(state=state)
    duties: list[Callable[[Mongo], Coroutine[None, None, None]]] = [partial(keep_numbering, settings=settings)]
    if public_url is not None:
        duties.append(partial(keep_publishing, settings=settings, url=public_url))
    return FeedParts(
        state=state,
        reactions=[feeding(pseudonyms)],
        beside_relay=duties,
        measures=[partial(measure, published=public_url is not None)],
    )
