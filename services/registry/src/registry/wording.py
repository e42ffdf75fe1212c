"""How names are compared and found by their beginnings."""

import re
from typing import Any

_SEPARATORS = re.compile(r"[^\w.№/-]+")
_LAST_CHARACTER = "\uffff"


def normalised(text: str) -> str:
    """Return a text as it is compared: lower case, ё as е, no quotation marks, single spaces."""
    return _SEPARATORS.sub(" ", text.casefold().replace("ё", "е")).strip()


def beginnings(*texts: str) -> list[str]:
    """Return what type-ahead may start from: each text from each of its words on."""
    words = [normalised(text).split(" ") for text in texts]
    return sorted({" ".join(found[start:]) for found in words for start in range(len(found))})


def starting_with(prefix: str) -> dict[str, Any]:
    """Return the Mongo condition that one of a field's `beginnings` starts with the prefix; a range of its index."""
    wanted = normalised(prefix)
    return {"$elemMatch": {"$gte": wanted, "$lt": wanted + _LAST_CHARACTER}}
