"""The services' metrics about partners, as Prometheus reads them."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

SERVICES = ("registry", "reporting", "transfer")
SECONDS = 10.0
UNKNOWN = "unknown"
"""What transfer calls senders that are nobody's."""
_OF_PARTNERS = ("partner_", "webhook_", "contributions_", "quarantine_", "inbound_queue_", "feed_")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the services measured; those of a service that is `away` are missing."""

    samples: Mapping[str, Sequence[Sample]]
    away: Mapping[str, str] = field(default_factory=dict)
    """Service → why it did not answer."""

    def value(self, name: str, **labels: str) -> float | None:
        """Return a measure; None where there is none."""
        return next((one.value for one in self._of(name, labels)), None)

    def split(self, name: str, by: str, **labels: str) -> dict[str, float]:
        """Return a measure by the values of a further label, without zeros."""
        return {one.labels[by]: one.value for one in self._of(name, labels) if one.value}

    @property
    def partners(self) -> list[str]:
        """Everyone of whom something was measured, but senders that nobody knows."""
        named = {one.labels.get("partner") for every in self.samples.values() for one in every}
        return sorted(name for name in named if name and name != UNKNOWN)

    def _of(self, name: str, labels: Mapping[str, str]) -> list[Sample]:
        return [one for one in self.samples.get(name, ()) if labels.items() <= one.labels.items()]


async def read(origins: Mapping[str, str], *, seconds: float = SECONDS) -> Figures:
    """Ask the services side by side; one that does not answer in time is left out and named."""
    asked = [name for name in SERVICES if name in origins]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as http:
        answers = await asyncio.gather(*(_metrics(http, origins[name]) for name in asked))
    samples: dict[str, list[Sample]] = defaultdict(list)
    for answer in answers:
        for one in answer if isinstance(answer, list) else ():
            samples[one.name].append(one)
    away = {name: answer for name, answer in zip(asked, answers, strict=True) if isinstance(answer, str)}
    return Figures(samples=samples, away=away)


async def _metrics(http: aiohttp.ClientSession, origin: str) -> list[Sample] | str:
    """Return what a service measured, or why that is not known."""
    try:
        async with http.get(f"{origin}/metrics", allow_redirects=False) as answer:
            if answer.status != 200:
                return f"ответ {answer.status}"
            families = list(text_string_to_metric_families(await answer.text()))
    except TimeoutError:
        return "нет ответа"
    except aiohttp.ClientError:
        return "нет соединения"
    except ValueError:
        return "ответ не разобрать"
    return [one for family in families for one in family.samples if one.name.startswith(_OF_PARTNERS)]
