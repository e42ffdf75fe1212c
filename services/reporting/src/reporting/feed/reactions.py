"""The feed listens to every fact that partners are told of."""

from chassis.reactions import Reactions
from chassis.work import Work
from contracts.catalogue import CATALOGUE
from contracts.fact import Fact
from contracts.public import INTERNAL
from reporting.feed import store
from reporting.feed.domain import Pseudonyms, told


def feeding(pseudonyms: Pseudonyms) -> Reactions:
    """Return the reactions by which public facts enter the feed."""
    reactions = Reactions()

    @reactions.when(*(model for event_type, model in CATALOGUE.items() if event_type not in INTERNAL))
    async def when_a_public_fact_happens_take_it_into_the_feed(fact: Fact, work: Work) -> None:
        if work.event is None:
            raise ValueError("the feed takes only an announced fact")
        await store.append(work.db, store.row(*told(fact, work.event, pseudonyms), at=work.now))

    return reactions
