"""No input, however wrong, makes the platform fail or answer otherwise than it documents.

Schemathesis reads the published document and sends what fits it, nearly fits it, and does not fit it at all.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp
import pytest

from gateway.table import listed

PROJECT = Path(__file__).parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "response_schema_conformance",
    "content_type_conformance",
    "ignored_auth",
    "listed_problem",
)
STREAMS = {route.path for route in listed().routes if route.limits.name == "stream"}
"""They answer for as long as the client likes: gateway/tests/live and tests/journeys try them."""
SECONDS = int(os.environ.get("BAD_INPUT_SECONDS", "45"))
SEED = os.environ.get("BAD_INPUT_SEED", "1")


@pytest.mark.timeout(SECONDS + 180)
async def test_wrong_requests_are_refused_as_documented_and_never_crash_a_service(platform, tmp_path: Path):
    words = [
        *(f"{platform.base}/openapi.json", "--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS), "--max-examples", "5"),
        *(word for path in sorted(STREAMS) for word in ("--exclude-path", path)),
        *("--seed", SEED, "--no-shrink", "--generation-database", "none", "--request-timeout", "20"),
        *("--header", f"Authorization: Bearer {platform.token}", "--warnings", "off", "--no-color"),
    ]
    program = "from schemathesis.cli import schemathesis; schemathesis()"
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", program, "run", *words),
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.hooks", "PYTHONPATH": str(PROJECT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, f"{said.decode()[-12_000:]}\n{platform.logs}"
    answered = await _statuses_by_route(platform.operators)
    # the run itself is checked: every route was asked, and enough of them answered with success to mean anything
    rows = (route for route in listed().routes if route.path not in STREAMS)
    assert answered.keys() >= {f"{route.method} {route.path}" for route in rows}
    reached = [route for route, statuses in answered.items() if "200" in statuses or "201" in statuses]
    assert len(reached) >= len(answered) / 5, f"only these were ever answered with success: {reached}"


async def _statuses_by_route(operators: str) -> dict[str, set[str]]:
    """Read from the gateway's metrics which statuses each route was answered with."""
    async with aiohttp.ClientSession() as http, http.get(f"{operators}/metrics") as answer:
        text = await answer.text()
    found: dict[str, set[str]] = {}
    pattern = r'gateway_request_seconds_count\{method="(\w+)",route="([^"]+)",status="(\d+)",upstream="\w*"\}'
    for method, route, status in re.findall(pattern, text):
        found.setdefault(f"{method} {route}", set()).add(status)
    return found
