"""What operators see of an exchange: one line, one measurement."""

import io
import json
from typing import Literal

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gateway.record import BOUNDS, AccessLog, Measured
from testkit import eventually

KEY = ("GET", "/v1/people/{person_id}", 200, "registry")


def written(form: Literal["json", "console"], *, subject: str = "p-1", request_id: str = "abcdefgh-1") -> str:
    stream = io.StringIO()
    log = AccessLog(form, stream=stream)
    log.note(KEY, 1.26, request_id, subject)
    log.write()
    return stream.getvalue()


def test_a_line_in_json_says_the_template_and_the_ids_and_nothing_else():
    line = json.loads(written("json"))
    moment = line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "process": "gateway",
        "method": "GET",
        "route": "/v1/people/{person_id}",
        "status": 200,
        "ms": 1.3,
        "correlation_id": "abcdefgh-1",
        "subject": "p-1",
        "upstream": "registry",
    }
    assert (len(moment), moment[-1]) == (24, "Z")


@pytest.mark.parametrize("subject", ['a"b', "a\nb", 'x", "status": 500, "y": "', "ё\\", "\x1b[31m"])
def test_a_subject_cannot_write_a_line_or_a_field_of_its_own(subject):
    line = written("json", subject=subject)
    assert line.count("\n") == 1
    assert (json.loads(line)["subject"], json.loads(line)["status"]) == (subject, 200)
    assert written("console", subject=subject).count("\n") == 1


def test_a_line_for_the_console_is_one_readable_line():
    assert written("console", subject="").endswith(" GET /v1/people/{person_id} 200 1.3 ms abcdefgh-1 -\n")


def test_only_the_first_line_since_the_last_writing_asks_for_the_next():
    log = AccessLog("json", stream=io.StringIO())
    assert [log.note(KEY, 1, "abcdefgh", "") for _ in range(3)] == [True, False, False]
    log.write()
    assert log.note(KEY, 1, "abcdefgh", "")


@pytest.mark.parametrize(("seconds", "bucket"), [(0.001, "0.001"), (0.0011, "0.0025"), (30.0, "30.0"), (30.1, "+Inf")])
def test_a_duration_counts_from_its_bucket_upwards(seconds, bucket):
    measured, registry = Measured(), CollectorRegistry()
    registry.register(measured)
    measured.observe(KEY, seconds)
    text = generate_latest(registry).decode()
    labels = 'method="GET",route="/v1/people/{person_id}",status="200",upstream="registry"'
    counted = [
        line
        for line in text.splitlines()
        if line.startswith("gateway_request_seconds_bucket") and line.endswith(" 1.0")
    ]
    bounds = [*map(str, BOUNDS), "+Inf"]
    assert len(counted) == len(bounds) - bounds.index(bucket)
    assert f"gateway_request_seconds_count{{{labels}}} 1.0" in text
    assert f"gateway_request_seconds_sum{{{labels}}} {seconds}" in text


async def test_a_running_gateway_writes_a_line_for_each_request_without_its_query_token_or_parameters(
    upstream, processes, gateway_env, issuer
):
    env = gateway_env(registry=upstream.url) | {"LOG_LEVEL": "INFO"}
    process = processes.start("gateway", "serve", env=env)
    base = f"http://127.0.0.1:{env['GATEWAY_PORT']}"
    token = issuer.token("person-17", name="Иванова")
    async with aiohttp.ClientSession() as http:

        async def it_answers() -> None:
            try:
                async with http.get(f"{base}/readyz") as answer:
                    assert answer.status == 200
            except aiohttp.ClientError as error:
                raise AssertionError from error

        await eventually(it_answers, 20)
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "abcdefgh-17"}
        async with http.get(f"{base}/v1/people/42?secret=1", headers=headers):
            pass
        async with http.get(f"{base}/v1/nowhere/42?secret=1"):
            pass
    await eventually(lambda: '"unmatched"' in process.log())
    lines = [line for line in process.log().splitlines() if '"event": "request"' in line]
    told = next(json.loads(line) for line in lines if "abcdefgh-17" in line)
    assert (told["route"], told["status"], told["subject"]) == ("/v1/people/{person_id}", 200, "person-17")
    assert len(told["timestamp"]) == 24
    for hidden in ("secret", "/42", token, "Иванова", "nowhere"):
        assert hidden not in "".join(lines)


async def test_a_refused_a_stopped_and_an_answered_exchange_are_counted_apart(door, upstream):
    await door.client.get("/v1/echo")
    await door.client.get("/v1/dead")
    await door.client.get("/v1/hang")
    text = await door.metrics()
    assert 'gateway_request_seconds_count{method="GET",route="/v1/echo",status="200",upstream="registry"} 1.0' in text
    assert 'gateway_request_seconds_count{method="GET",route="/v1/hang",status="504",upstream="registry"} 1.0' in text
    for upstream_name, outcome in (("registry", "answered"), ("expertise", "refused"), ("registry", "deadline")):
        assert f'gateway_exchanges_total{{outcome="{outcome}",upstream="{upstream_name}"}}' in text


async def test_a_flood_of_invented_methods_and_paths_makes_no_new_series(door):
    for number in range(20):
        await door.status(b"/v1/x%d" % number, method=b"GET")
        await door.status(b"/v1/echo", method=b"PROPFIND")
    text = await door.metrics()
    series = [line for line in text.splitlines() if line.startswith("gateway_request_seconds_count")]
    assert len(series) <= 3


@pytest.mark.parametrize(
    ("path", "status"), [("/livez", 200), ("/readyz", 200), ("/metrics", 200), ("/", 404), ("/docs", 404)]
)
async def test_operators_have_their_own_listener_with_probes_and_metrics_only(door, path, status):
    assert (await door.admin(path))[0] == status


async def test_the_public_listener_has_no_metrics(door):
    assert (await door.client.get("/metrics")).status == 404
