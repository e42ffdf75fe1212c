"""`python -m expertise serve | relay | migrate | parked | outbox`."""

from chassis.loading import loading

with loading():
    from chassis.process import command_line, start
    from expertise.wiring import wire

if __name__ == "__main__":
    start(command_line(wire))
