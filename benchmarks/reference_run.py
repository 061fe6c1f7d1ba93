"""The run that stages work on: the human network at N = K = 0.005, 2.5 s, 1.9 million spikes.

Its spikes are random, in numbers that follow the theory's rates: as many as the published code
gets at this scale, where its way of scaling down makes the network fire at 44 spikes/s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from harness import ROOT

from multiarea.analysis import compute, measures
from multiarea.analysis.results import save
from multiarea.build.pipeline import build_network
from multiarea.data.rates import read_rates
from multiarea.models import get_model, human
from multiarea.network.network import LEVELS, Network, save_network
from multiarea.parameters import AnalysisParameters
from multiarea.parameters.config import ExperimentalData
from multiarea.stages.inputs import load_inputs
from multiarea.workflow.sources import source_files

RATES = ROOT / "simulated_data" / "base_theory_rates.csv"
T_SIM = 2500.0
N_SPIKES = 1_900_000


def scaled_network(N_scaling: float, K_scaling: float) -> Network:
    """Return the human network scaled down with mean and variance of its input kept."""
    parameters = human.Parameters(
        N_scaling=N_scaling, K_scaling=K_scaling, scaling_type="sqrt", fullscale_rates=str(RATES)
    )
    return build_network("human", parameters)


def make(folder: Path, quick: bool) -> None:
    """Write network, spikes and all measures."""
    network = scaled_network(0.005, 0.005)
    save_network(network, folder / "network.h5")
    write_store(folder / "spikes.h5", network, N_SPIKES // (10 if quick else 1), T_SIM)
    for name, measure in available(measures()).items():
        result = compute(name, inputs_of(folder, measure.needs), AnalysisParameters())
        save(folder / measure.file, result)


def available(declared: dict[str, Any]) -> dict[str, Any]:
    """Return the measures or figures that need nothing that the folder lacks (theory)."""
    known = {"network", "spikes", *measures(), *sources()}
    return {name: entry for name, entry in declared.items() if known.issuperset(entry.needs)}


def sources() -> dict[str, list[Path]]:
    """Return the files of the experimental data that come with the project."""
    return source_files(get_model("human"), ExperimentalData())


def inputs_of(folder: Path, needs: tuple[str, ...]) -> dict[str, Any]:
    """Load the inputs of a measure or figure."""
    paths = {name: [folder / measure.file] for name, measure in measures().items()}
    paths |= {"network": [folder / "network.h5"], "spikes": [folder / "spikes.h5"], **sources()}
    return load_inputs("human", {need: paths[need] for need in needs})


def write_store(path: Path, network: Network, n_spikes: int, t_stop: float) -> None:
    """Write about `n_spikes` spikes at random times, one population after the other."""
    rng = np.random.default_rng(1)
    rates = read_rates(RATES).loc[network.populations.index].to_numpy(dtype=float)
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
