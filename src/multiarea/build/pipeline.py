"""From validated parameters to a network and its theory, in memory: what the stages call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.build import modes
from multiarea.build import scaling
from multiarea.data.rate_series import is_rate_series, read_rate_series
from multiarea.data.rates import read_rates
from multiarea.errors import InputError
from multiarea.models import get_model
from multiarea.network.network import Network
from multiarea.parameters import NetworkParameters
from multiarea.files.project import resolve

NO_FIXED_POINT = (
    "the mean-field theory reached no fixed point from any start; its rates are not reported"
)


def build_network(
    model: str,
    parameters: NetworkParameters,
    rates_path: Path | None = None,
    source_rates_path: Path | None = None,
) -> Network:
    """Build a model's network, in its simulation mode, and scale it down as the parameters say.

    Projections are replaced and areas left out at full scale, so that down-scaling treats the
    input that stands for them like any other and keeps its mean and variance.

    Parameters
    ----------
    model : str
        Name of the model.
    parameters : NetworkParameters
        The model's network parameters.
    rates_path : Path, optional
        Table of the full-scale network's rates; by default `fullscale_rates`, or else the
        network's own mean-field rates.
    source_rates_path : Path, optional
        Rates of the projections that are replaced; by default `replace_cc_input_source`, or else
        the mean-field rates of the whole network.

    Raises
    ------
    InputError
        If a data file or the table of rates is absent or wrong.
    """
    path = rates_path or (parameters.fullscale_rates and resolve(parameters.fullscale_rates))
    table = read_rates(Path(path)) if path and parameters.needs_rates else None
    full = get_model(model).build_network(parameters)
    if parameters.areas_simulated or parameters.replace_cc:
        rates = _source_rates(full, parameters, source_rates_path)
        full = modes.apply_modes(full, parameters, rates)
    full = modes.stimulate(full, parameters)
    if not parameters.is_scaled:
        return full
    rates = None
    if table is not None:
        rates = _in_order(full, table, path)
    elif parameters.needs_rates:
        rates = mean_field_rates(full)
    return scaling.downscale(full, parameters, rates)


def _source_rates(
    network: Network, parameters: NetworkParameters, path: Path | None
) -> modes.Rates | None:
    """Return the rates of the projections that are replaced, or None if they are not needed."""
    if not parameters.needs_source_rates:
        return None
    given = parameters.replace_cc_input_source
    path = path or (given and resolve(given))
    if path is None:
        return mean_field_rates(network)
    return read_rate_series(Path(path)) if is_rate_series(path) else rates_of(network, Path(path))


def mean_field_rates(network: Network) -> np.ndarray:
    """Return the network's own stationary rates, those of the lowest state, (P,) [spikes/s].

    Raises
    ------
    InputError
        If the theory finds none.
    """
    from multiarea.theory import fixed_points  # slow to import

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
    return _in_order(network, read_rates(path), path)


def _in_order(network: Network, table: pd.Series, path: str | Path) -> np.ndarray:
    missing = network.populations.index.difference(table.index)
    if len(missing):
        named = ", ".join("|".join(key) for key in missing[:5])
        raise InputError(f"{path}: no rate for {len(missing)} populations, the first: {named}")
    return table.loc[network.populations.index].to_numpy(float)
