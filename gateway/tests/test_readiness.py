"""When clients are sent to a gateway: not before it can tell who they are."""

from testkit import eventually
from testkit.issuer import running_issuer


async def _told(door) -> tuple[int, str, int]:
    """What the probe of the pod and that beside the API say."""
    status, text = await door.admin("/readyz")
    beside = await door.client.get("/readyz")
    assert beside.json["status"] in text
    return status, beside.json["status"], beside.status


async def _is(door, *expected) -> None:
    assert await _told(door) == expected


async def test_a_gateway_whose_issuer_never_showed_a_key_is_not_ready_and_stays_ready_once_it_did(
    running_gateway, free_port
):
    async with running_issuer(free_port()) as own:
        own.status = 503
        async with running_gateway(settings={**own.settings}) as door:
            await eventually(lambda: own.asked > 0)
            assert await _told(door) == (503, "no-keys", 503)
            own.status = 200
            await eventually(lambda: _is(door, 200, "ok", 200))
            own.status = 503
            assert await _told(door) == (200, "ok", 200)


async def test_a_partners_issuer_that_is_away_does_not_keep_the_gateway_from_being_ready(running_gateway, free_port):
    away = {"issuer": f"http://127.0.0.1:{free_port()}"}
    async with running_gateway(settings={"oidc_issuers": [away]}) as door:
        await eventually(lambda: _is(door, 200, "ok", 200))


async def test_the_built_in_issuer_is_a_service_and_none_of_them_decides_whether_the_gateway_is_ready(
    running_gateway, free_port
):
    registry = f"http://127.0.0.1:{free_port()}"
    settings = {"oidc_jwks_url": f"{registry}/.well-known/jwks.json"}
    async with running_gateway(settings=settings, registry=registry) as door:
        assert await _told(door) == (200, "ok", 200)


async def test_the_keys_of_every_issuer_are_there_before_anybody_needs_them(running_gateway, free_port):
    async with running_issuer(free_port()) as first, running_issuer(free_port()) as second:
        settings = {**first.settings, "oidc_issuers": [{"issuer": second.url}]}
        async with running_gateway(settings=settings):
            await eventually(lambda: (first.asked, second.asked) == (1, 1))
