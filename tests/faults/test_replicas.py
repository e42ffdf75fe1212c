"""Two of every process tell the whole story; then everything they said is said twice again, in disorder."""

from dataclasses import replace

import pytest
from tests.faults.checker import sound, violations
from tests.faults.house import House
from tests.faults.ledger import Ledger
from tests.faults.spoiling import SPOILT
from tests.faults.storm import storm
from tests.faults.telling import FIGURES, figures, tell


@pytest.fixture(scope="module", autouse=True)
async def told(twins: House, ledger: Ledger) -> None:
    """The story, each request to the other gateway than the one before."""
    await tell(twins, ledger)


async def test_two_of_every_process_come_to_the_figures_of_one(twins: House) -> None:
    assert await figures(twins) == FIGURES


async def test_every_inbox_has_each_fact_it_is_bound_to_once_and_nothing_waits(twins: House, ledger: Ledger) -> None:
    await sound(twins, ledger)


async def test_both_replicas_of_every_service_took_their_share(twins: House) -> None:
    assert all(process.running for process in twins.platform.everyone)
    for service in twins.stores:
        shares = await twins.shares(service)
        assert len(shares) == 2
        assert all(requests for requests, _ in shares), (service, shares)
        if service != "registry":  # the story has one fact for it
            assert all(messages for _, messages in shares), (service, shares)


@pytest.mark.timeout(300)
async def test_everything_said_twice_again_in_disorder_changes_nothing(twins: House, ledger: Ledger, seed: int) -> None:
    await sound(twins, ledger)
    shown = await figures(twins)
    before = await twins.hashes()
    await storm(twins, seed=seed, times=2)
    assert await twins.hashes() == before
    assert await figures(twins) == shown


async def test_the_checker_sees_each_kind_of_loss_and_doubling(twins: House, ledger: Ledger) -> None:
    """The last test of the module: it spoils what the others looked at."""
    await sound(twins, ledger)
    before = await twins.hashes()
    for kind, spoil in SPOILT.items():
        await spoil(twins)
        found = {difference.partition(":")[0] for difference in violations(await twins.held(), ledger)}
        assert kind in found, (kind, found)
    told = ledger.answers["sample-agreement-1/2023"]
    told.append(replace(told[0], id="another"))
    found = {difference.partition(":")[0] for difference in violations(await twins.held(), ledger)}
    assert found == {*SPOILT, "split", "lost"}
    after = await twins.hashes()
    assert all(after[service] != before[service] for service in before)
