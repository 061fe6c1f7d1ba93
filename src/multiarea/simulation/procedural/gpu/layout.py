"""The arrays that are read and changed by the kernels, beside `procedural.layout`."""

from __future__ import annotations

import numpy as np

# Elements of the array `clock`: the state of a run that all kernels see.
STEP, CALL, STOP, RUNS, WRITES, STATUS, N_SPIKES, FIRST, N_OUT, OUT_FIRST = range(10)
N_CLOCK = 10
"""First step of the slice; that of the call; step at which to stop; whether the next slice runs;
whether the spikes of this one are to be written; status; spikes since the beginning, and before
this slice; spikes of this call, and before this slice."""

BLOCK = np.dtype(
    [
        ("unit", "i8"),  # or pulse
        ("first", "i8"),  # neuron within the unit, or within the pulse
        ("end", "i8"),
    ]
)
"""Neurons that one block of threads advances, ordered by population."""
ROW = np.dtype(
    [
        ("population", "i8"),  # of the sources
        ("age", "i8"),  # slices between their spikes and the last slice
        ("link", "i8"),  # first of their links
        ("n_links", "i8"),  # those that have delays in the window
        ("low", "i8"),  # window of delays [steps]
        ("high", "i8"),
    ]
)
"""A kind of work of each slice: spikes of one population, a number of slices ago."""
WORDS = 16
"""Number of 32-bit words that tell which neurons of a block fire in a step."""
