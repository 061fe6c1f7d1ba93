"""A simulation that is asked to stop: SIGINT (Ctrl-C) and SIGTERM (kill, a cluster's time limit).

No NEST here.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from multiarea.errors import InputError


class InterruptedRunError(InputError):
    """The run was asked to stop; what it has simulated is on disk."""


@contextmanager
def signals() -> Iterator[list[int]]:
    """Yield a list to which SIGTERM and SIGINT append themselves; a second one ends at once."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.getsignal(kind) for kind in kinds}

    def note(number: int, frame: object) -> None:
        if asked:
            signal.signal(number, before[signal.Signals(number)])
            signal.raise_signal(number)
        asked.append(number)

    for kind in kinds:
        signal.signal(kind, note)
    try:
        yield asked
    finally:
        for kind in kinds:
            signal.signal(kind, before[kind])


def interruption(number: int, time: float, t_sim: float) -> str:
    """Return the sentence on a run of `t_sim` that the signal `number` stopped at `time` [ms]."""
    name = signal.Signals(number).name
    return f"the simulation was interrupted ({name}) at {time:.10g} of {t_sim:.10g} ms."
