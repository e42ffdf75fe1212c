"""What a room does when a fact arrives: `when <fact> do <use case>`."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from chassis.work import Work
from contracts.fact import Fact

F = TypeVar("F", bound=Fact)
Reaction = Callable[[Any, Work], Awaitable[object]]


class Reactions:
    """The reactions of one room; a reaction is `async (fact, work)` and neither commits, publishes nor acknowledges."""

    def __init__(self) -> None:
        self.by_model: dict[type[Fact], list[Reaction]] = defaultdict(list)

    def when(self, *models: type[F]) -> Callable[[Callable[[F, Work], Awaitable[object]]], Reaction]:
        """Register a reaction to the facts of the given types."""

        def register(reaction: Callable[[F, Work], Awaitable[object]]) -> Reaction:
            for model in models:
                self.by_model[model].append(reaction)
            return reaction

        return register


def merged(rooms: Iterable[Reactions]) -> dict[str, tuple[type[Fact], tuple[Reaction, ...]]]:
    """Return event type → its model and all reactions to it, in the order of the rooms."""
    found: dict[str, tuple[type[Fact], tuple[Reaction, ...]]] = {}
    for room in rooms:
        for model, reactions in room.by_model.items():
            found[model.type] = (model, (*found.get(model.type, (model, ()))[1], *reactions))
    return found
