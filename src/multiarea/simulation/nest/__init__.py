"""NEST: build, connect, record, run; the only place that imports nest.

`simulate` does all of it. NEST is imported when one of the public functions is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "failing_job": "kernel",
    "is_first_rank": "kernel",
    "simulate": "stage",
    "run": "stage",
    "build": "neurons",
    "Populations": "neurons",
    "connect": "connections",
    "record": "recording",
    "Recorders": "recording",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
