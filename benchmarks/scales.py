"""Cost against scale: time and memory of building and running at growing N_scaling and K_scaling.

Every scale runs in a fresh process, with two threads. Exponents are fitted over the upper half of
the scales, where fixed costs no longer count, and extended to full scale.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from harness import HERE, ROOT, child_environment, free_memory, resident, write_csv

FULL_NEURONS, FULL_SYNAPSES = 3_468_839, 42_777_924_462
BYTES_PER_SYNAPSE, BYTES_FIXED = 30.0, 1.0e9
MOST_BYTES = 20e9
SERIES = {
    "N_scaling": [(n, 0.02) for n in (0.002, 0.004, 0.008, 0.016, 0.032, 0.064)],
    "K_scaling": [(0.01, k) for k in (0.01, 0.03, 0.1, 0.3, 1.0)],
}
QUICK = {"N_scaling": SERIES["N_scaling"][:3], "K_scaling": SERIES["K_scaling"][:3]}
T_SIM = 100.0
BYTES_PER_MS = 320.0
"""Of a neuron's ring buffers: 32 bytes per step of 0.1 ms."""
BYTES_PER_NEURON = 12e3 + 330 * BYTES_PER_MS
"""With ring buffers for delays of up to 330 ms."""
COSTS = {
    "building_s": "building (s)",
    "run_s": f"running {T_SIM:g} ms (s)",
    "memory_GB": "memory (GB)",
}


def one(N_scaling: float, K_scaling: float) -> dict[str, float]:
    """Build and run once in this process."""
    from reference_run import scaled_network

    from multiarea.parameters import SimulationParameters
    from multiarea.simulation.nest import build, connect, record
    from multiarea.simulation.nest.kernel import nest

    marks = [time.perf_counter()]
    network = scaled_network(N_scaling, K_scaling)
    marks.append(time.perf_counter())
    parameters = SimulationParameters()
    populations = build(network, parameters, 2)
    marks.append(time.perf_counter())
    before = resident("VmRSS")
    connect(network, parameters, populations)
    record(network, parameters, populations)
    marks.append(time.perf_counter())
    connected = resident("VmRSS")
    nest.Prepare()
    nest.Cleanup()
    marks.append(time.perf_counter())
    nest.Simulate(T_SIM)
    marks.append(time.perf_counter())
    seconds = dict(
        zip(("network", "build", "connect", "prepare", "run"), np.diff(marks), strict=True)
    )
    synapses = int(network.synapses.sum())
    return {
        "N_scaling": N_scaling,
        "K_scaling": K_scaling,
        "neurons": int(network.n_neurons.sum()),
        "synapses": synapses,
        "longest_delay_ms": nest.max_delay,
        **{f"{name}_s": float(value) for name, value in seconds.items()},
        "building_s": float(seconds["build"] + seconds["connect"] + seconds["prepare"]),
        "memory_GB": resident("VmHWM") / 1e9,
        "connect_B_per_synapse": (connected - before) / synapses,
        "peak_B_per_synapse": resident("VmHWM") / synapses,
    }


def fits_in_memory(scales: tuple[float, float]) -> bool:
    """Tell whether a scale fits into the memory that is free, and into 20 GB."""
    neurons, synapses = scales[0] * FULL_NEURONS, scales[0] * scales[1] * FULL_SYNAPSES
    needed = BYTES_FIXED + BYTES_PER_NEURON * neurons + BYTES_PER_SYNAPSE * synapses
    return needed < min(MOST_BYTES, 0.8 * free_memory())


def main(folder: Path, quick: bool) -> None:
    """Measure both series, print the fits and keep tables and plots."""
    rows = []
    for series, scales in (QUICK if quick else SERIES).items():
        for pair in filter(fits_in_memory, scales):
            command = [sys.executable, str(HERE / "scales.py"), *map(str, pair)]
            output = subprocess.check_output(command, env=child_environment(), text=True, cwd=ROOT)
            rows.append({"series": series, **json.loads(output.splitlines()[-1])})
            row = rows[-1]
            print(
                f"{series} {row[series]:<6g} {row['neurons']:8d} neurons {row['synapses']:.2e} "
                f"synapses: connect {row['connect_s']:.1f} s, prepare {row['prepare_s']:.1f} s, "
                f"run {row['run_s']:.1f} s, {row['memory_GB']:.2f} GB, "
                f"{row['connect_B_per_synapse']:.1f} B per synapse connected, "
                f"{row['peak_B_per_synapse']:.1f} B all in",
                flush=True,
            )
    write_csv(folder / "scales.csv", rows)
    fits = [fit(rows, series, cost) for series in SERIES for cost in COSTS]
    write_csv(folder / "fits.csv", fits)
    for row in fits:
        print(
            f"{COSTS[row['cost']]:25s} ~ {row['series']}^{row['exponent']:.2f}; "
            f"at {row['series']} = 1: {row['at_full_scale']:.3g}"
        )
    law = memory_law(rows)
    print(law)
    (folder / "memory_law.txt").write_text(law + "\n")
    draw(folder)


def fit(rows: list[dict], series: str, cost: str) -> dict[str, float]:
    """Fit cost = a scale^b over the upper half of a series, and extend it to scale 1."""
    own = [row for row in rows if row["series"] == series]
    own = own[min(len(own) // 2, max(0, len(own) - 2)) :]
    scale, values = (np.array([float(row[name]) for row in own]) for name in (series, cost))
    exponent, log_a = np.polyfit(np.log(scale), np.log(np.maximum(values, 1e-9)), 1)
    return {
        "series": series,
        "cost": cost,
        "exponent": float(exponent),
        "at_full_scale": float(np.exp(log_a)),
    }


def memory_law(rows: list[dict]) -> str:
    """Say memory = a + (b + ring buffers) neurons + c synapses, fitted to all scales."""
    memory, neurons, delay, synapses = (
        np.array([float(row[name]) for row in rows])
        for name in ("memory_GB", "neurons", "longest_delay_ms", "synapses")
    )
    rest = 1e9 * memory - BYTES_PER_MS * neurons * delay
    columns = np.stack([np.ones(len(rows)), neurons, synapses], axis=1)
    law, *_ = np.linalg.lstsq(columns / memory[:, None], rest / memory, rcond=None)
    full = law @ [0, FULL_NEURONS, FULL_SYNAPSES] + BYTES_PER_MS * FULL_NEURONS * 400.0
    return (
        f"Memory = {law[0] / 1e6:.0f} MB + {law[1] / 1e3:.1f} kB per neuron + {law[2]:.1f} B per "
        f"synapse + {BYTES_PER_MS:g} B per neuron and ms of the longest delay (ring buffers, "
        f"counted); full scale with a longest delay of 400 ms: {full / 1e12:.1f} TB."
    )


def draw(folder: Path) -> None:
    """Draw scales.png from the tables in a folder."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    with (folder / "scales.csv").open() as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(2, len(COSTS), figsize=(9, 5.5), layout="constrained")
    for line, series in zip(axes, SERIES, strict=True):
        own = [row for row in rows if row["series"] == series]
        scale = np.array([float(row[series]) for row in own])
        for panel, (cost, label) in zip(line, COSTS.items(), strict=True):
            law = fit(rows, series, cost)
            panel.loglog(scale, [float(row[cost]) for row in own], "o", color="#0072B2")
            ends = np.array([scale[0], 1.0])
            values = law["at_full_scale"] * ends ** law["exponent"]
            panel.loglog(ends, values, "--", color="#D55E00", lw=1)
            panel.loglog(1.0, law["at_full_scale"], "s", color="#D55E00", mfc="none")
            panel.set_title(f"{label}: exponent {law['exponent']:.2f}", fontsize=9)
            panel.set_xlabel(series)
            lowest, highest = np.log10(panel.get_ylim())
            panel.set_ylim(10.0 ** np.floor(lowest), 10.0 ** np.ceil(highest))
        other = "K_scaling" if series == "N_scaling" else "N_scaling"
        line[0].set_ylabel(f"{other} = {own[0][other]}")
    figure.savefig(folder / "scales.png", dpi=110)


if __name__ == "__main__":
    print(json.dumps(one(float(sys.argv[1]), float(sys.argv[2]))))
