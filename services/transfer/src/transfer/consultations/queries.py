"""What clients see of consultations: those who gave them, those who received them, and those who oversee."""

from datetime import date

from pydantic import BaseModel

from chassis.pages import Page, PageRequest, View, page
from chassis.work import Reads
from contracts.transfer import Channel
from transfer.consultations.domain import MAY_SEE, ConsultationKind
from transfer.consultations.store import CONSULTATIONS
from transfer.dates import within
from transfer.fields import ORIGIN, IdFilter, Question, YearFilter
from transfer.institutions.store import names
from transfer.tallies import tally


class ConsultationView(View):
    """Консультация."""

    institution_id: str
    consultant_id: str
    kind: ConsultationKind
    channel: Channel
    topic: str
    recipient_institution_id: str | None
    application_id: str | None
    minutes: int | None
    result: str | None
    given_on: date
    origin: str | None = ORIGIN


class ConsultationSearch(PageRequest):
    """Какие консультации показать."""

    institution_id: IdFilter = None
    recipient_institution_id: IdFilter = None
    application_id: IdFilter = None
    kind: ConsultationKind | None = None
    channel: Channel | None = None
    year: YearFilter = None


class ConsultationCountSearch(Question):
    """Чьи консультации, какого вида и за какой год сосчитать."""

    institution_id: IdFilter = None
    kind: ConsultationKind | None = None
    year: YearFilter = None


class Recipient(BaseModel):
    """Сколько консультаций получило учреждение."""

    institution_id: str
    name: str
    count: int


class ConsultationCounts(BaseModel):
    """Консультации по каналам, видам и получателям."""

    total: int
    by_channel: dict[Channel, int]
    by_kind: dict[ConsultationKind, int]
    by_recipient: list[Recipient]


async def consultation(reads: Reads, consultation_id: str) -> ConsultationView:
    """Return one consultation. Raises: ConsultationUnknown."""
    return ConsultationView.model_validate(await CONSULTATIONS.document(reads, consultation_id, to=MAY_SEE))


async def consultations(reads: Reads, search: ConsultationSearch) -> Page[ConsultationView]:
    """Return the consultations that the caller may see, the latest first."""
    asked = search.model_dump(
        include={"institution_id", "recipient_institution_id", "application_id", "kind", "channel"}, exclude_none=True
    )
    where = {"$and": [MAY_SEE.filter(reads.caller), {"given_on": within(search.year), **asked}]}
    collection = reads.db[CONSULTATIONS.collection]
    return await page(collection, where, search, ConsultationView.model_validate, order=("given_on", -1))


async def consultation_counts(reads: Reads, search: ConsultationCountSearch) -> ConsultationCounts:
    """Count the consultations that the caller may see (C23), per recipient too (A42)."""
    asked = search.model_dump(include={"institution_id", "kind"}, exclude_none=True)
    where = {"$and": [MAY_SEE.filter(reads.caller), {"given_on": within(search.year), **asked}]}
    channel = await tally(reads, CONSULTATIONS.collection, where, by="channel")
    recipient = await tally(reads, CONSULTATIONS.collection, where, by="recipient_institution_id")
    called = await names(reads.db, recipient)
    return ConsultationCounts(
        total=sum(channel.values()),
        by_channel=channel,
        by_kind=await tally(reads, CONSULTATIONS.collection, where, by="kind"),
        by_recipient=[
            Recipient(institution_id=institution_id, name=called.get(institution_id, ""), count=count)
            for institution_id, count in recipient.items()
        ],
    )
