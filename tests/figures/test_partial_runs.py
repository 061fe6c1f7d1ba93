"""Measures and figures of runs in which not all areas are simulated, or recorded."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import synthetic_run
from synthetic_run import N_NEURONS, RATES, T_SIM, Run, write_poisson

from multiarea.analysis import compute, measures
from multiarea.build.operations import select_populations
from multiarea.figures import figures
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording

SIMULATED, RECORDED = ("fusiform", "insula"), ("fusiform",)


def test_all_measures_and_figures(run: Run, tmp_path, monkeypatch):
    """Nothing fails, warns but of unknown currents, or has results of an area that is not there."""
    network = run.inputs["network"]
    network = select_populations(network, np.isin(network.area_of, SIMULATED))
    is_recorded = np.isin(network.area_of, RECORDED)
    monkeypatch.setattr(synthetic_run, "Recording", lambda *a: Recording(*a, is_recorded))
    spikes = Spikes(write_poisson(tmp_path, network, RATES))
    theory = network.populations.index.to_frame(index=False).assign(rate_1=5.0)
    inputs = {**run.inputs, "network": network, "spikes": spikes, "theory": theory}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "current signal: no correlation of 'fusiform' .nan from")
        for name in measures():
            inputs[name] = compute(name, inputs, run.parameters)
        for name, figure in figures().items():
            plot = figures()[name].plot
            given = {need: inputs[need] for need in (*figure.needs, *figure.extras)}
            plot(**given, parameters=run.parameters, context=run.context).canvas.draw()
    assert set(inputs["rates"]["area"]) == set(RECORDED)
    rate = inputs["rates"].set_index("population")["n_spikes"] / N_NEURONS / (T_SIM - 500) * 1e3
    assert rate["E"].median() == pytest.approx(RATES["E"], rel=0.2)
    assert inputs["fc_bold"]["area"].tolist() == list(RECORDED)
