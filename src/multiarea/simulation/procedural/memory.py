"""Large arrays: zeros that take memory only where they are used, in large pages if possible."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

from multiarea.errors import InputError
from multiarea.machine import available_memory, is_memory_checked

LARGE = 1 << 22
"""Size from which on an array has its own memory map [bytes]."""


def large_array(shape: Any, dtype: Any) -> np.ndarray:
    """Return an array of zeros with `shape` and `dtype`.

    Memory is taken when an element is first written. Large pages are used if the system has them,
    because arrays are read at random places.
    """
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if size < LARGE:
        return np.zeros(shape, dtype)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, dtype).reshape(shape)


def check_memory(needed: float) -> None:
    """Raise InputError if fewer bytes are free than will be needed."""
    free = available_memory()
    if needed > free and is_memory_checked():
        raise InputError(
            f"not enough memory: the network needs {needed / 1e9:.3g} GB before any spike, and "
            f"{free / 1e9:.3g} GB are free. Use a machine with more memory, or a smaller network "
            "(python -m multiarea estimate EXPERIMENT)."
        )
