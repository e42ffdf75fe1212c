"""One database for a folder of tests, empty at the begin of each module or test: fixtures for the folder's conftest.

Collections and indexes stay. To make those of a service takes the server half a second of processor time, more than
most tests take altogether. Whoever tests that they are made asks for a fresh database.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from local_platform.servers import Servers
from testkit.databases import fresh_database


async def emptied(url: str) -> str:
    """Delete every record of a database; answer its URL."""
    async with AsyncMongoClient[dict[str, Any]](url) as client:
        database = client.get_default_database()
        for name in await database.list_collection_names():
            await database[name].delete_many({})
    return url


@pytest.fixture(scope="session")
async def folder_database(servers: Servers) -> AsyncIterator[str]:
    """URL of the folder's database; whoever imports this has one of its own."""
    async with fresh_database(servers.mongo) as url:
        yield url


@pytest.fixture(scope="module")
async def module_mongo_url(folder_database: str) -> str:
    """URL of a database without records for this module."""
    return await emptied(folder_database)


@pytest.fixture
async def mongo_url(folder_database: str) -> str:
    """URL of a database without records for this test; not for a module that has asked for `module_mongo_url`."""
    return await emptied(folder_database)
