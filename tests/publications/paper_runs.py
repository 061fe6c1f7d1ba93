"""Runs that the figures of the publication are drawn from: the human network, scaled down, with
Poisson spikes that the product writes and analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.analysis import compute
from multiarea.build.pipeline import build_network
from multiarea.models import human
from multiarea.network.network import Network
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes
from multiarea.summary import tables as of_summary
from multiarea.workflow.sources import source_files
from publications import publications
from publications.drawn_from import Paper, Run
from publications.inputs import context, readers
from publications.summaries import read_summary

HUMAN = publications()["pronold2024"]
READERS, TABLES = readers(HUMAN), HUMAN.tables
T_SIM, EXTRA = 2600.0, 2000.0
MEASURES = (
    *(
        "rates",
        "rates_individual",
        "cv",
        "lvr",
        "correlation",
        "rate_histograms",
        "temporal_hierarchy",
    ),
    *("synaptic_currents", "bold", "fc_currents", "fc_bold"),
    *("activity_similarity", "fc_similarity"),
)


def shared_inputs(checkout: Path, network: Network) -> dict[str, Any]:
    """Return every input that figures share, read by the product from the product's tables."""
    from multiarea.parameters.config import ExperimentalData

    files = source_files(human, ExperimentalData())
    files |= {"published": [], "macaque_sln": [checkout / TABLES["macaque_sln"]]}
    files["published"] = sorted((checkout / TABLES["published"]).glob("*.csv"))
    spec = {"networks": {"base": human.Parameters().identity}, "runs": []}
    inputs = {name: READERS[name](paths, spec) for name, paths in files.items()}
    inputs["base_sources"] = READERS["base_sources"]([], spec)
    theory = pd.read_csv(checkout / "simulated_data/base_theory_rates.csv")
    inputs["base_theory"] = theory.rename(columns={"rate": "rate_1"})
    return inputs | {"base_network": network}


def small_network() -> Network:
    """Return the human network with a few neurons per population."""
    parameters = human.Parameters(
        N_scaling=0.001,
        K_scaling=0.01,
        scaling_type="sqrt",
        fullscale_rates="simulated_data/base_theory_rates.csv",
    )
    return build_network("human", parameters)


def make_spikes(folder: Path, network: Network, delay: np.ndarray | None = None) -> Spikes:
    """Write Poisson spikes; with `delay` [ms], one more of each population after `EXTRA`."""
    sizes, rng = network.n_neurons, np.random.default_rng(8)
    first, steps = np.cumsum(sizes) - sizes, int(T_SIM * 10)
    folder.mkdir(parents=True)
    with Spool(folder / "spool", SPIKE) as spool:
        for p, size in enumerate(sizes):
            n = rng.poisson(4.0 * T_SIM / 1000, size)
            chosen = rng.integers(0, steps, n.sum()) // 10 * 10
            pairs = np.unique(np.repeat(np.arange(size), n) * steps + chosen)
            spool.append(node=first[p] + pairs // steps, step=pairs % steps)
            if delay is not None:
                step = round((EXTRA + delay[p]) * 10) // 10 * 10 + 5
                spool.append(node=first[p : p + 1], step=np.array([step]))
    path = folder / "spikes.h5"
    write_spikes(path, Recording(network.populations["n_neurons"], T_SIM, 0.1), [folder / "spool"])
    return Spikes(path)


def make_results(network: Network, spikes: Spikes, shared: dict[str, Any]) -> dict[str, Any]:
    """Return all results that the figures of the publication need of a run."""
    parameters = AnalysisParameters.model_validate({"cv": {"min_spikes": 5}})
    results = {"network": network, "spikes": spikes, **shared}
    for name in MEASURES:
        results[name] = compute(name, results, parameters)
    theory = network.populations.index.to_frame(index=False)
    return results | {"theory": theory.assign(rate_1=np.linspace(0.5, 8, len(theory)))}


def make_run(results: dict[str, Any], chi: float, **changes: Any) -> Run:
    """Return a run with the facts that the workflow states."""
    role = {1.0: "base", 2.5: "best_fit"}.get(chi, "")
    facts = {
        "name": f"small@chi={chi:g}",
        "file": "experiments/small.py",
        "role": role,
        "variant": "default",
        "chi": chi,
        "chi_I": 2 * chi,
        "single_spike": [],
        "pair": f"{chi}",
        "N_scaling": 0.001,
        "K_scaling": 0.01,
        "t_sim": T_SIM,
        "seed": 8,
        "is_summary": False,
        "folder": "net/sim/ana",
        **changes,
    }
    parameters = AnalysisParameters.model_validate({"plotRasterArea": {"fraction": 1.0}})
    return Run(facts, results, parameters, context("human", facts))


def make_runs(folder: Path, network: Network, shared: dict[str, Any]) -> list[Run]:
    """Return runs at chi = 0, 1, 2.5, and at 1 and 2.5 with an extra spike."""
    from publications.pronold2024.paths import path_delays

    plain = make_results(network, make_spikes(folder / "plain", network), shared)
    source = network.populations.index.get_loc(("pericalcarine", "IV", "E"))
    delay = path_delays(network)[:, source] + 1
    perturbed = {**plain, "spikes": make_spikes(folder / "perturbed", network, delay)}
    spike = [["pericalcarine", "IV", "E", EXTRA]]
    runs = [make_run(plain, chi) for chi in (0.0, 1.0, 2.5)]
    return runs + [
        make_run(perturbed, chi, single_spike=spike, role="", name=f"spike@chi={chi:g}")
        for chi in (1.0, 2.5)
    ]


def summary_of(run: Run, folder: Path, plain: Run | None = None) -> Run:
    """Return a run of which only the summary is left; `plain` is the one without its spike."""
    folder.mkdir(parents=True)
    inputs = dict(run.results)
    if plain is not None:
        inputs |= {"spikes_without": plain.results["spikes"], "t_spike": EXTRA}
    paths = []
    for name, table in of_summary.TABLES.items():
        if set(table.needs) <= inputs.keys():
            paths.append(folder / f"{name}.csv")
            content = table.condense({**inputs, "parameters": run.parameters})
            content.to_csv(paths[-1], index=False, float_format="%.5g")
    results = read_summary(paths)
    results["spikes"] = results.pop("raster")
    facts = {**run.facts, "name": "human_full", "is_summary": True, "N_scaling": 1, "K_scaling": 1}
    results |= {"theory": run.results["theory"]}
    return Run(facts, results, run.parameters, context("human", facts))


def paper_of(name: str, shared: dict[str, Any], runs: list[Run]) -> Paper:
    """Return what the workflow would give a figure."""
    from publications import paper_figures

    figure = paper_figures()[f"pronold2024/{name}"]
    if "pairs" not in figure.runs:
        runs = [run for run in runs if not run.facts["single_spike"]]
    chosen = runs if figure.runs else []
    return Paper({need: shared[need] for need in figure.needs}, tuple(chosen))
