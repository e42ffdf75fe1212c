"""How the tests are shared out among the workers of pytest-xdist."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

TOLD_ONCE = "tests/journeys/"
"""Modules of this folder look at one long story, which a fixture of the session tells once per worker."""


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A module is one piece of work, and so is the folder of the story."""

    def _split_scope(self, nodeid: str) -> str:
        return TOLD_ONCE if nodeid.startswith(TOLD_ONCE) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """Share out by file, where that is asked for."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
