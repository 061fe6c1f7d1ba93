"""From validated parameters to a network and its theory, in memory: what the stages call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multiarea import scaling
from multiarea.data.rates import read_rates
from multiarea.errors import InputError
from multiarea.models import get_model
from multiarea.network import Network
from multiarea.parameters import NetworkParameters
from multiarea.project import resolve
from multiarea.theory import fixed_points

NO_FIXED_POINT = (
    "the mean-field theory reached no fixed point from any start; its rates are not reported"
)


def build_network(
    model: str, parameters: NetworkParameters, rates_path: Path | None = None
) -> Network:
    """Build a model's network and scale it down as the parameters say.

    Parameters
    ----------
    model : str
        Name of the model.
    parameters : NetworkParameters
        The model's network parameters.
    rates_path : Path, optional
        Table of the full-scale network's rates; by default `fullscale_rates`, or else the
        network's own mean-field rates.

    Raises
    ------
    InputError
        If a data file or the table of rates is absent or wrong.
    """
    full = get_model(model).build_network(parameters)
    if not parameters.is_scaled:
        return full
    rates = None
    if parameters.needs_rates:
        path = rates_path or (parameters.fullscale_rates and resolve(parameters.fullscale_rates))
        rates = rates_of(full, Path(path)) if path else mean_field_rates(full)
    return scaling.downscale(full, parameters, rates)


def mean_field_rates(network: Network) -> np.ndarray:
    """Return the network's own stationary rates, those of the lowest state, (P,) [spikes/s].

    Raises
    ------
    InputError
        If the theory finds none.
    """
    points = fixed_points(network)
    if not len(points.rates):
        raise InputError(NO_FIXED_POINT)
    return points.rates[0]


def rates_of(network: Network, path: Path) -> np.ndarray:
    """Read a table of rates in the order of the network's populations, (P,) [spikes/s].

    Raises
    ------
    InputError
        If a population has no rate in the table.
    """
    table: pd.Series = read_rates(path)
    missing = network.populations.index.difference(table.index)
    if len(missing):
        named = ", ".join("|".join(key) for key in missing[:5])
        raise InputError(f"{path}: no rate for {len(missing)} populations, the first: {named}")
    return table.loc[network.populations.index].to_numpy(float)
