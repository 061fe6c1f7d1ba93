"""Time and peak memory of every measure, and the ratio to the published way of computing them.

A synthetic spike store has the population sizes of the human model; spikes are shared out by the
stationary theory rates, at random times on the 0.1 ms grid. Every measure runs in a fresh process;
its memory is the peak above what the process held with its inputs open.

Run: `python benchmarks/analysis.py [SPIKES ...]`      (default 2e6 2e7 1e8; full scale, 12.5 s)
     `python benchmarks/analysis.py --published`       (17 000 neurons, 2e6 spikes, 2.5 s)

`--published` runs `published` below, written for this comparison after the description of the
published analysis: one Python loop over neurons per measure, all neurons of a population binned
before the correlation takes 2000, one adaptive solve per area. It is given its spikes as lists of
arrays in memory for free.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from multiarea.analysis import compute, load_result, measures, save_result
from multiarea.analysis.registry import SOURCES
from multiarea.data.experimental_fc import load_group_fc
from multiarea.data.rates import read_rates
from multiarea.data.single_units import load_experimental_units
from multiarea.models.human.build import build_network
from multiarea.models.human.parameters import HumanNetworkParameters
from multiarea.network import LEVELS, Network, load_network, save_network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes import Spikes

ROOT = Path(__file__).parents[1]


def write_store(path: Path, network: Network, n_spikes: int, t_stop: float) -> None:
    """Write about `n_spikes` spikes at random times, one population after the other."""
    rng = np.random.default_rng(1)
    rates = read_rates(ROOT / "simulated_data" / "base_theory_rates.csv")
    rates = rates.loc[network.populations.index].to_numpy(dtype=float)
    sizes = network.n_neurons
    share = rates * sizes / (rates * sizes).sum()
    with h5py.File(path, "w") as file:
        counts = [rng.poisson(n_spikes * p / n, n) for p, n in zip(share, sizes, strict=True)]
        total = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        times = file.create_dataset("spikes/cortex/timestamps", (total[-1],), "f8")
        position = 0
        for count in counts:
            neuron = np.repeat(np.arange(len(count)), count)
            steps = np.sort(neuron * int(10 * t_stop) + rng.integers(0, 10 * t_stop, len(neuron)))
            times[position : position + len(steps)] = (steps - neuron * int(10 * t_stop)) * 0.1
            position += len(steps)
        file["neurons/offsets"] = total
        for level in LEVELS:
            names = network.populations.index.get_level_values(level).to_numpy(dtype=object)
            file[f"populations/{level}"] = names.astype(h5py.string_dtype())
        file["populations/first_node"] = np.cumsum(sizes) - sizes
        file["populations/n_neurons"] = sizes
        file.attrs.update({"t_stop": t_stop, "resolution": 0.1})


def resident(key: str) -> float:
    """Return VmRSS or VmHWM of this process in bytes."""
    return 1024.0 * int(re.search(rf"{key}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def run_one(name: str, folder: Path) -> None:
    """Compute one measure on the store in `folder`, print its figures as JSON."""
    measure = measures()[name]
    network = load_network(folder / "network.h5")
    areas = list(dict.fromkeys(network.area_of))
    with Spikes(folder / "spikes.h5") as spikes:
        available = {
            "network": lambda: network,
            "spikes": lambda: spikes,
            "experimental_fc": lambda: load_group_fc(ROOT / "experimental_data/hcp_fmri", areas),
            "experimental_units": lambda: load_experimental_units(
                ROOT / "experimental_data/minxha2020"
            ),
        }
        inputs = {
            need: available[need]()
            if need in SOURCES
            else load_result(folder / measures()[need].file)
            for need in measure.needs
        }
        Path("/proc/self/clear_refs").write_text("5")
        before, start = resident("VmRSS"), time.perf_counter()
        result = compute(name, inputs, AnalysisParameters())
        seconds = time.perf_counter() - start
        peak = resident("VmHWM") - before
        start = time.perf_counter()
        save_result(folder / measure.file, result)
        print(json.dumps([seconds, time.perf_counter() - start, peak, len(spikes)]))


def run_all(network: Network, n_spikes: int, t_stop: float) -> None:
    """Print a table of all measures on one store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_network(network, folder / "network.h5")
        write_store(folder / "spikes.h5", network, n_spikes, t_stop)
        rows = {}
        for measure in measures():
            command = [sys.executable, __file__, "--one", measure, name]
            rows[measure] = json.loads(subprocess.check_output(command))
    table = pd.DataFrame(rows, index=["compute_s", "save_s", "peak", "n"]).T
    spikes = int(table["n"].iloc[0])
    table["peak_MB"] = table["peak"] / 1e6
    table["bytes_per_spike"] = table["peak"] / spikes
    print(f"\n{spikes} spikes, {network.n_neurons.sum()} neurons, {t_stop:g} ms")
    shown = table[["compute_s", "save_s", "peak_MB", "bytes_per_spike"]]
    print(shown.to_string(float_format=lambda x: f"{x:.2f}"))
    print(f"all measures: {table['compute_s'].sum():.1f} s + {table['save_s'].sum():.1f} s saving")


# ------------------------------------------------------------------------ the published way


def published(spikes: dict, network: Network, t_sim: float) -> dict[str, float]:
    """Return the seconds of each step, computed neuron by neuron."""
    seconds, state = {}, {}
    for step in (_rates, _cv, _lvr, _correlation, _histograms, _counts, _currents, _bold, _fc):
        start = time.perf_counter()
        step(spikes, network, t_sim, state)
        seconds[step.__name__[1:]] = time.perf_counter() - start
    return seconds


def _rates(spikes, network, t_sim, state):
    duration = (t_sim - 500) / 1000
    for key, trains in spikes.items():
        individual = [np.sum((t >= 500) & (t < t_sim)) / duration for t in trains]
        state["rate", key] = np.sum(individual) / len(trains), individual


def _cv(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        values = []
        for t in trains:
            t = t[t >= 500]
            if len(t) >= 10:
                isi = np.diff(t)
                values.append(np.std(isi) / np.mean(isi))
        state["cv", key] = np.mean(values) if values else 0


def _lvr(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        values = []
        for t in trains:
            t = t[t >= 500]
            if len(t) >= 10:
                isi = np.diff(t)
                both = np.maximum(isi[:-1] + isi[1:], 1e-9)
                terms = (1 - 4 * isi[:-1] * isi[1:] / both**2) * (1 + 4 * 2.0 / both)
                values.append(3 * np.sum(terms) / (len(isi) - 1))
        state["lvr", key] = np.mean(values) if values else 0


def _correlation(spikes, network, t_sim, state):
    edges = np.arange(500, t_sim + 1)
    for key, trains in spikes.items():
        binned = np.array([np.histogram(t, edges)[0] for t in trains])
        binned = binned[binned.std(axis=1) > 0][:2000]
        if len(binned) > 1:
            matrix = np.corrcoef(binned)
            state["cc", key] = matrix[~np.eye(len(matrix), dtype=bool)].mean()


def _histograms(spikes, network, t_sim, state):
    edges = np.arange(0, t_sim + 1)
    for key, trains in spikes.items():
        state["histogram", key] = np.histogram(np.concatenate(trains), edges)[0] / len(trains)


def _counts(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        state["counts", key] = np.histogram([len(t) for t in trains], 250)


def _currents(spikes, network, t_sim, state):
    kernel = np.exp(-np.arange(0, 10, 0.1) / 0.5)
    filtered = np.array([np.convolve(state["histogram", k], kernel)[: int(t_sim)] for k in spikes])
    per_population = (np.abs(network.weight) * network.indegree) @ filtered
    weight = (network.area_of == np.unique(network.area_of)[:, None]) * network.n_neurons
    state["currents"] = weight @ per_population / weight.sum(axis=1, keepdims=True)


def _bold(spikes, network, t_sim, state):
    from scipy.integrate import solve_ivp

    grid = np.arange(int(t_sim)) / 1000
    signals = []
    for area in np.unique(network.area_of):
        keys = [key for key in spikes if key[0] == area]
        drive = 1000 * np.mean([state["histogram", key] for key in keys], axis=0)

        def change(t, y, drive=drive):
            s, f, v, q = y
            u = np.interp(t, grid, drive)
            extraction = (1 - 0.66 ** (1 / f)) / 0.34
            out = v ** (1 / 0.32)
            return (
                u - 0.65 * s - 0.41 * (f - 1),
                s,
                (f - out) / 0.98,
                (f * extraction - out * q / v) / 0.98,
            )

        _, _, v, q = solve_ivp(change, (0, grid[-1]), [0, 1, 1, 1], t_eval=grid).y
        signals.append(0.02 * (2.38 * (1 - q) + 2 * (1 - q / v) + 0.48 * (1 - v)))
    state["bold"] = np.array(signals)


def _fc(spikes, network, t_sim, state):
    for name in ("currents", "bold"):
        state["fc", name] = np.corrcoef(state[name][:, 500:])


#: Measures that compute what a step of `published` does.
SAME = {
    "rates": ("rates", "rates_individual"),
    "cv": ("cv",),
    "lvr": ("lvr",),
    "correlation": ("correlation",),
    "histograms": ("rate_histograms",),
    "counts": ("spike_count_distributions",),
    "currents": ("synaptic_currents",),
    "bold": ("bold",),
    "fc": ("fc_currents", "fc_bold"),
}


def compare(network: Network, n_spikes: int, t_stop: float) -> None:
    """Print seconds of both ways, in one process; this package reads its spikes from the file."""
    with tempfile.TemporaryDirectory() as name:
        write_store(Path(name) / "spikes.h5", network, n_spikes, t_stop)
        parameters = AnalysisParameters()
        with Spikes(Path(name) / "spikes.h5") as spikes:
            lists = {key: np.split(t.times, t.offsets[1:-1]) for key, t in spikes.items()}
            inputs: dict = {"network": network, "spikes": spikes}
            ours: dict[str, float] = {}
            for _ in range(2):
                for measure in (m for names in SAME.values() for m in names):
                    start = time.perf_counter()
                    inputs[measure] = compute(measure, inputs, parameters)
                    ours[measure] = time.perf_counter() - start
        theirs = published(lists, network, t_stop)
    for step, names in SAME.items():
        own = sum(ours[measure] for measure in names)
        print(f"{step:12s} {theirs[step]:8.3f} s {own:8.3f} s {theirs[step] / own:8.1f} x")
    a, b = sum(theirs.values()), sum(ours[m] for names in SAME.values() for m in names)
    print(f"{'sum':12s} {a:8.3f} s {b:8.3f} s {a / b:8.1f} x")


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        run_one(arguments[1], Path(arguments[2]))
        return
    network = build_network(HumanNetworkParameters())
    if arguments == ["--published"]:
        sizes = np.maximum(1, np.rint(network.n_neurons * 0.005).astype(int))
        small = network.populations.assign(n_neurons=sizes)
        compare(network.replace(populations=small), 2_000_000, 2500.0)
        return
    for n_spikes in arguments or ["2e6", "2e7", "1e8"]:
        run_all(network, int(float(n_spikes)), 12_500.0)


if __name__ == "__main__":
    main(sys.argv[1:])
