"""The operator's commands about partners: the same use cases as behind HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NoReturn, Protocol, TypeVar

import typer
from pydantic import ValidationError

from chassis.errors import DomainError, Unavailable
from chassis.russian import explain
from chassis.work import Change, Reads, Work
from registry.digests import Minted
from registry.institutions.store import INSTITUTIONS
from registry.integrations import handlers
from registry.integrations.domain import LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES, Integration, IntegrationUnknown
from registry.integrations.handlers import GrantIntegration, Password, ReplacePassword, RevokeIntegration, Terms
from registry.integrations.observing import Observed, days_left, observe
from registry.integrations.queries import Door, IntegrationWithPassword, equipped, holds, integration
from registry.integrations.reconciling import Keeper
from registry.integrations.store import INTEGRATIONS
from registry.integrations.topology import Place

C = TypeVar("C")
R = TypeVar("R")
_MIB = 2**20
_ASKED = {
    "name": "имя из строчных латинских букв, цифр и дефисов, от 3 до 41, первая — буква",
    "queue_bytes": f"--queue-mib: от {LEAST_QUEUE_BYTES // _MIB} до {MOST_QUEUE_BYTES // _MIB}",
}
"""What an operator is asked for instead of what the rule of a field says."""
_OPTIONS = {"contact_person_id": "--contact", "valid_until": "--until", "institution_id": "--institution"}
_STANDING = {"in_force": "действует", "expired": "срок вышел", "revoked": "отозвано"}


class Perform(Protocol):
    """Runs a use case in a transaction with its facts."""

    async def __call__(self, handler: Callable[[C, Work], Awaitable[Integration]], command: C) -> Integration:
        """Return what the use case returns. Raises whatever it refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsDesk:
    """What the commands work with."""

    reads: Reads
    perform: Perform
    keeper: Keeper
    place: Place
    doors: Callable[[Reads, str], Awaitable[Sequence[Door]]]
    """What an institution has besides the account at the broker."""


Open = Callable[[str], AbstractAsyncContextManager[OperatorsDesk]]
"""Opens the desk for an operator of this name."""

_Name = Annotated[str, typer.Argument(help="Имя подключения")]
_Types = Annotated[list[str] | None, typer.Option(help="Тип события, можно повторять")]
_Receives = Annotated[list[str] | None, typer.Option(help="Публичный тип, можно повторять; * — все")]
_Institution = Annotated[str, typer.Option(help="Учреждение: номер в реестре или ИНН")]
_Contact = Annotated[str | None, typer.Option(help="Номер человека, который отвечает за обмен")]
_Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Последний день")]
_QueueMib = Annotated[int | None, typer.Option(help="Размер очереди, МиБ; если не назвать, 64")]
_By = Annotated[str, typer.Option(help="Кто вы: останется в истории")]


def commands(opened: Open) -> typer.Typer:
    """Return `grant`, `amend`, `password`, `revoke`, `list` and `reconcile`."""
    cli = typer.Typer(no_args_is_help=True, help="Подключения партнёров к событиям.")
    _add_terms(cli, opened)
    _add_changes(cli, opened)
    _add_watching(cli, opened)
    return cli


def _add_terms(cli: typer.Typer, opened: Open) -> None:
    @cli.command()
    def grant(  # noqa: PLR0913 options of a command
        name: _Name,
        institution: _Institution,
        contact: _Contact = None,
        until: _Until = None,
        receives: _Receives = None,
        sends: _Types = None,
        queue_mib: _QueueMib = None,
        by: _By = "operator",
    ) -> None:
        """Подключить систему партнёра; пароль показывается один раз."""
        told = _told(contact, until, receives, sends, queue_mib)

        async def granted(desk: OperatorsDesk) -> None:
            institution_id = await _institution(desk, institution)
            command = GrantIntegration.model_validate({"name": name, "institution_id": institution_id, **told})
            password = handlers.new_password()
            done = await desk.perform(handlers.grant_integration, Minted(command, password.hashed))
            await _carry_out(desk, done, password)

        _run(opened, by, granted)

    @cli.command()
    def amend(  # noqa: PLR0913 options of a command
        name: _Name,
        contact: _Contact = None,
        until: _Until = None,
        receives: _Receives = None,
        sends: _Types = None,
        queue_mib: _QueueMib = None,
        by: _By = "operator",
    ) -> None:
        """Изменить названное, остальное оставить."""
        told = _told(contact, until, receives, sends, queue_mib)

        async def amended(desk: OperatorsDesk) -> None:
            found = await _named(desk, name)
            had = {field: getattr(found, field) for field in Terms.model_fields}
            change = Change(found.id, found.version, Terms.model_validate(had | told))
            await _carry_out(desk, await desk.perform(handlers.amend_integration, change))

        _run(opened, by, amended)


def _add_changes(cli: typer.Typer, opened: Open) -> None:
    @cli.command()
    def password(name: _Name, by: _By = "operator") -> None:
        """Выдать новый пароль; прежний сразу перестаёт действовать."""

        async def replaced(desk: OperatorsDesk) -> None:
            found, new = await _named(desk, name), handlers.new_password()
            change = Change(found.id, found.version, Minted(ReplacePassword(), new.hashed))
            await _carry_out(desk, await desk.perform(handlers.replace_password, change), new)

        _run(opened, by, replaced)

    @cli.command()
    def revoke(name: _Name, by: _By = "operator") -> None:
        """Отозвать: соединения закрываются сразу, очередь удаляется, ключи подключения не принимаются."""

        async def revoked(desk: OperatorsDesk) -> None:
            found = await _named(desk, name)
            change = Change(found.id, None, RevokeIntegration())
            await _carry_out(desk, await desk.perform(handlers.revoke_integration, change))
            for door in await desk.doors(desk.reads, found.institution_id):
                typer.echo(_left(door, found))

        _run(opened, by, revoked)


def _add_watching(cli: typer.Typer, opened: Open) -> None:
    @cli.command("list")
    def listing() -> None:
        """Перечислить подключения: состояние, очередь, потребители, срок."""
        _run(opened, "operator", _list)

    @cli.command()
    def reconcile() -> None:
        """Привести брокер к тому, что записано в реестре; напечатать, что изменено."""
        _run(opened, "operator", _reconcile)


async def _list(desk: OperatorsDesk) -> None:
    try:
        observed = await observe(desk.reads, desk.keeper.broker)
    except Unavailable as silent:
        typer.echo(silent.say("ru")[1], err=True)
        observed = await observe(desk.reads, None)
    typer.echo("\n".join(_line(one, desk.reads.now) for one in observed) or "подключений нет")


async def _reconcile(desk: OperatorsDesk) -> None:
    if desk.keeper.broker is None:
        _fail("Не задано BROKER_MANAGEMENT_URL: http(s)://пользователь:пароль@узел:порт HTTP API брокера")
    changes = await desk.keeper.reconcile(desk.keeper.broker, desk.reads.now)
    for change in changes:
        typer.echo(change)
    typer.echo(f"изменено: {len(changes)}" if changes else "брокер и реестр согласны")


def _told(
    contact: str | None, until: datetime | None, receives: list[str] | None, sends: list[str] | None, mib: int | None
) -> dict[str, Any]:
    told = {
        "contact_person_id": contact,
        "valid_until": until and until.date(),
        "receives": receives,
        "sends": sends,
        "queue_bytes": mib and mib * _MIB,
    }
    return {name: value for name, value in told.items() if value is not None}


def _run(opened: Open, by: str, use: Callable[[OperatorsDesk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(by) as desk:
            await use(desk)

    try:
        asyncio.run(run())
    except DomainError as refusal:
        _fail(": ".join(refusal.say("ru")))
    except TimeoutError:
        _fail("Идёт другая сверка с брокером: повторите через полминуты")
    except ValidationError as invalid:
        if invalid.title not in {GrantIntegration.__name__, Terms.__name__}:
            raise
        _fail("\n".join(_complaint(error) for error in invalid.errors()))


def _complaint(error: Any) -> str:
    told = explain(error, "ru")
    field = told["field"].partition(".")[0]
    return _ASKED.get(field) or f"{_OPTIONS.get(field, f'--{field}')}: {told['message']}"


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)


async def _institution(desk: OperatorsDesk, named: str) -> str:
    found = await INSTITUTIONS.find(desk.reads, {"inn": named})
    return found[0].id if found else named


async def _named(desk: OperatorsDesk, name: str) -> Integration:
    found = await INTEGRATIONS.find(desk.reads, {"name": name})
    if not found:
        raise IntegrationUnknown(integration_id=name)
    return found[0]


async def _carry_out(desk: OperatorsDesk, done: Integration, password: Password | None = None) -> None:
    await desk.keeper.follow(done.id, desk.reads.now)
    shown = await integration(desk.reads, done.id, desk.place)
    plain = None
    if password and await holds(desk.reads, done.id, password.hashed):
        plain = password.plain
    typer.echo("\n".join(_report(equipped(shown, plain, desk.place))))


def _report(shown: IntegrationWithPassword) -> list[str]:
    broker = shown.broker
    done = "на брокере исполнено" if broker.carried_out else f"будет исполнено, когда брокер ответит ({broker.lag})"
    lines = {
        "адрес": broker.address,
        "виртуальный хост": broker.virtual_host,
        "пользователь": broker.user,
        "пароль, больше не покажем": shown.password,
        "всё вместе, больше не покажем": shown.url,
        "очередь": broker.queue,
        "журнал": broker.log,
        "обменник": broker.exchange,
        "последний день": f"{shown.valid_until:%d.%m.%Y}",
    }
    kept = lines if shown.standing != "revoked" else {}
    head = f"{shown.name}: {_STANDING[shown.standing]}, {done}"
    return [head, *(f"  {name}: {value}" for name, value in kept.items() if value)]


def _left(door: Door, revoked: Integration) -> str:
    if door.integration_id == revoked.id:
        return f"  кончился ключ «{door.name}» ({door.id}): его токены действуют не дольше минуты"
    if door.kind == "key":
        return f"  остался ключ «{door.name}» ({door.id}): отозвать — POST /v1/api-keys/{door.id}/revocation"
    return f"  осталось приложение «{door.name}» ({door.id}): закрыть — POST /v1/clients/{door.id}/closing"


def _line(one: Observed, now: datetime) -> str:
    granted = one.integration
    parts = [f"{granted.name}  «{one.institution}»", _STANDING[one.standing]]
    parts += [] if one.carried_out else ["на брокере ещё не исполнено"]
    if waiting := one.waiting:
        oldest = f"от {(now - waiting.oldest).total_seconds():.0f} с" if waiting.oldest else "—"
        size = f"{waiting.size} из {granted.queue_bytes} байт"
        parts += [f"ждут: {waiting.messages} ({size})", f"самое старое: {oldest}", f"потребителей: {waiting.consumers}"]
    days = days_left(granted.valid_until, now.date())
    return "  ".join([*parts, f"до {granted.valid_until:%d.%m.%Y} (дней: {days})"])
