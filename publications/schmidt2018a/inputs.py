"""Inputs of the figures of Schmidt et al. 2018a alone: how the network is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiarea.models import macaque
from multiarea.models.macaque.area_connectivity import known_connections
from multiarea.models.macaque.build import Anatomy, build_anatomy
from multiarea.models.macaque.tables import Tables, read_tables
from publications.inputs import Reader


@dataclass(frozen=True)
class Construction:
    """Experimental data, the anatomy that follows from them, and the parameters of the network."""

    tables: Tables
    anatomy: Anatomy
    parameters: macaque.Parameters

    @property
    def in_cocomac(self) -> np.ndarray:
        """Whether CoCoMac knows a connection, (A, A) [target, source]."""
        known = known_connections(self.tables)
        return known[list(macaque.AREAS)].to_numpy()

    @property
    def distance(self) -> np.ndarray:
        """Median distances between areas [mm], (A, A)."""
        areas = list(macaque.AREAS)
        return self.tables.distances.loc[areas, areas].to_numpy()


def construction(parameters: Mapping[str, Any]) -> Construction:
    """Return the steps of the construction of a macaque network from recorded parameters."""
    network = macaque.Parameters.of_record(parameters)
    tables = read_tables()
    return Construction(tables, build_anatomy(tables, network.connectome_params), network)


READERS: dict[str, Reader] = {
    "base_sources": lambda paths, spec: construction(spec["networks"]["base"])
}
"""Readers, by name, in addition to those of all publications."""
