"""Which form of what every request passes is at work: compiled, or the sources as they are (docs/decisions/0025)."""

from prometheus_client import Gauge

from gateway import door

COMPILED = not str(door.__file__).endswith(".py")
SHOWN = Gauge("gateway_compiled", "1: what every request passes is compiled; 0: the sources themselves run")
SHOWN.set(COMPILED)
