"""Synaptic input current of each area, from the rates of all populations."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.results import Arrays
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.synapses import exponential_filter
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "synaptic_currents": {
        "needs": ("network", "rate_histograms"),
        "uses": (),
        "file": "synaptic_currents.h5",
        "version": 1,
    }
}

CHUNK = 1024
"""Time bins processed at once, which limits the temporary memory."""


def synaptic_currents(
    *, network: Network, rate_histograms: Arrays, parameters: AnalysisParameters
) -> Arrays:
    """Return the magnitude of the recurrent input current of each area of `network`.

    For one neuron of target population i it is the sum over sources j of |weight_ij| indegree_ij
    (nu_j * exp(-t / tau_ij)), with tau_ij the synaptic time constant of i for the sign of
    weight_ij; the area's value is the mean over its neurons (Schmidt et al. 2018b, "synaptic
    input currents"), with the rates nu of `rate_histograms`. Before the window they are taken to
    be their means, so that there is no onset. An area with input from areas that were not recorded
    has no value. `parameters` are not used.

    Raises InputError if the rates are not those of populations of the network.

    Returns
    -------
    Arrays
        current (area, time), pA: means over the bins, nan where it is not known; time (time), ms:
        left edges; binsize, ms; area names.
    """
    recorded = network.populations.index.isin(rate_histograms.populations)
    if list(rate_histograms.populations) != list(network.populations.index[recorded]):
        raise InputError("rate_histograms.h5: populations differ from those of the network file")
    rate = rate_histograms["population_rate"]
    binsize = float(rate_histograms["binsize"])
    areas = rate_histograms["area"]
    strength, tau = _strength(network)
    current = np.zeros((len(areas), rate.shape[1]))
    drive = np.empty_like(current)
    for value in np.unique(tau):
        part = _per_neuron_of_area(network, areas, np.where(tau == value, strength, 0))[:, recorded]
        for bins in range(0, rate.shape[1], CHUNK):
            drive[:, bins : bins + CHUNK] = part / 1000 @ rate[:, bins : bins + CHUNK]
        current += exponential_filter(drive, value, binsize)
    current[_per_neuron_of_area(network, areas, strength)[:, ~recorded].any(axis=1)] = np.nan
    return Arrays(
        {
            "current": (current, ("area", "time"), "pA"),
            "time": (rate_histograms["time"], ("time",), "ms"),
            "binsize": (np.array(binsize), (), "ms"),
            "area": (areas, ("area",), ""),
        }
    )


def _strength(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return |weight| x indegree [pA] and tau [ms], both (P, P) [target, source]."""
    strength = np.abs(network.weight) * network.indegree * network.rules.p_transmit
    tau = network.populations[["tau_syn_in", "tau_syn_ex"]].to_numpy()
    return strength, np.where(network.weight < 0, tau[:, :1], tau[:, 1:])


def _per_neuron_of_area(network: Network, areas: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Average a (P, P) matrix over the neurons of each target area: (areas, P)."""
    weight = (network.area_of == areas[:, None]) * network.n_neurons
    return weight @ matrix / weight.sum(axis=1, keepdims=True)
