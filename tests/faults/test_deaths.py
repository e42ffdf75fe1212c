"""One process of each kind dies in the middle of the story; the story is told again by a client that knows nothing."""

import pytest
from tests.faults.checker import sound
from tests.faults.deaths import KILLED, REGISTRY, RELAY, REPORTING, TRANSFER, drawn, orchestrated, tell_until_death
from tests.faults.house import opened
from tests.faults.ledger import Ledger
from tests.faults.telling import FIGURES, figures, tell

from local_platform.servers import Servers
from testkit import Processes, Vhost, eventually
from testkit.platform import Shape, running_platform

QUICK = {"RELAY_LEASE_SECONDS": "2"}


@pytest.mark.timeout(300)
async def test_a_story_told_again_after_four_deaths_has_the_same_figures_and_no_doubles(
    servers: Servers, vhost: Vhost, processes: Processes, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    ledger, folder = Ledger(), tmp_path_factory.mktemp("platform")
    shape = Shape(settings=QUICK, deaths=drawn(seed))
    async with (
        running_platform(servers, vhost, processes, folder, shape) as platform,
        opened(platform) as house,
        orchestrated(platform, (RELAY, REPORTING, TRANSFER)) as ended,
    ):
        assert await tell_until_death(house, ledger, REGISTRY) == KILLED
        agreements = await house.stores["registry"].plain["agreements"].find({})
        if seed == 0:
            assert (len(agreements), ledger.acknowledged("/v1/agreements")) == (5, 4)
        await platform.start_again(*REGISTRY)
        await tell(house, ledger)

        await eventually(lambda: ended == dict.fromkeys((RELAY, REPORTING, TRANSFER), KILLED))
        await sound(house, ledger)
        assert await figures(house) == FIGURES
        assert len(await house.stores["registry"].plain["agreements"].find({})) == 18
        assert [key for key, answers in ledger.answers.items() if len(answers) > 1]
