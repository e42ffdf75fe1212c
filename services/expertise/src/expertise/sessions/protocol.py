"""An approved protocol."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """An approved protocol; `content_hash` is the SHA-256 of its text in UTF-8."""

    number: str
    text: str
    content_hash: str
    approved_by: str
    approved_on: date
