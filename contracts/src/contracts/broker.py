"""Where a partner finds the platform on its AMQP broker, and what it may take there."""

from collections.abc import Mapping

VIRTUAL_HOST = "partners"
LOG = "public.log"
"""The stream queue that keeps every public event for `LOG_DAYS`."""
LOG_DAYS = 365
CONNECTIONS, CHANNELS = 5, 20
"""Of one partner at a time."""
QUEUE_BYTES = 64 * 2**20
"""Of a partner's queue, unless another size was granted; beyond it the oldest events go."""
USER = "partner.{name}"
QUEUE = "partner.{name}"
"""Both are named after the integration."""

NAME_MEANING = "Имя подключения, которое дал администратор: например, `omsk-resource-centre`"
LIMITS: Mapping[str, int] = {
    "connections": CONNECTIONS,
    "channels": CHANNELS,
    "queueBytes": QUEUE_BYTES,
    "logDays": LOG_DAYS,
}
"""As programs read them in the AsyncAPI document."""
