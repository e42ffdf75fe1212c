"""What a client team is told to do works on the running platform, word for word."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.clients import guide, workshop

from gateway.table import listed
from local_platform.sample.identifiers import inn, ogrn
from testkit import eventually


async def test_the_commands_of_the_guide_answer_as_printed(ground, tmp_path: Path):
    told = guide.steps()
    assert len(told) >= 11
    process = await asyncio.create_subprocess_exec(
        *("bash", "-u", "-c", guide.script(told)),
        cwd=tmp_path,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **ground.env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await asyncio.wait_for(process.communicate(), 60)
    found = guide.answers(said.decode())
    assert len(found) == len(told), errors.decode()
    wrong = [
        f"{step.commands}\nprinted: {step.answer}\nanswered: {answer}"
        for step, answer in zip(told, found, strict=True)
        if step.answer is not None and step.answer != answer
    ]
    assert not wrong, "\n".join([*wrong, errors.decode()])


def test_a_step_without_its_answer_and_one_with_it_are_told_apart(tmp_path: Path):
    text = "```sh\nA=1\n```\nwords\n```sh\necho $A\n```\n```text\n1\n```\n"
    (tmp_path / "guide.md").write_text(text)
    told = guide.steps(tmp_path / "guide.md")
    assert [(step.commands, step.answer) for step in told] == [("A=1\n", None), ("echo $A\n", "1\n")]
    assert guide.answers("----- step 0 -----\n----- step 1 -----\n1\n") == ["", "1\n"]


@pytest.fixture(scope="module")
async def client(ground) -> Path:
    """The example, compiled against the document that the gateway serves."""
    whole = len({route.path for route in listed().routes})

    async def described() -> Any:
        async with aiohttp.ClientSession(ground.platform.base) as http, http.get("/openapi.json") as answer:
            document = await answer.json()
        assert len(document.get("paths", ())) == whole, "some service has not described itself yet"
        return document

    return await workshop.compiled(await eventually(described, 60))


async def test_the_generated_types_compile_and_their_client_works_against_the_platform(ground, client: Path):
    env = {**ground.env, "INN": inn(38, 1), "OGRN": ogrn(38, 1)}
    seen = json.loads(await workshop.run("node", "dist/smoke.js", folder=client, env=env, seconds=60))
    assert seen["roles"] == ["curator"]
    assert seen["rotated"] is True
    assert (seen["sameRecord"], seen["replayed"]) == (True, "true")
    assert seen["notModified"] == 304
    assert seen["refused"] == {"type": "urn:technopark:problem:stale-version", "status": 412, "stale": True}
    assert {"field", "message"} <= set(seen["fields"][0])
    assert (seen["partial"], seen["parts"] > 3) == (False, True)
    assert seen["update"] == {"event": "registry.institution.renamed.v1", "resource": seen["resource"]}


async def test_what_the_document_does_not_allow_is_not_compiled(client: Path):
    """`refused.ts` is compiled with the rest only because the compiler refuses each line that is marked there."""
    assert "@ts-expect-error" in (client / "src" / "refused.ts").read_text(encoding="utf-8")
    assert (client / "dist" / "refused.js").exists()


async def test_a_machine_without_node_is_told_in_one_line_what_to_install(tmp_path: Path):
    with pytest.raises(workshop.NodeMissing, match=r"needs Node\.js .* install them") as told:
        await workshop.present(str(tmp_path))
    assert len(str(told.value).splitlines()) == 1


def test_the_lock_names_no_address_to_download_from():
    lock = json.loads((workshop.SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: told for name, told in lock["packages"].items() if name}
    assert packages
    assert not [name for name, told in packages.items() if "resolved" in told]
    assert not [name for name, told in packages.items() if "integrity" not in told]
