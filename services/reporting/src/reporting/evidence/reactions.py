"""The chronicle listens to every published fact."""

from chassis.reactions import Reactions
from chassis.work import Work
from contracts.catalogue import CATALOGUE
from contracts.fact import Fact
from reporting.evidence.domain import evidence_of
from reporting.evidence.store import keep_evidence

reactions = Reactions()


@reactions.when(*CATALOGUE.values())
async def when_anything_happens_keep_it_as_evidence(fact: Fact, work: Work) -> None:
    """Keep one record per event; which of them count is decided when figures are counted."""
    if work.event is None:
        raise ValueError("evidence is kept only of an announced fact")
    await keep_evidence(work, evidence_of(fact, work.event))
