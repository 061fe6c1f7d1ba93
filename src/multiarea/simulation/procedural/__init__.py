"""The procedural engine: synapses are drawn again at each spike instead of being stored.

The full-scale models fit into the memory of one ordinary computer. `simulate` does all of it;
docs/science/procedural.md explains how, and what shows that it is right.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

__all__ = ["failing_job", "is_first_rank", "simulate"]


def simulate(*arguments: Any, **options: Any) -> Any:
    """Call `stage.simulate`; the compiler is imported only now."""
    from multiarea.simulation.procedural import stage

    return stage.simulate(*arguments, **options)


def failing_job() -> AbstractContextManager[None]:
    """Do nothing: there is one process."""
    return nullcontext()


def is_first_rank() -> bool:
    """Return that this process writes the results."""
    return True
