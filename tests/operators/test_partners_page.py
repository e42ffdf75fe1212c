"""The commands of the operators' page about partners, as printed there, on a platform with a partner at work."""

import json
import re
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aio_pika
import aiohttp
import pytest
from aiohttp import web

from contracts.inbound import CATALOGUE
from local_platform.definitions import SERVICES
from local_platform.sample.identifiers import inn, ogrn
from local_platform.sample.visitor import Visitor
from local_platform.servers import Servers
from testkit import Processes, Vhost, eventually
from testkit.platform import ADMINISTRATOR, Platform, Shape, running_platform

pytestmark = pytest.mark.timeout(300)  # the first test waits for the platform, each command for a process
PAGE = (Path(__file__).parents[2] / "docs" / "partners-operations.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^    kubectl -n technopark exec deploy/(\w+)\S* -- service (.+)$", re.MULTILINE)
TOLD = "partner.consultation.given.v1"


@dataclass
class Operator:
    """Does what the page says, in a pod's stead by the process of the same service."""

    platform: Platform
    words: dict[str, str] = field(default_factory=dict)
    """What is meant by the words in angle brackets."""
    done: set[str] = field(default_factory=set)

    async def does(self, beginning: str) -> str:
        """Run the command of the page that begins so."""
        begun = {line: service for service, line in COMMAND.findall(PAGE) if f"{line} ".startswith(f"{beginning} ")}
        line = beginning if beginning in begun else next(iter(begun))
        self.done.add(line)
        return await self._runs(begun[line], line)

    async def _runs(self, service: str, line: str) -> str:
        for name, meant in self.words.items():
            line = line.replace(f"<{name}>", meant)
        assert "<" not in line, line
        return await self.platform.processes.run(service, *shlex.split(line), env=self.environment(service))

    def environment(self, service: str) -> dict[str, str]:
        urls = {f"{name.upper()}_URL": self.platform.addresses[name, "serve"][0] for name in SERVICES}
        return {**self.platform.environments[service], **(urls if service == "gateway" else {})}


@dataclass
class Partner:
    """A partner's system: an account at the broker and a receiver of webhooks."""

    vhost: Vhost
    institution_id: str
    url: str
    user: str
    received: int = 0

    async def tell(self, event_id: str, **fields: Any) -> None:
        body = CATALOGUE[TOLD].example() | {"institution_id": self.institution_id} | fields
        told = {"specversion": "1.0", "id": event_id, "source": "/crm", "type": TOLD}
        headers = {f"cloudEvents:{name}": value for name, value in told.items()}
        headers["cloudEvents:time"] = datetime.now(UTC).isoformat()
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange("inbound", ensure=False)
            message = aio_pika.Message(
                json.dumps(body).encode(), headers=dict(headers), content_type="application/json",
                user_id=self.user, delivery_mode=2,
            )  # fmt: skip
            await exchange.publish(message, routing_key=TOLD, mandatory=True)

    async def take(self, _: web.Request) -> web.Response:
        self.received += 1
        return web.Response()


@pytest.fixture(scope="module")
async def platform(
    servers: Servers, module_vhost: Vhost, module_processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Platform]:
    shape = Shape(settings={"PARTNERS_SECONDS": "1"})
    folder = tmp_path_factory.mktemp("platform")
    async with running_platform(servers, module_vhost, module_processes, folder, shape) as running:
        yield running


@pytest.fixture(scope="module")
async def administrator(platform: Platform) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as http:
        yield await Visitor(http, platform.base, ADMINISTRATOR.login, ADMINISTRATOR.password).sign_in()


@pytest.fixture(scope="module")
async def operator(platform: Platform, administrator: Visitor) -> Operator:
    """Somebody who has been told whom to let in."""
    body = {
        "name": "Ресурсный центр", "short_name": "РЦ", "kind": "social_service", "ownership": "state",
        "inn": inn(55, 1), "ogrn": ogrn(55, 1), "oktmo": "52701000", "municipality": "Омск",
        "region": "RU-OMS", "member_since": "2018-01-01",
    }  # fmt: skip
    institution = (await administrator.do("institution", "/v1/institutions", body))["id"]
    person = (await administrator.do("person", "/v1/people", {"full_name": "Петрова Анна Ивановна"}))["id"]
    member = {"person_id": person, "institution_id": institution, "roles": ["specialist"], "valid_from": "2020-01-01"}
    await administrator.do("membership", "/v1/memberships", member)
    until = (datetime.now(UTC).date() + timedelta(days=365)).isoformat()
    meant = {"имя": "omsk-centre", "ИНН": inn(55, 1), "номер человека": person, "последний день": until, "вы": "ivanov"}
    return Operator(platform, meant | {"учреждение": institution})


@pytest.fixture(scope="module")
async def partner(operator: Operator, administrator: Visitor) -> AsyncIterator[Partner]:
    """The partner that the page's first command lets in, and its webhook."""
    printed = await operator.does("integrations grant")
    user, password = (re.findall(rf"{what}[^:]*: (\S+)\n", printed)[0] for what in ("пользователь", "пароль"))
    partners = operator.platform.vhost.partners
    url = partners.access.url(user, password, vhost=partners.name)
    found = Partner(partners, operator.words["учреждение"], url, user)
    app = web.Application()
    app.router.add_post("/events", found.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    granted = (await administrator.get("/v1/integrations"))["items"][0]["id"]
    leads = f"http://127.0.0.1:{runner.addresses[0][1]}/events"
    body = {"url": leads, "types": ["*"], "integration_id": granted}
    await administrator.do("webhook", "/v1/webhooks", body)
    yield found
    await runner.cleanup()


async def test_one_command_shows_a_partners_queue_webhook_and_what_was_accepted_and_refused(
    operator: Operator, partner: Partner
) -> None:
    await partner.tell("c-1")
    await partner.tell("c-2", kind="gossip")

    async def all_is_seen() -> None:
        told = await operator.does("partners <имя>")
        for line in (
            "очередь: ждут 1, полна на 0%, самое старое ждёт не меньше: ",
            "вебхуки: работает: 1",
            "за сутки доставлено: 1, не доставлено: 0",
            "за сутки принято: 1, последнее ",
            "за сутки отклонено: 1 (body-invalid: 1)",
            "в карантине: 1, ждут новой попытки: 0",
        ):
            assert f"  {line}" in told, told
        assert not re.search(r"самое старое ждёт не меньше: —", told), told
        assert "!" not in told, told

    await eventually(all_is_seen, 60, interval=0.5)
    assert partner.received == 1
    (row,) = [line for line in (await operator.does("partners")).splitlines() if line.startswith("omsk-centre")]
    assert row.split()[-4:] == ["1", "1", "1", "366"]


async def test_what_the_services_themselves_tell_agrees(operator: Operator, partner: Partner) -> None:
    listed = await operator.does("integrations list")
    assert re.search(r"^omsk-centre  «РЦ»  действует  ждут: 1 \(\d+ из 67108864 байт\)  самое старое: от \d+ с", listed)
    assert "omsk-centre  " in (hooks := await operator.does("webhooks list"))
    assert "active  принято: 1  не принято: 0  ждёт: 0" in hooks
    assert re.search(r"^последний номер: \d+\nждут номера: 0", await operator.does("feed lag"))


async def test_what_is_refused_is_read_tried_again_and_set_aside(operator: Operator, partner: Partner) -> None:
    (row,) = (await operator.does("quarantine list")).splitlines()
    operator.words["номер сообщения"] = row.split()[0]
    shown = json.loads(await operator.does("quarantine show"))
    assert (shown["event_id"], shown["reason"]["code"]) == ("c-2", "body-invalid")
    assert "будет принято ещё раз" in await operator.does("quarantine retry")

    async def refused_again() -> None:
        again = json.loads(await operator.does("quarantine show"))
        assert (again["state"], again["decided_by"], again["version"] > shown["version"]) == ("quarantined", None, True)

    await eventually(refused_again, 30, interval=0.5)
    assert "отложено навсегда" in await operator.does("quarantine discard")
    set_aside = json.loads(await operator.does("quarantine show"))
    assert (set_aside["discarded_because"], set_aside["decided_by"]) == ("прислано заново", "ivanov")


async def test_a_service_that_is_down_is_named_and_the_others_are_told(operator: Operator, partner: Partner) -> None:
    (transfer,) = operator.platform.running["transfer", "serve"]
    await transfer.stop()
    told = await operator.does("partners <имя>")
    assert "! transfer не отвечает (нет соединения): принятого и отклонённого не видно" in told
    assert "  очередь: ждут 1" in told
    assert "  вебхуки: работает: 1" in told
    await operator.platform.start_again("transfer", "serve")
    assert "не отвечает" not in await operator.does("partners <имя>")


async def test_an_account_is_changed_set_right_and_taken_away(operator: Operator, partner: Partner) -> None:
    assert "на брокере исполнено" in await operator.does("integrations amend")
    assert "из 134217728 байт" in await operator.does("integrations list")
    assert "пароль" in await operator.does("integrations password")
    await partner.vhost.access.call("DELETE", f"users/{partner.user}")
    await operator.does("integrations reconcile")
    users = await partner.vhost.access.call("GET", "users")
    assert any(user["name"] == partner.user for user in users), "set right by the command, or by the relay before it"
    assert "отозвано" in await operator.does("integrations revoke")
    assert "omsk-centre" not in await operator.does("integrations list")


def test_every_command_of_the_page_has_been_tried(operator: Operator) -> None:
    assert operator.done == {line for _, line in COMMAND.findall(PAGE)}
    assert len(operator.done) == len([line for line in PAGE.splitlines() if line.startswith("    ")])
