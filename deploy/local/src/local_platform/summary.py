"""What runs where, and who can sign in."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich import box
from rich.console import Console
from rich.table import Table

from local_platform.accounts import Account
from local_platform.definitions import PARTNERS, SERVICES
from local_platform.folders import PROJECT
from local_platform.plan import Plan
from local_platform.servers import Servers


def show_summary(console: Console, plan: Plan, servers: Servers, *, accounts: Sequence[Account], folder: Path) -> None:
    """Print two short tables and the first address to open."""
    console.print(_places(plan, servers, folder))
    console.print(_people(accounts))
    documentation = f"{plan.gateway_url}/docs"
    console.print(f"Документация API: {documentation}; для партнёров: {documentation}/partners", style="bold")
    console.print("Остановить: Ctrl-C")


def _places(plan: Plan, servers: Servers, folder: Path) -> Table:
    table = Table("Что работает", "Где", "Журнал", box=box.SIMPLE)
    shown = folder.relative_to(PROJECT) if folder.is_relative_to(PROJECT) else folder
    logs = shown / "logs"
    table.add_row("шлюз", plan.gateway_url, str(logs / "gateway-*.log"))
    table.add_row("измерения шлюза", plan.operators_url, "")
    for service in SERVICES:
        table.add_row(service, plan.service_url(service), str(logs / f"{service}-*.log"))
    table.add_row("MongoDB", urlsplit(servers.mongo.admin_url).netloc.rpartition("@")[2], str(shown / "mongo"))
    table.add_row("RabbitMQ", f"{servers.rabbitmq.management_url} (admin)", str(shown / "rabbitmq"))
    table.add_row("брокер для партнёров", f"{plan.partners_amqp_url}/{PARTNERS}", "")
    return table


def _people(accounts: Sequence[Account]) -> Table:
    table = Table("Вход", "Пароль", "Кто", "Роль", box=box.SIMPLE)
    for account in accounts:
        table.add_row(account.login, account.password, account.name, account.role)
    return table
