"""`python -m expertise serve | relay | migrate | parked | outbox`."""

from chassis.loading import loading

with loading():
    from chassis.process import command_line
    from expertise.wiring import wire

if __name__ == "__main__":
    command_line(wire)()
