"""The arrays that the compiled part reads and changes.

An event is 32 bits: the weight in fixed point (16), the step within the slice in which it is due
(2), the target within the unit (14). There is a list for each unit and slice, a chain of pages from
one pool. Events that are due in more than one or two spans of `SPAN` slices are kept, each with its
slice, in one list for each span.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PAGE = 256
"""Number of events in a page of 1 kB."""
SPAN = 32
"""Number of slices that share a list of distant events."""
NEAR = 2 * SPAN
"""Number of a unit's lists of single slices."""
BLOCK = 512
"""Synapses drawn, and neurons updated, at once; four neurons of a block share a word of external
spikes, so that spikes depend on it."""
OUT = 1 << 20
"""Number of spikes that one call can return in addition to those of its last slice."""
CACHED = 64
"""Number of pages that a thread takes from the pool at once."""

# Elements of `State.shared`, each in a cache line of its own.
GENERATION, ARRIVED, NEXT_UNIT, POOL_LOCK, STATUS = 0, 8, 16, 24, 32
DONE = 40
FRESH, FREE = 48, 49  # guarded by POOL_LOCK
N_SHARED = 56
RUNNING, NO_MEMORY, OVERFLOW, NOTHING = range(4)

TARGET_BITS, STEP_BITS = 14, 2
LONGEST_SLICE = 1 << STEP_BITS
"""Largest number of steps of a slice."""
WEIGHT_BITS = TARGET_BITS + STEP_BITS
"""Bits below the weight."""
LARGEST_WEIGHT = (1 << (31 - WEIGHT_BITS)) - 1
MOST_EVENTS = 1 << WEIGHT_BITS
"""Number of events that can be added to a sum of 0 without overflow."""
NONE = np.uint32(0xFFFFFFFF)
"""No page."""


UNIT = np.dtype(
    [
        ("first", "i8"),  # first element in the arrays of the state
        ("end", "i8"),  # the same of the next unit
        ("size", "i8"),  # neurons
        ("node", "i8"),  # first neuron
        ("population", "i8"),
        ("links", "i8", 2),  # range of `links`
        ("drives", "i8", 2),
        ("injections", "i8", 2),
        ("changes", "i8", 2),
        ("given", "i8", 2),
        ("sample", "i8", 2),  # columns of its recorded potentials
        ("parameters", "i8"),  # column of its first neuron in `parameters`
        ("is_general", "i8"),  # two currents, or parameters that differ between neurons
        ("refractory", "i4"),  # steps
        ("scale", "f4"),  # pA of one unit of a weight in fixed point
        ("P22", "f4"),
        ("P11", "f4"),
        ("P21", "f4"),
        ("threshold", "f4"),  # relative to E_L [mV]
        ("reset", "f4"),
        ("leak", "f4"),  # E_L
    ],
    align=True,
)
LINK = np.dtype(
    [
        ("population", "i8"),  # of the sources
        ("node", "i8"),  # their first neuron
        ("row", "i8"),  # out-degree of that neuron in this unit
        ("stride", "i8"),  # units that the sources reach
        ("stream", "i8"),  # first name of the stream of the synapses
        ("weights", "i8"),  # row of `weights`
        ("aliases", "u8"),  # first entry of the table of delays
        ("n_aliases", "u8"),
        ("shortest", "u8"),  # shortest delay [steps]
        ("passes", "u8"),  # below which a 32-bit number lets a spike pass; 2^32: always
    ]
)
DRIVE = np.dtype(
    [
        ("start", "i8"),  # first step
        ("stop", "i8"),  # the step after the last one
        ("thresholds", "i8", 2),  # range of `thresholds`
        ("guide", "i8"),  # row of `guides`
        ("weights", "i8"),  # first of the neurons' weights, -1: all have the same
        ("number", "i8"),  # name of the stream
        ("weight", "f8"),  # [pA]
    ]
)
INJECTION = np.dtype([("start", "i8"), ("stop", "i8"), ("values", "i8")])
"""A current into some neurons: its steps, and the first of its `injected`."""
CHANGE = np.dtype([("step", "i8"), ("value", "f8")])
"""From a step on: P20 x I [mV] of a plain unit, I [pA] of a general one."""
GIVEN = np.dtype([("step", "i8"), ("target", "i8"), ("weight", "f8")])
"""A spike at a given time: the step in which it is due, neuron within the unit, weight [pA]."""
PULSE = np.dtype(
    [
        ("population", "i8"),  # of sources, after those of the network
        ("node", "i8"),  # first neuron
        ("size", "i8"),
        ("start", "i8"),  # first step in which they may fire
        ("stop", "i8"),  # the step after the last one
        ("thresholds", "i8", 2),
        ("number", "i8"),  # name of the stream
    ]
)
"""Neurons outside the network that fire Poisson spikes during a pulse, ordered by population."""
PROGRESS = np.dtype([("change", "i8"), ("given", "i8"), ("n_fired", "i8"), ("current", "f8")])
"""How far a unit is in its changes and given spikes; its spikes in a slice, its current."""


class Tables(NamedTuple):
    """What does not change during a simulation."""

    seed: np.ndarray  # (1,) uint64
    order: np.ndarray  # (A,) int64: units, costly ones first
    units: np.ndarray  # (A,) UNIT
    links: np.ndarray  # LINK, ordered by unit
    drives: np.ndarray  # DRIVE, ordered by unit
    injections: np.ndarray  # INJECTION, ordered by unit
    injected: np.ndarray  # float32: P20 x I / P22 of each neuron [mV]
    changes: np.ndarray  # CHANGE, ordered by unit and step
    given: np.ndarray  # GIVEN, ordered by unit and step
    pulses: np.ndarray  # PULSE
    parameters: np.ndarray  # (7, n) float32: P22, P11ex, P11in, P21ex, P21in, P20, threshold
    thresholds: np.ndarray  # uint32: of Poisson numbers
    guides: np.ndarray  # (G, 2^13) uint8: Poisson numbers
    drive_weights: np.ndarray  # float32 [pA]
    out_degree: np.ndarray  # of each source neuron in each unit that its population reaches
    weights: np.ndarray  # (W, 2^10) int16: quantiles in fixed point
    aliases: np.ndarray  # uint64
    is_recorded: np.ndarray  # (P,) bool
    record_from: np.ndarray  # (1,) int64: spikes later than this step are recorded


class State(NamedTuple):
    """Everything that changes. A checkpoint has all except what one call writes or returns."""

    step: np.ndarray  # (1,) int64: first step of the slice
    V: np.ndarray  # float32: relative to E_L [mV]
    current: np.ndarray  # (1 or 2, n) float32: synaptic currents [pA]
    refractory: np.ndarray  # uint8: steps left
    progress: np.ndarray  # (A,) PROGRESS
    lists: np.ndarray  # (A, NEAR + spans) uint32: end of the list of each slice, of each span
    events: np.ndarray  # uint32: the pages
    before: np.ndarray  # uint32: page before a page in its list
    free: np.ndarray  # uint32: stack of pages that were used and are free
    spike_node: np.ndarray  # uint32: spikes of the previous slice, ordered by population
    spike_offset: np.ndarray  # uint8: their step within that slice
    spike_first: np.ndarray  # (sources + 1,) int64: those of each population
    fired: np.ndarray  # (n x steps of a slice,) uint32: spikes of each unit
    out_node: np.ndarray  # uint32: spikes of this call
    out_step: np.ndarray  # uint32
    samples: np.ndarray  # (rows, n) float32 [mV]
    sample_row: np.ndarray  # int32: row of each step of this call, -1: no sample
    counts: np.ndarray  # (2,) int64: spikes of this call, first step of this call
    shared: np.ndarray  # int64, see above


class Scratch(NamedTuple):
    """Memory of one thread."""

    word: np.ndarray  # (BLOCK,) uint64
    weight_index: np.ndarray  # (BLOCK,) uint32
    column: np.ndarray  # (BLOCK,) uint32: of the table of delays
    weight: np.ndarray  # (BLOCK,) uint32: above the other bits of the event
    entry: np.ndarray  # (BLOCK,) uint64: of that table
    event: np.ndarray  # (BLOCK,) uint32
    due: np.ndarray  # (BLOCK,) uint32: slice
    place: np.ndarray  # (BLOCK,) uint32: list
    count: np.ndarray  # (BLOCK,) int32
    input: np.ndarray  # (2, BLOCK) float32 [pA]
    fired: np.ndarray  # (BLOCK,) uint8
    current: np.ndarray  # (LONGEST_SLICE,) float64: of each step
    sum: np.ndarray  # (2, steps of a slice x 2^TARGET_BITS) int32
    pages: np.ndarray  # (2 * CACHED + 1,) uint32; the first element counts them
