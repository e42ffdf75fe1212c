"""How a process loads its code."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Let the garbage collector sleep within, and never look at what was loaded.

    It would look hundreds of times at code that stays as long as the process, a fifth of a start.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
