"""No input, however wrong, makes the platform fail or answer otherwise than it documents.

Schemathesis reads the published document and sends what fits it, nearly fits it, and does not fit it at all.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "response_schema_conformance",
    "content_type_conformance",
    "ignored_auth",
)
SECONDS = int(os.environ.get("BAD_INPUT_SECONDS", "75"))
SEED = os.environ.get("BAD_INPUT_SEED", "1")


@pytest.mark.timeout(SECONDS + 180)
async def test_wrong_requests_are_refused_as_documented_and_never_crash_a_service(platform, tmp_path: Path):
    words = [
        *(f"{platform.base}/openapi.json", "--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS), "--max-examples", "5"),
        *("--seed", SEED, "--no-shrink", "--generation-database", "none", "--request-timeout", "20"),
        *("--header", f"Authorization: Bearer {platform.token}", "--warnings", "off", "--no-color"),
    ]
    program = "from schemathesis.cli import schemathesis; schemathesis()"
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", program, "run", *words),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, f"{said.decode()[-12_000:]}\n{platform.logs}"
