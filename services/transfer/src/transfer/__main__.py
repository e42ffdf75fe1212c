"""`python -m transfer serve | relay | migrate | parked | outbox | quarantine`."""

from chassis.loading import loading

with loading():
    from chassis.operate import with_mongo
    from chassis.process import command_line, start
    from transfer.quarantine.commands import Operator, quarantine_commands
    from transfer.wiring import clock, wire

if __name__ == "__main__":
    cli = command_line(wire)
    cli.add_typer(quarantine_commands(Operator(lambda use: with_mongo(wire(), use), clock)), name="quarantine")
    start(cli)
