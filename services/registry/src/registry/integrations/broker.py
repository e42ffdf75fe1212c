"""RabbitMQ's management HTTP API, as far as partners need it (the same on 3.10 and 4.x)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import SecretStr

from chassis.errors import Unavailable, Words
from registry.integrations.topology import INBOUND, PUBLIC, Call, Place, Topology, found

_ANSWERED, _GONE = 200, 404
_REFUSED = 400
_TOTAL_SECONDS, _CONNECT_SECONDS = 5, 2
_COLUMNS = "name,messages,message_bytes,consumers,message_stats"


@dataclass(eq=False, kw_only=True)
class BrokerSilent(Unavailable):
    """The management API does not answer."""

    code: ClassVar = "broker-silent"
    title: ClassVar = Words("Брокер не отвечает", "The broker does not answer")
    detail: ClassVar = Words(
        "HTTP API брокера не отвечает: {why}. Записанное исполнит reconcile, когда брокер ответит.",
        "The broker's management API does not answer: {why}. Reconcile carries out what is recorded once it does.",
    )
    why: str


@dataclass(eq=False, kw_only=True)
class BrokerRefused(Unavailable):
    """The management API answers that it will not."""

    code: ClassVar = "broker-refused"
    title: ClassVar = Words("Брокер отказал", "The broker refused")
    detail: ClassVar = Words(
        "Брокер ответил {status} на {asked}: проверьте права пользователя из BROKER_MANAGEMENT_URL.",
        "The broker answered {status} to {asked}: check the rights of the user in BROKER_MANAGEMENT_URL.",
    )
    status: int
    asked: str


@dataclass(eq=False, kw_only=True)
class BrokerNotPrepared(Unavailable):
    """What partners are attached to is not there."""

    code: ClassVar = "broker-not-prepared"
    title: ClassVar = Words("Брокер не подготовлен", "The broker is not prepared")
    detail: ClassVar = Words(
        "На брокере нет: {missing}. Загрузите определения (deploy/rabbitmq) и повторите.",
        "The broker lacks: {missing}. Import the definitions (deploy/rabbitmq) and repeat.",
    )
    missing: str


class Broker:
    """The broker as its administrator sees it; `url` is `http(s)://user:password@host:port`."""

    def __init__(self, url: SecretStr, place: Place) -> None:
        parts = urlsplit(url.get_secret_value())
        self._login = unquote(parts.username or ""), unquote(parts.password or "")
        self._root = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
        self.place = place

    async def topology(self) -> Topology:
        """Return what the broker holds of partners. Raises: BrokerSilent, BrokerRefused, BrokerNotPrepared."""
        definitions = await self._call("GET", "definitions")
        if missing := _missing(definitions, self.place):
            raise BrokerNotPrepared(missing=", ".join(missing))
        return found(definitions, await self._call("GET", f"bindings/{self._vhost}"), self.place)

    async def queues(self) -> Sequence[Mapping[str, Any]]:
        """Return what the broker knows of the queues of the virtual host, a few seconds old."""
        told: Sequence[Mapping[str, Any]] = await self._call("GET", f"queues/{self._vhost}?columns={_COLUMNS}")
        return told or ()

    async def carry_out(self, call: Call) -> None:
        """Make a change. What is to be deleted and is gone already is no failure."""
        await self._call(call.method, call.address, call.content)

    @property
    def _vhost(self) -> str:
        return quote(self.place.vhost, safe="")

    async def _call(self, method: str, address: str, content: Mapping[str, Any] | None = None) -> Any:
        import aiohttp  # noqa: PLC0415 a tenth of a second for each process that knows the broker and never asks it

        headers = {"Authorization": aiohttp.encode_basic_auth(*self._login)}
        limit = aiohttp.ClientTimeout(total=_TOTAL_SECONDS, connect=_CONNECT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(headers=headers, timeout=limit) as session,
                session.request(method, f"{self._root}/api/{address}", json=content or {}) as answer,
            ):
                if answer.status == _GONE and method != "PUT":
                    return None
                if answer.status >= _REFUSED:
                    raise BrokerRefused(status=answer.status, asked=f"{method} {address}")
                return await answer.json() if answer.status == _ANSWERED else None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # Not the error's own words: some of them quote the address with its password.
            raise BrokerSilent(why=type(error).__name__) from None


def _missing(definitions: Mapping[str, Any], place: Place) -> list[str]:
    if not any(row["name"] == place.vhost for row in definitions["vhosts"]):
        return [f"виртуальный хост {place.vhost}"]
    present = {row["name"] for row in definitions["exchanges"] if row["vhost"] == place.vhost}
    return [f"обменник {name} в {place.vhost}" for name in (PUBLIC, INBOUND) if name not in present]
