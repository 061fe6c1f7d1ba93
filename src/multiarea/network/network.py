"""`Network`: the tables that every model builds and every later stage reads.

Index order is (area, layer, population); matrices are `[target, source]`; units are NEST's.
Nothing after this type asks which model it holds.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd

from multiarea.files.hdf5 import new_hdf5
from multiarea.files.provenance import unreadable
from multiarea.network.stimuli import ExtraInput, describe, from_description

LEVELS = ["area", "layer", "population"]
"""Names of the levels of the index of populations."""

POPULATION_COLUMNS: dict[str, tuple[str, str, str]] = {
    "n_neurons": ("i", "1", "number of neurons"),
    "n_synapses_external": ("i", "1", "external synapses onto the whole population"),
    "rate_ext": ("f", "spikes/s", "rate of each external synapse"),
    "weight_ext": ("f", "pA", "weight of an external synapse"),
    "weight_ext_sd": ("f", "pA", "standard deviation of the external weight"),
    "delay_ext": ("f", "ms", "delay of the external input; nan: the simulation's resolution"),
    "i_dc": ("f", "pA", "constant current into each neuron"),
    "V0_mean": ("f", "mV", "mean initial potential; nan: from the simulation parameters"),
    "V0_sd": ("f", "mV", "standard deviation of the initial potential"),
    "neuron_model": ("s", "", "name of NEST's neuron model"),
    "E_L": ("f", "mV", "leak potential"),
    "V_th": ("f", "mV", "threshold (`omega` in mat2_psc_exp)"),
    "V_reset": ("f", "mV", "reset potential (nan where the model has none)"),
    "C_m": ("f", "pF", "membrane capacitance"),
    "tau_m": ("f", "ms", "membrane time constant"),
    "tau_syn_ex": ("f", "ms", "time constant of excitatory synaptic currents"),
    "tau_syn_in": ("f", "ms", "time constant of inhibitory synaptic currents"),
    "t_ref": ("f", "ms", "absolute refractory time"),
    "V_th_rel_sd": ("f", "1", "sd/mean of V_th - E_L over neurons (lognormal)"),
    "C_m_rel_sd": ("f", "1", "sd/mean of C_m over neurons (lognormal)"),
    "tau_m_rel_sd": ("f", "1", "sd/mean of tau_m over neurons (lognormal)"),
}
"""Columns of `Network.populations`: name -> (kind, unit, meaning)."""

MATRICES = {
    "synapses": "number of synapses [1]",
    "weight": "mean weight [pA]",
    "weight_sd": "standard deviation of the weight [pA]",
    "delay": "mean delay [ms]",
    "delay_sd": "standard deviation of the delay [ms]",
}
"""Attributes of `Network` that are matrices, and their meaning."""


@dataclass(frozen=True)
class ConnectionRules:
    """How single connections are drawn from the tables."""

    weight_distribution: str = "normal_clipped"
    """`normal_clipped`: clipped at 0, so that no weight changes its sign; `normal_redrawn`; or
    `lognormal`."""
    delay_distribution: str = "lognormal_clipped"
    """`lognormal_clipped`, `normal_clipped` (both clipped below) or `normal_redrawn`."""
    p_transmit: float = 1.0
    """Probability that a spike is transmitted; below 1 the synapses are `bernoulli_synapse`s."""


@dataclass(frozen=True)
class Network:
    """Populations, and the projections between them.

    Attributes
    ----------
    populations : DataFrame, P rows
        Non-empty populations indexed (area, layer, population); columns and units in
        `POPULATION_COLUMNS`.
    synapses, weight, weight_sd, delay, delay_sd : (P, P) arrays, [target, source]
        Number of synapses; mean and standard deviation of weights [pA] and delays [ms].
    areas : DataFrame
        What the model knows of each area (any columns), indexed by area, in model order.
    rules : ConnectionRules
    extra_inputs : tuple
        Input in addition to synapses and external drive; its kinds: `multiarea.network.stimuli`.
    """

    populations: pd.DataFrame
    synapses: np.ndarray
    weight: np.ndarray
    weight_sd: np.ndarray
    delay: np.ndarray
    delay_sd: np.ndarray
    areas: pd.DataFrame
    rules: ConnectionRules = field(default_factory=ConnectionRules)
    extra_inputs: tuple[ExtraInput, ...] = ()

    def __post_init__(self) -> None:
        """Check shapes and columns, and make the arrays read-only."""
        n = len(self.populations)
        if list(self.populations.index.names) != LEVELS:
            raise ValueError(f"populations must be indexed by {LEVELS}")
        missing = [c for c in POPULATION_COLUMNS if c not in self.populations]
        if missing:
            raise ValueError(f"populations lacks the columns {missing}")
        for name in MATRICES:
            matrix = np.array(getattr(self, name))
            if matrix.shape != (n, n):
                raise ValueError(f"{name} must have the shape {(n, n)}, not {matrix.shape}")
            matrix.flags.writeable = False
            object.__setattr__(self, name, matrix)

    def __len__(self) -> int:
        """Return the number of populations P."""
        return len(self.populations)

    @property
    def n_neurons(self) -> np.ndarray:
        """Number of neurons, shape (P,)."""
        return self.populations["n_neurons"].to_numpy()

    @property
    def indegree(self) -> np.ndarray:
        """Mean number of synapses from each source per target neuron, (P, P) [target, source]."""
        return self.synapses / self.n_neurons[:, None]

    @property
    def indegree_external(self) -> np.ndarray:
        """External synapses per neuron, shape (P,)."""
        return self.populations["n_synapses_external"].to_numpy() / self.n_neurons

    @property
    def labels(self) -> list[str]:
        """`area|layer|population` of each population."""
        return ["|".join(key) for key in self.populations.index]

    @property
    def area_of(self) -> np.ndarray:
        """Area of each population, shape (P,) of str."""
        return self.populations.index.get_level_values("area").to_numpy(dtype=str)

    @property
    def is_between_areas(self) -> np.ndarray:
        """Whether each projection joins two areas, (P, P) of bool."""
        return self.area_of[:, None] != self.area_of[None, :]

    def replace(self, **changes: Any) -> Network:
        """Return a copy with some attributes replaced."""
        return dataclasses.replace(self, **changes)

    def between_areas(self, matrix: np.ndarray) -> pd.DataFrame:
        """Sum a (P, P) matrix over the populations of each area: areas x areas [target, source]."""
        summed = pd.DataFrame(matrix, self.area_of, self.area_of)
        names = list(dict.fromkeys(self.area_of))
        return summed.groupby(level=0).sum().T.groupby(level=0).sum().T.loc[names, names]


def save_network(network: Network, path: Path) -> None:
    """Write a `network` to the HDF5 file `path`, atomically.

    Groups: `populations`, `projections`, `areas`, `extra_inputs`.
    """
    with new_hdf5(path) as file:
        file.attrs["format"] = "multiarea network 2"
        file.attrs["rules"] = json.dumps(dataclasses.asdict(network.rules))
        _write_inputs(file.create_group("extra_inputs"), network.extra_inputs)
        _write_table(file.create_group("populations"), network.populations)
        _write_table(file.create_group("areas"), network.areas)
        for name, (_, unit, _) in POPULATION_COLUMNS.items():
            file["populations"][name].attrs["unit"] = unit
        group = file.create_group("projections")
        for name, meaning in MATRICES.items():
            data = group.create_dataset(
                name, data=getattr(network, name), compression="gzip", shuffle=True
            )
            data.attrs["meaning"] = f"{meaning}, rows: targets, columns: sources"


def load_network(path: Path) -> Network:
    """Read a network written by `save_network`.

    Raises InputError if the file is absent, damaged or not a network file.
    """
    try:
        with h5py.File(path, "r") as file:
            if not str(file.attrs.get("format")).startswith("multiarea network "):
                raise ValueError("another program wrote it")
            rules = ConnectionRules(**json.loads(file.attrs["rules"]))
            return Network(
                populations=_read_table(file["populations"]),
                areas=_read_table(file["areas"]),
                rules=rules,
                extra_inputs=_read_inputs(file["extra_inputs"]),
                **{name: file["projections"][name][()] for name in MATRICES},
            )
    except Exception as error:  # h5py raises many kinds on a damaged file
        raise unreadable(Path(path), "network", error) from error


def _write_inputs(group: h5py.Group, inputs: tuple[ExtraInput, ...]) -> None:
    descriptions = []
    for number, extra in enumerate(inputs):
        plain, arrays = describe(extra)
        descriptions.append(plain)
        for name, values in arrays.items():
            group.create_dataset(f"{number}/{name}", data=values, compression="gzip")
    group["description"] = json.dumps(descriptions)


def _read_inputs(group: h5py.Group) -> tuple[ExtraInput, ...]:
    inputs = []
    for number, plain in enumerate(json.loads(group["description"].asstr()[()])):
        arrays = {name: data[()] for name, data in group.get(str(number), {}).items()}
        inputs.append(from_description(plain, arrays))
    return tuple(inputs)


def _write_table(group: h5py.Group, table: pd.DataFrame) -> None:
    group.attrs["index"] = list(table.index.names)
    group.attrs["columns"] = list(table.columns)
    flat = table.reset_index()
    for name in flat.columns:
        values = flat[name].to_numpy()
        if values.dtype.kind in "OUT":
            values = values.astype(h5py.string_dtype())
        group.create_dataset(name, data=values)


def _read_table(group: h5py.Group) -> pd.DataFrame:
    names = [*group.attrs["index"], *group.attrs["columns"]]
    data = {}
    for name in names:
        dataset = group[name]
        text = h5py.check_string_dtype(dataset.dtype) is not None
        data[name] = dataset.asstr()[()].astype(str) if text else dataset[()]
    return pd.DataFrame(data, columns=names).set_index(list(group.attrs["index"]))
