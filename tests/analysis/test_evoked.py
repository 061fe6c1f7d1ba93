"""Responses to stimuli, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from handmade import make_network, write_store

from multiarea.analysis.evoked import evoked_response
from multiarea.errors import InputError
from multiarea.network.stimuli import PulsedCurrent
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.store import Spikes
from multiarea.theory import firing_rates, mean_field

A, B = ("A", "IV", "E"), ("B", "IV", "E")
LIF = {"E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": 250.0, "tau_m": 10.0, "i_dc": 400.0}
SHORT = ((300.0, 310.0), (500.0, 510.0))


def network(*pulses):
    """Two populations without synapses; each of `pulses` is a stimulus of 5 pA into A."""
    made = make_network({A: 2, B: 1}, np.zeros((2, 2)), np.zeros((2, 2)), **LIF)
    return made.replace(extra_inputs=tuple(PulsedCurrent(A, one, 1.0, 1, 5.0) for one in pulses))


def respond(folder, built, spikes, t_stop=1000.0, **block):
    """Return the response of `spikes`, times of the neurons of A and of B."""
    path = write_store(folder / "spikes.h5", {A: spikes[:2], B: spikes[2:]}, t_stop)
    parameters = AnalysisParameters.model_validate({"evoked_response": block})
    with Spikes(path) as opened:
        return evoked_response(spikes=opened, stimulated_network=built, parameters=parameters)


def test_rates_are_aligned_and_averaged(tmp_path):
    """A fires 4 and 4.5 ms after the first onset, 4 ms after the second: 3 spikes, 2 x 2 x 1 ms."""
    spikes = [[250.0, 304.0, 304.5], [504.0], [302.0, 450.0]]
    found = respond(tmp_path, network(SHORT), spikes, before=60.0, after=20.0)
    np.testing.assert_allclose(found["onset"], [300.0, 500.0])
    time = found["time"]
    assert time[0] == -60.0 and time[-1] == 19.0 and found["duration"] == 10.0
    a, b = found["population_rate"]
    assert a[time == 4.0] == pytest.approx(750.0) and a[time == -50.0] == pytest.approx(250.0)
    assert a.sum() == pytest.approx(1000.0)
    assert b[time == 2.0] == b[time == -50.0] == pytest.approx(500.0) and b.sum() == 1000.0


def test_latency(tmp_path):
    """Baseline of A: a spike in 1 of 50 bins, sd 250/50 x 7 = 35: 4 sd are below 250 spikes/s."""
    spikes = [[250.0, 304.0], [507.0], []]
    found = respond(tmp_path, network(SHORT), spikes, before=50.0, after=20.0)
    mean, sd = 250 / 50, 250 / 50 * 7
    assert (found["baseline"][0], found["baseline_sd"][0]) == pytest.approx((mean, sd))
    assert found["latency"][0] == 4.0
    assert np.isnan(found["latency"][1])
    higher = respond(tmp_path, network(SHORT), spikes, before=50.0, after=20.0, n_sd=8.0)
    assert np.isnan(higher["latency"]).all()


def test_the_window_is_cut_where_the_run_is_too_short(tmp_path):
    found = respond(tmp_path, network(((30.0, 40.0),)), [[35.0], [], []], t_stop=60.0)
    assert found["time"][0] == -30.0 and found["time"][-1] == 29.0
    with pytest.raises(InputError, match=r"evoked_response: the stimulus at 0 ms has no bin of 1"):
        respond(tmp_path, network(((0.0, 40.0),)), [[35.0], [], []], t_stop=60.0)


def test_the_stimulus_is_chosen(tmp_path):
    both = network(((400.0, 410.0),), SHORT)
    for number, onsets in ((1, [300.0, 500.0]), (2, [400.0])):
        found = respond(tmp_path, both, [[1.0], [], []], stimulus=number)
        np.testing.assert_allclose(found["onset"], onsets)
    with pytest.raises(InputError, match=r"evoked_response\.stimulus = 3, but the network has 2"):
        respond(tmp_path, both, [[1.0], [], []], stimulus=3)


def test_stationary_rates_and_their_prediction(tmp_path):
    """Spikes from 100 ms after the onset on; 400 pA x 10 ms / 250 pF = 16 mV, and 0.2 more."""
    built = network(((300.0, 600.0),))
    found = respond(tmp_path, built, [[350.0, 450.0, 599.0], [600.0], [500.0]])
    np.testing.assert_allclose(found["rate_during"], [2 / 2 / 0.2, 1 / 0.2])
    field, still = mean_field(built), np.zeros(2)
    before, during = (
        firing_rates(field, np.array([16.0 + more, 16.0]), still, field.tau_syn_ex)
        for more in (0.0, 0.2)
    )
    np.testing.assert_allclose(found["theory_before"], before)
    np.testing.assert_allclose(found["theory_during"], during)
    assert during[0] > before[0]
    brief = respond(tmp_path, network(SHORT), [[350.0], [], []])
    assert np.isnan(brief["theory_during"]).all() and np.isnan(brief["rate_during"]).all()
