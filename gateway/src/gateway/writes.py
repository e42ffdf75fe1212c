"""Short writes of one turn of the loop, done one after another.

Between two requests' worth of Python the kernel's own code has left the processor's caches, and the reader at the other
end has fallen asleep again: thirty writes in a row cost half of thirty writes apart.
"""

import asyncio
from weakref import WeakKeyDictionary

_FEW = 4
"""So many exchanges at once gain nothing by waiting for one another, and would lose the time of a turn."""
_SHORT_BYTES = 64 * 1024


class Writes:
    """What is to be written once the loop has turned, in the order in which it was given; one for each loop."""

    __slots__ = ("_held", "_loop", "busy")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._held: list[tuple[asyncio.Transport, bytes]] = []
        self.busy = 0
        """Exchanges under way; whoever begins and ends them counts them here."""

    def write(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write now or with the others; what is given for one transport arrives in that order."""
        held = self._held
        if held and len(data) <= _SHORT_BYTES:
            held.append((transport, data))
        elif self.busy >= _FEW and len(data) <= _SHORT_BYTES:
            held.append((transport, data))
            self._loop.call_soon(self.flush)
        else:
            self.flush()
            if not transport.is_closing():
                transport.write(data)

    def flush(self) -> None:
        """Write what is held; to be called before a transport is used otherwise."""
        held, self._held = self._held, []
        for transport, data in held:
            try:
                if not transport.is_closing():
                    transport.write(data)
            except RuntimeError:  # its end was sent already: a fault of one connection, not to be paid by the others
                transport.abort()


_writes: "WeakKeyDictionary[asyncio.AbstractEventLoop, Writes]" = WeakKeyDictionary()


def writes_of(loop: asyncio.AbstractEventLoop) -> Writes:
    """Return the writes of a loop."""
    found = _writes.get(loop)
    if found is None:
        found = _writes[loop] = Writes(loop)
    return found
