"""Progress of a long stage, as lines of text that also read well in a log file."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO

INTERVAL = 2.0
"""Shortest time between two lines [s]."""
SHARE = 0.02
"""Shortest time between two lines as a share of the time so far: some hundred lines in a day."""


def duration(seconds: float) -> str:
    """Return a time span in words, such as `4 s`, `1 min 20 s`, `3 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """Print lines such as `simulate: 42 %  1.05 of 2.50 s  ETA 1 min 20 s`.

    `total` is the amount of work of the `stage` in `unit`. The first and the last report are always
    printed to `stream`, by default standard error; between two others there are at least `INTERVAL`
    seconds, and `SHARE` of the time so far.
    """

    def __init__(
        self, stage: str, total: float, unit: str = "", stream: TextIO | None = None
    ) -> None:
        self.stage, self.total, self.unit = stage, total, unit
        self._stream = stream
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._printed_at: float | None = None
        self._printed = self._begun = 0.0

    def start(self, done: float) -> None:
        """Report that `done` of the total work was done before, and that the rest begins now."""
        self._start, self._begun = time.monotonic(), done
        self.update(done)

    def update(self, done: float, note: str = "") -> None:
        """Report that `done` of the total work is done, with a `note` about it."""
        with self._lock:
            now = time.monotonic()
            if self._is_due(done, now):
                self._print(done, now, note)

    def close(self) -> None:
        """Print the last line, unless the total has been reported already."""
        self.update(self.total)

    def _is_due(self, done: float, now: float) -> bool:
        if self._printed_at is None:
            return True
        if done >= self.total:
            return self._printed < self.total
        return now - self._printed_at >= max(INTERVAL, SHARE * (now - self._start))

    def _print(self, done: float, now: float, note: str = "") -> None:
        self._printed_at, self._printed = now, done
        share = min(done / self.total, 1.0) if self.total > 0 else 1.0
        elapsed = now - self._start
        rest = ""
        if share >= 1:
            rest = f"  in {duration(elapsed)}"
        elif done > self._begun:
            rest = f"  ETA {duration(elapsed * (self.total - done) / (done - self._begun))}"
        amount = f"{_number(done, self.total)} of {_number(self.total, self.total)} {self.unit}"
        note = f"  {note}" if note else ""
        stream = self._stream or sys.stderr
        stream.write(f"{self.stage}: {int(100 * share)} %  {amount.strip()}{rest}{note}\n")
        stream.flush()


def _number(value: float, total: float) -> str:
    return f"{value:.2f}" if total < 100 else f"{value:,.0f}".replace(",", " ")
