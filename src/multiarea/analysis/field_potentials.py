"""A proxy of the local field potential of each area, from synaptic currents."""

from __future__ import annotations

import numpy as np

from multiarea.analysis.power_spectra import welch_spectra
from multiarea.analysis.results import Arrays
from multiarea.analysis.synaptic_currents import input_currents, strengths
from multiarea.network.network import Network
from multiarea.parameters import AnalysisParameters

MEASURES = {
    "field_potentials": {
        "needs": ("network", "rate_histograms"),
        "uses": (),
        "file": "field_potentials.h5",
        "version": 1,
    }
}

DELAY = 6.0
"""By which the contribution of excitatory currents lags [ms]."""
INHIBITION = 1.65
"""Weight of inhibitory currents relative to excitatory ones."""


def field_potentials(
    *, network: Network, rate_histograms: Arrays, parameters: AnalysisParameters
) -> Arrays:
    """Return the LFP proxy of each area of `network`, and its power spectrum.

    The reference weighted sum of Mazzoni et al. (2015, PLoS Comput Biol 11:e1004584): excitatory
    currents of pyramidal cells 6 ms earlier minus 1.65 times their inhibitory currents, which are
    negative and positive, with zero mean and unit variance. Pyramidal cells are the populations
    that excite; the currents are those that the rates of all recorded populations cause
    (`rate_histograms`; see the measure `synaptic_currents`), without the constant mean of the
    external drive. Spectra are those of the measure `power_spectra`; `parameters` are not used.

    Raises InputError if the rates are not those of populations of the network.

    Returns
    -------
    Arrays
        potential (area, time), 1: nan where currents are not known or constant; excitation and
        inhibition (area, time), pA: mean magnitudes per pyramidal cell; time (time), ms: left
        edges; binsize, ms; power (area, frequency), 1/Hz; frequency (frequency), Hz; area names.
    """
    time, binsize = rate_histograms["time"], float(rate_histograms["binsize"])
    pyramidal = network.n_neurons * (network.weight > 0).any(axis=0)
    strength = strengths(network)
    excitation, inhibition = (
        input_currents(network, rate_histograms, np.where(kind, strength, 0), pyramidal)
        for kind in (network.weight > 0, network.weight < 0)
    )
    lagging = np.array([np.interp(time - DELAY, time, row) for row in excitation])
    total = -lagging - INHIBITION * inhibition
    spread = total.std(axis=1, keepdims=True)
    potential = (total - total.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, np.nan)
    frequency, power = welch_spectra(potential, binsize)
    return Arrays(
        {
            "potential": (potential, ("area", "time"), "1"),
            "excitation": (excitation, ("area", "time"), "pA"),
            "inhibition": (inhibition, ("area", "time"), "pA"),
            "time": (time, ("time",), "ms"),
            "binsize": (rate_histograms["binsize"], (), "ms"),
            "power": (power, ("area", "frequency"), "1/Hz"),
            "frequency": (frequency, ("frequency",), "Hz"),
            "area": (rate_histograms["area"], ("area",), ""),
        }
    )
