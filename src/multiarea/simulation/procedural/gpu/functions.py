"""The functions that the CPU shares with the GPU, as kernels call them.

numba-cuda compiles the Python code of functions that were made for the CPU. Its simulator, which
runs kernels in Python, calls the compiled ones, whose results lose their types on the way; those
that take arrays it runs in Python, too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import config, cuda

from multiarea.simulation.procedural import counters, draws, neuron_steps

IS_SIMULATED = bool(config.ENABLE_CUDASIM)
"""Whether kernels run in numba-cuda's simulator (environment variable NUMBA_ENABLE_CUDASIM)."""
kernel = cuda.jit if IS_SIMULATED else cuda.jit(lto=False)
"""Decorator of kernels."""


def _scalar(function: Any) -> Any:
    """Return a `function` of single numbers that returns a uint64."""
    return (lambda *numbers: np.uint64(function(*numbers))) if IS_SIMULATED else function


def _step(make: Callable[[Any], Any]) -> Any:
    """Return a function of `neuron_steps`, with products that are rounded by themselves."""
    if IS_SIMULATED:
        return make(operator.mul)
    from numba.cuda import libdevice

    return cuda.jit(device=True)(make(libdevice.fmul_rn))


mix64 = _scalar(counters.mix64)
stream = _scalar(counters.stream)
stream_key = _scalar(counters.stream_key)
philox = _scalar(counters.philox)
scaled = _scalar(draws.scaled)
weight_index = _scalar(draws.weight_index)
column = _scalar(draws.column)
delay = _scalar(draws.delay)
guide_index = _scalar(draws.guide_index)
number = _scalar(draws.number)
poisson = cuda.jit(device=True)(draws.poisson.py_func)
plain = _step(neuron_steps.make_plain)
general = _step(neuron_steps.make_general)
added = _step(neuron_steps.make_added)
