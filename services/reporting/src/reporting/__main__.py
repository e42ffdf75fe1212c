"""`python -m reporting serve | relay | migrate | parked | outbox | feed`."""

from chassis.process import command_line
from reporting.feed.commands import feed_commands
from reporting.wiring import wire

cli = command_line(wire)
cli.add_typer(feed_commands(wire), name="feed")

if __name__ == "__main__":
    cli()
