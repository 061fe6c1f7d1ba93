"""The memory of the device: tables and state of a simulation."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numba import cuda

from multiarea.simulation.procedural import layout
from multiarea.simulation.procedural.gpu import layout as gpu
from multiarea.simulation.procedural.gpu.plan import Ring, Work
from multiarea.simulation.procedural.gpu.sizes import Sizes
from multiarea.simulation.procedural.layout import OUT
from multiarea.simulation.procedural.tables import Plan

MOST_STEPS = 1000
"""Largest number of steps of one call."""
TABLES = (
    "units", "drives", "changes", "given", "pulses", "parameters", "thresholds", "guides",
    "drive_weights", "out_degree", "weights", "aliases",
)  # fmt: skip
"""Tables of the CPU that are copied as they are."""


def sizes_of(plan: Plan) -> Sizes:
    """Return the numbers on which the memory for a `plan` depends."""
    return Sizes(
        neurons=int(plan.units.first[-1]),
        sources=len(plan.n_sources),
        longest=plan.longest,
        length=plan.slice_steps,
        tables=float(sum(getattr(plan.tables, name).nbytes for name in TABLES)),
        n_sums=2 if plan.tables.units["is_general"].any() else 1,
        source_spikes=plan.most_source_spikes,
    )


@dataclass(frozen=True)
class Arrays:
    """Arrays on the device; those of `layout.Tables`, and what is described below.

    Attributes
    ----------
    clock : (N_CLOCK,) int64
        See `gpu.layout`.
    blocks, links, targets, rows, first_block
        Those of `Work`.
    V, currents, refractory
        Those of `layout.State`.
    ring : (1 or 2 x slots x n,) int32
        Sums of weights by step and neuron; where there are two, first the positive ones.
    bits, counts
        Spikes of the slice: a bit for each block, step and neuron; a number for each block.
    block_first : (blocks + 1,) int64
        Spikes of the slice before those of each block.
    fired : (blocks, BLOCK, steps) uint16
        Numbers of spikes of the neurons outside the network.
    history : (slices, sources + 1) int64
        Number of the first spike of each population in the last slices.
    nodes, offsets
        The last spikes: neuron, step within its slice; the newest replace the oldest.
    row_first, row_begin, row_tasks, tasks
        The work of the next slice, see `delivery.deliver`.
    out_node, out_step
        Spikes of this call.
    samples, sample_rows
        Recorded potentials of this call, and the row of each of its steps.
    """

    units: Any
    drives: Any
    changes: Any
    given: Any
    pulses: Any
    parameters: Any
    thresholds: Any
    guides: Any
    drive_weights: Any
    out_degree: Any
    weights: Any
    aliases: Any
    clock: Any
    blocks: Any
    links: Any
    targets: Any
    rows: Any
    first_block: Any
    V: Any
    currents: Any
    refractory: Any
    bits: Any
    counts: Any
    block_first: Any
    fired: Any
    history: Any
    nodes: Any
    offsets: Any
    row_first: Any
    row_begin: Any
    row_tasks: Any
    tasks: Any
    out_node: Any
    out_step: Any
    samples: Any
    sample_rows: Any
    ring: Any

    @classmethod
    def of(cls, plan: Plan, ring: Ring, work: Work, V: np.ndarray, n_sampled: int) -> Arrays:
        """Return the arrays of a `plan` with initial potentials `V` [mV].

        The `ring` and the `work` are those of the plan; `n_sampled` potentials are recorded.
        """
        host = {name: getattr(plan.tables, name) for name in TABLES}
        host |= {
            f.name: getattr(work, f.name)
            for f in fields(work)
            if f.name not in ("n_network", "reach")
        }
        host |= _state(plan, work, V)
        host |= _spikes(plan, work)
        columns = max(n_sampled, 1) if n_sampled else 1
        host["samples"] = np.zeros((MOST_STEPS + 4 if n_sampled else 1, columns), np.float32)
        host["sample_rows"] = np.full(MOST_STEPS + 4, -1, np.int32)
        held = {name: upload(values) for name, values in host.items()}
        size = sizes_of(plan).n_sums * ring.n_slots * int(plan.units.first[-1])
        return cls(**held, ring=cuda.device_array(size, np.int32))


def _state(plan: Plan, work: Work, V: np.ndarray) -> dict[str, np.ndarray]:
    n, blocks = int(plan.units.first[-1]), len(work.blocks)
    n_outside = blocks - work.n_network
    return {
        "clock": np.zeros(gpu.N_CLOCK, np.int64),
        "V": V,
        "currents": np.zeros((sizes_of(plan).n_sums, n), np.float32),
        "refractory": np.zeros(n, np.uint8),
        "bits": np.zeros(work.n_network * layout.LONGEST_SLICE * gpu.WORDS, np.uint32),
        "counts": np.zeros(blocks, np.int64),
        "block_first": np.zeros(blocks + 1, np.int64),
        "fired": np.zeros((n_outside, layout.BLOCK, layout.LONGEST_SLICE), np.uint16),
    }


def _spikes(plan: Plan, work: Work) -> dict[str, np.ndarray]:
    sizes = sizes_of(plan)
    n_rows, room = len(work.rows), OUT + plan.slice_steps * int(plan.units.first[-1])
    return {
        "history": np.zeros((sizes.slices, len(plan.n_sources) + 1), np.int64),
        "nodes": np.zeros(sizes.spikes, np.uint32),
        "offsets": np.zeros(sizes.spikes, np.uint8),
        "row_first": np.zeros(n_rows, np.int64),
        "row_begin": np.zeros(n_rows, np.int64),
        "row_tasks": np.zeros(n_rows, np.int64),
        "tasks": np.zeros(n_rows + 1, np.int64),
        "out_node": np.zeros(room, np.uint32),
        "out_step": np.zeros(room, np.uint32),
    }


def upload(values: np.ndarray) -> Any:
    """Return a copy of an array on the device; an empty one gets an element that is not used."""
    if values.size == 0:
        values = np.zeros([max(n, 1) for n in values.shape], values.dtype)
    return cuda.to_device(np.ascontiguousarray(values))


def download(array: Any, n: int) -> np.ndarray:
    """Return a copy of the first `n` elements of an array on the device."""
    return array[:n].copy_to_host() if n else np.zeros((0, *array.shape[1:]), array.dtype)
