"""How the tests are shared out among the workers of pytest-xdist."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

STARTED_ONCE = ("tests/journeys/", "tests/partners/")
"""Modules of such a folder look at one platform and one long story, which a fixture of the session begins once."""


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A module is one piece of work, and so is a folder of one story."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in STARTED_ONCE if nodeid.startswith(folder)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """Share out by file, where that is asked for."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
