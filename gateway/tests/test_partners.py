"""How partners are, in one command: from what the services measure, also while one of them is away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from gateway.partners.concerns import of_partner, of_platform
from gateway.partners.reading import Figures, read
from gateway.partners.telling import lasting, table, whole

OMSK, PSKOV = '{partner="omsk"}', '{partner="pskov"}'
WELL = {
    "registry": [
        f"partner_queue_messages{OMSK} 12", f"partner_queue_bytes{OMSK} 3400", f"partner_queue_limit_bytes{OMSK} 68000",
        f"partner_queue_oldest_age_seconds{OMSK} 310", f"partner_queue_consumers{OMSK} 1",
        f"partner_days_left{OMSK} 366", f"partner_carried_out{OMSK} 1",
        f"partner_days_left{PSKOV} 30", f"partner_carried_out{PSKOV} 1",
        "partner_broker_silent 0", 'inbound_queue_messages{queue="inbound"} 2',
        'inbound_queue_consumers{queue="inbound"} 3', 'inbound_queue_messages{queue="inbound.parked"} 0',
    ],
    "reporting": [
        'webhook_rows{partner="omsk",state="active"} 1', 'webhook_rows{partner="omsk",state="paused"} 1',
        'webhook_day_rows{partner="omsk",state="delivered"} 19', 'webhook_day_rows{partner="omsk",state="failed"} 1',
        f"webhook_waiting_rows{OMSK} 3", f"webhook_oldest_waiting_age_seconds{OMSK} 7300",
        f"webhook_behind_events{OMSK} 5", f"webhook_failing_seconds{OMSK} 0", f"webhook_stopped{OMSK} 0",
        "feed_position 1842", "feed_unnumbered_rows 0", "feed_unpublished_rows 4",
        "feed_oldest_unnumbered_age_seconds 0", "feed_oldest_unpublished_age_seconds 2",
    ],
    "transfer": [
        f"contributions_day_rows{PSKOV} 4", f"contributions_latest_age_seconds{PSKOV} 90",
        'quarantine_day_rows{partner="pskov",reason="body-invalid"} 2',
        'quarantine_day_rows{partner="pskov",reason="type-not-granted"} 1',
        'quarantine_rows{partner="pskov",state="quarantined"} 5', 'quarantine_rows{partner="pskov",state="waiting"} 1',
    ],
}  # fmt: skip


@asynccontextmanager
async def services(said: Mapping[str, Any], free_port: Callable[[], int]) -> AsyncIterator[dict[str, str]]:
    """Run small services: lines to tell, a status to answer, None for no answer; who is not there is down."""
    runners, origins = [], {}
    for name in WELL:
        port = free_port()
        origins[name] = f"http://127.0.0.1:{port}"
        if name not in said:
            continue

        async def answer(_: web.Request, told: Any = said[name]) -> web.Response:
            if told is None:
                await asyncio.Event().wait()
            return web.Response(status=told) if isinstance(told, int) else web.Response(text="\n".join(told) + "\n")

        app = web.Application()
        app.router.add_get("/metrics", answer)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        runners.append(runner)
    yield origins
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
def measured(free_port: Callable[[], int]) -> Callable[..., Any]:
    async def read_from(**changed: Any) -> Figures:
        told = {name: changed.get(name, lines) for name, lines in WELL.items() if changed.get(name, lines) != "down"}
        async with services(told, free_port) as origins:
            return await read(origins, seconds=0.5)

    return read_from


def cells(line: str) -> list[str]:
    return [cell for cell in line.split("  ") if cell]


async def test_the_table_has_a_line_for_each_partner_and_what_concerns_all(measured):
    _, omsk, pskov, *rest = table(await measured())
    told = [cell.strip() for cell in cells(omsk)]
    assert told == ["omsk", "12", "5%", "5 мин", "1", "работает: 1, на паузе: 1", "19 из 20", "—", "0", "366"]
    assert [cell.strip() for cell in cells(pskov)] == ["pskov", "—", "—", "—", "—", "—", "—", "4", "3", "30"]
    assert rest == [
        "лента: последний номер 1842, ждут номера: 0, ждут брокера: 4",
        "приём: ждут 2, принимают: 3",
    ]


async def test_of_one_partner_everything_is_told(measured):
    assert whole(await measured(), "omsk")[:7] == [
        "omsk",
        "  подключение: осталось дней: 366, на брокере выдано",
        "  очередь: ждут 12, полна на 5%, самое старое ждёт не меньше: 5 мин, читают: 1",
        "  вебхуки: работает: 1, на паузе: 1",
        "  за сутки доставлено: 19, не доставлено: 1",
        "  ждут доставки: 3, самое старое ждёт 2 ч; до конца ленты: 5",
        "  за сутки отклонено: 0",
    ]
    told = "\n".join(whole(await measured(), "pskov"))
    for line in (
        "очередь: —",
        "вебхуки: —",
        "за сутки принято: 4, последнее 2 мин назад",
        "за сутки отклонено: 3 (body-invalid: 2, type-not-granted: 1)",
        "в карантине: 5, ждут новой попытки: 1, отложено навсегда: 0",
    ):
        assert f"  {line}\n" in told


@pytest.mark.parametrize(("said", "why"), [("down", "нет соединения"), (503, "ответ 503"), (None, "нет ответа")])
async def test_what_a_service_that_is_away_would_tell_is_marked_and_the_rest_is_there(measured, said, why):
    figures = await measured(registry=said)
    _, omsk, pskov, *rest = table(figures)
    assert [cell.strip() for cell in cells(omsk)][:5] == ["omsk", "?", "?", "?", "?"]
    assert "19 из 20" in omsk
    assert cells(pskov)[-1].strip() == "?"
    assert rest[-1] == f"! registry не отвечает ({why}): очередей и сроков не видно"
    told = whole(figures, "omsk")
    assert "  за сутки доставлено: 19, не доставлено: 1" in told
    assert not any("очередь" in line for line in told)
    assert told[-1] == rest[-1]


async def test_what_is_no_list_of_metrics_counts_as_away(measured):
    figures = await measured(transfer=["<html>", "partner{ }"])
    assert figures.away == {"transfer": "ответ не разобрать"}


def figures(*lines: str) -> Figures:
    """Return measures of the partner `omsk`: `name value`, or `name{label} value`."""
    told = "\n".join(
        line.replace("{", '{partner="omsk",', 1) if "{" in line else line.replace(" ", f"{OMSK} ", 1) for line in lines
    )
    samples: dict[str, list[Any]] = {}
    for family in text_string_to_metric_families(told + "\n"):
        for one in family.samples:
            samples.setdefault(one.name, []).append(one)
    return Figures(samples=samples)


@pytest.mark.parametrize(
    ("alert", "holds", "does_not"),
    [
        ("PartnerQueueFull", ("partner_queue_limit_bytes 100", "partner_queue_bytes 80"),
         ("partner_queue_limit_bytes 100", "partner_queue_bytes 79")),
        ("PartnerSleeps", ("partner_queue_oldest_age_seconds 86401",), ("partner_queue_oldest_age_seconds 86400",)),
        ("PartnerNotCarriedOut", ("partner_carried_out 0",), ("partner_carried_out 1",)),
        ("PartnerExpires", ("partner_days_left 13",), ("partner_days_left 14",)),
        ("PartnerExpires", ("partner_days_left 0",), ()),
        ("WebhookStopped", ("webhook_stopped 1",), ("webhook_stopped 0",)),
        ("WebhookFails", ("webhook_failing_seconds 3601",), ("webhook_failing_seconds 3600",)),
        ("InboundRefused", ('quarantine_day_rows{reason="a"} 20', 'quarantine_day_rows{reason="b"} 1'),
         ('quarantine_day_rows{reason="a"} 20',)),
        ("QuarantineOverflows", ("quarantine_dropped_age_seconds 86399",), ("quarantine_dropped_age_seconds 86400",)),
    ],
)  # fmt: skip
def test_an_operator_is_told_of_a_partner_when_a_limit_is_passed_and_not_before(alert, holds, does_not):
    assert [concern.alert for concern in of_partner(figures(*holds), "omsk")] == [alert]
    assert list(of_partner(figures(*does_not), "omsk")) == []


async def test_what_concerns_all_partners_is_told_once(measured):
    ailing = await measured(
        registry=[
            "partner_broker_silent 1",
            'inbound_queue_consumers{queue="inbound"} 0',
            'inbound_queue_messages{queue="inbound.parked"} 2',
        ],
        reporting=["feed_oldest_unnumbered_age_seconds 0", "feed_oldest_unpublished_age_seconds 301"],
        transfer=['quarantine_day_rows{partner="unknown",reason="origin-unknown"} 7'],
    )
    assert [concern.alert for concern in of_platform(ailing)] == [
        "PartnersBrokerSilent",
        "InboundNotTaken",
        "InboundParked",
        "PublicFeedLate",
        "UnknownSenders",
    ]
    assert list(of_platform(await measured())) == []


async def test_where_there_are_no_partners_that_is_what_is_told(measured):
    nobody: dict[str, list[str]] = {name: [] for name in WELL}
    assert table(await measured(**nobody)) == ["подключений нет"]
    unseen = table(await measured(**nobody | {"registry": 503}))
    assert unseen == ["подключений не видно", "! registry не отвечает (ответ 503): очередей и сроков не видно"]


async def test_of_an_empty_queue_no_age_is_told(measured):
    empty = [
        f"partner_queue_messages{OMSK} 0",
        f"partner_queue_oldest_age_seconds{OMSK} 0",
        f"partner_days_left{OMSK} 9",
    ]
    told = await measured(registry=empty)
    assert cells(table(told)[1])[3].strip() == "—"
    assert any("самое старое ждёт не меньше: —" in line for line in whole(told, "omsk"))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, "—"), (0, "0 с"), (59, "59 с"), (60, "1 мин"), (3599, "60 мин"), (3600, "1 ч"), (86400, "1 дн")],
)
def test_a_duration_is_told_by_its_largest_unit(seconds, told):
    assert lasting(seconds) == told


async def test_the_command_needs_no_credential_and_fails_only_when_nobody_answers(
    processes, gateway_env, free_port: Callable[[], int]
):
    async with services({name: WELL[name] for name in ("registry", "reporting")}, free_port) as origins:
        env = gateway_env() | {f"{name.upper()}_URL": origin for name, origin in origins.items()}
        told = await processes.run("gateway", "partners", env=env)
        assert "! transfer не отвечает (нет соединения): принятого и отклонённого не видно" in told
        assert (await processes.run("gateway", "partners", "omsk", env=env)).startswith("omsk\n  подключение")
    nobody = processes.start("gateway", "partners", env=env)
    assert await nobody.wait() == 1
    assert nobody.log().count("не отвечает") == 3
