"""Fill the templates of deploy/rabbitmq and deploy/mongo."""

import json
import re
from collections.abc import Mapping
from typing import Any

from local_platform.folders import MONGO_SOURCES, RABBITMQ_SOURCES
from local_platform.passwords import rabbitmq_hash

SERVICES = ("registry", "expertise", "transfer", "reporting")
HOLDERS = (*SERVICES, "gateway")
"""Who has a database, a queue and users of its own; the gateway has them for limits and live updates."""
KEEPER = "keeper"
"""As whom the registry keeps the partners' accounts on the broker: it administers, and has no AMQP of its own."""
VHOST, PARTNERS = "technopark", "partners"
"""Where the services speak among themselves, and where partners come."""
ADMIN = "admin"
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def _filled(template: str, values: Mapping[str, str]) -> Any:
    return json.loads(_PLACE.sub(lambda place: json.dumps(values[place[1]])[1:-1], template))


def rabbitmq_definitions(
    passwords: Mapping[str, str], *, vhost: str = VHOST, partners: str = PARTNERS, user_prefix: str = ""
) -> dict[str, Any]:
    """Answer what a broker imports for the platform: users, and in each of two vhosts what it has before any service.

    Args:
        passwords: password by holder, and of the keeper.
        vhost: name of the services' virtual host.
        partners: name of the partners' virtual host.
        user_prefix: put before the name of each user.
    """
    hashes = {f"{holder}_password_hash": rabbitmq_hash(passwords[holder]) for holder in (*HOLDERS, KEEPER)}
    template = (RABBITMQ_SOURCES / "definitions.template.json").read_text()
    definitions: dict[str, Any] = _filled(
        template, hashes | {"vhost": vhost, "partners": partners, "user_prefix": user_prefix}
    )
    return definitions


def rabbitmq_administrator(password: str) -> dict[str, Any]:
    """Answer what a blank broker of this machine imports: an administrator instead of the well-known guest."""
    user = {
        "name": ADMIN,
        "password_hash": rabbitmq_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator",
    }
    rights = {"user": ADMIN, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
    return {"vhosts": [{"name": "/"}], "users": [user], "permissions": [rights]}


def mongo_roles(service: str, database: str) -> list[dict[str, str]]:
    """Answer the roles of the service's user in its database."""
    roles: dict[str, list[dict[str, str]]] = _filled((MONGO_SOURCES / "users.json").read_text(), {"database": database})
    return roles[service]
