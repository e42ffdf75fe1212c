"""HTTP doors of contributions: the way in for partners without a broker, and what was taken in by any way."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import Discriminator, Field, Tag, WithJsonSchema

from chassis.answers import language
from chassis.door import Door, HttpDoor
from chassis.errors import DomainError, Unavailable
from chassis.pages import Page
from chassis.problem import status_of
from chassis.work import Work
from contracts.envelope import PREFIX
from contracts.inbound import ConsultationGivenV1, InboundEnvelope
from transfer.contributions import domain, queries
from transfer.contributions.handlers import Announcement, speaker, take_in
from transfer.contributions.measures import count
from transfer.contributions.queries import (
    ContributionSearch,
    ContributionView,
    Outcome,
    Outcomes,
    ReceiptView,
    event_example,
)

router = APIRouter(prefix="/v1/contributions", tags=["События партнёров"])
MOST_EVENTS = 100
_TEXT = {"type": "string"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Событие CloudEvents 1.0",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _TEXT | {"minLength": 1, "maxLength": 64},
        "source": _TEXT | {"maxLength": 200},
        "type": _TEXT,
        "time": _TEXT | {"format": "date-time"},
        "subject": _TEXT,
        "datacontenttype": _TEXT,
        "data": {"type": "object"},
    },
    "required": ["specversion", "id", "source", "type", "time", "data"],
    "examples": [event_example(data=ConsultationGivenV1.example())],
}
Event = Annotated[dict[str, Any], WithJsonSchema(_SCHEMA)]
Batch = Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]
_IN_TEXT = tuple(name for name, field in InboundEnvelope.model_fields.items() if field.is_required())


def _form(body: object) -> str:
    return "events" if isinstance(body, list) else "event"


# Told apart first: an error of one form would otherwise be told beside that it is not the other.
EventOrBatch = Annotated[Annotated[Event, Tag("event")] | Annotated[Batch, Tag("events")], Discriminator(_form)]


def _says_json(request: Request) -> None:
    """Refuse what is not said to be JSON before its body is looked at. Raises: NotJson."""
    told = request.headers.get("content-type", "")
    media = told.partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        raise domain.NotJson(content_type=told[:100])


_EXAMPLES = {"consultation": {"summary": "Консультация", "value": _SCHEMA["examples"][0]}}


@router.post(
    "",
    status_code=201,
    response_model=ReceiptView,
    dependencies=[Depends(_says_json)],
    responses={200: {"model": ReceiptView | Outcomes, "description": "Принято раньше, или итог пачки по событиям"}},
    summary="Сообщить о событиях своего учреждения",
)
async def contribute(
    body: Annotated[EventOrBatch, Body(openapi_examples=_EXAMPLES)], door: Door, request: Request
) -> Response:
    """Событие или пачка до 100 событий CloudEvents (structured JSON), всего до 1 МиБ; повтор безвреден.

    Нужны scope `contributions.write` и членство в учреждении, у которого есть подключение.
    """
    alone = HttpDoor(request, door.caller, None)  # the event's own id makes a repetition harmless
    if isinstance(body, dict):
        return await _taken(alone, body)
    items = [await _outcome(alone, event, language(request)) for event in body]
    return door.listing(Outcomes(items=items))


@router.get("", response_model=Page[ContributionView], summary="Принятые события партнёров")
async def taken_in(door: Door, search: Annotated[ContributionSearch, Query()]) -> Response:
    """Что принято и какой записью стало, через брокер и по HTTP; сначала последние. Непринятое — в карантине.

    Партнёр (scope `contributions.write`) видит события своего учреждения, куратор и администратор — все.
    """
    return door.listing(await queries.contributions(door.reads, search))


async def _taken(door: HttpDoor, event: dict[str, Any]) -> Response:
    partner = ""

    async def told(event: dict[str, Any], work: Work) -> dict[str, Any]:
        nonlocal partner
        headers, body = _written(event)
        integration = await speaker(work, headers.get(f"{PREFIX}type", ""))
        partner = integration.name
        _fits_headers(event)
        announcement = Announcement(integration=integration, headers=headers, body=body, size=len(body))
        contribution, fresh = await take_in(announcement, work)
        shown = {name: getattr(contribution, name) for name in ReceiptView.model_fields if name != "outcome"}
        return {**shown, "_id": contribution.id, "outcome": "accepted" if fresh else "duplicate"}

    try:
        response = await door.run(told, event, ReceiptView, status=201)
    except DomainError as refusal:
        if not isinstance(refusal, Unavailable):
            count(partner, "refused", refusal.code)
        raise
    outcome = json.loads(bytes(response.body))["outcome"]
    count(partner, outcome)
    response.status_code = 201 if outcome == "accepted" else 200
    return response


async def _outcome(door: HttpDoor, event: dict[str, Any], spoken: str) -> Outcome:
    event_id = _repeatable(event.get("id"))
    try:
        response = await _taken(door, event)
    except DomainError as refusal:
        if isinstance(refusal, Unavailable):
            raise
        title, detail = refusal.say(spoken)
        told = event.get("type")
        return Outcome(
            event_id=event_id,
            status=status_of(refusal),
            outcome="refused",
            code=refusal.code,
            field=domain.field_at_fault(refusal, told if isinstance(told, str) else None),
            title=title,
            detail=detail,
        )
    receipt = json.loads(bytes(response.body))
    return Outcome(
        event_id=event_id, status=response.status_code, outcome=receipt["outcome"], record_id=receipt["record_id"]
    )


def _repeatable(told: object) -> str | None:
    """Return an id as an answer can repeat it: not every text that JSON can escape can be written."""
    return told if isinstance(told, str) and told.encode("utf-8", "ignore").decode() == told else None


def _fits_headers(event: dict[str, Any]) -> None:
    """Refuse what a message through the broker could not say: as one, it would only lack it.

    Raises: AttributesInvalid, BodyInvalid.
    """
    for name in _IN_TEXT:
        if not isinstance(event.get(name, ""), str):
            raise domain.AttributesInvalid(field=name, problem_ru="ожидается строка", problem_en="a string is expected")
    if not isinstance(event.get("data"), dict):
        raise domain.BodyInvalid(
            field="data", problem_ru="ожидается объект JSON", problem_en="a JSON object is expected"
        )


def _written(event: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return an event as it would come through the broker: attributes as headers, its data as the body."""
    headers = {f"{PREFIX}{name}": value for name, value in event.items() if isinstance(value, str)}
    return headers, json.dumps(event.get("data"), ensure_ascii=False).encode("utf-8", "surrogatepass")
