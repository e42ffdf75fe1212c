"""The operator's commands about what partners told and was not taken in, as processes; what the metrics tell of it."""

import json
import re
from typing import Any

import pytest

from services.transfer.tests.partnering import PUBLICATION, Partner
from testkit import Issuer, Processes, Vhost, eventually

ROW = re.compile(r"^([0-9a-f]{64})  (.+?)  (\S+)  (\S+)  (\S+)  раз: (\d+)$", re.MULTILINE)


class Operator:
    """Gives commands to the real process."""

    def __init__(self, processes: Processes, environment: dict[str, str]) -> None:
        self._processes, self._environment = processes, environment

    async def does(self, *words: str) -> str:
        return await self._processes.run("transfer", "quarantine", *words, env=self._environment)

    async def fails(self, *words: str) -> str:
        process = self._processes.start("transfer", "quarantine", *words, env=self._environment)
        assert await process.wait() == 1, process.log()
        return process.log()

    async def listed(self, *words: str) -> dict[str, tuple[str, ...]]:
        """Return what the list tells: id → state, partner, type, reason, times."""
        return {entry_id: tuple(told) for entry_id, *told in ROW.findall(await self.does("list", *words))}


@pytest.fixture
def operator(processes: Processes, module_mongo_url: str, module_vhost: Vhost, issuer: Issuer) -> Operator:
    told = {"MONGO_URL": module_mongo_url, "RABBITMQ_URL": module_vhost.url("transfer"), "ENVIRONMENT": "test"}
    return Operator(processes, told | issuer.env)


@pytest.fixture(scope="module")
async def partner(reception: Any) -> Partner:
    found: Partner = await reception.partner("srcn-site", "partner.consultation.given.v1", institution="srcn")
    return found


async def test_an_operator_lists_and_reads_what_was_refused(reception, partner, operator):
    event = partner.event(data={"kind": "gossip"})
    await partner.tell(event)
    entry = await reception.refused(event.id)
    refused = ("отклонено", "srcn-site", "partner.consultation.given.v1", "body-invalid", "1")
    assert (await operator.listed())[entry["id"]] == refused
    assert entry["id"] in await operator.listed("--code", "body-invalid")
    assert await operator.listed("--code", "clock-ahead") == {}
    shown = json.loads(await operator.does("show", entry["id"]))
    assert (shown["reason"]["field"], json.loads(shown["body"])["kind"]) == ("kind", "gossip")
    assert shown["reason"]["title_ru"]
    assert shown["reason"]["title_en"]


async def test_a_message_is_taken_in_once_its_type_is_granted_and_an_operator_lets_it_be_tried_again(
    reception, partner, operator
):
    event = partner.event(PUBLICATION)
    await partner.tell(event)
    entry = await reception.refused(event.id)
    assert entry["reason"]["code"] == "type-not-granted"
    assert await reception.inbox.tell(partner.grant(), partner.integration_id, sequence=2) == "applied"
    assert (await operator.does("retry", entry["id"], "--by", "petrova")).strip() == (
        f"{entry['id']}: будет принято ещё раз"
    )
    assert await reception.taken(event.id)
    gone = await operator.fails("show", entry["id"])
    assert f"Сообщения {entry['id']} в карантине нет: возможно, оно уже принято." in gone


async def test_what_is_discarded_stays_readable_with_who_and_why(reception, partner, operator):
    event = partner.event(data={"kind": "gossip"})
    await partner.tell(event)
    entry = await reception.refused(event.id)
    said = await operator.does("discard", entry["id"], "--why", "Прислано заново", "--by", "petrova")
    assert said.strip() == f"{entry['id']}: отложено навсегда"
    shown = json.loads(await operator.does("show", entry["id"]))
    told = (shown["state"], shown["discarded_because"], shown["decided_by"])
    assert told == ("discarded", "Прислано заново", "petrova")
    assert (await operator.listed())[entry["id"]][0] == "отложено навсегда"


async def test_an_operator_who_mistypes_a_number_is_told_that_there_is_no_such_message(operator):
    for words in (("show", "no-such"), ("retry", "no-such"), ("discard", "no-such", "--why", "нет")):
        assert "Сообщения no-such в карантине нет" in await operator.fails(*words)


async def test_metrics_tell_what_each_partner_had_accepted_and_refused_within_a_day(reception):
    partner = await reception.partner("seen")
    label = '{partner="seen"}'

    async def told(*lines: str) -> None:
        metrics = (await reception.client.get("/metrics")).body.decode()
        for line in lines:
            assert f"{line}\n" in metrics

    await eventually(lambda: told(f"contributions_day_rows{label} 0.0"))
    assert f"contributions_latest_age_seconds{label}" not in (await reception.client.get("/metrics")).body.decode()
    good, bad = [partner.event() for _ in range(2)], partner.event(data={"kind": "gossip"})
    await partner.tell(*good, bad)
    refused = 'quarantine_day_rows{partner="seen",reason="body-invalid"} 1.0'
    await eventually(lambda: told(f"contributions_day_rows{label} 2.0", refused), 20)
    metrics = (await reception.client.get("/metrics")).body.decode()
    (age,) = re.findall(rf"^contributions_latest_age_seconds{re.escape(label)} (\S+)$", metrics, re.MULTILINE)
    assert 0 <= float(age) < 60
    entry = await reception.refused(bad.id)
    (await reception.administrator.post(f"/v1/quarantine/{entry['id']}/discard", {"reason": "Нет"})).expect(200)
    assert refused not in (await reception.client.get("/metrics")).body.decode()
