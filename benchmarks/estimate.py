"""Predicted against measured memory and time of simulations of the human network at growing scales.

Every scale runs in a fresh process; memory is its peak, time is the processor time of building and
running (one thread), which other programs on the machine disturb less than wall time.

Run: `python benchmarks/estimate.py`              five scales up to 2e7 synapses, 3 GB
     `python benchmarks/estimate.py N K T ...`    these N_scaling, K_scaling, t_sim [ms]
     `mpirun -n 2 python benchmarks/estimate.py --one N K T`     one scale, memory of the first rank
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from multiarea.build.pipeline import build_network
from multiarea.estimate.costs import Workload, estimate
from multiarea.models import human
from multiarea.parameters import SimulationParameters

ROOT = Path(__file__).parents[1]
SCALES = [
    "0.0015 0.02 300",
    "0.004 0.0125 200",
    "0.004 0.05 200",
    "0.008 0.02 200",
    "0.004 0.125 100",
]


def measure(N_scaling: float, K_scaling: float, t_sim: float) -> dict[str, float] | None:
    """Simulate once; return prediction and measurement (None on all MPI ranks but the first)."""
    from multiarea.simulation.nest import is_first_rank, simulate
    from multiarea.simulation.nest.kernel import nest

    parameters = human.Parameters(
        N_scaling=N_scaling,
        K_scaling=K_scaling,
        scaling_type="sqrt",
        fullscale_rates=str(ROOT / "simulated_data" / "base_theory_rates.csv"),
    )
    network = build_network("human", parameters)
    simulation = SimulationParameters(t_sim=t_sim, master_seed=3)
    ranks = nest.NumProcesses()
    with tempfile.TemporaryDirectory() as folder:
        shared = Path(tempfile.gettempdir()) / "estimate" if ranks > 1 else Path(folder)
        start = time.process_time()
        spikes = shared / "spikes.h5"
        report = simulate(network, simulation, virtual_processes=ranks, spikes_path=spikes)
        seconds = time.process_time() - start
        if not is_first_rank():
            return None
        size = spikes.stat().st_size
    rate = report.n_spikes / report.n_neurons / t_sim * 1e3
    # The rates are no part of what is tested here: the measured mean stands for the theory's.
    workload = Workload(network, simulation, np.full(len(network), rate))
    predicted = estimate(workload, ranks, 1)
    memory = predicted.memory_of_node(1)
    return {
        "neurons": workload.n_neurons,
        "synapses": workload.n_synapses,
        "delay_predicted": predicted.longest_delay,
        "delay": report.max_delay,
        "memory_predicted": memory,
        "memory": report.peak_memory * 2**20,
        "seconds_predicted": predicted.seconds_build + predicted.seconds_run,
        "seconds": seconds,
        "output_predicted": predicted.output,
        "output": size,
        "ranks": ranks,
    }


def show(row: dict[str, float]) -> None:
    def error(name: str) -> str:
        return f"{100 * (row[name + '_predicted'] / row[name] - 1):+.0f} %"

    print(
        f"{row['neurons']:>8} {row['synapses']:9.3g}  {row['delay_predicted']:5.0f} "
        f"{row['delay']:5.0f}   {row['memory_predicted'] / 1e9:6.2f} {row['memory'] / 1e9:6.2f} "
        f"{error('memory'):>6}   {row['seconds_predicted']:6.1f} {row['seconds']:6.1f} "
        f"{error('seconds'):>6}   {row['output_predicted'] / 1e6:6.2f} {row['output'] / 1e6:6.2f}",
        flush=True,
    )


def main(words: list[str]) -> None:
    if words[:1] == ["--one"]:
        row = measure(*map(float, words[1:4]))
        if row is not None:
            print("row:" + json.dumps(row))
        return
    given = [" ".join(words[i : i + 3]) for i in range(0, len(words), 3)]
    print(" neurons  synapses  longest delay  memory [GB]            processor [s]          output")
    print("                     pred. drawn    pred.  meas.  error    pred.  meas.  error  [MB]")
    for scale in given or SCALES:
        command = [sys.executable, __file__, "--one", *scale.split()]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        line = next(text for text in done.stdout.splitlines() if text.startswith("row:"))
        show(json.loads(line.removeprefix("row:")))


if __name__ == "__main__":
    main(sys.argv[1:])
