"""Rates that building needs: given as a table, or those of the mean-field theory."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from multiarea.build.modes import Rates
from multiarea.data.rates import is_rate_series, read_rate_series, read_rates, read_states
from multiarea.errors import InputError
from multiarea.network.network import Network

log = logging.getLogger(__name__)

NO_FIXED_POINT = (
    "the mean-field theory reached no fixed point from any start; its rates are not reported"
)


def source_rates(network: Network, path: Path | None) -> Rates:
    """Return the rates of a series, or those of `rates_of(network, path)`."""
    if path is not None and is_rate_series(path):
        return read_rate_series(path)
    return rates_of(network, path)


def rates_of(network: Network, path: Path | None = None) -> np.ndarray:
    """Return the rate of each population of `network`, (P,) [spikes/s].

    From the table in `path`; without one, those of the lowest state of the mean-field theory.

    Raises InputError if a population has no rate in the table, or the theory finds none.
    """
    if path is None:
        from multiarea.theory import fixed_points  # slow to import

        log.info("theory: the rates at full scale, which this network is built with")
        points = fixed_points(network, progress=log.info)
        if not len(points.rates):
            raise InputError(NO_FIXED_POINT)
        return points.rates[0]
    return _aligned(read_rates(path), network, path)


def states_of(network: Network, path: Path) -> np.ndarray:
    """Return the rates of all states of `network` in the table `path`, (n, P) [spikes/s].

    Raises InputError if the file is no such table, or a population has no rates in it.
    """
    return np.array([_aligned(rates, network, path) for rates in read_states(path)])


def _aligned(table: pd.Series, network: Network, path: Path) -> np.ndarray:
    """Return the rates in the order of the populations of `network`, (P,)."""
    missing = network.populations.index.difference(table.index)
    if len(missing):
        named = ", ".join("|".join(key) for key in missing[:5])
        raise InputError(f"{path}: no rate for {len(missing)} populations, the first: {named}")
    return table.loc[network.populations.index].to_numpy(float)
