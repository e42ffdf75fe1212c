"""Use cases of deliveries: a test event, one event again, everything since a point again."""

from typing import Self

from pydantic import Field, model_validator

from chassis.documents import Document
from chassis.moments import Moment
from chassis.work import Change, Command, Work
from contracts.envelope import Envelope
from reporting.deliveries import store
from reporting.deliveries.domain import TEST_TYPE, DeliveryUnknown, again
from reporting.deliveries.standing import SERVICE
from reporting.feed.domain import MARGIN
from reporting.feed.store import head, place_before, place_of
from reporting.fields import Id
from reporting.webhooks.domain import MAY_MANAGE, STATES_RU, Webhook
from reporting.webhooks.errors import WebhookNotInState, WebhookUnknown
from reporting.webhooks.store import CURSORS, WEBHOOKS, wake


class SendTest(Command):
    """Проверочное событие."""


class Redeliver(Command):
    """Доставить событие ещё раз."""

    webhook_id: str


class RedeliverSince(Command):
    """Доставить ещё раз всё, начиная с места: времени или события. Назвать надо что-то одно."""

    since: Moment | None = Field(default=None, examples=["2026-01-31T09:00:00Z"], description="Начиная с")
    after_event: Id | None = Field(
        default=None, examples=["0190a000-0000-7000-8000-00000000e001"], description="Следующие за ним"
    )

    @model_validator(mode="after")
    def _names_one_point(self) -> Self:
        if (self.since is None) == (self.after_event is None):
            raise ValueError("назовите одно: since или after_event")
        return self


async def send_test(change: Change[SendTest], work: Work) -> Document:
    """Send an event that says nothing happened. Raises: WebhookUnknown, WebhookNotInState."""
    webhook = await _managed(work, change.id)
    if webhook.state != "active":
        raise WebhookNotInState(state=webhook.state, state_ru=STATES_RU[webhook.state])
    envelope = Envelope(
        id=work.new_id(), source=f"/{SERVICE}", type=TEST_TYPE, subject=webhook.id, time=work.now, sequence=1
    )
    event = {
        "_id": envelope.id,
        "type": TEST_TYPE,
        "aggregate_id": envelope.id,  # behind nothing, and nothing behind it
        "position": 0,
        "headers": envelope.headers(),
        "body": b"{}",
    }
    document = store.row(event, WEBHOOKS.write(webhook), work.now, kind="test") | {"event": event}
    await work.db[store.COLLECTION].insert(document)
    return document


async def redeliver(change: Change[Redeliver], work: Work) -> Document:
    """Deliver one event again, whatever became of it. Raises: WebhookUnknown, DeliveryUnknown."""
    found = await work.db[store.COLLECTION].find_one({"_id": change.id})
    webhook = await _managed(work, change.command.webhook_id)
    if found is None or found["webhook_id"] != webhook.id:
        raise DeliveryUnknown(delivery_id=change.id)
    await store.change(work.db, again(store.read(found), work.now))
    return await work.db[store.COLLECTION].find_one({"_id": change.id}) or found


async def redeliver_since(change: Change[RedeliverSince], work: Work) -> Webhook:
    """Go back over the feed: what a webhook is told of comes again, in the feed's order, with the same event ids.

    Raises: WebhookUnknown, EventNotInFeed.
    """
    webhook = await _managed(work, change.id)
    position = await _position(work, change.command)
    found = await work.db[CURSORS].find_one({"_id": webhook.id}) or {"position": 0}
    await wake(work, webhook.id, position=min(position, found["position"]))
    return webhook


async def _position(work: Work, command: RedeliverSince) -> int:
    """Return the position after which the feed is read again."""
    if command.after_event is not None:
        return (await place_of(work.db, command.after_event)).position
    since = (command.since or work.now) - MARGIN
    return (await place_before(work.db, since, await head(work.db))).position


async def _managed(work: Work, webhook_id: str) -> Webhook:
    webhook = await WEBHOOKS.get(work, webhook_id)
    if webhook.state == "removed" or not MAY_MANAGE.permits(work.caller, webhook):
        raise WebhookUnknown(webhook_id=webhook_id)
    return webhook
