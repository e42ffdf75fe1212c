"""The operator's commands about partners, as real processes; what the relay does beside; the gauges."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from chassis.mongo import Mongo
from registry.integrations.broker import Broker
from registry.integrations.commands import commands
from registry.integrations.observing import look
from registry.integrations.topology import Place
from registry.settings import RegistrySettings
from registry.wiring import operators_desk, wire
from services.registry.tests.partnering import A_YEAR, ATTENDED, HELD, TOLD, Partner, Partnership, announce, connected
from testkit import Client, Issuer, Processes, Vhost, eventually, running_service, today


@pytest.fixture
def environment(module_mongo_url: str, module_vhost: Vhost, issuer: Issuer) -> dict[str, str]:
    return {
        "MONGO_URL": module_mongo_url,
        "RABBITMQ_URL": module_vhost.url("registry"),
        "BROKER_MANAGEMENT_URL": module_vhost.management_url,
        "PARTNERS_VHOST": module_vhost.partners.name,
        "PARTNERS_USER_PREFIX": module_vhost.user_prefix,
        "ENVIRONMENT": "test",
        **issuer.env,
    }


@dataclass(frozen=True)
class Operator:
    """Gives commands; all but the first of these tests do so without a process of its own."""

    settings: RegistrySettings

    async def does(self, *words: str) -> str:
        """Return what a command prints."""
        done = await self._give(words)
        assert done.exit_code == 0, done.output
        return done.output

    async def fails(self, *words: str) -> str:
        """Return what a command prints that is refused."""
        done = await self._give(words)
        assert done.exit_code == 1, done.output
        return done.output

    def told(self, broker_management_url: str | None) -> "Operator":
        """Return an operator who was told of another broker."""
        url = SecretStr(broker_management_url) if broker_management_url else None
        return Operator(self.settings.model_copy(update={"broker_management_url": url}))

    async def _give(self, words: Sequence[str]) -> Result:
        cli = commands(partial(operators_desk, settings=self.settings))
        return await asyncio.to_thread(CliRunner().invoke, cli, list(words))


@pytest.fixture
def operator(keeping_settings: RegistrySettings) -> Operator:
    return Operator(keeping_settings)


@pytest.fixture
def nowhere(free_port: Callable[[], int]) -> str:
    """Where no broker answers."""
    return f"http://keeper:its-secret@127.0.0.1:{free_port()}"


def options(partnership: Partnership) -> list[str]:
    """What `grant` is told of a partner."""
    until = (today() + A_YEAR).isoformat()
    told = {"institution": partnership.institution, "contact": partnership.contact, "until": until}
    return [partnership.name, *(word for name, value in told.items() for word in (f"--{name}", value))]


def password_in(printed: str) -> str:
    found = re.search(r"пароль[^:]*: (\S{43})\n", printed)
    assert found, printed
    return found[1]


async def test_one_command_lets_a_partner_in_and_the_same_again_changes_nothing(
    processes: Processes, environment: dict[str, str], partnership: Partnership, module_vhost: Vhost
):
    words = ["grant", *options(partnership), "--receives", HELD, "--sends", TOLD, "--by", "petrova"]
    printed = await processes.run("registry", "integrations", *words, env=environment)
    user = f"{module_vhost.user_prefix}partner.{partnership.name}"
    for told in (user, f"partner.{partnership.name}", module_vhost.partners.name, "inbound", "на брокере исполнено"):
        assert told in printed
    assert "broker changed" not in printed, "a line of the log"
    partner = Partner(module_vhost.partners, user, password_in(printed), f"partner.{partnership.name}")
    await partner.tell()
    assert "пароль" not in await processes.run("registry", "integrations", *words, env=environment)
    await partner.tell()
    (found,) = await integrations(partnership)
    entries = (await partnership.administrator.get(f"/v1/integrations/{found['id']}/history")).expect(200)["items"]
    assert [(entry["what"], entry["by"]) for entry in entries] == [("granted", "operator:petrova")]


async def test_a_partner_is_told_one_line_with_which_its_client_connects(
    operator: Operator, partnership: Partnership, module_vhost: Vhost
):
    broker = f"amqp://{module_vhost.access.hosts}"
    knowing = Operator(operator.settings.model_copy(update={"partners_amqp_url": broker}))
    printed = await knowing.does("grant", *options(partnership), "--sends", TOLD)
    assert f"адрес: {broker}/{module_vhost.partners.name}\n" in printed
    told = re.search(r"всё вместе[^:]*: (\S+)\n", printed)
    assert told
    async with connected(told[1]) as connection:
        await connection.channel()
    assert password_in(printed) in told[1]
    assert "всё вместе" not in await knowing.does("grant", *options(partnership), "--sends", TOLD)


async def integrations(partnership: Partnership) -> list[dict[str, Any]]:
    found = await partnership.administrator.get("/v1/integrations", institution_id=partnership.institution)
    items: list[dict[str, Any]] = found.expect(200)["items"]
    return items


async def test_an_operator_amends_what_is_named_renews_the_password_and_revokes(
    operator: Operator, partnership: Partnership, module_vhost: Vhost
):
    granted = await partnership.grant(queue_bytes=2**20)
    await operator.does("amend", partnership.name, "--sends", ATTENDED, "--queue-mib", "2")
    (amended,) = await integrations(partnership)
    assert (amended["receives"], amended["sends"], amended["queue_bytes"]) == ([HELD], [ATTENDED], 2**21)
    assert amended["valid_until"] == granted["valid_until"]
    old = Partner.of(module_vhost.partners, granted)
    renewed = Partner(old.vhost, old.user, password_in(await operator.does("password", partnership.name)), old.queue)
    assert not await old.is_let_in()
    await renewed.tell(ATTENDED)
    for _ in range(2):
        assert "отозвано" in await operator.does("revoke", partnership.name)
    assert not await renewed.is_let_in()


async def test_the_list_tells_of_each_partner_its_state_its_queue_and_its_term(
    operator: Operator, partnership: Partnership, module_vhost: Vhost
):
    await partnership.grant()
    for _ in range(3):
        await announce(module_vhost.partners, HELD, b"12345")

    async def three_wait() -> None:
        (line,) = [one for one in (await operator.does("list")).splitlines() if one.startswith(f"{partnership.name} ")]
        for told in ("«Ресурсный центр»", "действует", "ждут: 3 (15 из 67108864 байт)", "потребителей: 0"):
            assert told in line, line
        assert "(дней: 366)" in line
        assert "самое старое: —" in line, "nobody has looked at the queue before"

    await eventually(three_wait, 20)
    await looked_at(operator.settings)
    assert re.search(rf"^{partnership.name} .*самое старое: от \d{{1,2}} с", await operator.does("list"), re.MULTILINE)


async def looked_at(settings: RegistrySettings) -> None:
    """Look at the queues once, as the process `relay` does every half minute."""
    assert settings.broker_management_url
    place = Place(settings.partners_vhost, settings.partners_user_prefix)
    mongo = Mongo(settings.mongo_url.get_secret_value())
    await look(mongo.plain, Broker(settings.broker_management_url, place), datetime.now(UTC))
    await mongo.close()


async def test_reconcile_prints_what_it_changed_and_then_that_all_agree(
    operator: Operator, partnership: Partnership, module_vhost: Vhost
):
    partner = Partner.of(module_vhost.partners, await partnership.grant())
    await module_vhost.access.call("DELETE", f"users/{partner.user}")
    printed = await operator.does("reconcile")
    assert f"{partner.user}: пользователь с правами создан" in printed
    assert "изменено: 1" in printed
    assert "брокер и реестр согласны" in await operator.does("reconcile")


async def test_a_refusal_is_told_in_words_and_by_the_exit_code(
    operator: Operator, partnership: Partnership, nowhere: str
):
    grant = ["grant", *options(partnership)]
    assert "ничего не даёт" in await operator.fails(*grant)
    assert "Таких типов событий нет" in await operator.fails(*grant, "--receives", "no.such.type.v1")
    assert await operator.fails(*grant, "--receives", HELD, "--queue-mib", "2000") == "--queue-mib: от 1 до 1024\n"
    endless = [word for word in grant if word not in ("--until", grant[grant.index("--until") + 1])]
    assert await operator.fails(*endless) == "--until: обязательное поле\n"
    assert "имя из строчных латинских букв" in await operator.fails("grant", "Omsk_Centre", *grant[2:])
    assert "Подключение не найдено" in await operator.fails("revoke", "nobody-of-this-name")
    assert "BROKER_MANAGEMENT_URL" in await operator.told(None).fails("reconcile")
    silent = await operator.told(nowhere).fails("reconcile")
    assert "Брокер не отвечает" in silent
    assert "its-secret" not in silent
    assert await integrations(partnership) == []


async def test_the_list_is_given_also_while_the_broker_is_silent(
    operator: Operator, partnership: Partnership, nowhere: str
):
    await partnership.grant()
    printed = await operator.told(nowhere).does("list")
    assert "HTTP API брокера не отвечает" in printed
    assert f"{partnership.name}  «Ресурсный центр»  действует  до" in printed


async def test_beside_the_relay_the_broker_is_set_right_and_looked_at_again_and_again(
    processes: Processes,
    environment: dict[str, str],
    partnership: Partnership,
    module_vhost: Vhost,
    operator: Operator,
):
    partner = Partner.of(module_vhost.partners, await partnership.grant())

    async def it_is_back() -> bool:
        rights = await module_vhost.access.call("GET", "permissions")
        return any(right["user"] == partner.user for right in rights)

    relay = processes.start("registry", "relay", env=environment | {"PARTNERS_SECONDS": "0.2"})
    for _ in range(2):
        await module_vhost.access.call("DELETE", f"users/{partner.user}")
        await eventually(it_is_back, 30)
    assert await partner.is_let_in()
    await announce(module_vhost.partners, HELD)

    async def its_age_is_known() -> None:
        (line,) = [one for one in (await operator.does("list")).splitlines() if one.startswith(f"{partnership.name} ")]
        assert "самое старое: от" in line

    await eventually(its_age_is_known, 30, interval=0.5)
    assert relay.running
    await relay.stop()
    assert partner.password not in relay.log()


async def test_the_metrics_tell_what_waits_for_each_partner(
    keeping: Client, keeping_settings: RegistrySettings, partnership: Partnership, module_vhost: Vhost
):
    granted = await partnership.grant()
    await announce(module_vhost.partners, HELD, b"12345")
    label = f'{{partner="{partnership.name}"}}'

    async def it_waits() -> None:
        told = (await keeping.get("/metrics")).body.decode()
        for line in ("queue_messages{} 1.0", "queue_bytes{} 5.0", "queue_consumers{} 0.0", "days_left{} 366.0"):
            assert f"partner_{line.replace('{}', label)}\n" in told
        assert f"partner_carried_out{label} 1.0\n" in told
        assert "partner_integrations_pending 0.0\n" in told
        assert "partner_broker_silent 0.0\n" in told

    await eventually(it_waits, 20, interval=0.3)
    assert f"partner_queue_oldest_age_seconds{label}" not in (await keeping.get("/metrics")).body.decode()
    await looked_at(keeping_settings)
    told = (await keeping.get("/metrics")).body.decode()
    (age,) = re.findall(rf"^partner_queue_oldest_age_seconds{re.escape(label)} (\S+)$", told, re.MULTILINE)
    assert 0 < float(age) < 30
    partner = Partner.of(module_vhost.partners, granted)
    assert await partner.read() == b"12345"
    await partnership.post(granted["id"], "revocation")
    assert label not in (await keeping.get("/metrics")).body.decode()


async def test_while_the_broker_is_silent_the_metrics_say_so_and_go_on(
    keeping_settings: RegistrySettings, partnership: Partnership, issuer: Issuer, free_port: Any, nowhere: str
):
    away = {"http_port": free_port(), "broker_management_url": SecretStr(nowhere)}
    await partnership.grant()
    async with running_service(wire(keeping_settings.model_copy(update=away)), issuer) as anonymous:
        told = (await anonymous.get("/metrics")).body.decode()
    assert "partner_broker_silent 1.0\n" in told
    assert f'partner_days_left{{partner="{partnership.name}"}} 366.0\n' in told
    assert "partner_queue_messages{" not in told
