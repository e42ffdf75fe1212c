"""Every published type and its model: the only look-up table."""

from collections.abc import Iterable
from itertools import chain
from types import ModuleType

from contracts import expertise, registry, reporting, transfer
from contracts.fact import Fact

OWNERS = (registry, expertise, transfer, reporting)


def published_by(owner: ModuleType) -> tuple[type[Fact], ...]:
    """Return the facts that a service's module declares, in the order it declares them."""
    return tuple(
        model
        for model in vars(owner).values()
        if isinstance(model, type) and issubclass(model, Fact) and "type" in vars(model)
    )


def by_type(models: Iterable[type[Fact]]) -> dict[str, type[Fact]]:
    """Return type → model. Raises ValueError when two models claim one type."""
    found: dict[str, type[Fact]] = {}
    for model in models:
        if found.setdefault(model.type, model) is not model:
            raise ValueError(f"{model.type} is claimed by {found[model.type].__name__} and {model.__name__}")
    return found


CATALOGUE: dict[str, type[Fact]] = by_type(chain.from_iterable(map(published_by, OWNERS)))
