"""What no import contract can see. Every check is also shown a house with one violation, and must report it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.architecture import furniture, loading, manners, purity, rooms
from tests.architecture.house import ROOM, SERVICE, Planted, build, plant, write
from tests.architecture.sources import PROJECT

Check = Callable[[Path], list[str]]
TESTS = "services/registry/tests"
DOMAIN, HANDLERS, ROUTES = f"{ROOM}/domain.py", f"{ROOM}/handlers.py", f"{ROOM}/routes.py"
A_TEST = "async def test_a_name_is_kept_as_it_was_given(): "


def added(path: str, line: str, reported: str) -> Planted:
    return Planted(path, f"\n{line}\n", reported, append=True)


CONTROLS: list[tuple[Check, Planted]] = [
    (
        purity.rooms_hold_roles_and_parts_of_them,
        Planted(f"{ROOM}/doors.py", "from fastapi import APIRouter", "fastapi"),
    ),
    (
        purity.rooms_hold_roles_and_parts_of_them,
        Planted(f"{ROOM}/bus.py", "import chassis.reactions", "chassis.reactions"),
    ),
    (purity.shared_words_are_pure, Planted(f"{SERVICE}/clock.py", "import time", "time")),
    (
        purity.shared_words_are_pure,
        Planted(f"{SERVICE}/words.py", "from registry.institutions import store", "institutions"),
    ),
    (furniture.rooms_are_not_nested, Planted(f"{ROOM}/branches/domain.py", "", "branches/domain.py")),
    (furniture.services_have_the_same_front, Planted("services/transfer/README.md", "", "transfer/wiring.py")),
    (furniture.names_say_what_a_module_holds, Planted("chassis/src/chassis/utils.py", "", "utils")),
    (furniture.names_say_what_a_module_holds, Planted("gateway/src/gateway/common/limits.py", "", "common")),
    (furniture.files_stay_short, Planted(f"{TESTS}/test_long.py", "pass\n" * 301, "301 lines")),
    (furniture.files_stay_short, Planted("chassis/src/chassis/long.py", "pass\n" * 161, "161 lines")),
    (furniture.every_test_is_asked_for_once, Planted("tests/journeys/test_x.py", "", "test_x.py: in 0 folders")),
    (
        furniture.every_test_is_asked_for_once,
        Planted("pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["services", "services/registry"]', "in 2 "),
    ),
    (furniture.functions_stay_short, added(DOMAIN, "def f():" + "\n    pass" * 45, "46 lines")),
    (
        furniture.chassis_stays_within_its_budget,
        Planted("chassis/src/chassis/more.py", "pass\n" * 1300, "lines of code"),
    ),
    (purity.domains_are_pure, added(DOMAIN, "from chassis.outbox import write", "chassis.outbox")),
    (purity.domains_are_pure, added(DOMAIN, "from chassis import work", "chassis.work")),
    (purity.domains_are_pure, added(DOMAIN, "import uuid", "uuid")),
    (purity.domains_are_pure, added(DOMAIN, "from urllib.request import urlopen", "urllib.request")),
    (purity.domains_are_pure, added(DOMAIN, "from fastapi import APIRouter", "fastapi")),
    (purity.domains_are_pure, added(DOMAIN, "from registry.institutions import store", "institutions")),
    (
        purity.rooms_look_only_downwards,
        added(f"{ROOM}/store.py", "from registry.institutions import handlers", "looks up"),
    ),
    (purity.rooms_look_only_downwards, added(HANDLERS, "from registry.people.routes import router", "looks up")),
    (purity.rooms_look_only_downwards, added(HANDLERS, "from registry.settings import RegistrySettings", "looks up")),
    (purity.rooms_look_only_downwards, added(ROUTES, "from registry import wiring", "looks up")),
    (purity.now_ids_and_environment_come_from_the_edge, added(HANDLERS, "NOW = datetime.now(UTC)", "datetime.now")),
    (purity.now_ids_and_environment_come_from_the_edge, added(DOMAIN, "TODAY = date.today()", "date.today")),
    (purity.now_ids_and_environment_come_from_the_edge, added(HANDLERS, "from uuid import uuid4", "uuid4")),
    (purity.only_settings_read_the_environment, added("chassis/src/chassis/bus.py", "os.environ['X']", "os.environ")),
    (purity.drivers_stay_behind_their_seams, added(HANDLERS, "import motor.motor_asyncio", "motor")),
    (purity.drivers_stay_behind_their_seams, added("chassis/src/chassis/door.py", "import motor", "motor")),
    (purity.drivers_stay_behind_their_seams, added(ROUTES, "from pymongo import ReturnDocument", "pymongo")),
    (purity.drivers_stay_behind_their_seams, added("chassis/src/chassis/door.py", "import aio_pika", "aio_pika")),
    (purity.production_knows_no_test_tool, added("chassis/src/chassis/door.py", "import testkit", "testkit")),
    (purity.production_knows_no_test_tool, added(HANDLERS, "from local_platform import ports", "local_platform")),
    (
        purity.chassis_and_contracts_know_no_service,
        added("contracts/src/contracts/fact.py", "import chassis", "chassis"),
    ),
    (purity.chassis_and_contracts_know_no_service, added("chassis/src/chassis/work.py", "import registry", "registry")),
    (purity.services_know_no_sibling, added(HANDLERS, "from transfer.practices import domain", "transfer")),
    (
        manners.rooms_neither_commit_nor_publish_nor_acknowledge,
        added(HANDLERS, "work.outbox.publish(fact)", ".publish()"),
    ),
    (manners.rooms_neither_commit_nor_publish_nor_acknowledge, added(HANDLERS, "session.commit()", ".commit()")),
    (manners.refusals_are_typed, added(HANDLERS, "raise HTTPException(404)", "HTTPException")),
    (manners.services_swallow_nothing, added(HANDLERS, "try: f()\nexcept Exception: pass", "catches everything")),
    (
        manners.waiting_can_be_called_off,
        added("chassis/src/chassis/duty.py", "asyncio.wait_for(f(), 1)", "asyncio.timeout"),
    ),
    (manners.services_swallow_nothing, added(HANDLERS, "with suppress(Exception): f()", "suppresses everything")),
    (manners.tests_mock_nothing, Planted(f"{TESTS}/test_x.py", "from unittest.mock import patch", "unittest.mock")),
    (manners.tests_mock_nothing, Planted(f"{TESTS}/test_x.py", "def f(monkeypatch): ...", "asks for")),
    (manners.tests_are_never_silenced, Planted(f"{TESTS}/test_x.py", "@pytest.mark.skip\ndef f(): ...", "hides")),
    (
        manners.tests_wait_by_deadline_never_by_sleep,
        Planted(f"{TESTS}/test_x.py", f"{A_TEST}await asyncio.sleep(1)", "sleep"),
    ),
    (manners.tests_read_the_clock_when_they_run, Planted(f"{TESTS}/test_x.py", "D = date.today()", "date.today")),
    (
        manners.tests_read_the_clock_when_they_run,
        Planted(f"{TESTS}/test_x.py", "def soon(): return time.time()\n@mark(soon())\ndef f(): ...", "soon at import"),
    ),
    (manners.tests_are_named_by_sentences, Planted(f"{TESTS}/test_x.py", "def test_rename(): ...", "no sentence")),
    (
        manners.tests_are_named_by_sentences,
        Planted(f"{TESTS}/test_x.py", "def test_renaming_an_institution_should_be_refused(): ...", "claims"),
    ),
    (rooms.rooms_stand_in_their_declared_order, Planted(f"{SERVICE}/acts/domain.py", "", "acts")),
    (
        loading.commands_load_only_what_they_need,
        added(f"{SERVICE}/wiring.py", "from registry.routers import ROUTERS", "fastapi by"),
    ),
    (
        loading.commands_load_only_what_they_need,
        added("chassis/src/chassis/relay.py", "import faststream", "faststream"),
    ),
    (
        loading.commands_load_only_what_they_need,
        added("chassis/src/chassis/documents.py", "import chassis.door", "door"),
    ),
]
CHECKS = list(dict.fromkeys(check for check, _ in CONTROLS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_the_rule(check: Check) -> None:
    assert not check(PROJECT), "\n".join(check(PROJECT))


@pytest.mark.parametrize(("check", "violation"), CONTROLS, ids=lambda part: getattr(part, "__name__", None))
def test_the_check_reports_a_planted_violation(check: Check, violation: Planted, tmp_path: Path) -> None:
    house = build(tmp_path)
    before = check(house)
    plant(house, violation)
    news = [finding for finding in check(house) if finding not in before]
    assert any(violation.reported in finding for finding in news), news


def test_an_import_against_the_declared_order_of_rooms_is_reported(tmp_path: Path) -> None:
    house = build(tmp_path)
    write(house, f"{SERVICE}/__init__.py", '"""From the top: statuses, acts, institutions."""')
    write(house, f"{SERVICE}/statuses/domain.py", "from registry.acts.domain import Act")
    write(house, f"{SERVICE}/acts/domain.py", "from registry.institutions.domain import Institution")
    assert not rooms.rooms_stand_in_their_declared_order(house)
    write(house, f"{SERVICE}/institutions/store.py", "from registry.statuses.domain import Status")
    assert [finding.split(":")[0] for finding in rooms.rooms_stand_in_their_declared_order(house)] == [
        f"{ROOM}/store.py"
    ]


def test_a_domain_may_have_pure_parts_and_may_not_see_the_others(tmp_path: Path) -> None:
    house = build(tmp_path)
    write(house, f"{ROOM}/checksums.py", "from stdnum.ru import inn")
    write(house, f"{ROOM}/searching.py", "from registry.institutions.store import INSTITUTIONS")
    domain = (house / DOMAIN).read_text()
    (house / DOMAIN).write_text(f"{domain}\nfrom registry.institutions.checksums import inn\n")
    assert not purity.domains_are_pure(house)
    assert not purity.rooms_look_only_downwards(house)
    (house / DOMAIN).write_text(f"{domain}\nfrom registry.institutions import searching\n")
    assert purity.domains_are_pure(house)
    assert purity.rooms_look_only_downwards(house)
