"""Plugin: the tests run on production's event loop, `pytest -p testkit.on_uvloop gateway/tests`."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Name the one loop there is."""
    return {"uvloop": uvloop.new_event_loop}
