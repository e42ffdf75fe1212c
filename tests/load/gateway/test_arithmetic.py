"""How the benchmark comes from samples to ratios, and what it gives the programs it compares with."""

import asyncio
import json
import sys
from typing import Any

import pytest
import yaml
from tests.load.gateway import configs, report
from tests.load.gateway.cost import Spent, spent
from tests.load.gateway.goals import (
    DIRECT,
    ENVOY,
    ENVOY_JWT,
    NGINX,
    OPEN,
    RECIPE,
    TOKEN,
    UNCHECKED,
    Goal,
    cpu,
    goals,
    rate,
)
from tests.load.gateway.run import read_load
from tests.load.gateway.samples import ITEM_1, ITEM_32, LIST_32, Case, Load, Rounds, Sample
from tests.load.gateway.targets import Program, Target

from local_platform.obstacles import Obstacle
from testkit import eventually

PROGRAM = Program("ours", ["true"], 1)
TARGET = Target(OPEN, "наш шлюз, без токена", PROGRAM)


def sample(requests: int, *, cpu_seconds: float = 1.0, p50: float = 100, p99: float = 200) -> Sample:
    return Sample(Load(requests, 1.0, p50, p99), Spent(cpu_seconds, 0.25))


def rounds_of(*rows: tuple[str, Case, list[Sample]]) -> Rounds:
    rounds = Rounds()
    for target, case, samples in rows:
        for each in samples:
            rounds.add(target, case, each)
    return rounds


def goal(name: str) -> Goal:
    return next(each for each in goals() if each.name == name)


def test_a_sample_tells_rate_cost_use_and_disturbance():
    found = sample(20_000, cpu_seconds=0.9)
    assert (found.rate, found.cpu_us, found.busy, found.disturbed) == (20_000, 45.0, 0.9, 0.25)


def test_a_ratio_is_the_median_of_the_ratios_within_each_round():
    ours = [sample(8_000), sample(1_000), sample(9_000)]  # the second round was disturbed, for both
    theirs = [sample(10_000), sample(1_000), sample(10_000)]
    rounds = rounds_of((OPEN, ITEM_32, ours), (NGINX, ITEM_32, theirs))
    assert rounds.ratio((OPEN, ITEM_32), (NGINX, ITEM_32), rate) == 0.9


def test_what_was_not_measured_has_no_median():
    with pytest.raises(KeyError, match="envoy"):
        Rounds().median(ENVOY, ITEM_32, rate)


@pytest.mark.parametrize(("requests", "met", "exceeded"), [(799, False, False), (800, True, False), (1100, True, True)])
def test_a_goal_of_speed_is_met_from_its_bound_upwards(requests, met, exceeded):
    rounds = rounds_of((TOKEN, ITEM_32, [sample(requests)]), (ENVOY_JWT, ITEM_32, [sample(1000)]))
    value = goal("G1").ratio(rounds)
    assert (goal("G1").met(value), goal("G1").exceeded(value)) == (met, exceeded)


@pytest.mark.parametrize(("added", "met", "exceeded"), [(80, True, True), (120, True, False), (121, False, False)])
def test_a_goal_of_latency_is_met_up_to_its_bound(added, met, exceeded):
    rounds = rounds_of(
        (DIRECT, ITEM_1, [sample(1, p50=25)]),
        (OPEN, ITEM_1, [sample(1, p50=25 + added)]),
        (ENVOY, ITEM_1, [sample(1, p50=125)]),
    )
    value = goal("G5").ratio(rounds)
    assert (goal("G5").met(value), goal("G5").exceeded(value)) == (met, exceeded)


def test_the_loss_by_a_token_is_told_from_both_the_clock_and_the_processor():
    rounds = rounds_of(
        (TOKEN, ITEM_32, [sample(900, cpu_seconds=0.99)]), (UNCHECKED, ITEM_32, [sample(1000, cpu_seconds=0.99)])
    )
    by_cpu = goal("G6").by_cpu
    assert goal("G6").ratio(rounds) == pytest.approx(0.1)
    assert by_cpu is not None
    assert by_cpu(rounds) == pytest.approx(0.1)


def test_a_goal_without_its_peer_is_said_not_to_be_measured():
    rounds = rounds_of((OPEN, ITEM_32, [sample(50)]), (RECIPE, ITEM_32, [sample(2)]))
    told = "\n".join(report.lines(rounds, [TARGET], [ITEM_32], {OPEN: 40.0}))
    assert "25.00" in told.replace(",", ".")
    assert told.count("не измерено") == 5
    assert "достигнута" in told


def test_the_goals_are_those_of_the_reference():
    bounds = {each.name: (each.bound, each.stretch, each.at_least) for each in goals()}
    assert bounds == {
        "G1": (0.8, 1.1, True),
        "G2": (0.4, 0.9, True),
        "G3": (25, 35, True),
        "G4": (1.0, 1.25, True),
        "G5": (1.2, 0.8, False),
        "G6": (0.1, 0.05, False),
    }
    assert goal("G4").needs == ((OPEN, LIST_32), (ENVOY, LIST_32))


def test_a_run_with_failed_answers_is_no_measurement():
    told = {"requests": 100, "microseconds": 2_000_000, "failed": 0, "p50": 90.0, "p99": 150.0}
    assert read_load("Running 2s test\n" + json.dumps(told), TARGET) == Load(100, 2.0, 90.0, 150.0)
    with pytest.raises(Obstacle, match="3 неудачных"):
        read_load(json.dumps(told | {"failed": 3}), TARGET)
    with pytest.raises(Obstacle, match="не закончил"):
        read_load("unable to connect to 127.0.0.1:1 Connection refused", TARGET)


async def test_processor_time_of_a_program_is_counted_with_its_children():
    child = "sum(range(3 * 10**7)); input()"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}'])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", script, stdin=asyncio.subprocess.PIPE, start_new_session=True
    )
    await eventually(lambda: spent(process.pid).cpu_seconds > 0.3, 30)
    await process.communicate(b"\n")
    assert spent(process.pid).cpu_seconds == 0


def test_both_bodies_are_json_of_about_the_promised_size():
    for size in (configs.ITEM_BYTES, configs.LIST_BYTES):
        made = configs.body(size)
        assert size <= len(made) < size + 300
        assert json.loads(made)["items"]


def manager(envoy: Any) -> Any:
    (listener,) = envoy["static_resources"]["listeners"]
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def test_envoy_gets_one_route_and_with_jwt_a_cache_of_verified_tokens():
    plain = json.loads(configs.envoy(1, 2))
    with_jwt = json.loads(configs.envoy(1, 2, {"issuer": "i", "audience": "a", "keys": "{}"}))
    filters = [[each["name"] for each in manager(made)["http_filters"]] for made in (plain, with_jwt)]
    assert filters == [["router"], ["jwt_authn", "router"]]
    assert '"jwt_cache_size": 1000' in json.dumps(with_jwt)


def test_traefik_and_nginx_get_configurations_that_name_the_service_and_write_no_access_log(tmp_path):
    static = yaml.safe_load(configs.traefik(tmp_path / "traefik", 1, 2))
    routes = yaml.safe_load((tmp_path / "traefik" / "routes.yaml").read_text())
    assert static["entryPoints"]["web"]["address"] == "127.0.0.1:1"
    assert "accessLog" not in static
    assert routes["http"]["services"]["service"]["loadBalancer"]["servers"] == [{"url": "http://127.0.0.1:2"}]
    nginx = configs.nginx_proxy(tmp_path / "nginx", 1, 2)
    assert "access_log off;" in nginx
    assert nginx.count("{") == nginx.count("}")


def test_cost_and_rate_are_read_from_the_same_sample():
    assert (rate(sample(1000)), cpu(sample(1000))) == (1000, 1000)
