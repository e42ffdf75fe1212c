"""`python -m transfer serve | relay | migrate | parked | outbox`."""

from chassis.process import command_line
from transfer.wiring import wire

if __name__ == "__main__":
    command_line(wire)()
