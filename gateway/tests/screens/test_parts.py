"""What a reader of parts makes of each answer, and what it asks; the services here say one thing."""

import asyncio
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.identity import UNAUTHENTICATED
from chassis.problem import Problem
from gateway.composites.parts import (
    PART_SECONDS,
    Found,
    NotToBeShown,
    Part,
    ReaderOfParts,
    essential,
    lacking,
    target,
    worst,
)
from gateway.composites.rows import expertise, reporting
from gateway.exchange import Exchange
from gateway.refusals import DEADLINE, SERVICE_BUSY, UNREACHABLE
from gateway.resilience.services import Reply

CARD = {"id": "k-1", "formed_on": "2019-01-01", "title": "Очаг", "state": "draft", "institution_id": "vesta"}


class Saying:
    """Says one thing to every question, and notes it with its time."""

    def __init__(self, said: Any, status: int = 200) -> None:
        self.said, self.status = said, status
        self.asked: list[tuple[str, str, float]] = []

    async def ask(self, exchange: Exchange | None, service: str, path: bytes, seconds: float) -> Reply:
        self.asked.append((service, path.decode(), seconds))
        if isinstance(self.said, Problem):
            raise self.said
        return Reply(self.status, {}, json.dumps(self.said).encode())


async def nobody(*_: object) -> Any:
    raise AssertionError


@pytest.fixture
async def exchange() -> Exchange:
    return Exchange({"type": "http", "method": "GET"}, nobody, nobody, dress=lambda _, headers: headers)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, "ok"),
        (403, "forbidden"),
        (404, "forbidden"),
        (409, "unavailable"),
        (500, "unavailable"),
        (503, "unavailable"),
        (504, "timeout"),
        (301, "unavailable"),
    ],
)
async def test_a_refusal_of_the_caller_is_told_apart_from_a_service_that_cannot(exchange, status, found):
    reader = ReaderOfParts(Saying(CARD, status), exchange)
    assert (await reader.record(expertise.ApplicationBrief, "k-1")).status == found


@pytest.mark.parametrize(
    ("refusal", "found"), [(DEADLINE, "timeout"), (SERVICE_BUSY, "unavailable"), (UNREACHABLE, "unavailable")]
)
async def test_a_service_that_was_too_slow_is_told_apart_from_one_that_is_away(exchange, refusal, found):
    reader = ReaderOfParts(Saying(refusal), exchange)
    assert (await reader.page(expertise.ApplicationBrief)).status == found
    assert refusal.__traceback__ is None  # a constant: what it holds is never freed


@pytest.mark.parametrize("said", [(CARD, 503), ({"id": 5}, 200)], ids=["refused", "not understood"])
async def test_the_log_says_which_part_a_service_could_not_give_and_not_of_whom(exchange, said):
    with capture_logs() as lines:
        await ReaderOfParts(Saying(*said), exchange).record(expertise.ApplicationBrief, "01a201aa-7000")
    [line] = lines
    assert (line["upstream"], line["part"]) == ("expertise", "ApplicationBrief")
    assert "01a201aa" not in str(line)


async def test_a_token_that_one_service_refuses_ends_the_reading(exchange):
    with pytest.raises(Problem) as refused:
        await ReaderOfParts(Saying({}, 401), exchange).page(expertise.ApplicationBrief)
    assert refused.value is UNAUTHENTICATED


@pytest.mark.parametrize(
    "said", [[], 5, None, "x", {"items": None}, {"items": [5]}, {"item": []}, {"items": [{"id": "a"}]}]
)
async def test_a_list_of_another_form_is_as_good_as_none(exchange, said):
    assert (await ReaderOfParts(Saying(said), exchange).page(expertise.ApplicationBrief)).status == "unavailable"


async def test_a_record_is_read_by_its_address_and_goes_on_nowhere(exchange):
    services = Saying({**CARD, "items": [], "next": "x"})
    found = await ReaderOfParts(services, exchange).record(expertise.ApplicationBrief, "k-1")
    assert [asked[:2] for asked in services.asked] == [("expertise", "/v1/applications/k-1")]
    assert found.only is not None
    assert (found.only.resource, found.more) == ("/v1/applications/k-1", None)


async def test_a_list_may_lie_elsewhere_than_its_records_and_goes_on_where_it_was_read(exchange):
    services = Saying({"items": [], "next": "a+b="})
    reader = ReaderOfParts(services, exchange)
    listed = await reader.page(reporting.CountingReport, about=["a", "b"], year=None, on=0)
    assert services.asked[0][1] == "/v1/counting-reports?about=a&about=b&on=0"
    assert (listed.only, listed.more) == (None, "/v1/counting-reports?about=a&about=b&on=0&cursor=a%2Bb%3D")
    assert (await reader.page(reporting.WebhookBrief)).more == "/v1/webhooks?cursor=a%2Bb%3D"


async def test_a_part_is_given_its_own_time_and_a_little_less_than_is_left_of_the_whole(exchange):
    services, now = Saying({"items": []}), asyncio.get_running_loop().time()
    await ReaderOfParts(services, exchange).page(expertise.Session)
    exchange.deadline = now + 2
    await ReaderOfParts(services, exchange).page(expertise.Session)
    whole, hurried = (seconds for _, _, seconds in services.asked)
    assert PART_SECONDS - 0.5 < whole <= PART_SECONDS
    assert 1.3 < hurried <= 1.8
    exchange.deadline = now + 0.1
    assert (await ReaderOfParts(services, exchange).page(expertise.Session)).status == "timeout"
    assert len(services.asked) == 2


async def test_what_waits_for_its_turn_at_one_service_keeps_nobody_from_another(exchange):
    class Holding(Saying):
        async def ask(self, exchange: Exchange | None, service: str, path: bytes, seconds: float) -> Reply:
            if service == "expertise":
                await asyncio.Event().wait()
            return await super().ask(exchange, service, path, seconds)

    reader = ReaderOfParts(Holding({"items": []}), exchange)
    held = [asyncio.create_task(reader.page(expertise.Session)) for _ in range(9)]
    await asyncio.sleep(0)
    assert (await asyncio.wait_for(reader.page(reporting.ReportBrief), 10)).status == "ok"
    for each in held:
        each.cancel()
    await asyncio.gather(*held, return_exceptions=True)


def test_of_several_answers_the_worst_speaks_for_the_part():
    assert (worst(), worst("ok", "forbidden"), worst("timeout", "forbidden")) == ("ok", "forbidden", "timeout")
    assert worst("timeout", "unavailable", "ok") == "unavailable"
    assert [lacking([Part(status=each)]) for each in ("ok", "forbidden", "timeout", "unavailable")] == [
        False, False, True, True,
    ]  # fmt: skip
    assert target("/v1/a") == target("/v1/a", {"b": None}) == "/v1/a"


def test_without_its_subject_a_screen_is_the_services_refusal_only_where_that_is_about_the_caller():
    reply = Reply(404, {}, b"{}")
    with pytest.raises(NotToBeShown) as refused:
        essential(Found(status="forbidden", path="/v1/a", reply=reply))
    assert refused.value.reply is reply
    lost: list[tuple[Found[expertise.Session], Problem]] = [
        (Found(status="unavailable", path="/v1/a", reply=reply), UNREACHABLE),
        (Found(status="timeout", path="/v1/a"), DEADLINE),
        (Found(status="timeout", path="/v1/a", reply=reply), DEADLINE),
    ]
    for found, told in lost:
        with pytest.raises(Problem) as unreachable:
            essential(found)
        assert unreachable.value is told
