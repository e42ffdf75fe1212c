"""Every published type and its model: the only look-up table."""

from contracts import expertise, registry, reporting, transfer
from contracts.fact import Fact

OWNERS = (registry, expertise, transfer, reporting)


def _published() -> dict[str, type[Fact]]:
    models = [
        model
        for owner in OWNERS
        for model in vars(owner).values()
        if isinstance(model, type) and issubclass(model, Fact) and "type" in vars(model)
    ]
    return {model.type: model for model in models}


CATALOGUE: dict[str, type[Fact]] = _published()
