"""Power spectra and coherence of the rates of areas, predicted by linear response."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays
from multiarea.network.network import LEVELS, Network
from multiarea.parameters import AnalysisParameters
from multiarea.theory.linear_response import cross_spectra
from multiarea.theory.stability import modes_at

MEASURES = {
    "predicted_spectra": {
        "needs": ("network", "theory", "rates"),
        "uses": (),
        "file": "predicted_spectra.h5",
        "version": 1,
    }
}

FREQUENCIES = np.geomspace(1, 400, 40)
"""[Hz]"""


def predicted_spectra(
    *, network: Network, theory: pd.DataFrame, rates: pd.DataFrame, parameters: AnalysisParameters
) -> Arrays:
    """Return the spectra of the rates of areas in the state of `theory` nearest to simulated rates.

    By the linear response of `network` (`multiarea.theory.linear_response`). The state is the one
    whose mean over neurons is nearest to that of the simulated `rates`, by its logarithm;
    `parameters` are not used.

    Returns
    -------
    Arrays
        power (area, frequency), (spikes/s)^2/Hz, and coherence (area, other area, frequency),
        both as Welch's method defines them; frequency (frequency), Hz; area names; state: the
        number of the state of the theory, from 1; eigenvalue: the largest real part of an
        eigenvalue of the gain matrix, below 1 where the state is stable.
    """
    state, stationary = _nearest_state(theory, rates)
    spectra = cross_spectra(network, stationary, FREQUENCIES)
    areas = list(dict.fromkeys(network.area_of))
    share = (np.array(areas)[:, None] == network.area_of) * network.n_neurons
    share = share / share.sum(axis=1, keepdims=True)
    between = share @ spectra @ share.T
    power = np.diagonal(between, axis1=1, axis2=2).real
    with np.errstate(invalid="ignore"):  # areas whose neurons are silent
        coherence = np.abs(between) ** 2 / (power[:, :, None] * power[:, None, :])
    return Arrays(
        {
            "power": (power.T, ("area", "frequency"), "(spikes/s)^2/Hz"),
            "coherence": (coherence.transpose(1, 2, 0), ("area", "other area", "frequency"), "1"),
            "frequency": (FREQUENCIES, ("frequency",), "Hz"),
            "area": (np.array(areas), ("area",), ""),
            "state": (np.array(state), (), "1"),
            "eigenvalue": (np.array(modes_at(network, stationary).largest_real_part), (), "1"),
        }
    )


def _nearest_state(theory: pd.DataFrame, rates: pd.DataFrame) -> tuple[int, np.ndarray]:
    """Return number and rates (P,) of the state whose mean is nearest to that of `rates`."""
    states = theory.filter(regex=r"^rate_\d+$")
    both = theory.merge(rates, on=LEVELS)
    weights = both["n_neurons"]
    with np.errstate(divide="ignore"):  # a silent run is nearest to the lowest state
        simulated = np.log(np.average(both["rate_spikes_per_s"], weights=weights))
        predicted = np.log(np.average(both[states.columns], axis=0, weights=weights))
    nearest = int(np.argmin(np.abs(predicted - simulated)))
    return nearest + 1, states.iloc[:, nearest].to_numpy()
