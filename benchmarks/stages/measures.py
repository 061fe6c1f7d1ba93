"""The measures of the published analysis, against one Python loop over neurons per measure.

All neurons of a population are binned before the correlation takes 2000, and each area's BOLD is
an adaptive solve. The published way is given its spikes as lists of arrays in memory for free;
this package reads them from the file.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from harness import OURS, Case
from scipy.integrate import solve_ivp

from multiarea.analysis import compute
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes

TITLE = "measures, 1.9e6 spikes of 17 000 neurons"
SAME = ("rates", "rates_individual", "cv", "lvr", "correlation", "rate_histograms")
SAME += ("spike_count_distributions", "synaptic_currents", "bold", "fc_currents", "fc_bold")
"""Measures that compute what the steps of `published` do."""


def ours(case: Case) -> Callable[[], None]:
    network, parameters = case.network, AnalysisParameters()

    def work() -> None:
        with Spikes(case.folder / "spikes.h5") as spikes:
            inputs: dict = {"network": network, "spikes": spikes}
            for measure in SAME:
                inputs[measure] = compute(measure, inputs, parameters)

    return work


def published(case: Case) -> Callable[[], None]:
    network = case.network
    with Spikes(case.folder / "spikes.h5") as store:
        t_sim = store.t_stop
        spikes = {key: np.split(t.times, t.offsets[1:-1]) for key, t in store.items()}

    def work() -> None:
        state: dict = {}
        for step in (_rates, _cv, _lvr, _correlation, _histograms, _counts, _currents, _bold, _fc):
            step(spikes, network, t_sim, state)

    return work


def _rates(spikes, network, t_sim, state):
    duration = (t_sim - 500) / 1000
    for key, trains in spikes.items():
        individual = [np.sum((t >= 500) & (t < t_sim)) / duration for t in trains]
        state["rate", key] = np.sum(individual) / len(trains), individual


def _cv(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        values = []
        for t in trains:
            t = t[t >= 500]
            if len(t) >= 10:
                isi = np.diff(t)
                values.append(np.std(isi) / np.mean(isi))
        state["cv", key] = np.mean(values) if values else 0


def _lvr(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        values = []
        for t in trains:
            t = t[t >= 500]
            if len(t) >= 10:
                isi = np.diff(t)
                both = np.maximum(isi[:-1] + isi[1:], 1e-9)
                terms = (1 - 4 * isi[:-1] * isi[1:] / both**2) * (1 + 4 * 2.0 / both)
                values.append(3 * np.sum(terms) / (len(isi) - 1))
        state["lvr", key] = np.mean(values) if values else 0


def _correlation(spikes, network, t_sim, state):
    edges = np.arange(500, t_sim + 1)
    for key, trains in spikes.items():
        binned = np.array([np.histogram(t, edges)[0] for t in trains])
        binned = binned[binned.std(axis=1) > 0][:2000]
        if len(binned) > 1:
            matrix = np.corrcoef(binned)
            state["cc", key] = matrix[~np.eye(len(matrix), dtype=bool)].mean()


def _histograms(spikes, network, t_sim, state):
    edges = np.arange(0, t_sim + 1)
    for key, trains in spikes.items():
        state["histogram", key] = np.histogram(np.concatenate(trains), edges)[0] / len(trains)


def _counts(spikes, network, t_sim, state):
    for key, trains in spikes.items():
        state["counts", key] = np.histogram([len(t) for t in trains], 250)


def _currents(spikes, network, t_sim, state):
    kernel = np.exp(-np.arange(0, 10, 0.1) / 0.5)
    filtered = np.array([np.convolve(state["histogram", k], kernel)[: int(t_sim)] for k in spikes])
    per_population = (np.abs(network.weight) * network.indegree) @ filtered
    weight = (network.area_of == np.unique(network.area_of)[:, None]) * network.n_neurons
    state["currents"] = weight @ per_population / weight.sum(axis=1, keepdims=True)


def _bold(spikes, network, t_sim, state):
    grid = np.arange(int(t_sim)) / 1000
    signals = []
    for area in np.unique(network.area_of):
        keys = [key for key in spikes if key[0] == area]
        drive = 1000 * np.mean([state["histogram", key] for key in keys], axis=0)

        def change(t, y, drive=drive):
            s, f, v, q = y
            u = np.interp(t, grid, drive)
            extraction = (1 - 0.66 ** (1 / f)) / 0.34
            out = v ** (1 / 0.32)
            return (
                u - 0.65 * s - 0.41 * (f - 1),
                s,
                (f - out) / 0.98,
                (f * extraction - out * q / v) / 0.98,
            )

        _, _, v, q = solve_ivp(change, (0, grid[-1]), [0, 1, 1, 1], t_eval=grid).y
        signals.append(0.02 * (2.38 * (1 - q) + 2 * (1 - q / v) + 0.48 * (1 - v)))
    state["bold"] = np.array(signals)


def _fc(spikes, network, t_sim, state):
    for name in ("currents", "bold"):
        state["fc", name] = np.corrcoef(state[name][:, 500:])


SIDES = {OURS: ours, "published way": published}
