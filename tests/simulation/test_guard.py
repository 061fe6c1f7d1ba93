from __future__ import annotations

import math

import h5py
import numpy as np
import pytest

from multiarea.build.scaling import downscale
from multiarea.models import macaque
from multiarea.parameters import SimulationParameters
from multiarea.simulation.guard import Guard, RunawayError, Share
from multiarea.simulation.nest import build, simulate
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes
from multiarea.theory import stationary_rates

# A: 40 + 10 neurons, B: 30 neurons. One spike of each neuron of B in 10 ms: 100 spikes/s.
B_NODES = np.arange(50, 80)


def guard_of(network, limit=90.0, window=20.0, **options):
    parameters = SimulationParameters(rate_limit=limit, rate_limit_window=window)
    return Guard(network(), parameters, **options)


def test_it_stops_only_after_the_window(network):
    guard = guard_of(network)
    guard.check(B_NODES, 0.0, 10.0)
    guard.check(B_NODES, 10.0, 20.0)
    with pytest.raises(RunawayError) as caught:
        guard.check(B_NODES, 20.0, 30.0)
    assert caught.value.t_stop == 30.0
    assert str(caught.value) == (
        "The simulation was stopped at 30 ms: the neurons of area B fire 100 spikes/s on average, "
        "and have been above rate_limit = 90 spikes/s since 0 ms (rate_limit_window = 20 ms)."
    )


def test_a_calm_chunk_begins_the_window_anew(network):
    guard = guard_of(network)
    for start in (0.0, 10.0, 30.0, 40.0):
        guard.check(B_NODES, start, start + 10.0)
        if start == 10.0:
            guard.check(B_NODES[:27], 20.0, 30.0)  # 90 spikes/s: not above the limit
    with pytest.raises(RunawayError, match="since 30 ms"):
        guard.check(B_NODES, 50.0, 60.0)


def test_the_mean_of_the_whole_area_counts(network):
    guard = guard_of(network, window=0.0)
    guard.check(np.repeat(np.arange(40, 50), 4), 0.0, 10.0)  # A|IV|I at 400, area A at 80 spikes/s
    with pytest.raises(RunawayError, match="area A fire 100 spikes/s"):
        guard.check(np.repeat(np.arange(40, 50), 5), 10.0, 20.0)


def test_the_worst_area_is_named(network):
    guard = guard_of(network, window=0.0)
    with pytest.raises(RunawayError, match="area B fire 200 spikes/s"):
        guard.check(np.concatenate([np.arange(50), B_NODES, B_NODES]), 0.0, 10.0)


def test_none_switches_it_off(network):
    guard = guard_of(network, limit=None, window=0.0)
    guard.check(np.repeat(B_NODES, 100), 0.0, 10.0)


@pytest.mark.parametrize(("ranks", "processes"), [(1, 2), (2, 2), (2, 4), (3, 6), (4, 4)])
def test_ranks_share_out_all_neurons(ranks, processes):
    numbers = np.array([40, 10, 0, 31])
    shares = [Share(rank, ranks, processes).count(numbers) for rank in range(ranks)]
    assert np.array_equal(sum(shares), numbers)
    assert np.ptp(shares, axis=0).max() <= 1
    # NEST's neuron 4 is the fourth of the first population; it is on virtual process 4 mod all
    alone = Share(4 % processes % ranks, ranks, processes).count(np.array([3, 1, 10]))
    assert alone[1] == 1


def test_nest_deals_out_neurons_as_share_assumes(active_network):
    populations = build(active_network(), SimulationParameters(), 3)
    processes = np.concatenate([nodes.vp for nodes in populations.nodes])
    assert np.array_equal(processes, np.arange(1, 81) % 3)


def test_a_rank_judges_by_its_own_neurons(network):
    guard = guard_of(network, window=0.0, share=Share(0, 2, 2))
    even = B_NODES[(B_NODES + 1) % 2 == 0]
    guard.check(even[:13], 0.0, 10.0)
    with pytest.raises(RunawayError, match="area B fire 100 spikes/s"):
        guard.check(even, 10.0, 20.0)


def test_a_finished_run_does_not_depend_on_it():
    plain = SimulationParameters()
    other = SimulationParameters(rate_limit=None, rate_limit_window=1.0)
    assert plain.identity == other.identity
    assert plain.guard == {"rate_limit": 150.0, "rate_limit_window": 500.0}


def driven(network, current):
    return network({"n_neurons": [40, 10, 30], "i_dc": [0.0, 0.0, current], "V0_sd": 0.0})


def run(network, folder, **options):
    parameters = SimulationParameters(t_sim=400.0, rate_limit_window=100.0, **options)
    return simulate(network, parameters, virtual_processes=2, spikes_path=folder / "spikes.h5")


def test_a_runaway_ends_the_run_and_keeps_its_spikes(network, tmp_path):
    # Period t_ref + tau_m ln(V/(V - 15 mV)) with V = I tau_m/C_m = 120 mV: 3.3354 ms, 300 spikes/s
    with pytest.raises(RunawayError) as caught:
        run(driven(network, 3000.0), tmp_path)
    kept = tmp_path / "spikes_stopped_at_120ms.h5"
    message = str(caught.value)
    assert "stopped at 120 ms: the neurons of area B fire " in message
    assert f"The spikes so far are in {kept}." in message
    assert "raise sim_params.rate_limit or switch it off" in message
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {kept.name, kept.with_suffix(".json").name}
    with Spikes(kept) as spikes:
        assert spikes.t_stop == 120.0
        trains = spikes.trains(("B", "V", "E"))
        period = 2 + 10 * math.log(120 / 105)
        assert np.diff(trains.times[:10]) == pytest.approx(period, abs=0.11)
        assert 117 < trains.times.max() < 120
    with h5py.File(kept) as file:
        assert file.attrs["magic"] == 0x0A7A


def test_the_kept_spikes_are_those_of_the_whole_run(network, tmp_path):
    with pytest.raises(RunawayError):
        run(driven(network, 3000.0), tmp_path)
    run(driven(network, 3000.0), tmp_path, rate_limit=None)
    with (
        Spikes(tmp_path / "spikes_stopped_at_120ms.h5") as kept,
        Spikes(tmp_path / "spikes.h5") as whole,
    ):
        assert whole.t_stop == 400.0
        for key, trains in kept.items():
            assert np.array_equal(trains.times, windows.cut(whole.trains(key), (0.0, 119.9)).times)


def test_a_calm_network_runs_to_its_end(active_network, tmp_path):
    report = run(active_network(), tmp_path)
    assert report.n_spikes > 100
    assert [path.name for path in tmp_path.iterdir()] == ["spikes.h5"]


#: The high-activity state of Schmidt et al. 2018a, its theory: 135.9 spikes/s (areas to 191).
HIGH_ACTIVITY = {
    **{"K_stable_path": None, "g": -16.0, "cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0},
    **{"fac_nu_ext_5E": 1.125, "fac_nu_ext_6E": 1.41666667, "fac_nu_ext_TH": 1.2},
}
GROUND = {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}


def small_macaque(**connection_params):
    """Scale the macaque model down around the state that its theory reaches from silence."""
    parameters = macaque.Parameters(
        N_scaling=0.002, K_scaling=0.1, connection_params=connection_params
    )
    full = macaque.build_network(parameters)
    return downscale(full, parameters, stationary_rates(full).rates)


@pytest.mark.long
def test_the_high_activity_state_of_the_macaque_is_stopped(tmp_path):
    with pytest.raises(RunawayError, match="the neurons of area"):
        run(small_macaque(**HIGH_ACTIVITY), tmp_path)


@pytest.mark.long
def test_the_ground_state_of_the_macaque_is_not(tmp_path):
    assert run(small_macaque(**GROUND), tmp_path).n_spikes > 0
