"""What the figures of the publication are given: networks, tables, and the user's runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.data import pronold2024
from multiarea.data.hcp_fmri import read_functional_connectivity
from multiarea.data.single_units import from_counts, from_quantiles
from multiarea.figures.drawing import Context
from multiarea.models import human
from multiarea.parameters import AnalysisParameters

STATES = ("groundstate", "bestfit")


@dataclass(frozen=True)
class Run:
    """One simulation of the user.

    Attributes
    ----------
    facts : mapping
        name, role, variant, chi, chi_I, N_scaling, K_scaling, t_sim, seed, single_spike, pair.
    results : mapping
        Its results by name: network, theory, spikes or a measure.
    parameters : AnalysisParameters
    context : Context
    """

    facts: Mapping[str, Any]
    results: Mapping[str, Any]
    parameters: AnalysisParameters
    context: Context

    @property
    def name(self) -> str:
        """Name of the experiment."""
        return str(self.facts["name"])

    @property
    def chi(self) -> float:
        """Factor on E to E weights between areas."""
        return float(self.facts["chi"])

    @property
    def scale(self) -> str:
        """Scale and length as text."""
        n, k = self.facts["N_scaling"], self.facts["K_scaling"]
        size = "full scale" if n == k == 1 else f"N × {n:g}, K × {k:g}"
        return f"{size}, {self.facts['t_sim'] / 1000:g} s"


@dataclass(frozen=True)
class Paper:
    """Everything that one figure is drawn from.

    Attributes
    ----------
    inputs : mapping
        What the figure needs, by name.
    runs : tuple of Run
    """

    inputs: Mapping[str, Any]
    runs: tuple[Run, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Return an input by name."""
        return self.inputs[name]

    def run(self, role: str) -> Run | None:
        """Return the run of a state, "base" or "best_fit"."""
        return next((run for run in self.runs if run.facts["role"] == role), None)


@dataclass(frozen=True)
class Published:
    """Reader of the published results."""

    folder: Path

    def chi_sweep(self, variant: str) -> pd.DataFrame:
        """Return the similarities of a variant, indexed by chi."""
        return pronold2024.read_chi_sweep(self.folder / "chi_sweep.csv").loc[variant]

    def sample(self, variant: str, state: str, quantity: str) -> np.ndarray:
        """Return the sample of rate [spikes/s], or one with the quantiles of cv or lvr."""
        if quantity == "rate":
            path = self.folder / "rate_distributions.csv"
            return from_counts(pronold2024.read_rate_distribution(path, variant, state))
        path = self.folder / "cv_lvr_quantiles.csv"
        return from_quantiles(pronold2024.read_quantiles(path, variant, state, quantity))

    def connectivity(self, variant: str, state: str) -> pd.DataFrame:
        """Return the functional connectivity of areas, in the order of the model."""
        path = self.folder / f"fc_simulated_{variant}_{state}.csv"
        return read_functional_connectivity(path, human.AREAS)


@dataclass(frozen=True)
class Construction:
    """Steps from data to synapses of the human model; areas in the order of the model.

    Attributes
    ----------
    per_pair : (8, 8) DataFrame
        Mean number of synapses per pair of neurons of the microcircuit, [target, source].
    streamlines : (A, A) DataFrame
    cell_body : (5, 4) DataFrame
        Probability that a synapse in a layer (columns) belongs to an E cell body in another.
    sln, log_ratio : (A, A) arrays, [target, source]
        Predicted share of supragranular sources, and ln of the ratio of densities.
    fit : (a0, a1)
    thresholds : (SLN_FB, SLN_FF)
    speed : float
        Of conduction between areas [mm/ms].
    """

    per_pair: pd.DataFrame
    streamlines: pd.DataFrame
    cell_body: pd.DataFrame
    sln: np.ndarray
    log_ratio: np.ndarray
    fit: tuple[float, float]
    thresholds: tuple[float, float]
    speed: float


def construction(parameters: Mapping[str, Any]) -> Construction:
    """Return the steps of the construction of a human network.

    Parameters
    ----------
    parameters : mapping
        Network parameters as plain data.
    """
    from multiarea.data import hcp_dti, potjans_diesmann, synapse_to_cell_body
    from multiarea.models.human import build, connectivity
    from multiarea.project import resolve

    network = human.Parameters.model_validate_json(json.dumps(parameters))
    connectome, tables = network.predictive_connectomic_params, human.FIXED_SOURCES
    cyto = build.read_cytoarchitecture(network)
    probability = potjans_diesmann.read_connection_probabilities(resolve(tables["probabilities"]))
    circuit = potjans_diesmann.read_populations(resolve(tables["microcircuit"]))
    per_pair = connectivity.mean_synapses_per_pair(
        probability.to_numpy(), circuit["n_neurons"].to_numpy()
    )
    mohan = synapse_to_cell_body.read_probabilities(resolve(tables["mohan"]))
    log_density = np.log(cyto.neurons_per_thickness.to_numpy())
    a0, a1 = connectome.a0, connectome.a1
    connections = hcp_dti.read_connectivity(resolve(connectome.con_path), human.AREAS)
    return Construction(
        per_pair=pd.DataFrame(per_pair, probability.index, probability.columns),
        streamlines=connections.streamlines,
        cell_body=mohan.xs("E", level="population"),
        sln=connectivity.supragranular_fraction(cyto, a0, a1),
        log_ratio=log_density[:, None] - log_density[None, :],
        fit=(a0, a1),
        thresholds=(connectome.SLN_FB, connectome.SLN_FF),
        speed=network.delay_params.interarea_speed,
    )


def load_paper(spec: Mapping[str, Any], inputs: Mapping[str, Sequence[Path]]) -> Paper:
    """Read everything that a figure is drawn from.

    Parameters
    ----------
    spec : mapping
        `base`: parameters of the base state's network; `runs`: facts of the runs.
    inputs : mapping
        Files by name; those of run n begin with `run_<n>_`.

    Raises
    ------
    InputError
        If a file is absent or damaged.
    """
    from multiarea.stages import load_inputs

    shared = {}
    for name, paths in inputs.items():
        if not name.startswith("run_"):
            shared[name] = READERS[name](list(paths), spec)
    runs = []
    for n, facts in enumerate(spec["runs"]):
        prefix = f"run_{n}_"
        own = {k.removeprefix(prefix): list(v) for k, v in inputs.items() if k.startswith(prefix)}
        parameters = AnalysisParameters.model_validate_json(json.dumps(facts["parameters"]))
        runs.append(Run(facts, load_inputs("human", own), parameters, context(facts)))
    return Paper(shared, tuple(runs))


def context(facts: Mapping[str, Any]) -> Context:
    """Return the context in which the panels of a run are drawn."""
    scale = "{name}: chi = {chi:g}, N_scaling {N_scaling:g}, K_scaling {K_scaling:g}"
    return Context(
        model="human",
        areas=human.AREAS,
        layers=human.LAYERS,
        populations=human.POPULATIONS,
        shown_areas=human.SHOWN_AREAS,
        scale=scale.format(**facts),
        t_sim=facts["t_sim"],
    )


def _network(paths: list[Path], spec: Mapping[str, Any]) -> Any:
    from multiarea.network import load_network

    return load_network(paths[0])


def _theory(paths: list[Path], spec: Mapping[str, Any]) -> Any:
    from multiarea.analysis import load_result

    return load_result(paths[0])


def _source(name: str) -> Callable[[list[Path], Mapping[str, Any]], Any]:
    def read(paths: list[Path], spec: Mapping[str, Any]) -> Any:
        from multiarea.sources import load_source

        return load_source(name, paths, human.AREAS)

    return read


def _sln(paths: list[Path], spec: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read supragranular shares (sln) against ln of density ratios (log_density_ratio)."""
    from multiarea.data.tables import read_table

    columns = {"target": str, "source": str, "monkey": str, "supragranular": int}
    columns |= {"infragranular": int, "sln": float, "log_density_ratio": float}
    return read_table(paths[0], columns) if paths else None


READERS: dict[str, Callable[[list[Path], Mapping[str, Any]], Any]] = {
    "base_network": _network,
    "best_fit_network": _network,
    "base_theory": _theory,
    "best_fit_theory": _theory,
    "base_sources": lambda paths, spec: construction(spec["base"]),
    "published": lambda paths, spec: Published(paths[0].parent),
    "macaque_sln": _sln,
    "experimental_units": _source("experimental_units"),
    "experimental_fc": _source("experimental_fc"),
    "resting_state_networks": _source("resting_state_networks"),
}
"""What figures may need -> how its files are read."""
