"""The procedural simulator beside NEST: preparing, running, memory; and where its time goes.

Every row is measured in a fresh process: the whole model at full scale with the procedural
simulator alone, then networks that NEST holds with both, one after the other. Times per second of
model time are the best of several pieces after the transient; memory is that of the whole process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from harness import HERE, ROOT, child_environment, free_memory, resident, write_csv

#: Name -> (experiment, changes of net_params, transient [ms], piece [ms], pieces).
CASES = {
    "human, full scale": ("full_scale/base", {}, 500.0, 50.0, 8),
    "microcircuit, full scale": ("full_scale/microcircuit", {}, 100.0, 50.0, 4),
    "human, default network": ("downscaled_base", {}, 500.0, 200.0, 5),
}
SERIES = (0.002, 0.005, 0.01)
"""N_scaling of the human model with K_scaling = 1."""
NEST_BYTES = 36.0
"""Memory of a synapse in NEST, all in."""


def load(name: str, scale: float | None = None) -> tuple:
    """Return a network, and its simulation's parameters."""
    from multiarea.build.pipeline import build_network
    from multiarea.experiment.loading import load_experiments
    from multiarea.models import human

    if scale is not None:
        kind = "sqrt" if scale < 1 else "linear"
        chosen = human.Parameters(N_scaling=scale, K_scaling=1.0, scaling_type=kind)
        (experiment,) = load_experiments(["experiments/full_scale/base.py"])
        return build_network("human", chosen), experiment.simulation
    (experiment,) = load_experiments([f"experiments/{name}.py"])
    return build_network(experiment.model, experiment.network), experiment.simulation


def procedural(network, simulation, threads: int, times: tuple) -> dict[str, float]:
    """Prepare and run with the procedural simulator."""
    import kernel_parts

    from multiarea.simulation.procedural.engine import Engine
    from multiarea.simulation.procedural.tables import make_plan

    transient, piece, pieces = times
    start = time.perf_counter()
    plan = make_plan(network, simulation, threads)
    engine = Engine(plan, network, simulation, threads, int(free_memory() * 0.8 / 1032))
    engine.compile()
    prepared = time.perf_counter() - start

    def run(t_stop: float) -> int:
        spikes = 0
        while engine.step < round(10 * t_stop):
            spikes += len(engine.advance(min(engine.step + 500, round(10 * t_stop))).nodes)
        return spikes

    run(transient)
    seconds, spikes = [], 0
    for k in range(pieces):
        begin = time.perf_counter()
        spikes += run(transient + (k + 1) * piece)
        seconds.append((time.perf_counter() - begin) / piece * 1e3)
    return {
        "prepare_s": prepared,
        "s_per_s": min(seconds),
        "s_per_s_median": float(np.median(seconds)),
        "rate": spikes / (pieces * piece * 1e-3) / float(network.n_neurons.sum()),
        "peak_GB": resident("VmHWM") / 1e9,
        "end_GB": resident("VmRSS") / 1e9,
        **(kernel_parts.profile(engine) if network.n_neurons.sum() > 1e6 else {}),
    }


def nest(network, simulation, threads: int, times: tuple) -> dict[str, float]:
    """Build, connect and run with NEST."""
    from multiarea.simulation.nest import build, connect, record
    from multiarea.simulation.nest.kernel import nest as kernel

    transient, piece, pieces = times
    start = time.perf_counter()
    populations = build(network, simulation, threads)
    connect(network, simulation, populations)
    recorders = record(network, simulation, populations)
    kernel.Prepare()
    kernel.Cleanup()
    prepared = time.perf_counter() - start
    kernel.Simulate(transient)
    recorders.spikes.n_events = 0
    seconds = []
    for _ in range(pieces):
        begin = time.perf_counter()
        kernel.Simulate(piece)
        seconds.append((time.perf_counter() - begin) / piece * 1e3)
    spikes = recorders.spikes.n_events
    return {
        "prepare_s": prepared,
        "s_per_s": min(seconds),
        "s_per_s_median": float(np.median(seconds)),
        "rate": spikes / (pieces * piece * 1e-3) / float(network.n_neurons.sum()),
        "peak_GB": resident("VmHWM") / 1e9,
        "end_GB": resident("VmRSS") / 1e9,
    }


def one(name: str, scale: str, simulator: str, threads: str) -> dict:
    """Measure one row in this process."""
    experiment, _, *times = CASES.get(name, CASES["human, default network"])
    network, simulation = load(experiment, float(scale) if scale != "-" else None)
    if scale != "-":
        times = [100.0, 50.0, 3]
    if simulator == "procedural" and name == "human, full scale" and threads == "1":
        times[2] = 4
    work = {"procedural": procedural, "nest": nest}[simulator]
    synapses = float(network.synapses.sum())
    row = work(network, simulation, int(threads), tuple(times))
    return {"neurons": int(network.n_neurons.sum()), "synapses": synapses, **row}


def rows_to_measure(quick: bool) -> list[tuple[str, str, str, str]]:
    """Return name, scale, simulator and threads of each row."""
    if quick:
        return [("human, default network", "-", name, "2") for name in ("procedural", "nest")]
    full = [("human, full scale", "-", "procedural", n) for n in ("2", "1")]
    both = [("procedural", "2"), ("procedural", "1"), ("nest", "2")]
    for name in ("microcircuit, full scale", "human, default network"):
        full += [(name, "-", *one) for one in both]
    for scale in SERIES:
        fits = NEST_BYTES * 42.8e9 * scale < 0.8 * free_memory()
        series = f"human, N_scaling = {scale:g}"
        full += [(series, f"{scale:g}", *one) for one in both[::2] if fits or one != both[2]]
    return full


def main(folder: Path, quick: bool) -> None:
    """Measure all rows, print and keep them."""
    rows = []
    for row in rows_to_measure(quick):
        command = [sys.executable, str(HERE / "procedural.py"), *row]
        output = subprocess.check_output(command, env=child_environment(), text=True, cwd=ROOT)
        found = json.loads(output.splitlines()[-1])
        rows.append({"network": row[0], "simulator": row[2], "threads": row[3], **found})
        own = rows[-1]
        print(
            f"{own['network']:26s} {own['simulator']:10s} {own['threads']} threads: prepare "
            f"{own['prepare_s']:.1f} s, {own['s_per_s']:.2f} s per s (median "
            f"{own['s_per_s_median']:.2f}), {own['rate']:.3f} spikes/s, peak {own['peak_GB']:.2f} "
            f"GB, later {own['end_GB']:.2f} GB",
            flush=True,
        )
    columns = list(dict.fromkeys(key for own in rows for key in own))
    write_csv(
        folder / "procedural.csv", [{key: own.get(key, "") for key in columns} for own in rows]
    )


if __name__ == "__main__":
    print(json.dumps(one(*sys.argv[1:])))
