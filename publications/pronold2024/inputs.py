"""Inputs of the figures of Pronold et al. 2024 alone: published results, and the construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multiarea.data.experimental_fc import read_functional_connectivity
from multiarea.data.single_units import from_counts, from_quantiles
from multiarea.models import human
from publications.inputs import Reader
from publications.pronold2024 import published


@dataclass(frozen=True)
class Published:
    """Reader of the published results."""

    folder: Path

    def chi_sweep(self, variant: str) -> pd.DataFrame:
        """Return the similarities of a variant, indexed by chi."""
        return published.read_chi_sweep(self.folder / "chi_sweep.csv").loc[variant]

    def sample(self, variant: str, state: str, quantity: str) -> np.ndarray:
        """Return a `quantity`, rate [spikes/s], cv or lvr, of neurons of a `variant` in a `state`.

        Those of cv and lvr have the published quantiles.
        """
        if quantity == "rate":
            path = self.folder / "rate_distributions.csv"
            return from_counts(published.read_rate_distribution(path, variant, state))
        path = self.folder / "cv_lvr_quantiles.csv"
        return from_quantiles(published.read_quantiles(path, variant, state, quantity))

    def connectivity(self, variant: str, state: str) -> pd.DataFrame:
        """Return the functional connectivity of a `variant` in a `state`, areas as in the model."""
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
    sln : (A, A) array, [target, source]
        Predicted share of supragranular sources.
    fit : (a0, a1)
    thresholds : (SLN_FB, SLN_FF)
    speed : float
        Of conduction between areas [mm/ms].
    """

    per_pair: pd.DataFrame
    streamlines: pd.DataFrame
    cell_body: pd.DataFrame
    sln: np.ndarray
    fit: tuple[float, float]
    thresholds: tuple[float, float]
    speed: float


def construction(parameters: Mapping[str, Any]) -> Construction:
    """Return the steps of the construction of a human network from recorded parameters."""
    from multiarea.data import hcp_dti, layers, potjans_diesmann
    from multiarea.files.project import resolve
    from multiarea.models.human import build, connectivity

    network = human.Parameters.of_record(parameters)
    connectome, tables = network.predictive_connectomic_params, human.FIXED_SOURCES
    cyto = build.read_cytoarchitecture(network)
    probability = potjans_diesmann.read_connection_probabilities(resolve(tables["probabilities"]))
    circuit = potjans_diesmann.read_populations(resolve(tables["microcircuit"]))
    per_pair = connectivity.mean_synapses_per_pair(
        probability.to_numpy(), circuit["n_neurons"].to_numpy()
    )
    mohan = layers.read_cell_body_probabilities(resolve(tables["mohan"]))
    a0, a1 = connectome.a0, connectome.a1
    connections = hcp_dti.read_connectivity(resolve(connectome.con_path), human.AREAS)
    return Construction(
        per_pair=pd.DataFrame(per_pair, probability.index, probability.columns),
        streamlines=connections.streamlines,
        cell_body=mohan.xs("E", level="population"),
        sln=connectivity.supragranular_fraction(cyto, a0, a1),
        fit=(a0, a1),
        thresholds=(connectome.SLN_FB, connectome.SLN_FF),
        speed=network.delay_params.interarea_speed,
    )


def _sln(paths: list[Path], spec: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read supragranular shares (sln) against ln of density ratios (log_density_ratio)."""
    from multiarea.data.tables import read_table

    columns = {"target": str, "source": str, "monkey": str, "supragranular": int}
    columns |= {"infragranular": int, "sln": float, "log_density_ratio": float}
    return read_table(paths[0], columns) if paths else None


READERS: dict[str, Reader] = {
    "base_sources": lambda paths, spec: construction(spec["networks"]["base"]),
    "published": lambda paths, spec: Published(paths[0].parent),
    "macaque_sln": _sln,
}
"""Readers, by name, in addition to those of all publications."""
