"""multiarea: reproducible, large-scale spiking models of cortex."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiarea.api.experiments import load_experiment, make_experiment, write_experiment
    from multiarea.api.run import Run
    from multiarea.errors import InputError

__version__ = "0.1.0"
__all__ = ["InputError", "Run", "load_experiment", "make_experiment", "write_experiment"]

_HOME = dict.fromkeys(__all__, "api.experiments") | {"Run": "api.run", "InputError": "errors"}


def __getattr__(name: str) -> Any:
    """Import what is asked for: `import multiarea` alone takes no time."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
