"""The three streams of the platform: what services tell one another, what partners receive, what partners tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from contracts import inbound, public
from contracts.catalogue import CATALOGUE
from contracts.envelope import SCHEMA_ROOT
from contracts.fact import Fact


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Types that travel together: one exchange of the broker, one folder of schemas, one AsyncAPI document."""

    exchange: Literal["facts", "public", "inbound"]
    models: Mapping[str, type[Fact]]
    folder: str = ""
    """Of the published files, below `schemas` and `examples`; the services' own stand there directly."""
    schema_root: str = SCHEMA_ROOT

    def name(self, event_type: str) -> str:
        """Return the name of a type among all published files, without their ending."""
        return f"{self.folder}/{event_type}" if self.folder else event_type


FACTS = Stream(exchange="facts", models=CATALOGUE)
PUBLIC = Stream(exchange="public", models=public.CATALOGUE, folder="public", schema_root=public.PUBLIC_SCHEMA_ROOT)
INBOUND = Stream(exchange="inbound", models=inbound.CATALOGUE, folder="inbound", schema_root=f"{SCHEMA_ROOT}inbound:")
STREAMS = (FACTS, PUBLIC, INBOUND)
