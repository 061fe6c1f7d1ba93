from __future__ import annotations

import nest
import numpy as np
import pytest
from scipy.stats import norm

from multiarea.errors import InputError
from multiarea.network.network import ConnectionRules
from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits, step_probabilities, touched_shares
from multiarea.simulation.nest import build, connect
from multiarea.simulation.nest.connections import connection_numbers, model_shares
from multiarea.simulation.nest.limits import MAX_CONNECTIONS

COUNTS = np.array([[700, 33, 500], [0, 1, 90], [250, 0, 3000]])
FIRST = [1, 41, 51, 81]


def made(network, parameters=None, threads=1):
    """Build and connect; return (shares, table of recurrent connections by (target, source))."""
    parameters = parameters or SimulationParameters()
    populations = build(network, parameters, threads)
    shares = connect(network, parameters, populations)
    if not network.synapses.any():
        return shares, {}
    found = nest.GetConnections(synapse_model="recurrent_0")
    get = found.get(["source", "target", "weight", "delay"]) if len(found) else {}
    return shares, {name: np.atleast_1d(get.get(name, [])) for name in get}


def population(ids):
    return np.searchsorted(FIRST, ids, side="right") - 1


def counts(connections):
    result = np.zeros((3, 3), int)
    index = population(connections["target"]), population(connections["source"])
    np.add.at(result, index, 1)
    return result


@pytest.mark.parametrize("threads", [1, 2])
def test_fixed_total_number_is_exact(network, threads):
    _, connections = made(network(synapses=COUNTS, weight=np.ones((3, 3))), threads=threads)
    assert np.array_equal(counts(connections), COUNTS)


def test_fixed_indegree_is_the_rounded_one_for_each_neuron(network):
    net = network(synapses=COUNTS, weight=np.ones((3, 3)))
    _, connections = made(net, SimulationParameters(connection_rule="fixed_indegree"))
    # 700/40 = 17.5 -> 18 (even), 33/40 -> 1, 500/40 = 12.5 -> 12; 1/10 -> 0, 90/10; 250/30 -> 8
    expected = np.array([[18, 1, 12], [0, 0, 9], [8, 0, 100]])
    assert np.array_equal(connection_numbers(net, "fixed_indegree"), expected)
    assert np.array_equal(counts(connections), expected * np.array([[40], [10], [30]]))
    own = connections["source"] >= 51
    assert set(np.bincount(connections["target"][own])[51:]) == {100}


def test_multapses_and_autapses_occur(network):
    _, connections = made(network(synapses=COUNTS, weight=np.ones((3, 3))))
    pairs = connections["source"] * 1000 + connections["target"]
    assert np.unique(pairs).size < pairs.size
    assert np.any(connections["source"] == connections["target"])


def between(connections, target, source):
    return (population(connections["target"]) == target) & (
        population(connections["source"]) == source
    )


def test_weights_are_clipped_at_zero_and_keep_their_sign(network):
    weight = np.array([[10.0, -10, 10], [0, -10, 10], [10, 0, 10]])
    sd = np.full((3, 3), 10.0)
    counts = np.array([[4000, 4000, 0], [0, 0, 0], [0, 0, 4000]])
    sd[2, 2] = 0.0
    _, c = made(network(synapses=counts, weight=weight, weight_sd=sd))
    excitatory, inhibitory = c["weight"][between(c, 0, 0)], c["weight"][between(c, 0, 1)]
    assert excitatory.min() == 0
    assert inhibitory.max() == 0
    share = norm.cdf(-1)  # P(normal(10, 10) < 0) = 0.1587
    for values in (excitatory, inhibitory):
        assert np.mean(values == 0) == pytest.approx(share, abs=5 * np.sqrt(share / 4000))
    # E[max(X, 0)] for normal(10, 10): 10 (Phi(1) + phi(1)) = 10.833
    assert excitatory.mean() == pytest.approx(10.833, abs=5 * 10 / np.sqrt(4000))
    assert inhibitory.mean() == pytest.approx(-10.833, abs=5 * 10 / np.sqrt(4000))
    assert set(c["weight"][between(c, 2, 2)]) == {10.0}


def test_redrawn_weights_are_truncated_normals(network):
    weight = np.array([[10.0, -10, 0], [0, 0, 0], [0, 0, 0]])
    counts = np.array([[4000, 4000, 0], [0, 0, 0], [0, 0, 0]])
    rules = ConnectionRules(
        weight_distribution="normal_redrawn", delay_distribution="normal_redrawn"
    )
    net = network(
        synapses=counts,
        weight=weight,
        weight_sd=np.abs(weight),
        delay_sd=np.full((3, 3), 1.5),
        rules=rules,
    )
    _, c = made(net)
    # mean of the normal(10, 10) above 0: 10 (1 + phi(1)/Phi(1)) = 12.876
    for source, sign in ((0, 1), (1, -1)):
        values = sign * c["weight"][between(c, 0, source)]
        assert values.min() > 0
        assert values.mean() == pytest.approx(12.876, abs=5 * 8 / np.sqrt(4000))
    assert c["delay"].min() == pytest.approx(0.1)
    assert np.mean(c["delay"] == 0.1) < 0.04  # clipping would put 16 % there


def test_delays_lognormal_with_floors_for_local_and_between_areas(network):
    counts = np.array([[20_000, 0, 20_000], [0, 0, 0], [0, 0, 0]])
    delay = np.full((3, 3), 10.0)
    net = network(
        synapses=counts, weight=np.ones((3, 3)), delay=delay, delay_sd=np.full((3, 3), 5.0)
    )
    _, c = made(net, SimulationParameters(delay_cc_min=6.0))
    local, remote = c["delay"][between(c, 0, 0)], c["delay"][between(c, 0, 2)]
    assert local.mean() == pytest.approx(10, abs=5 * 5 / np.sqrt(20_000))
    assert local.std() == pytest.approx(5, rel=0.08)
    assert local.min() < 4
    assert remote.min() == pytest.approx(6)
    # P(lognormal < 6.05): sigma^2 = ln 1.25, mu = ln 10 - sigma^2/2
    sigma = np.sqrt(np.log(1.25))
    share = norm.cdf((np.log(6.05) - np.log(10) + sigma**2 / 2) / sigma)
    assert np.mean(remote < 6.05) == pytest.approx(share, abs=5 * np.sqrt(share / 20_000))
    assert np.allclose(c["delay"] * 10, np.rint(c["delay"] * 10))


def test_delays_normal_clipped_at_the_resolution(network):
    net = network(
        synapses=np.full((3, 3), 2000),
        weight=np.ones((3, 3)),
        delay_sd=np.full((3, 3), 1.5),
        rules=ConnectionRules(delay_distribution="normal_clipped"),
    )
    _, c = made(net)
    share = norm.cdf((0.15 - 1.5) / 1.5)
    assert c["delay"].min() == pytest.approx(0.1)
    assert np.mean(c["delay"] < 0.15) == pytest.approx(share, abs=5 * np.sqrt(share / 18_000))


def test_shortest_step_of_redrawn_delays(network):
    """P(-1.7333 < z < -1.6) / P(z > -1.7333) = 1.386 %: half a step, in both simulators.

    With the limit at half a step it would be 2.459 % (docs/deviations_macaque.md).
    """
    counts = np.zeros((3, 3), int)
    counts[1, 0] = 200_000
    net = network(
        synapses=counts,
        weight=np.ones((3, 3)),
        delay=np.full((3, 3), 0.75),
        delay_sd=np.full((3, 3), 0.375),
        rules=ConnectionRules(delay_distribution="normal_redrawn"),
    )
    _, connections = made(net)
    limits = DelayLimits.of(SimulationParameters())
    first, chances = step_probabilities("normal_redrawn", (0.75, 0.375, 0.1), limits, 1e-9)
    assert (first, chances[0]) == (1, pytest.approx(0.01386, abs=5e-6))
    assert np.mean(connections["delay"] < 0.15) == pytest.approx(0.01386, abs=0.00105)


@pytest.mark.parametrize("law", ["lognormal_clipped", "normal_clipped", "normal_redrawn"])
def test_share_of_delays_that_the_options_touch(network, law):
    counts = np.array([[9000, 500, 15_000], [0, 0, 0], [0, 3000, 3000]])
    delay = np.array([[1.5, 0.75, 20.0], [1, 1, 1], [1, 20.0, 1.5]])
    sd = 0.5 * delay
    sd[2, 2] = 0.0
    net = network(
        synapses=counts,
        weight=np.ones((3, 3)),
        delay=delay,
        delay_sd=sd,
        rules=ConnectionRules(delay_distribution=law),
    )
    _, free = made(net, SimulationParameters(delay_cc_min=0.5))
    options = SimulationParameters(delay_cc_min=0.5, delay_min=1.0, delay_max=25.0)
    shares, limited = made(net, options)
    assert limited["delay"].min() == pytest.approx(1.0)
    assert limited["delay"].max() == pytest.approx(25.0)
    total = counts.sum()
    expected = np.mean(free["delay"] < 0.999), np.mean(free["delay"] > 25.001)
    for share, measured in zip(shares, expected, strict=True):
        assert share > 0.02
        assert share == pytest.approx(measured, abs=4 * np.sqrt(share / total))


def test_delay_options_off_touch_nothing(network, caplog):
    net = network(synapses=COUNTS, weight=np.ones((3, 3)), delay_sd=np.full((3, 3), 0.75))
    with caplog.at_level("INFO"):
        assert made(net)[0] == (0.0, 0.0)
    assert not caplog.records
    with caplog.at_level("INFO"):
        shares, _ = made(net, SimulationParameters(delay_min=1.0))
    assert f"raises {100 * shares[0]:.4g} %" in caplog.text
    assert touched_shares(network(), SimulationParameters(delay_min=1.0)) == (0.0, 0.0)


def test_delay_max_below_delay_min(network):
    with pytest.raises(InputError, match="delay_max"):
        made(network(), SimulationParameters(delay_min=2.0, delay_max=1.0))


def test_impossible_redraw_names_the_projection(network):
    net = network(
        synapses=COUNTS,
        weight=np.ones((3, 3)),
        delay_sd=np.full((3, 3), 0.1),
        rules=ConnectionRules(delay_distribution="normal_redrawn"),
    )
    with pytest.raises(InputError, match=r"B\|V\|E -> A\|IV\|E"):
        made(net, SimulationParameters(delay_cc_min=30.0))


def test_bernoulli_synapse(network):
    rules = ConnectionRules(p_transmit=0.25)
    made(network(synapses=COUNTS, weight=np.ones((3, 3)), rules=rules))
    connections = nest.GetConnections(synapse_model="recurrent_0")
    assert len(connections) == COUNTS.sum()
    assert set(connections.get("p_transmit")) == {0.25}


def test_external_input_one_generator_per_driven_population(network):
    columns = {
        "n_synapses_external": [40 * 1000, 10 * 500, 0],
        "rate_ext": [8.0, 2.0, 8.0],
        "weight_ext": [87.8, 50.0, 87.8],
        "weight_ext_sd": [0.0, 25.0, 0.0],
        "delay_ext": [1.5, np.nan, np.nan],
    }
    made(network(columns))
    dense = nest.GetNodes({"model": "poisson_generator"})
    sparse = nest.GetNodes({"model": "poisson_generator_ps"})
    assert (dense.rate, sparse.rate) == (8000.0, 1000.0)
    first, second = (
        nest.GetConnections(g).get(["target", "weight", "delay"]) for g in (dense, sparse)
    )
    assert first["target"] == list(range(1, 41))
    assert (set(first["weight"]), set(first["delay"])) == ({87.8}, {1.5})
    assert second["target"] == list(range(41, 51))
    assert set(second["delay"]) == {0.1}
    assert len(set(second["weight"])) > 5
    assert min(second["weight"]) >= 0


def test_delay_min_holds_for_all_inputs(network):
    columns = {"n_synapses_external": 40_000, "rate_ext": 8.0, "weight_ext": 87.8}
    extra = (SpikeInput(("B", "V", "E"), (5.0,), 10.0),)
    made(network(columns, extra_inputs=extra), SimulationParameters(delay_min=1.5))
    delays = nest.GetConnections().get("delay")
    assert len(delays) == 81
    assert set(delays) == {1.5}


@pytest.mark.parametrize("time", [-5.0, 0.0])
def test_bad_time_of_a_spike_input(network, time):
    net = network(extra_inputs=(SpikeInput(("B", "V", "E"), (time,), 10.0),))
    with pytest.raises(InputError, match=rf"{time} ms into B\|V\|E"):
        made(net)


def test_copies_of_the_synapse_model_keep_within_the_limit():
    one = MAX_CONNECTIONS
    assert model_shares(np.array([10, 20, 30]), 1) == [0, 0, 0]
    assert model_shares(np.full(4, one // 2 - 10_000_000), 1) == [0, 0, 1, 1]
    assert model_shares(np.full(4, one // 2 - 10_000_000), 2) == [0, 0, 0, 0]
    assert model_shares(np.zeros(0, int), 1) == []
    with pytest.raises(InputError, match="at least 3 virtual processes"):
        model_shares(np.array([2 * one]), 2)


def test_several_copies_connect_everything(network, monkeypatch):
    monkeypatch.setattr("multiarea.simulation.nest.connections.MAX_CONNECTIONS", 4000)
    made(network(synapses=COUNTS, weight=np.ones((3, 3))))
    sizes = [len(nest.GetConnections(synapse_model=f"recurrent_{k}")) for k in (0, 1)]
    assert sizes == [700 + 33 + 500 + 1 + 90 + 250, 3000]
