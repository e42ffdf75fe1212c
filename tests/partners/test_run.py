"""One command starts the whole platform; a word to it stops everything, and so does its death."""

import os
import re
import signal
from pathlib import Path

import aiohttp
from tests.partners.conftest import LONG, Starter

from local_platform.definitions import SERVICES
from local_platform.ports import is_free
from local_platform.sample import CHAPTERS
from local_platform.sample.story import PASSWORD
from local_platform.sample.visitor import Visitor
from testkit import eventually

pytestmark = LONG
WAITING = {
    "pletan": {"direction_to_agree"},
    "kletskina": {"application_to_admit", "event_to_hold"},
    "consultant": {"event_to_hold"},
    "nizovtseva": {"opinion_to_sign"},
    "expert1": {"review_to_write", "session_to_attend"},
    "expert7": {"session_to_attend"},
    "secretary": {"session_to_run"},
    "vesta": {"application_draft", "application_returned", "report_to_fill"},
    "bratsk": {"package_to_publish"},
    "tulun": {"replication_to_report"},
    "october": {"contest_result"},
}
"""Of some who can sign in after the first start, what their worklists have."""


def alive(starter: Starter) -> list[str]:
    """Return what runs on this machine and has to do with the starter: named by its folder, or trusting its address."""
    found, address = [], f"OIDC_ISSUER={starter.address}\0"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = ((process / name).read_text() for name in ("cmdline", "environ"))
        except OSError:
            continue
        if str(starter.data) in command + environment or address in environment:
            found.append(command.replace("\0", " "))
    return found


async def institutions(starter: Starter) -> list[str]:
    """Return what the administrator, with the printed password, finds."""
    async with aiohttp.ClientSession(starter.address) as http:
        asked = {"login": "administrator", "password": starter.password}
        async with http.post("/v1/sign-in", json=asked) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.get("/v1/institutions?limit=100", headers=headers) as answer:
            return [found["id"] for found in (await answer.json())["items"]]


async def test_one_command_starts_everything_and_says_where_it_is(starter: Starter):
    run = await starter.up()
    (measurements,) = re.findall(r"измерения шлюза +(\S+)", run.log())
    async with aiohttp.ClientSession(starter.address) as client:
        for path in ("/readyz", "/docs", "/openapi.json", measurements):
            async with client.get(path) as answer:
                assert answer.status == 200, path
    told = await starter.processes.run(
        "local_platform", "operate", "--data", str(starter.data), "transfer", "outbox", env={}
    )
    assert "ждут отправки" in told
    assert {path.name for path in (starter.data / "logs").iterdir()} >= {f"{service}-relay.log" for service in SERVICES}


async def test_who_looks_around_after_the_first_start_finds_work_that_waits(starter: Starter):
    await starter.up()
    found: dict[str, set[str]] = {}
    async with aiohttp.ClientSession() as http:
        for login in WAITING:
            shown = await (await Visitor(http, starter.address, login, PASSWORD).sign_in()).get("/v1/me/worklist")
            found[login] = {item["kind"] for item in shown["items"]}
    assert found == WAITING


async def test_what_ctrl_c_stopped_is_found_again_with_its_data(starter: Starter):
    first = await starter.up()
    before = await institutions(starter)
    assert len(before) > 10
    os.kill(first.pid, signal.SIGINT)
    assert await first.wait(60) == 0
    assert first.log().rstrip().endswith("✓ Всё остановлено, данные сохранены")
    assert alive(starter) == []
    assert is_free(starter.port)
    again = await starter.up()
    assert again.pid != first.pid
    assert not [title for title, _ in CHAPTERS if title in again.log()], "the sample data are loaded once"
    assert await institutions(starter) == before


async def test_nothing_outlives_a_starter_that_is_killed(starter: Starter):
    run = await starter.up()
    assert len(alive(starter)) > 15
    run.kill()
    await eventually(lambda: alive(starter) == [], 60)
