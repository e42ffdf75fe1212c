"""What is allowed: the rate classes that rows of the route table name, each with the reason of its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["address", "subject", "partner"]
Overrides = Mapping[str, Mapping[Kind, tuple[int, int]]]
"""Rate class → kind → requests and the seconds in which they may be made."""


@dataclass(frozen=True, slots=True)
class Policy:
    """So many requests in a window of so many seconds, which begins with the first of them."""

    limit: int
    seconds: int = 60

    def __post_init__(self) -> None:
        """Raises ValueError for a limit that admits nothing or has no end."""
        if self.limit < 1 or not 1 <= self.seconds <= 86_400:
            raise ValueError(f"not a limit: {self.limit} in {self.seconds} s")


@dataclass(frozen=True, slots=True)
class RateClass:
    """The limits of one kind of request, each counted on its own."""

    name: str
    policies: Mapping[Kind, Policy]
    """`subject` is a person, `partner` a program that calls in its own name: an exchange has no pauses for reading."""


def _class(name: str, *, address: int, subject: int, partner: int) -> RateClass:
    return RateClass(name, {"address": Policy(address), "subject": Policy(subject), "partner": Policy(partner)})


RATE_CLASSES = (
    # a screen makes up to ten reads, so a screen a second; an office of fifty people sits behind one address
    _class("read", address=3000, subject=600, partner=1200),
    # each asks the services up to forty times; a screen a second is more than anybody looks at
    _class("screen", address=600, subject=60, partner=120),
    # two changes a second are more than hands make; a partner's nightly exchange makes five
    _class("write", address=600, subject=120, partner=300),
    # up to 101 MiB each: the disk of the service is what is protected
    _class("upload", address=120, subject=30, partner=60),
    _class("download", address=300, subject=60, partner=120),
    # an office comes to work; thirty guesses a minute over all logins, and the registry throttles each login itself
    _class("sign-in", address=30, subject=30, partner=30),
    # applications renew their tokens every few minutes: a hundred of them behind one address
    _class("token", address=120, subject=120, partner=120),
    # a connection lost every two seconds for a minute; how many are open at once is limited by `streams`
    _class("stream", address=300, subject=30, partner=30),
)


def rate_classes(overrides: Overrides, *, factor: float = 1) -> dict[str, RateClass]:
    """Return the rate classes by name, as the operator wants them; `factor` multiplies every limit.

    Raises ValueError for a class, a kind or numbers that mean nothing.
    """
    known = {each.name: each for each in RATE_CLASSES}
    for name, kinds in overrides.items():
        if name not in known:
            raise ValueError(f"there is no rate class {name}: {', '.join(known)}")
        policies: dict[Kind, Policy] = {kind: Policy(*numbers) for kind, numbers in kinds.items()}
        known[name] = replace(known[name], policies={**known[name].policies, **policies})
    return {name: _multiplied(each, factor) for name, each in known.items()}


def _multiplied(each: RateClass, factor: float) -> RateClass:
    return replace(
        each,
        policies={
            kind: replace(policy, limit=max(1, round(policy.limit * factor))) for kind, policy in each.policies.items()
        },
    )
