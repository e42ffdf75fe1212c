"""Node's side of the tests: packages from the lock, types from the document, a compiled client.

`python -m tests.clients.workshop` makes them for people and prints where they are.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.architecture.sources import PROJECT
from tests.clients.documents import document

SOURCE = Path(__file__).with_name("typescript")
PACKAGES = (".npmrc", "package.json", "package-lock.json")
_OLDEST_NODE = 20
REMEDY = (
    f"the TypeScript client needs Node.js {_OLDEST_NODE} or newer with npm: install them, such as with "
    "`apt-get install nodejs npm` or from nodejs.org"
)


class NodeMissing(AssertionError):
    """There is no usable Node.js on this machine; the text says what to do."""


async def run(*words: str, folder: Path, seconds: float = 120, env: Mapping[str, str] | None = None) -> str:
    """Run a program to its end; return what it printed. Raises AssertionError with all its words when it fails."""
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, errors = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, f"{' '.join(words)}\n{said.decode()}\n{errors.decode()}"
    return said.decode()


async def present(path: str | None = None) -> None:
    """Raise NodeMissing unless there are node and npm, new enough; `path` is where they are looked for."""
    node = shutil.which("node", path=path)
    if not (node and shutil.which("npm", path=path)):
        raise NodeMissing(REMEDY)
    version = (await run(node, "--version", folder=PROJECT)).strip()
    if int(version.lstrip("v").split(".")[0]) < _OLDEST_NODE:
        raise NodeMissing(f"{REMEDY}; this one is {version}")


async def installed() -> Path:
    """Return the folder with the locked packages, installed once per lock, and the sources beside them."""
    await present()
    lock = b"".join((SOURCE / name).read_bytes() for name in PACKAGES)
    folder = PROJECT / ".local" / "clients" / hashlib.sha256(lock).hexdigest()[:16]
    done = folder / "installed"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in PACKAGES:
            shutil.copy(SOURCE / name, folder)
        await run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)
        done.touch()
    for name in ("src", "dist"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(SOURCE / "src", folder / "src")
    shutil.copy(SOURCE / "tsconfig.json", folder)
    return folder


async def compiled(described: Mapping[str, Any]) -> Path:
    """Return the folder of the client compiled against a document by `tsc --strict`."""
    folder = await installed()
    (folder / "openapi.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    tools = folder / "node_modules" / ".bin"
    # a field with a default may be left out of a request: the tool would otherwise ask for it
    options = ("--default-non-nullable=false", "-o", "src/schema.ts")
    await run(str(tools / "openapi-typescript"), "openapi.json", *options, folder=folder)
    await run(str(tools / "tsc"), "--strict", folder=folder)
    return folder


def main() -> int:
    """Build the client from the document of this checkout; return the exit code."""
    try:
        folder = asyncio.run(compiled(document()))
    except AssertionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{folder / 'src' / 'schema.ts'}\n{folder / 'dist'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
