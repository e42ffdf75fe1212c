"""A small service of counters: enough business to show what the chassis guarantees."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Response

from chassis import copies
from chassis.aggregates import Aggregates
from chassis.app import Http, Service
from chassis.documents import Index
from chassis.door import Door, Id, IfMatch, RequiredIfMatch
from chassis.errors import NotFound, RuleBroken, Words
from chassis.pages import Page, PageRequest, View, page
from chassis.policy import Allow
from chassis.process import command_line
from chassis.reactions import Reactions
from chassis.settings import ServiceSettings
from chassis.work import Change, Command, Work
from contracts.fact import Fact

LIMIT = 5
MAY_RAISE = Allow(roles=frozenset({"operator"}), members=frozenset({"keeper"}))


class CounterOpenedV1(Fact):
    type: ClassVar[str] = "samples.counter.opened.v1"
    counter_id: str
    name: str


class CounterRaisedV1(Fact):
    type: ClassVar[str] = "samples.counter.raised.v1"
    counter_id: str
    value: int


@dataclass(eq=False, kw_only=True)
class CounterUnknown(NotFound):
    code: ClassVar = "counter-unknown"
    title: ClassVar = Words("Счётчик не найден", "Counter not found")
    detail: ClassVar = Words("Нет счётчика {counter_id}.", "There is no counter {counter_id}.")
    counter_id: str


@dataclass(eq=False, kw_only=True)
class CounterFull(RuleBroken):
    code: ClassVar = "counter-full"
    title: ClassVar = Words("Счётчик полон", "The counter is full")
    detail: ClassVar = Words("Больше {limit} нельзя.", "No more than {limit}.")
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    id: str
    version: int = 0
    name: str
    institution_id: str
    value: int = 0


COUNTERS = Aggregates(
    Counter,
    collection="counters",
    missing=lambda counter_id: CounterUnknown(counter_id=counter_id),
    indexes=[Index([("name", 1)], {"unique": True}), Index([("institution_id", 1), ("name", 1), ("_id", 1)])],
)


class OpenCounter(Command):
    name: str
    institution_id: str = "i1"


class Nothing(Command):
    pass


class CounterView(View):
    name: str
    value: int


async def open_counter(command: OpenCounter, work: Work) -> Counter:
    counter = Counter(id=work.new_id(), name=command.name, institution_id=command.institution_id)
    return await COUNTERS.save(work, counter, CounterOpenedV1(counter_id=counter.id, name=counter.name))


async def raise_counter(change: Change[Nothing], work: Work) -> Counter:
    counter = await COUNTERS.load(work, change)
    MAY_RAISE.require(work.caller, counter)
    if counter.value >= LIMIT:
        raise CounterFull(limit=LIMIT)
    raised = replace(counter, value=counter.value + 1)
    return await COUNTERS.save(work, raised, CounterRaisedV1(counter_id=counter.id, value=raised.value))


router = APIRouter(prefix="/v1/counters")


@router.post("", status_code=201, response_model=CounterView)
async def post(body: OpenCounter, door: Door) -> Response:
    return await door.run(open_counter, body, CounterView, status=201)


@router.post("/{counter_id}/raise", response_model=CounterView)
async def raise_(counter_id: Id, door: Door, version: IfMatch) -> Response:
    return await door.run(raise_counter, Change(counter_id, version, Nothing()), CounterView)


@router.put("/{counter_id}", response_model=CounterView)
async def put(counter_id: Id, body: Nothing, door: Door, version: RequiredIfMatch) -> Response:
    return await door.run(raise_counter, Change(counter_id, version, body), CounterView)


@router.get("/{counter_id}", response_model=CounterView)
async def get(counter_id: Id, door: Door) -> Response:
    found = await door.reads.db["counters"].find_one({"_id": counter_id})
    if found is None:
        raise CounterUnknown(counter_id=counter_id)
    return door.show(CounterView.model_validate(found))


@router.get("", response_model=Page[CounterView])
async def listing(door: Door, paging: Annotated[PageRequest, Query()]) -> Response:
    found = await page(
        door.reads.db["counters"], MAY_RAISE.filter(door.caller), paging, CounterView.model_validate, order=("name", 1)
    )
    return door.listing(found)


reactions = Reactions()


@reactions.when(CounterOpenedV1)
async def when_counter_opened_keep_its_name(fact: CounterOpenedV1, work: Work) -> None:
    if fact.name == "poison":
        raise CounterFull(limit=LIMIT)
    if fact.name == "broken":
        raise ZeroDivisionError
    await copies.keep(work, "names", fact.counter_id, {"name": fact.name})


@reactions.when(CounterRaisedV1)
async def when_counter_raised_add_it_up(fact: CounterRaisedV1, work: Work) -> None:
    if await work.db["names"].find_one({"_id": fact.counter_id}) is None:
        raise CounterUnknown(counter_id=fact.counter_id)
    await work.db["sums"].update({"_id": fact.counter_id}, {"$inc": {"raises": 1}}, upsert=True)


def wire(settings: ServiceSettings | None = None) -> Service:
    """Return the sample service; it borrows the registry's name for its rights on the broker."""
    return Service(
        name="registry",
        title="Счётчики",
        settings=settings or ServiceSettings(),
        http=lambda: Http([router]),
        reactions=[reactions],
        collections={COUNTERS.collection: COUNTERS.indexes, "names": (), "sums": ()},
    )


if __name__ == "__main__":
    command_line(wire)()
