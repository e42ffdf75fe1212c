"""The package `contracts` as partners install it: a wheel of the very sources that this gateway runs with."""

import hashlib
from base64 import urlsafe_b64encode
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import contracts

NAME = f"technopark_contracts-{contracts.__version__}-py3-none-any.whl"
_ABOUT = f"technopark_contracts-{contracts.__version__}.dist-info"
_FORMAT = b"Wheel-Version: 1.0\nGenerator: technopark\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel() -> bytes:
    """Return it; the same sources give the same bytes. Source: PyPA binary distribution format 1.0."""
    files = _sources() | {f"{_ABOUT}/METADATA": _metadata(), f"{_ABOUT}/WHEEL": _FORMAT}
    files[f"{_ABOUT}/RECORD"] = "".join([*map(_recorded, files, files.values()), f"{_ABOUT}/RECORD,,\n"]).encode()
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name)  # of 1980, as every entry that is told no time
            entry.external_attr, entry.compress_type = 0o644 << 16, ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def _sources() -> dict[str, bytes]:
    folder = Path(contracts.__file__).parent
    found = sorted((*folder.rglob("*.py"), *folder.rglob("py.typed")))
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in found}


def _metadata() -> bytes:
    return (distribution("technopark-contracts").read_text("METADATA") or "").encode()


def _recorded(name: str, content: bytes) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"
