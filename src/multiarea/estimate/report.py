"""What `estimate` says: the states that the theory found, and what a simulation costs in each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from multiarea.estimate.costs import Workload, estimate
from multiarea.estimate.fit import Place, size_text
from multiarea.estimate.procedural import ProceduralEstimate
from multiarea.progress import duration
from multiarea.simulation.procedural.gpu.sizes import CONTEXT, LONGEST_RING, SHARE, Sizes

CARD = 24e9
"""Memory of a card for games [bytes]."""


def head(name: str, workloads: Sequence[Workload], source: str) -> str:
    """Return name, size and activity of a simulation.

    Parameters
    ----------
    name : str
    workloads : sequence of Workload
        One for each state, lowest first.
    source : str
        Where the rates are from.
    """
    first = workloads[0]
    rows = {"network": f"{first.n_neurons} neurons, {first.n_synapses:.4g} synapses"}
    means = [f"{_mean_rate(workload):.3g}" for workload in workloads]
    states = f"{source}; {len(means)} states" if len(means) > 1 else source
    spikes = _span([f"{workload.n_spikes:.3g}" for workload in workloads])
    rows["simulated"] = (
        f"{first.parameters.t_sim:g} ms at {', '.join(means)} spikes/s ({states}): {spikes} spikes"
    )
    return f"{name}\n" + _rows(rows)


def nothing_simulated(name: str, file: Path) -> str:
    """Return what importing spikes costs: `name` is that of the experiment, `file` has them."""
    size = size_text(file.stat().st_size)
    rows = {"simulated": f"nothing: spikes of {file} ({size}); at most 16 bytes for each on disk"}
    return f"{name}\n{_rows(rows)}"


def nest_rows(workloads: Sequence[Workload], place: Place) -> str:
    """Return what a simulation with NEST costs in a `place`, from the lowest state to the highest.

    Parameters
    ----------
    workloads : sequence of Workload
        One for each state, lowest first.
    place : Place
    """
    costs = [estimate(workload, place.tasks, place.threads) for workload in workloads]
    one, n_tasks = costs[0], place.tasks_per_node
    rows = {
        "place": _place_text(place),
        "memory": f"{_sizes([c.memory for c in costs])} in each task "
        f"({_parts(one.memory_parts)}), {_sizes([c.memory_of_node(n_tasks) for c in costs])} on a "
        "node",
        "": f"a node should have {_sizes([c.needed_on_node(n_tasks) for c in costs])}",
        "delays": f"the longest drawn is about {one.longest_delay:.0f} ms; ring buffers are as "
        "long, and sim_params['delay_max'] would cut them",
        "time": f"start {duration(one.seconds_start)} (longer from a shared file system), build "
        f"{duration(one.seconds_build)}, simulation {_times([c.seconds_run for c in costs])} "
        "(each thread on a core of its own); a job should have "
        f"{_times([c.needed_seconds for c in costs])}",
    }
    if one.n_exchanges:
        rows["exchange"] = (
            f"{place.tasks} ranks exchange spikes {one.n_exchanges} times, which is not counted: "
            f"each 0.1 ms that one takes adds {duration(1e-4 * one.n_exchanges)}"
        )
    rows["output"] = _sizes([c.output for c in costs])
    return _rows(rows)


def procedural_rows(costs: Sequence[ProceduralEstimate], on_gpu: Sizes) -> str:
    """Return what a simulation with the procedural engine costs.

    Parameters
    ----------
    costs : sequence of ProceduralEstimate
        One for each state, lowest first.
    on_gpu : Sizes
        What its memory on a GPU depends on.
    """
    one = costs[0]
    return _rows(
        {
            "simulator": f"procedural, {one.threads} threads on this machine",
            "memory": f"{_sizes([c.memory for c in costs])} ({_parts(one.parts)}), "
            f"{_sizes([c.peak for c in costs])} in the first milliseconds",
            "time": f"start and prepare {duration(one.seconds_build)}, simulation "
            f"{_times([c.seconds_run for c in costs])} (as fast as a trial on this machine just "
            "now)",
            "GPU": _gpu_text(on_gpu),
        }
    )


def _gpu_text(sizes: Sizes) -> str:
    """Return the memory of a GPU that the longest ring takes, and what smaller cards do."""
    longest = sizes.slots(LONGEST_RING)
    most = CONTEXT + sizes.beside + longest * sizes.slot
    text = f"with device: gpu, {size_text(most)} of its memory"
    if longest == LONGEST_RING:
        text += f" for a ring of {longest} steps; with less it is shorter"
    slots = sizes.slots_in(CARD)
    if slots is not None and slots < longest:
        text += f" ({slots} steps in {size_text(CARD)})"
    return text + f", and {size_text(sizes.fewest / SHARE)} must be free"


def higher_state_rows(workload: Workload, problems: Sequence[str]) -> str:
    """Return what to know about the highest of several states, that of `workload`.

    Parameters
    ----------
    workload : Workload
    problems : sequence of str
        Why a simulation does not fit there, although it does in the lowest state.
    """
    text = (
        "the network may start in any of these states or change between them; the first number is "
        f"for the lowest, the last for {_mean_rate(workload):.3g} spikes/s"
    )
    return _rows({"states": text} | ({"there": "; ".join(problems)} if problems else {}))


def _mean_rate(workload: Workload) -> float:
    """Return the mean rate of all neurons [spikes/s]."""
    return workload.n_spikes / workload.n_neurons / workload.parameters.t_sim * 1e3


def _sizes(sizes: Sequence[float]) -> str:
    return _span([size_text(size) for size in sizes])


def _times(seconds: Sequence[float]) -> str:
    return _span([duration(time) for time in seconds])


def _span(texts: Sequence[str]) -> str:
    """Return the first and the last of several texts, or the one that they share."""
    return texts[0] if texts[0] == texts[-1] else f"{texts[0]} to {texts[-1]}"


def _place_text(place: Place) -> str:
    nodes = "1 node" if place.nodes == 1 else f"{place.nodes} nodes"
    memory = "not stated" if math.isinf(place.memory) else size_text(place.memory)
    limit = "" if place.minutes is None else f", time limit {duration(60 * place.minutes)}"
    return (
        f"{place.name}: {nodes}, {place.tasks} MPI tasks x {place.threads} threads = "
        f"{place.virtual_processes} virtual processes, memory of a node {memory}{limit}"
    )


def _parts(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size_text(size)}" for name, size in sizes.items())


def _rows(rows: dict[str, str]) -> str:
    return "".join(f"  {key:<10} {text}\n" for key, text in rows.items())
