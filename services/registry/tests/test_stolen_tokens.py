"""A refresh token that was spent is known as long as its family may live."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from chassis.documents import Database
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.work import Cause, Work
from registry.refresh_tokens import handlers
from registry.refresh_tokens.domain import Family
from registry.refresh_tokens.store import FAMILIES, SPENT, SPENT_INDEXES

R = TypeVar("R")
CLIENT = "portal"


@dataclass
class Days:
    """Uses of tokens on the days after a sign-in."""

    mongo: Mongo
    begun: datetime

    async def on(self, day: float, use: Callable[[Work], Awaitable[R]]) -> R:
        async def body(db: Database) -> R:
            now = self.begun + timedelta(days=day)
            return await use(Work(db=db, now=now, caller=Caller(subject="p-1"), cause=Cause("correlation-1")))

        return await self.mongo.transact(body)

    async def sign_in(self, session: str) -> str:
        beginning = handlers.Beginning(
            id=session, client_id=CLIENT, person_id="p-1", account_id="a-1", epoch=0, scope=(), signed_in_at=self.begun
        )
        return await self.on(0, lambda work: handlers.begin(beginning, work))

    async def refresh(self, day: float, token: str) -> str | None:
        async def use(work: Work) -> str | None:
            family: Family | None = await handlers.spend(token, CLIENT, work)
            return await handlers.renew(family, work) if family else None

        return await self.on(day, use)


@pytest.fixture
async def days(mongo_url: str) -> AsyncIterator[Days]:
    mongo = Mongo(mongo_url)
    await mongo.plain[FAMILIES.collection].ensure(FAMILIES.indexes)
    await mongo.plain[SPENT].ensure(SPENT_INDEXES)
    yield Days(mongo, datetime.now(UTC).replace(microsecond=0))
    await mongo.close()


async def test_a_thief_who_goes_on_refreshing_is_found_out_whenever_the_owner_comes_back(days: Days):
    stolen = await days.sign_in("session-1")
    token = stolen
    for day in (1, 14, 27, 40, 53, 66, 79):
        token = await days.refresh(day, token) or ""
    assert await days.refresh(89.9, stolen) is None
    assert await days.refresh(89.9, token) is None


async def test_a_spent_token_is_remembered_until_its_family_is_over_in_any_case_and_no_longer(days: Days):
    token = await days.sign_in("session-2")
    assert await days.refresh(13.5, token)
    [row] = await days.mongo.plain[SPENT].find({"_id": {"$gt": ""}})
    assert row["until"] == days.begun + timedelta(days=90)
    assert [index.options for index in SPENT_INDEXES] == [{"expireAfterSeconds": 0}]
