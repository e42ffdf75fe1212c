"""The whole platform on one machine: servers, services, gateway, sample data."""

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from local_platform.children import Child, until_ready
from local_platform.definitions import HOLDERS, KEEPER, SERVICES
from local_platform.exclusive import exclusive
from local_platform.issuer_key import kept_issuer_key
from local_platform.obstacles import Obstacle
from local_platform.operating import remember
from local_platform.passwords import kept_passwords
from local_platform.plan import ADMINISTRATOR, FEED_KEY, WEBHOOK_KEY, Plan, make_plan
from local_platform.ports import is_free
from local_platform.progress import Progress
from local_platform.samples import sample_accounts
from local_platform.servers import GivenServers, Servers
from local_platform.summary import show_summary
from local_platform.supervision import ServiceProcess, Supervisor

_MIGRATE_SECONDS = 120.0
_READY_SECONDS = 60.0


@dataclass
class Run:
    """One run of the platform on the data of a folder."""

    folder: Path
    gateway_port: int
    given: GivenServers
    progress: Progress

    async def until_stopped(self) -> None:
        """Start everything, tell where it is, and keep it alive until this task is cancelled; then stop it in reverse.

        Raises:
            Obstacle: something did not come up; everything that did is stopped.
        """
        if not is_free(self.gateway_port):
            raise Obstacle(
                f"Порт {self.gateway_port} занят: закройте программу, которая его держит, "
                f"или возьмите другой: make run GATEWAY_PORT={self.gateway_port + 1}"
            )
        with exclusive(self.folder):
            async with AsyncExitStack() as stack:
                stack.callback(self.progress.say, "✓ Всё остановлено, данные сохранены")
                await self._start(stack)
                await asyncio.Event().wait()

    async def _start(self, stack: AsyncExitStack) -> None:
        with self.progress.step("MongoDB и RabbitMQ"):
            servers = await stack.enter_async_context(Servers(self.folder, self.given))
        supervisor = Supervisor(self.progress.say)
        stack.push_async_callback(self._stop, supervisor)
        supervisor.add_stage(servers.local)
        with self.progress.step("Пользователи и права"):
            plan = await self._plan(servers)
            for service in SERVICES:
                remember(self.folder, service, plan.service_environment(service))
            remember(self.folder, "gateway", plan.gateway_environment() | plan.service_environment("gateway"))
        with self.progress.step("Миграции четырёх служб и шлюза"):
            await asyncio.gather(*(self._migrate(plan, holder) for holder in HOLDERS))
        with self.progress.step("Службы: HTTP, передача событий, живые обновления"):
            await self._start_services(plan, supervisor)
        with self.progress.step("Шлюз"):
            await self._start_gateway(plan, supervisor)
        with self.progress.step("Учебные данные"):
            accounts = await sample_accounts(plan, remembered=self.folder / "accounts.json", say=self.progress.say)
        show_summary(self.progress.console, plan, servers, accounts=accounts, folder=self.folder)

    async def _plan(self, servers: Servers) -> Plan:
        return await make_plan(
            servers.mongo,
            servers.rabbitmq,
            passwords=kept_passwords(
                self.folder / "passwords.json", [*HOLDERS, KEEPER, ADMINISTRATOR, FEED_KEY, WEBHOOK_KEY]
            ),
            gateway_port=self.gateway_port,
            issuer_key=kept_issuer_key(self.folder / "issuer-key.pem"),
        )

    async def _migrate(self, plan: Plan, service: str) -> None:
        child = self._child(service, "migrate", plan.service_environment(service))
        code = await child.wait(_MIGRATE_SECONDS)
        child.kill()
        if code != 0:
            raise Obstacle(f"Миграция {service} не прошла (код {code}). Журнал {child.log}:\n{child.tail()}")

    async def _start_services(self, plan: Plan, supervisor: Supervisor) -> None:
        serving = {name: self._process(name, "serve", plan.service_environment(name)) for name in SERVICES}
        relays = [self._process(name, "relay", plan.service_environment(name)) for name in SERVICES]
        serving["gateway"] = self._process("gateway", "follow", plan.service_environment("gateway"))
        delivering = self._process("reporting", "deliver", plan.delivering_environment)
        supervisor.add_stage([*serving.values(), *relays, delivering])
        waiting = (_ready(process.child, plan.service_url(name)) for name, process in serving.items())
        await asyncio.gather(*waiting)

    async def _start_gateway(self, plan: Plan, supervisor: Supervisor) -> None:
        gateway = self._process("gateway", "serve", plan.gateway_environment())
        supervisor.add_stage([gateway])
        await _ready(gateway.child, plan.gateway_url)

    def _process(self, module: str, role: str, environment: dict[str, str]) -> ServiceProcess:
        return ServiceProcess(partial(self._child, module, role, environment))

    def _child(self, module: str, role: str, environment: dict[str, str]) -> Child:
        log = self.folder / "logs" / f"{module}-{role}.log"
        return Child.start(f"{module} {role}", [sys.executable, "-m", module, role], env=environment, log=log)

    async def _stop(self, supervisor: Supervisor) -> None:
        self.progress.say("Останавливаю …")
        await supervisor.stop()


async def _ready(child: Child, url: str) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:

        async def answers() -> bool:
            try:
                async with session.get(f"{url}/readyz") as answer:
                    return answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                return False

        await until_ready(child, answers, seconds=_READY_SECONDS)
