"""The process itself: what it declares at the broker before it serves."""

from contracts.catalogue import CATALOGUE


async def test_migrate_binds_the_inbox_to_every_published_type(mongo_url, vhost, processes, issuer):
    env = {"MONGO_URL": mongo_url, "RABBITMQ_URL": vhost.url("reporting"), "ENVIRONMENT": "test", **issuer.env}
    await processes.run("reporting", "migrate", env=env)
    assert await vhost.bindings("reporting.inbox") == CATALOGUE.keys()
