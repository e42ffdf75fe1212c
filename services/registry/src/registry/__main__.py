"""`python -m registry serve | relay | migrate | parked … | outbox | integrations …`."""

from chassis.loading import loading

with loading():
    from collections.abc import AsyncIterator
    from contextlib import asynccontextmanager

    from chassis import telemetry
    from chassis.process import command_line, start
    from registry.integrations.commands import OperatorsDesk, commands
    from registry.settings import RegistrySettings
    from registry.wiring import operators_desk, wire


@asynccontextmanager
async def desk(by: str) -> AsyncIterator[OperatorsDesk]:
    """Open what the commands about partners work with; what they have done they print themselves."""
    settings = RegistrySettings()
    telemetry.configure(settings.model_copy(update={"log_level": "WARNING"}), "registry-integrations")
    async with operators_desk(by, settings) as opened:
        yield opened


if __name__ == "__main__":
    cli = command_line(wire)
    cli.add_typer(commands(desk), name="integrations")
    start(cli)
