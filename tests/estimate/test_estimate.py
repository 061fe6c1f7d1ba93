import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from multiarea.build.pipeline import build_network
from multiarea.build.rates import states_of
from multiarea.errors import InputError
from multiarea.estimate import experiment as estimating
from multiarea.estimate.costs import Costs, Workload, estimate
from multiarea.estimate.experiment import estimate_experiment
from multiarea.estimate.fit import Place, limit_problems, misfits, size_text, smallest_nodes
from multiarea.estimate.procedural import ProceduralEstimate, sizes_on_gpu
from multiarea.estimate.report import procedural_rows
from multiarea.experiment.finding import find_experiment
from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from multiarea.parameters import SimulationParameters
from multiarea.parameters.config import Config
from multiarea.progress import duration
from multiarea.simulation.delays import longest_delay
from multiarea.simulation.procedural.gpu.sizes import LONGEST_RING
from multiarea.theory import fixed_points_table


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


def workload(net, rates, **options):
    return Workload(net, simulation(**options), np.array(rates, float))


def predict(net, rates, ranks=1, threads=1, options=None, **costs):
    values = {name: 0.0 for name in Costs.__dataclass_fields__} | costs
    return estimate(workload(net, rates, **(options or {})), ranks, threads, Costs(**values))


TWO = [[100, 300], [0, 600]]


def test_each_cost_is_counted_by_hand():
    net = network(TWO, [10, 30])
    assert predict(net, [0, 0], process=7.0).memory == 7
    assert predict(net, [0, 0], ranks=2, synapse=5.0).memory == 1000 * 5 / 2
    many = network(TWO, [65_000, 65_001])
    assert predict(many, [0, 0], threads=2, synapse=5.0, large_synapse=9.0).memory == 9000
    assert predict(net, [0, 0], ranks=4, neuron=3.0).memory == 40 * 3 / 4
    # 2 ms in steps of 0.1 ms, and the shortest delay of one step
    assert predict(net, [0, 0], slot=1.0).memory == pytest.approx(40 * 21)
    # 10 neurons x 4/s x 2 s + 30 x 1/s x 2 s
    assert workload(net, [4, 1]).n_spikes == 140
    assert predict(net, [4, 1], record=2.0).memory == 280
    assert predict(net, [4, 1], spike_output=9.0, file=5.0).output == 140 * 9 + 40 * 8 + 5


def test_only_what_is_recorded_is_written():
    net = network(TWO, [10, 30])
    late = {"rec_start": 500.0}
    # 10 neurons x 4/s x 1.5 s + 30 x 1/s x 1.5 s
    assert predict(net, [4, 1], options=late, spike_output=9.0).output == 105 * 9 + 40 * 8
    assert workload(net, [4, 1], **late).n_spikes == 140
    potentials = {"rec_dev": ("spike_recorder", "voltmeter"), "rec_V_int": 2.0}
    # samples of four bytes: every neuron of the two small populations; half of them from 1 to 2 s
    assert predict(net, [0, 0], options=potentials).output == 40 * 1000 * 4 + 40 * 8
    some = potentials | {"Nrec_vm_fraction": 0.5, "rec_V_start": 1000.0}
    assert predict(net, [0, 0], options=some).output == 20 * 500 * 4 + 40 * 8


def test_time_is_counted_by_hand():
    net = network(TWO, [10, 30])
    # every rank makes all three projections
    assert predict(net, [0, 0], ranks=4, projection_seconds=1.0).seconds_build == 3
    assert predict(net, [0, 0], ranks=2, threads=2, synapse_seconds=1.0).seconds_build == 250
    # 40 neurons, 20 000 steps
    assert predict(net, [0, 0], ranks=2, update_seconds=1.0).seconds_run == 400_000
    # arriving spikes: (100 from the first at 4/s, 300 + 600 from the second at 1/s) x 2 s
    assert predict(net, [4, 1], event_seconds=1.0).seconds_run == 2 * (100 * 4 + 900)


def test_a_job_should_have_half_as_much_time_again():
    one = predict(network(TWO, [10, 30]), [0, 0], projection_seconds=100.0, update_seconds=1e-3)
    assert one.needed_seconds == pytest.approx(1.5 * (300 + 800))


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
    # 0.97 of 134 217 726, as the simulation fills NEST's lists
    assert limit_problems(network([[130_191_194]], [10]), 1) == []
    assert "use at least 2" in limit_problems(network([[130_191_195]], [10]), 1)[0]
    assert "use at least 4" in limit_problems(network([[4e8]], [10]), 1)[0]


def test_the_smallest_number_of_nodes_is_the_first_that_fits():
    load = workload(network([[1e9]], [1000]), [0])
    place = Place("small", 1, 4, 2, 8e9)
    nodes = smallest_nodes(load, place)
    assert nodes > 2
    for n, fits in ((nodes, True), (nodes - 1, False)):
        needed = estimate(load, 4 * n, 2).needed_on_node(4)
        assert (needed <= 8e9) == fits
        assert (misfits(load, place.of_nodes(n)) == []) == fits
    assert smallest_nodes(load, Place("tiny", 1, 4, 2, 1e6)) is None
    assert "no number of nodes" in misfits(load, Place("tiny", 1, 4, 2, 1e6))[1]


def test_where_only_a_limit_of_nest_is_broken_the_nodes_are_named_too():
    load = workload(network([[10]], [3 * 524_287]), [0])
    limit, advice = misfits(load, Place("wide", 1, 1, 2))
    assert "1572861 neurons on 2 virtual processes" in limit and "use at least 3" in limit
    assert advice.startswith("the smallest number of such nodes that fits is 2, with 1 tasks x 2")
    assert "virtual_processes = 4" in advice


def test_sizes_as_people_say_them():
    texts = [size_text(size) for size in (81.25e6, 999.4e6, 999.6e6, 2.374e12, 40.0)]
    assert texts == ["81.2 MB", "999 MB", "1 GB", "2.37 TB", "0.04 kB"]


def test_an_experiment_that_cannot_fit_is_told_with_the_nodes_it_needs(write_experiment, tmp_path):
    experiment = write_experiment("net_params = {}")
    cluster = tmp_path / "small.json"

    def ask(**simulate):
        cluster.write_text(json.dumps({"simulate": {"cpus-per-task": 2, "mem": "16G"} | simulate}))
        return estimate_experiment(str(experiment), str(cluster), rate=2.0)

    text, (need, advice) = ask(ntasks=4)
    assert "3468839 neurons" in text and "4 MPI tasks x 2 threads = 8 virtual processes" in text
    assert re.fullmatch(r"one: needs 2\.\d+ TB on each node, but \S+small.json has 17.2 GB", need)
    nodes = int(re.search(r"smallest number of such nodes that fits is (\d+)", advice)[1])
    assert f"virtual_processes = {8 * nodes} " in advice
    assert ask(nodes=nodes, ntasks=4 * nodes)[1] == []
    experiment = write_experiment("sim_params = {'t_sim': 1e6}\n")
    (problem,) = ask(nodes=nodes, ntasks=4 * nodes, mem="64G", time=1)[1]
    assert "allows 1 min 0 s: raise 'time' of simulate" in problem


def test_virtual_processes_that_an_experiment_states_must_fit_the_cluster(
    write_experiment, tmp_path
):
    experiment = write_experiment("sim_params = {'virtual_processes': 6}\n")
    cluster = tmp_path / "two.json"
    cluster.write_text('{"simulate": {"ntasks": 4, "cpus-per-task": 2}}')
    (problem,) = estimate_experiment(str(experiment), str(cluster), rate=2.0)[1]
    assert "virtual_processes = 6 must be a multiple of ntasks = 4" in problem


def test_ranks_exchange_spikes_once_per_shortest_delay():
    net = network(TWO, [10, 30])
    assert predict(net, [0, 0]).n_exchanges == 0
    assert predict(net, [0, 0], ranks=2).n_exchanges == 20_000
    assert predict(net, [0, 0], ranks=2, options={"delay_min": 0.5}).n_exchanges == 4000


def test_all_states_that_the_theory_found_are_costed(write_experiment, tmp_path, monkeypatch):
    monkeypatch.setattr(estimating, "load_config", lambda _: Config(out=str(tmp_path)))
    text = "net_params = {'N_scaling': 0.001, 'K_scaling': 0.01, 'scaling_type': 'linear'}\n"
    text += "sim_params = {'connection_rule': 'fixed_indegree', 't_sim': 10000.0}\n"
    file = write_experiment(text)
    experiment = find_experiment(str(file))
    net = build_network(experiment.model, experiment.network)
    path = tmp_path / experiment.network_folder / "theory" / "rates.csv"
    path.parent.mkdir(parents=True)
    states = np.outer([0.5, 40.0], np.ones(len(net)))
    fixed_points_table(net, states).to_csv(path, index=False)
    assert np.array_equal(states_of(net, path), states)
    report, problems = estimate_experiment(str(file))
    assert problems == []
    assert "10000 ms at 0.5, 40 spikes/s" in report and "; 2 states)" in report
    costs = [estimate(Workload(net, experiment.simulation, rates), 1, 2) for rates in states]
    first, last = (duration(cost.seconds_run) for cost in costs)
    assert first != last and f"simulation {first} to {last} " in report
    first, last = (size_text(cost.output) for cost in costs)
    assert f"output     {first} to {last}\n" in report
    assert "start 3 s" in report and "any of these states" in report
    cluster = tmp_path / "cluster.json"
    cluster.write_text('{"simulate": {"ntasks": 2}}')
    report, _ = estimate_experiment(str(file), str(cluster))
    assert "2 ranks exchange spikes 100000 times" in report
    assert "each 0.1 ms that one takes adds 10 s" in report


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_a_rate_that_is_none_is_told(rate):
    with pytest.raises(InputError, match="--rate: expected a rate of 0 spikes/s or more, got"):
        estimate_experiment("downscaled_base", rate=rate)


def test_an_unknown_experiment_is_told():
    with pytest.raises(InputError, match="no such experiment"):
        estimate_experiment("nowhere")


def test_the_procedural_engine_is_tried_only_where_it_can_run_the_experiment(
    write_experiment, monkeypatch
):
    def fail(threads):
        raise AssertionError("a trial for nothing")

    monkeypatch.setattr(estimating, "calibrate", fail)
    text = "net_params = {'N_scaling': 0.001, 'K_scaling': 0.01, 'scaling_type': 'linear'}\n"
    rule = "sim_params = {'connection_rule': 'fixed_indegree'}\n"
    report, _ = estimate_experiment(str(write_experiment(text + rule)), rate=2.0)
    assert "procedural" not in report


def test_the_human_model_at_full_scale_on_cards():
    """Slots of 13.9 MB: 58 GB for the longest ring; 24 and 4 GB give shorter ones, 1 GB none."""
    experiment = find_experiment("full_scale_on_one_computer")
    built = build_network(experiment.model, experiment.network)
    sizes = sizes_on_gpu(Workload(built, experiment.simulation, np.zeros(len(built))))
    assert sizes.slot == pytest.approx(4 * 3.47e6, rel=0.001) and sizes.longest > 10_000
    assert sizes.beside + 4096 * sizes.slot < 60e9
    assert sizes.slots_in(80e9) == sizes.slots(LONGEST_RING) == LONGEST_RING
    for card, fewest, most in ((24e9, 1400, 1550), (4e9, 150, 250)):
        slots = sizes.slots_in(card)
        assert fewest < slots < most and sizes.beside + slots * sizes.slot < 0.9 * card
    assert sizes.slots_in(1e9) is None
    report = procedural_rows([ProceduralEstimate({}, 0.0, 1.0, 1.0, 1)], sizes)
    assert "58.4 GB of its memory for a ring of 4096 steps" in report
