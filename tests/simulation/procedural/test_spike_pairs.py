"""Two runs that differ in one spike: nothing else is drawn anew (the published spike journey)."""

from __future__ import annotations

import numpy as np

from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import SimulationParameters
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.tables import make_plan

A_E = ("A", "IV", "E")
PARAMETERS = SimulationParameters(simulator="procedural", V0_mean=-58.0, V0_sd=5.0)


def spikes(network):
    """Return (step, neuron) of all spikes of 300 ms."""
    engine = Engine(make_plan(network, PARAMETERS), network, PARAMETERS, 1, 1 << 13)
    done = engine.advance(3000)
    return set(zip(done.steps.tolist(), done.nodes.tolist(), strict=True))


def test_the_difference_starts_at_the_spike(active_network):
    """A spike at 130 ms with a delay of 1 ms is due in step 1309; its weight of 1e6 pA makes the
    neuron, which is not refractory, fire in the next one, time stamp 1311: the first difference.
    """
    plain = spikes(active_network())
    assert not plain & {(step, 0) for step in range(1290, 1320)}
    disturbed = spikes(active_network(extra_inputs=(SpikeInput(A_E, (130.0,), 1e6, 1.0),)))
    different = plain ^ disturbed
    assert min(different) == (1311, 0)
    assert min(different) in disturbed
    assert len(plain) > 500
    assert {s for s in plain if s[0] <= 1310} == {s for s in disturbed if s[0] <= 1310}
    # one spike changes the whole network: soon hardly a spike is where it was
    late = [{s for s in some if s[0] > 2000} for some in (plain, disturbed)]
    assert len(late[0] & late[1]) < 0.5 * len(late[0])


def test_a_spike_without_weight_changes_nothing(active_network):
    extra = (SpikeInput(A_E, (100.0,), 0.0, 1.0),)
    assert spikes(active_network(extra_inputs=extra)) == spikes(active_network())


def test_the_size_of_the_spike_does_not_change_other_weights(active_network):
    """Weights in events are integers of a size that the network alone decides."""
    extra = (SpikeInput(A_E, (110.0,), 1e6, 1.0),)
    tables = [
        make_plan(active_network(extra_inputs=extras), PARAMETERS).tables for extras in ((), extra)
    ]
    assert np.array_equal(tables[0].units["scale"], tables[1].units["scale"])
    assert np.array_equal(tables[0].links, tables[1].links)
