import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from multiarea.doctor import Finding, examine, report
from multiarea.errors import InputError
from multiarea.estimate import Costs, estimate, limit_problems, smallest_nodes
from multiarea.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import longest_delay
from multiarea.sizing import estimate_experiment


def network(synapses, n_neurons, delay=2.0, delay_sd=0.0):
    keys = [("A", str(i), "E") for i in range(len(n_neurons))]
    table = pd.DataFrame(
        {name: 0.0 for name in POPULATION_COLUMNS},
        index=pd.MultiIndex.from_tuples(keys, names=LEVELS),
    )
    table["n_neurons"] = n_neurons
    table["delay_ext"] = np.nan
    shape = (len(n_neurons),) * 2
    return Network(
        populations=table,
        synapses=np.array(synapses, float),
        weight=np.ones(shape),
        weight_sd=np.zeros(shape),
        delay=np.full(shape, delay),
        delay_sd=np.full(shape, delay_sd),
        areas=pd.DataFrame(index=pd.Index(["A"], name="area")),
    )


def simulation(**changes):
    return SimulationParameters(t_sim=2000.0, **changes)


def predict(net, rates, ranks=1, threads=1, **costs):
    values = {name: 0.0 for name in Costs.__dataclass_fields__} | costs
    return estimate(net, simulation(), np.array(rates, float), ranks, threads, Costs(**values))


TWO = [[100, 300], [0, 600]]


def test_each_cost_is_counted_by_hand():
    net = network(TWO, [10, 30])
    assert predict(net, [0, 0], process=7.0).memory == 7
    assert predict(net, [0, 0], ranks=2, synapse=5.0).memory == 1000 * 5 / 2
    assert predict(net, [0, 0], ranks=4, neuron=3.0).memory == 40 * 3 / 4
    # 2 ms in steps of 0.1 ms, and the shortest delay of one step
    assert predict(net, [0, 0], slot=1.0).memory == pytest.approx(40 * 21)
    # 10 neurons x 4/s x 2 s + 30 x 1/s x 2 s
    assert predict(net, [4, 1]).n_spikes == 140
    assert predict(net, [4, 1], record=2.0).memory == 280
    assert predict(net, [4, 1], spike_output=9.0, file=5.0).output == 140 * 9 + 40 * 8 + 5


def test_time_is_counted_by_hand():
    net = network(TWO, [10, 30])
    # every rank makes all three projections
    assert predict(net, [0, 0], ranks=4, projection_seconds=1.0).seconds_build == 3
    assert predict(net, [0, 0], ranks=2, threads=2, synapse_seconds=1.0).seconds_build == 250
    # 40 neurons, 20 000 steps
    assert predict(net, [0, 0], ranks=2, update_seconds=1.0).seconds_run == 400_000
    # arriving spikes: (100 from the first at 4/s, 300 + 600 from the second at 1/s) x 2 s
    assert predict(net, [4, 1], event_seconds=1.0).seconds_run == 2 * (100 * 4 + 900)


def test_the_longest_delay_is_the_median_of_the_largest_of_many():
    net = network([[100_000]], [100], delay=5.0, delay_sd=2.5)
    sigma = math.sqrt(math.log(1 + 0.25))
    mu = math.log(5) - sigma**2 / 2
    expected = math.exp(mu + sigma * norm.ppf(0.5 ** (1 / 100_000)))
    assert longest_delay(net, simulation()) == pytest.approx(expected, abs=0.1)
    drawn = np.random.default_rng(1).lognormal(mu, sigma, (300, 100_000)).max(axis=1)
    assert longest_delay(net, simulation()) == pytest.approx(np.median(drawn), rel=0.03)
    late = longest_delay(net, simulation(), quantile=0.95)
    assert late == pytest.approx(np.quantile(drawn, 0.95), rel=0.06)


def test_limits_of_delays_hold_for_the_longest():
    net = network([[100_000]], [100], delay=5.0, delay_sd=2.5)
    assert longest_delay(net, simulation(delay_max=12.0)) == 12.0
    assert longest_delay(network([[0]], [10]), simulation()) == pytest.approx(0.1)
    assert longest_delay(network([[5]], [10], delay=3.0), simulation()) == pytest.approx(3.0)


def test_a_node_needs_the_first_rank_to_merge_and_a_reserve_for_late_delays():
    net = network([[100_000]], [100], delay=5.0, delay_sd=2.5)
    one = predict(net, [4.0], process=1e6, slot=32.0)
    median, late = (longest_delay(net, simulation(), quantile) for quantile in (0.5, 0.95))
    assert one.merging == 32 * 800
    assert one.memory_of_node(3) == pytest.approx(3 * one.memory + 32 * 800)
    assert one.reserve == pytest.approx(100 * (late - median) / 0.1 * 32)
    assert one.needed_on_node(3) == pytest.approx(1.1 * (one.memory_of_node(3) + 3 * one.reserve))


def test_hard_limits_of_nest():
    assert limit_problems(network([[10]], [524_287]), 1) == []
    assert "use at least 2" in limit_problems(network([[10]], [524_288]), 1)[0]
    assert limit_problems(network([[134_217_726]], [10]), 1) == []
    assert "use at least 3" in limit_problems(network([[4e8]], [10]), 1)[0]


def test_the_smallest_number_of_nodes_is_the_first_that_fits():
    net = network([[1e9]], [1000])
    rates = np.zeros(1)
    nodes = smallest_nodes(net, simulation(), rates, 8e9, (4, 2))
    for n, fits in ((nodes, True), (nodes - 1, False)):
        needed = estimate(net, simulation(), rates, 4 * n, 2).needed_on_node(4)
        assert (needed <= 8e9) == fits
    assert smallest_nodes(net, simulation(), rates, 1e6, (4, 2)) is None


def test_an_experiment_that_cannot_fit_is_told_with_the_nodes_it_needs(write_experiment, tmp_path):
    experiment = write_experiment("sim_params = {'virtual_processes': 8}\n")
    cluster = tmp_path / "small.json"
    cluster.write_text('{"simulate": {"ntasks": 4, "cpus-per-task": 2, "mem": "16G"}}')
    text, problems = estimate_experiment(str(experiment), str(cluster), rate=2.0)
    assert "3468839 neurons" in text
    (problem,) = problems
    assert "needs" in problem and "small.json has 17.2 GB" in problem
    nodes = int(re.search(r"smallest number of such nodes that fits is (\d+)", problem)[1])
    cluster.write_text(
        f'{{"simulate": {{"nodes": {nodes}, "ntasks": {4 * nodes}, "cpus-per-task": 2, '
        '"mem": "16G"}}'
    )
    experiment = write_experiment(f"sim_params = {{'virtual_processes': {8 * nodes}}}\n")
    assert estimate_experiment(str(experiment), str(cluster), rate=2.0)[1] == []
    cluster.write_text(cluster.read_text().replace('"16G"', '"64G", "time": 1'))
    long = f"sim_params = {{'virtual_processes': {8 * nodes}, 't_sim': 1e6}}\n"
    experiment = write_experiment(long)
    (problem,) = estimate_experiment(str(experiment), str(cluster), rate=2.0)[1]
    assert "raise 'time' of simulate" in problem


def test_an_unknown_experiment_is_told():
    with pytest.raises(InputError, match="no such experiment"):
        estimate_experiment("nowhere")


def test_doctor_finds_what_this_machine_has():
    found = {finding.what: finding for finding in examine()}
    assert found["nest"].found.startswith("3.")
    assert found["nest with threads"].found == "yes"
    assert not found["snakemake"].advice
    assert re.match(r"[\d.]+ GB free of [\d.]+ GB", found["memory"].found)


def test_doctor_lists_what_is_missing_last():
    text = report([Finding("nest", "not usable", "install it", True), Finding("cpus", "2")])
    assert text.splitlines() == [
        "nest  not usable",
        "cpus  2",
        "",
        "Missing:",
        "  nest (needed for everything): install it",
    ]
    assert report([Finding("cpus", "2")]).endswith("Nothing is missing.\n")
