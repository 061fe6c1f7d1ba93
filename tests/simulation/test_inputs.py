"""Extra inputs in NEST: what neurons that cannot fire receive, and what is connected."""

from __future__ import annotations

import nest
import numpy as np
import pandas as pd
import pytest

from multiarea.build.modes import apply_modes
from multiarea.data.rates import RateSeries
from multiarea.network.network import LEVELS
from multiarea.network.stimuli import (
    CurrentInput,
    PoissonInput,
    SourceInput,
    SourceProjection,
    SpikeInput,
)
from multiarea.parameters import NetworkParameters, SimulationParameters
from multiarea.simulation.nest import build, connect
from multiarea.simulation.nest.inputs import on_grid

A_E, A_I, B_E = ("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")
QUIET = SimulationParameters(V0_mean=-65.0, V0_sd=0.0)


def started(network, parameters=QUIET):
    populations = build(network, parameters, 1)
    connect(network, parameters, populations)
    return populations.nodes


def potentials(nodes, start=150.0, samples=25, step=20.0):
    """Return the potentials above E_L of neurons at several times, (samples, neurons)."""
    nest.Simulate(start)
    found = []
    for _ in range(samples):
        nest.Simulate(step)
        found.append(np.array(nodes.V_m) + 65.0)
    return np.array(found)


SERIES = RateSeries(
    pd.DataFrame([[40.0] * 9], pd.MultiIndex.from_tuples([B_E], names=LEVELS)), 0.0, 1.0
)


@pytest.mark.parametrize(
    ("mode", "rates", "spikes", "is_noisy"),
    [
        ("hom_poisson_stat", None, 25 * 30.0, True),
        ("het_poisson_stat", np.array([0.0, 0.0, 40.0]), 25 * 40.0, True),
        ("het_current_nonstat", np.array([0.0, 0.0, 40.0]), 25 * 40.0, False),
        ("het_current_nonstat", SERIES, 25 * 40.0, False),
        ("nothing", None, 0.0, False),
    ],
)
def test_replaced_input(network, mode, rates, spikes, is_noisy):
    """Mean tau_m J K r, variance tau_m J^2 K r / 2 x tau_m/(tau_m + tau_syn), J = w tau_syn/C_m.

    J = 90 x 0.5/250 = 0.18 mV; K = 5000/200 = 25, r = 40/s, or 30/s of external synapses.
    """
    columns = {"n_neurons": [200, 10, 30], "V_th": 1000.0, "rate_ext": 30.0}
    synapses = np.zeros((3, 3), int)
    synapses[0, 2] = 5000
    whole = network(columns, synapses=synapses, weight=np.full((3, 3), 90.0))
    chosen = NetworkParameters(areas_simulated=["A"], replace_non_simulated_areas=mode)
    part = apply_modes(whole, chosen, rates)
    above = potentials(started(part)[0])
    assert above.mean() == pytest.approx(0.01 * 0.18 * spikes, rel=0.015)
    variance = 0.01 * 0.18**2 * spikes / 2 * 10 / 10.5 if is_noisy else 0.0
    assert above.var() == pytest.approx(variance, rel=0.08, abs=1e-8)


def test_poisson_spikes_differ_from_neuron_to_neuron(network):
    extra = (PoissonInput(A_E, 1000.0, 90.0, 2.0), PoissonInput(A_E, 50.0, -90.0))
    nodes = started(network({"V_th": 1000.0}, extra_inputs=extra))
    generators = nest.GetNodes({"model": "poisson_generator"})
    assert list(generators.get("rate")) == [1000.0, 50.0]
    found = nest.GetConnections(generators[0])
    assert set(found.get("delay")) == {2.0} and found.get("target") == list(range(1, 41))
    above = potentials(nodes[0], samples=10)
    # both of them: 0.01 x 0.18 x (1000 - 50)
    assert above.mean() == pytest.approx(0.01 * 0.18 * 950, rel=0.05)
    assert np.corrcoef(above[:, :20].ravel(), above[:, 20:].ravel())[0, 1] < 0.25


def test_step_current(network):
    """500 pA from 20 to 40 ms: 20 mV (1 - exp(-t/tau_m)), then the decay."""
    extra = (CurrentInput(A_E, [20.0, 40.0], [500.0, 0.0]),)
    nodes = started(network({"V_th": 1000.0}, extra_inputs=extra))
    seen = {}
    for time in (20.0, 30.1, 40.1, 50.1):
        nest.Simulate(time - nest.biological_time)
        seen[time] = nodes[0][0].V_m + 65.0
    charged = 20 * (1 - np.exp(-2.0))
    assert seen[20.0] == pytest.approx(0, abs=1e-9)
    assert seen[30.1] == pytest.approx(20 * (1 - np.exp(-1.0)), rel=0.02)
    assert seen[40.1] == pytest.approx(charged, rel=0.02)
    assert seen[50.1] == pytest.approx(charged * np.exp(-1.0), rel=0.03)
    assert nodes[2][0].V_m == -65.0


def test_current_from_the_beginning(network):
    """Time 0 is the first step; of times on one step the last amplitude holds."""
    times, amplitudes = on_grid(np.array([0.0, 0.04, 1.0]), np.array([1.0, 2.0, 3.0]), 0.1)
    assert times.tolist() == [0.1, 1.0] and amplitudes.tolist() == [2.0, 3.0]
    extra = (CurrentInput(A_E, [0.0], [100.0]),)
    nodes = started(network({"V_th": 1000.0}, extra_inputs=extra))
    nest.Simulate(200.0)
    assert nodes[0][5].V_m == pytest.approx(-65.0 + 4.0, abs=1e-3)


def test_spikes_into_the_first_neurons(network):
    """Two spikes each: 2 x the PSP, counted in neurons that leave rest."""
    extra = (SpikeInput(A_E, (5.0, 7.0), 90.0, 1.0, 3), SpikeInput(A_I, (5.0,), 90.0, 1.0, 99))
    nodes = started(network({"V_th": 1000.0}, extra_inputs=extra))
    nest.Simulate(7.0)
    after_one = np.array(nodes[0].V_m) + 65
    nest.Simulate(3.0)
    after_two = np.array(nodes[0].V_m) + 65
    assert np.count_nonzero(after_one) == 3
    assert np.count_nonzero(np.array(nodes[1].V_m) > -65.0) == 10
    assert (after_two[:3] > after_one[:3]).all()


def test_source_neurons_fire_in_pulses_and_share_their_spikes(network):
    """20 sources at 100/s for 500 ms; 12 synapses of 90 pA onto each neuron of A|IV|E."""
    projection = SourceProjection(A_E, 480, 90.0, 0.0, 2.0, 0.0)
    pulses = ((100.0, 400.0), (500.0, 700.0))
    extra = (SourceInput(20, 100.0, pulses, (projection,)),)
    nodes = started(network({"V_th": 1000.0}, extra_inputs=extra))
    parrots = nest.GetNodes({"model": "parrot_neuron"})
    recorder = nest.Create("spike_recorder")
    nest.Connect(parrots, recorder)
    targets = nest.GetConnections(parrots, nodes[0])
    assert len(parrots) == 20 and len(targets) == 480
    assert set(targets.get("delay")) == {2.0} and set(targets.get("weight")) == {90.0}
    assert not nest.GetConnections(parrots, nodes[1] + nodes[2])
    nest.Simulate(800.0)
    times = recorder.events["times"]
    inside = sum(((times > a) & (times < b + 1)).sum() for a, b in pulses)
    assert inside == len(times) == pytest.approx(20 * 100 * 0.5, abs=5 * 1000**0.5)
    assert (np.array(nodes[2].V_m) == -65.0).all()
