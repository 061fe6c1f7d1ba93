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
    strength = strengths(network)
    current = input_currents(network, rate_histograms, strength, network.n_neurons)
    return Arrays(
        {
            "current": (current, ("area", "time"), "pA"),
            "time": (rate_histograms["time"], ("time",), "ms"),
            "binsize": (rate_histograms["binsize"], (), "ms"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )


def strengths(network: Network) -> np.ndarray:
    """Return |weight| x indegree of `network` in pA, (P, P) [target, source]."""
    return np.abs(network.weight) * network.indegree * network.rules.p_transmit


def input_currents(
    network: Network, rate_histograms: Arrays, strength: np.ndarray, neurons: np.ndarray
) -> np.ndarray:
    """Return the mean input current of the neurons of each area, (areas, time) [pA].

    Parameters
    ----------
    network : Network
    rate_histograms : Arrays
        The measure of that name; before its window the rates are taken to be their means.
    strength : (P, P) array
        Current per rate and synaptic time constant of each projection, see `strengths` [pA].
    neurons : (P,) array
        Neurons of each population that count.

    Raises
    ------
    InputError
        If the rates are not those of populations of the network.

    Returns
    -------
    array
        nan for areas with input from areas that were not recorded.
    """
    recorded = network.populations.index.isin(rate_histograms.populations)
    if list(rate_histograms.populations) != list(network.populations.index[recorded]):
        raise InputError("rate_histograms.h5: populations differ from those of the network file")
    rate = rate_histograms["population_rate"]
    binsize = float(rate_histograms["binsize"])
    weight = (network.area_of == rate_histograms["area"][:, None]) * neurons
    with np.errstate(invalid="ignore"):  # an area without such neurons
        weight = weight / weight.sum(axis=1, keepdims=True)
    constants = network.populations[["tau_syn_in", "tau_syn_ex"]].to_numpy()
    tau = np.where(network.weight < 0, constants[:, :1], constants[:, 1:])
    current = np.zeros((len(weight), rate.shape[1]))
    drive = np.empty_like(current)
    for value in np.unique(tau):
        part = (weight @ np.where(tau == value, strength, 0))[:, recorded]
        for bins in range(0, rate.shape[1], CHUNK):
            drive[:, bins : bins + CHUNK] = part / 1000 @ rate[:, bins : bins + CHUNK]
        current += exponential_filter(drive, value, binsize)
    current[(weight @ strength)[:, ~recorded].any(axis=1)] = np.nan
    return current
