"""Time and peak memory of every measure against the number of spikes.

A synthetic spike store has the population sizes of the human model at full scale; spikes are shared
out by the stationary theory rates, at random times. Every measure runs in a fresh process; its
memory is the peak above what the process held with its inputs open.

Run: `python benchmarks/spikes.py [SPIKES ...]`      (default 2e6 2e7 1e8; 12.5 s)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from harness import ROOT, child_environment, measure
from reference_run import available, inputs_of, write_store

from multiarea.analysis import compute, measures
from multiarea.analysis.results import save
from multiarea.models import human
from multiarea.network.network import Network, save_network
from multiarea.parameters import AnalysisParameters

T_SIM = 12_500.0


def run_one(name: str, folder: Path) -> dict[str, float]:
    """Compute and save one measure on the store in `folder`."""
    inputs, result = inputs_of(folder, measures()[name].needs), {}

    def work() -> None:
        result[name] = compute(name, inputs, AnalysisParameters())

    found = measure(work)
    start = time.perf_counter()
    save(folder / measures()[name].file, result[name])
    return found | {"save_s": time.perf_counter() - start}


def run_all(network: Network, n_spikes: int) -> None:
    """Print a table of all measures on one store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_network(network, folder / "network.h5")
        write_store(folder / "spikes.h5", network, n_spikes, T_SIM)
        rows = {}
        for name in available(measures()):
            command = [sys.executable, __file__, "--one", name, str(folder)]
            output = subprocess.check_output(command, env=child_environment(), cwd=ROOT)
            rows[name] = json.loads(output)
    table = pd.DataFrame(rows).T
    table["bytes_per_spike"] = 1e6 * table["memory_MB"] / n_spikes
    print(f"\n{n_spikes:.1e} spikes, {network.n_neurons.sum()} neurons, {T_SIM:g} ms")
    print(table.to_string(float_format=lambda x: f"{x:.2f}"))
    print(f"all measures: {table['seconds'].sum():.1f} s + {table['save_s'].sum():.1f} s saving")


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        print(json.dumps(run_one(arguments[1], Path(arguments[2]))))
        return
    network = human.build_network(human.Parameters())
    for n_spikes in arguments or ["2e6", "2e7", "1e8"]:
        run_all(network, int(float(n_spikes)))


if __name__ == "__main__":
    main(sys.argv[1:])
