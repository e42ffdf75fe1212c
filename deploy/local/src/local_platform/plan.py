"""Which process gets which environment."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_platform.access import MongoAccess, RabbitAccess
from local_platform.accounts import Account
from local_platform.definitions import HOLDERS, KEEPER, PARTNERS, SERVICES, VHOST, rabbitmq_definitions
from local_platform.ports import LOOPBACK, free_port

DEFAULT_GATEWAY_PORT = 8080
ADMINISTRATOR = "administrator"
FEED_KEY, WEBHOOK_KEY = "feed-pseudonyms", "webhook-secrets"
"""Under these names among the passwords."""
_LIMITS_FACTOR = "20"
"""Here everybody comes from one address, and the sample data of four regions within a minute."""


@dataclass(frozen=True)
class Plan:
    """Addresses and secrets of one run."""

    gateway_port: int
    operators_port: int
    """Of the gateway's probes and measurements."""
    service_ports: Mapping[str, int]
    """Of each service; under `gateway` of its worker's probes."""
    mongo_urls: Mapping[str, str]
    rabbitmq_urls: Mapping[str, str]
    public_rabbitmq_url: str
    """Where reporting publishes what partners are told."""
    inbound_rabbitmq_url: str
    """Where transfer reads what partners tell."""
    feed_pseudonym_key: str
    webhook_secret_key: str
    """Seals the secrets of webhooks."""
    broker_management_url: str
    """Where the registry keeps the partners' accounts."""
    partners_amqp_url: str
    """Where partners' systems reach the broker."""
    issuer_key: Path
    administrator: Account
    """Opened by the registry's migration, so that somebody can open the other accounts."""

    @property
    def gateway_url(self) -> str:
        """Where clients go."""
        return f"http://{LOOPBACK}:{self.gateway_port}"

    @property
    def operators_url(self) -> str:
        """Where the gateway tells operators how it is."""
        return f"http://{LOOPBACK}:{self.operators_port}/metrics"

    def service_url(self, service: str) -> str:
        """Where the gateway finds a service."""
        return f"http://{LOOPBACK}:{self.service_ports[service]}"

    def service_environment(self, service: str) -> dict[str, str]:
        """Answer the whole environment of each process of the service, or of the gateway's worker."""
        own = {
            "MONGO_URL": self.mongo_urls[service],
            "RABBITMQ_URL": self.rabbitmq_urls[service],
            "HTTP_HOST": LOOPBACK,
            "HTTP_PORT": str(self.service_ports[service]),
        }
        of_some = {"registry": self._registry, "transfer": self._transfer, "reporting": self._reporting}
        further = of_some.get(service, dict)
        return self._shared() | own | further()

    def gateway_environment(self) -> dict[str, str]:
        """Answer the whole environment of the gateway."""
        upstreams = {f"{service.upper()}_URL": self.service_url(service) for service in SERVICES}
        own = {
            "GATEWAY_HOST": LOOPBACK,
            "GATEWAY_PORT": str(self.gateway_port),
            "GATEWAY_ADMIN_PORT": str(self.operators_port),
            "GATEWAY_LIMITS_FACTOR": _LIMITS_FACTOR,
            "MONGO_URL": self.mongo_urls["gateway"],
        }
        return self._shared() | upstreams | own

    def _transfer(self) -> dict[str, str]:
        return {"INBOUND_RABBITMQ_URL": self.inbound_rabbitmq_url}

    def _reporting(self) -> dict[str, str]:
        return {
            "PUBLIC_RABBITMQ_URL": self.public_rabbitmq_url,
            "FEED_PSEUDONYM_KEY": self.feed_pseudonym_key,
            "WEBHOOK_SECRET_KEY": self.webhook_secret_key,
            "WEBHOOK_PLAIN_HTTP": "true",  # whoever tries webhooks here has the receiver on this machine
            "WEBHOOK_PORTS": "[]",
            "WEBHOOK_NETWORKS": f'["{LOOPBACK}/32"]',
        }

    @property
    def delivering_environment(self) -> dict[str, str]:
        """Answer the environment of the process that delivers; its probes are at any port."""
        return {**self.service_environment("reporting"), "HTTP_PORT": "0"}

    def _registry(self) -> dict[str, str]:
        return {
            "BROKER_MANAGEMENT_URL": self.broker_management_url,
            "PARTNERS_AMQP_URL": self.partners_amqp_url,
            "ISSUER_KEY_FILE": str(self.issuer_key),
            "BOOTSTRAP_ADMIN_LOGIN": self.administrator.login,
            "BOOTSTRAP_ADMIN_PASSWORD": self.administrator.password,
        }

    def _shared(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "ENVIRONMENT": "local",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            "OIDC_ISSUER": self.gateway_url,
            "OIDC_AUDIENCE": "technopark",
            "OIDC_JWKS_URL": f"{self.service_url('registry')}/.well-known/jwks.json",
        }


async def make_plan(
    mongo: MongoAccess, rabbitmq: RabbitAccess, *, passwords: Mapping[str, str], gateway_port: int, issuer_key: Path
) -> Plan:
    """Create or renew the users of the services and the gateway on the servers, and choose ports.

    Args:
        mongo: where the databases are.
        rabbitmq: where the vhost is.
        passwords: of each holder, of the keeper and of the administrator, and the keys of feed and webhooks.
        gateway_port: where clients will come.
        issuer_key: PEM file of the registry's token issuer.
    """
    mongo_urls = {name: await mongo.grant(name, database=name, password=passwords[name]) for name in HOLDERS}
    await rabbitmq.load(rabbitmq_definitions(passwords))
    return Plan(
        gateway_port=gateway_port,
        operators_port=free_port(),
        service_ports={name: free_port() for name in HOLDERS},
        mongo_urls=mongo_urls,
        rabbitmq_urls={name: rabbitmq.url(name, passwords[name], vhost=VHOST) for name in HOLDERS},
        public_rabbitmq_url=rabbitmq.url("reporting", passwords["reporting"], vhost=PARTNERS),
        inbound_rabbitmq_url=rabbitmq.url("transfer", passwords["transfer"], vhost=PARTNERS),
        feed_pseudonym_key=passwords[FEED_KEY],
        webhook_secret_key=_fernet_key(passwords[WEBHOOK_KEY]),
        broker_management_url=rabbitmq.management(KEEPER, passwords[KEEPER]),
        partners_amqp_url=f"amqp://{rabbitmq.hosts}",
        issuer_key=issuer_key,
        administrator=Account(ADMINISTRATOR, passwords[ADMINISTRATOR], "Администратор площадки", "администратор"),
    )


def _fernet_key(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
