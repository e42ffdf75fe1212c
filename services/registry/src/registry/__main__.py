"""`python -m registry serve | relay | migrate | parked … | outbox | integrations …`."""

from chassis.loading import loading

with loading():
    from chassis.process import command_line, start
    from registry.integrations.commands import commands
    from registry.wiring import operators_desk, wire

if __name__ == "__main__":
    cli = command_line(wire)
    cli.add_typer(commands(operators_desk), name="integrations")
    start(cli)
