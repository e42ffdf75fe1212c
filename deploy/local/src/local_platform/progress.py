"""What a person sees while the platform starts: one line per step, with the seconds since the start."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

_PIPE_WIDTH = 120


class Progress:
    """Print steps as they begin and end; the same lines in a terminal and in a pipe."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = _PIPE_WIDTH
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Print one line."""
        elapsed = time.monotonic() - self._started
        self.console.print(f"[dim]{elapsed:6.1f} с[/dim]  {escape(text)}", soft_wrap=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, and how long it took once it has ended well."""
        self.say(f"{title} …")
        begun = time.monotonic()
        yield
        self.say(f"✓ {title} ({time.monotonic() - begun:.1f} с)")
