"""What Schemathesis is told about this platform: a deadline of its own choosing, and a check of the listed codes."""

from typing import Any

import schemathesis

ROOT = "urn:technopark:problem:"
OF_NO_OPERATION = {"method-not-allowed", "no-such-address", "bad-path"}
"""What an address is answered that is none of the document's."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Leave the deadline alone: a client that gives a service a millisecond gets the 504 it asked for."""
    if case.headers:
        case.headers.pop("X-Request-Timeout", None)


@schemathesis.check
def listed_problem(context: Any, response: Any, case: Any) -> None:
    """An operation answers only with the problems that the document lists for it."""
    if "problem+json" not in "".join(response.headers.get("content-type", [])):
        return
    code = response.json()["type"].removeprefix(ROOT)
    known = case.operation.definition.raw["x-problems"].get(str(response.status_code), ())
    assert code in known or code in OF_NO_OPERATION, (
        f"{case.operation.label} answered {response.status_code} {code}, listed are {list(known)}"
    )
