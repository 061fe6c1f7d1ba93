"""Rates that building needs: given as a table, or those of the mean-field theory."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from multiarea.build.modes import Rates
from multiarea.data.rate_series import is_rate_series, read_rate_series
from multiarea.data.rates import read_rates
from multiarea.errors import InputError
from multiarea.files.project import resolve
from multiarea.network.network import Network
from multiarea.parameters import NetworkParameters

NO_FIXED_POINT = (
    "the mean-field theory reached no fixed point from any start; its rates are not reported"
)


def source_rates(
    network: Network, parameters: NetworkParameters, path: Path | None = None
) -> Rates | None:
    """Return the rates of the projections that are replaced; None if they are not needed.

    Parameters
    ----------
    network : Network
        The whole network at full scale.
    parameters : NetworkParameters
    path : Path, optional
        Table or series; by default `replace_cc_input_source`, or else the network's own mean-field
        rates.

    Raises
    ------
    InputError
        If the file is absent or wrong, or the theory finds no rates.
    """
    if not parameters.needs_source_rates:
        return None
    path = path or _given(parameters.replace_cc_input_source)
    if path is None:
        return mean_field_rates(network)
    return read_rate_series(path) if is_rate_series(path) else rates_of(network, path)


def full_scale_rates(
    network: Network, parameters: NetworkParameters, path: Path | None = None
) -> np.ndarray | None:
    """Return the rates that down-scaling needs, (P,) [spikes/s]; None if it needs none.

    Parameters
    ----------
    network : Network
        The network at full scale, in its simulation mode.
    parameters : NetworkParameters
    path : Path, optional
        Table; by default `fullscale_rates`, or else the network's own mean-field rates.

    Raises
    ------
    InputError
        If the table is absent or wrong, or the theory finds no rates.
    """
    if not (parameters.is_scaled and parameters.needs_rates):
        return None
    path = path or _given(parameters.fullscale_rates)
    return mean_field_rates(network) if path is None else rates_of(network, path)


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
    table = read_rates(path)
    missing = network.populations.index.difference(table.index)
    if len(missing):
        named = ", ".join("|".join(key) for key in missing[:5])
        raise InputError(f"{path}: no rate for {len(missing)} populations, the first: {named}")
    return table.loc[network.populations.index].to_numpy(float)


def _given(path: str | None) -> Path | None:
    return resolve(path) if path else None
