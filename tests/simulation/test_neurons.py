from __future__ import annotations

import os
import subprocess
import sys

import nest
import numpy as np
import pytest

from multiarea.errors import InputError
from multiarea.network.network import save_network
from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest import build
from multiarea.simulation.nest.neurons import neuron_parameters

BUILD = """
from multiarea.network.network import load_network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.nest import build
build(load_network("network.h5"), SimulationParameters(), {threads})
"""
BIG = [20_000, 10, 30]


def values(nodes, name):
    return np.array(nodes.get(name))


def test_node_ids_are_contiguous_in_network_order(network):
    populations = build(network(), SimulationParameters(), 1)
    ids = [list(nodes.tolist()) for nodes in populations.nodes]
    assert ids == [list(range(1, 41)), list(range(41, 51)), list(range(51, 81))]
    assert sum(map(len, populations.nodes)) == 80


def test_nest_starts_without_a_word_on_the_threads_that_snakemake_sets():
    done = subprocess.run(
        [sys.executable, "-c", "import multiarea.simulation.nest.kernel"],
        env={**os.environ, "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "", "")


@pytest.mark.parametrize(
    ("variable", "value", "threads", "expected"),
    [
        ("OMP_THREAD_LIMIT", "1", 2, "NEST needs 2 OpenMP threads in each process"),
        ("OMP_THREAD_LIMIT", "2", 3, "or set it to at least 3."),
        ("OMP_MAX_ACTIVE_LEVELS", "0", 2, "or set it to at least 1."),
        ("OMP_THREAD_LIMIT", "2", 2, ""),
        ("OMP_THREAD_LIMIT", "1", 1, ""),
        ("OMP_MAX_ACTIVE_LEVELS", "0", 1, ""),
        ("OMP_THREAD_LIMIT", "0", 2, ""),
    ],
)
def test_variables_that_take_threads_away(  # noqa: PLR0913
    network, tmp_path, variable, value, threads, expected
):
    """In a process of its own: OpenMP reads its variables once."""
    save_network(network(), tmp_path / "network.h5")
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(threads=threads)],
        cwd=tmp_path,
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
    )
    last = (done.stderr.splitlines() or [""])[-1]
    if expected:
        assert f"InputError: {variable} = {value} in the environment: " in last
        assert expected in last
    else:
        assert done.returncode == 0, done.stderr


def test_kernel_settings(network):
    build(network(), SimulationParameters(sim_resolution=0.2, master_seed=77), 2)
    assert (nest.resolution, nest.rng_seed, nest.local_num_threads) == (0.2, 77, 2)
    assert nest.print_time is False


def test_threads_do_not_depend_on_omp_num_threads(network, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    build(network(), SimulationParameters(), 2)
    assert nest.total_num_virtual_procs == 2


def test_parameters_without_spread_are_those_of_the_table(network):
    populations = build(network({"i_dc": [3.0, 0.0, -1.0], "V_reset": -66.0}), _silent(), 1)
    expected = {"E_L": -65, "V_th": -50, "V_reset": -66, "C_m": 250, "tau_m": 10, "t_ref": 2}
    for name, value in {**expected, "tau_syn_ex": 0.5, "tau_syn_in": 0.5, "V_m": -70}.items():
        assert np.all(values(populations.nodes[0], name) == value), name
    assert [nodes[0].I_e for nodes in populations.nodes] == [3.0, 0.0, -1.0]


def _silent():
    return SimulationParameters(V0_mean=-70.0, V0_sd=0.0)


@pytest.mark.parametrize(
    ("name", "rel_sd", "mean"), [("C_m", 0.22, 250.0), ("tau_m", 0.55, 10.0), ("V_th", 0.21, 15.0)]
)
def test_spread_is_lognormal_with_the_given_moments(network, name, rel_sd, mean):
    net = network({"n_neurons": BIG, f"{name}_rel_sd": [rel_sd, 0.0, 0.0]})
    populations = build(net, _silent(), 1)
    drawn = values(populations.nodes[0], name) + (65.0 if name == "V_th" else 0.0)
    # sd of the mean of 20 000 draws: rel_sd / 141
    assert drawn.mean() == pytest.approx(mean, rel=5 * rel_sd / 141)
    assert drawn.std() == pytest.approx(rel_sd * mean, rel=0.06)
    log = np.log(drawn)
    assert abs(((log - log.mean()) ** 3).mean() / log.std() ** 3) < 0.1
    assert len(np.unique(values(populations.nodes[1], name))) == 1


def test_mat2_threshold_is_omega(network):
    net = network(
        {
            "neuron_model": ["mat2_psc_exp", "iaf_psc_exp", "iaf_psc_exp"],
            "V_th_rel_sd": [0.2, 0.0, 0.0],
        }
    )
    omega = values(build(net, _silent(), 1).nodes[0], "omega")
    assert len(np.unique(omega)) == 40
    assert omega.min() > -65
    assert omega.mean() == pytest.approx(-50, abs=5 * 3 / np.sqrt(40))


def test_initial_potentials_own_and_from_the_simulation(network):
    net = network(
        {"n_neurons": BIG, "V0_mean": [np.nan, -60.0, -61.0], "V0_sd": [np.nan, 0.0, np.nan]}
    )
    populations = build(net, SimulationParameters(V0_mean=-150.0, V0_sd=50.0), 1)
    first = values(populations.nodes[0], "V_m")
    assert first.mean() == pytest.approx(-150, abs=5 * 50 / 141)
    assert first.std() == pytest.approx(50, rel=0.03)
    assert np.all(values(populations.nodes[1], "V_m") == -60)
    assert values(populations.nodes[2], "V_m").std() > 20


def test_seed_decides_the_draws(network):
    net = network({"C_m_rel_sd": 0.2})

    def draw(seed):
        return values(build(net, SimulationParameters(master_seed=seed), 1).nodes[0], "C_m")

    assert np.array_equal(draw(1), draw(1))
    assert not np.array_equal(draw(1), draw(2))


def test_unknown_model(network):
    row = network({"neuron_model": "iaf_cond_exp"}).populations.to_dict("records")[0]
    with pytest.raises(InputError, match="iaf_cond_exp.*iaf_psc_exp"):
        neuron_parameters(row, SimulationParameters())


def test_virtual_processes_must_be_positive(network):
    with pytest.raises(InputError, match="virtual_processes"):
        build(network(), SimulationParameters(), 0)


def test_too_many_neurons_per_virtual_process(network):
    net = network({"n_neurons": [600_000, 10, 30]})
    with pytest.raises(InputError, match="at least 2 virtual processes"):
        build(net, SimulationParameters(), 1)


def test_a_refused_value_names_the_population(network):
    net = network({"V_reset": [-65.0, -40.0, -65.0]})
    with pytest.raises(InputError, match=r"A\|IV\|I"):
        build(net, SimulationParameters(), 1)


def test_extra_input_is_plain_data():
    assert SpikeInput(("A", "IV", "E"), (5.0,), 1.0).delay == 1.0
