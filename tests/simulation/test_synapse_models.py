"""NEST's small synapses: where they are used, and that they change nothing but memory."""

from __future__ import annotations

import nest
import numpy as np
import pytest

from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest import build, connect, connections, record
from multiarea.simulation.nest.connections import synapse_model
from multiarea.simulation.nest.limits import MAX_NEURONS_SMALL
from multiarea.simulation.nest.recording import smallest_synapse


@pytest.mark.parametrize(
    ("p_transmit", "neurons", "name"),
    [
        (1.0, 5000, "static_synapse_hpc"),
        (0.5, MAX_NEURONS_SMALL, "bernoulli_synapse_hpc"),
        (1.0, MAX_NEURONS_SMALL + 1, "static_synapse"),
        (0.5, 500_000, "bernoulli_synapse"),
    ],
)
def test_small_synapses_where_16_bits_suffice(p_transmit, neurons, name):
    assert synapse_model(p_transmit, neurons) == name


def test_nest_addresses_as_many_neurons_as_stated():
    nest.ResetKernel()
    neurons = nest.Create("parrot_neuron", MAX_NEURONS_SMALL)
    nest.Connect(neurons[0], neurons[-1], syn_spec={"synapse_model": "static_synapse_hpc"})
    assert nest.num_connections == 1


@pytest.mark.parametrize("p_transmit", [1.0, 0.5])
def test_small_synapses_give_the_same_spikes(active_network, p_transmit, monkeypatch):
    rules = active_network().rules
    network = active_network(rules=type(rules)(p_transmit=p_transmit))
    spikes = []
    for most in (MAX_NEURONS_SMALL, 0):
        monkeypatch.setattr(connections, "MAX_NEURONS_SMALL", most)
        parameters = SimulationParameters()
        populations = build(network, parameters, 2)
        connect(network, parameters, populations)
        recorder = record(network, parameters, populations).spikes
        nest.Simulate(100.0)
        events = recorder.events
        spikes.append(np.lexsort((events["senders"], events["times"])))
        spikes[-1] = np.stack([events["times"], events["senders"]])[:, spikes[-1]]
        models = set(nest.GetConnections(populations.nodes[0], populations.nodes[0]).synapse_model)
        assert models == {"recurrent_0"}
    assert spikes[0].shape[1] > 100
    np.testing.assert_array_equal(*spikes)


@pytest.mark.parametrize(
    ("neurons", "name"), [(100, "static_synapse_hom_w_hpc"), (100_000, "static_synapse_hom_w")]
)
def test_recorders_are_connected_by_the_smallest_synapse(neurons, name):
    assert smallest_synapse(neurons) == name


def test_all_spikes_reach_the_recorder(network):
    populations = build(network({"i_dc": [600.0, 600.0, 600.0]}), SimulationParameters(), 2)
    recorder = record(network(), SimulationParameters(), populations).spikes
    plain = nest.Create("spike_recorder")
    for nodes in populations.nodes:
        nest.Connect(nodes, plain)
    nest.Simulate(40.0)
    found, expected = recorder.events, plain.events
    assert len(expected["times"]) > 80
    for name in ("times", "senders"):
        assert sorted(found[name]) == sorted(expected[name])
