from __future__ import annotations

import io
import math

import h5py
import nest
import nnmt
import numpy as np
import pytest

from multiarea.network.stimuli import SpikeInput
from multiarea.parameters import SimulationParameters
from multiarea.progress import Progress
from multiarea.simulation.nest import build, connect, record, run, simulate, stage
from multiarea.spikes import windows
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.store import Spikes

A_E, A_I, B_E = ("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")


def run_to(path, network, parameters, virtual_processes=1, **options):
    return simulate(
        network,
        parameters,
        virtual_processes=virtual_processes,
        spikes_path=path / "spikes.h5",
        **options,
    )


def datasets(path):
    found = {}
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda name, item: found.update({name: item[()]}) if hasattr(item, "dtype") else None
        )
    return found


def same(first, second):
    a, b = datasets(first), datasets(second)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def test_neurons_with_dc_fire_at_the_computed_times(network, tmp_path):
    # V(t) = E_L + I tau_m/C_m (1 - exp(-t/tau_m)): 600 pA -> 24 mV, 15 mV at 9.81 ms -> step 99;
    # 400 pA -> 16 mV, at 27.7 ms -> step 278; 300 pA -> 12 mV: never
    net = network({"i_dc": [600.0, 400.0, 300.0]})
    assert 10 * math.log(24 / 9) == pytest.approx(9.808, abs=1e-3)
    assert 10 * math.log(16 / 1) == pytest.approx(27.726, abs=1e-3)
    run_to(tmp_path, net, SimulationParameters(t_sim=40.0, V0_mean=-65.0, V0_sd=0.0))
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert spikes.t_stop == 40.0
        assert spikes.resolution == 0.1
        # reset, then 2 ms refractory
        assert list(spikes.trains(A_E).times) == [9.9, 21.8, 33.7] * 40
        assert list(spikes.trains(A_I).times) == [27.8] * 10
        assert len(spikes.trains(B_E).times) == 0
        assert spikes.trains(B_E).n_neurons == 30


def test_single_spike_reaches_the_first_neuron_after_the_delay(network, tmp_path):
    net = network(extra_inputs=(SpikeInput(B_E, (7.0,), 1e6, 1.0),))
    run_to(tmp_path, net, SimulationParameters(t_sim=9.0, V0_mean=-65.0, V0_sd=0.0))
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert len(spikes) == 1
        trains = spikes.trains(B_E)
        assert list(trains.counts[:2]) == [1, 0]
        assert list(trains.times) == [8.1]  # arrives at 8.0, acts in the step that ends at 8.1


def test_poisson_driven_rate_agrees_with_theory(network, tmp_path):
    columns = {
        "n_neurons": [200, 10, 10],
        "n_synapses_external": [200 * 1000, 0, 0],
        "rate_ext": 18.0,
        "weight_ext": 43.9,
        "V0_mean": -58.0,
        "V0_sd": 4.0,
    }
    run_to(tmp_path, network(columns), SimulationParameters(t_sim=2200.0))
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert len(spikes.trains(A_I).times) == 0
        trains = windows.cut(spikes.trains(A_E), (200.0, 2200.0))
    rate = len(trains.times) / 200 / 2.0
    # J = w tau_syn/C_m, mu = tau_m J nu, sigma^2 = tau_m J^2 nu
    jump, nu = 43.9 * 0.5 / 250, 18_000.0
    mu, sigma = 0.01 * jump * nu, math.sqrt(0.01 * jump**2 * nu)
    theory = nnmt.lif.exp._firing_rate_shift(mu, sigma, 0.0, 15.0, 0.01, 0.002, 0.0005)
    assert rate == pytest.approx(float(theory), rel=0.04)
    # independent trains: neurons do not fire together
    binned = np.histogram(trains.times, np.arange(200, 2200.1, 1.0))[0]
    assert binned.var() / binned.mean() < 1.3


@pytest.mark.parametrize("rate", [2000.0, 8000.0])
def test_poisson_input_has_the_mean_and_variance_of_shot_noise(network, tmp_path, rate):
    weight, tau_m, tau_syn, C_m = 43.9, 10.0, 0.5, 250.0
    columns = {
        "n_neurons": [100, 1, 1],
        "n_synapses_external": [100 * 1000, 0, 0],
        "rate_ext": rate / 1000,
        "weight_ext": weight,
        "V0_mean": -65.0,
        "V0_sd": 0.0,
    }
    parameters = SimulationParameters(t_sim=1600.0, rec_dev=("spike_recorder", "voltmeter"))
    path = tmp_path / "membrane_potentials.h5"
    run_to(tmp_path, network(columns), parameters, virtual_processes=2, potentials_path=path)
    with h5py.File(path) as file:
        potential = file["report/cortex/data"][100:, :100] + 65.0
    # Campbell's theorem for the potential after one spike
    kernel = weight / C_m * tau_m * tau_syn / (tau_m - tau_syn)
    per_ms = 1e-3 * rate
    variance = (tau_m + tau_syn) / 2 - 2 * tau_m * tau_syn / (tau_m + tau_syn)
    assert potential.mean() == pytest.approx(per_ms * weight / C_m * tau_m * tau_syn, rel=0.01)
    assert potential.var() == pytest.approx(per_ms * kernel**2 * variance, rel=0.06)
    assert abs(np.corrcoef(potential[:, :2].T)[0, 1]) < 0.3


def test_potentials(network, tmp_path):
    net = network(
        {"n_neurons": [130, 10, 30], "i_dc": [300.0, 0.0, 0.0], "V0_mean": -65.0, "V0_sd": 0.0}
    )
    parameters = SimulationParameters(
        t_sim=50.0, rec_dev=("spike_recorder", "voltmeter"), rec_V_int=0.5
    )
    path = tmp_path / "membrane_potentials.h5"
    run_to(tmp_path, net, parameters, virtual_processes=2, potentials_path=path)
    with h5py.File(path) as file:
        data = file["report/cortex/data"][()]
        nodes = file["report/cortex/mapping/node_ids"][()]
        start, stop, step = file["report/cortex/mapping/time"][()]
        assert data.dtype == np.float32
    assert (start, step) == (0.5, 0.5)
    times = np.arange(start, stop - step / 2, step)
    assert len(times) == len(data) == 99  # the sample at t_sim is not delivered any more
    assert list(nodes) == [*range(100), *range(130, 140), *range(140, 170)]
    expected = -65 + 12 * (1 - np.exp(-times / 10))
    assert np.allclose(data[:, :100], expected[:, None], atol=1e-4)
    assert np.all(data[:, 100:] == -65)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["membrane_potentials.h5", "spikes.h5"]


def test_voltmeter_needs_a_path(network, tmp_path):
    parameters = SimulationParameters(rec_dev=("spike_recorder", "voltmeter"))
    with pytest.raises(ValueError, match="potentials_path"):
        run_to(tmp_path, network(), parameters)


def test_same_parameters_twice_and_another_seed(active_network, tmp_path):
    net = active_network()
    paths = [tmp_path / name for name in ("a", "b", "c")]
    for path, seed in zip(paths, (5, 5, 6), strict=True):
        report = run_to(path, net, SimulationParameters(t_sim=200.0, master_seed=seed), 2)
        assert report.n_spikes > 100
    a, b, c = (path / "spikes.h5" for path in paths)
    assert same(a, b)
    assert not same(a, c)


def test_bernoulli_synapses_change_the_activity(active_network, tmp_path):
    rules = active_network().rules
    weaker = active_network(rules=type(rules)(p_transmit=0.5))
    run_to(tmp_path / "a", active_network(), SimulationParameters(t_sim=100.0))
    run_to(tmp_path / "b", weaker, SimulationParameters(t_sim=100.0))
    assert not same(tmp_path / "a/spikes.h5", tmp_path / "b/spikes.h5")


@pytest.mark.parametrize("delay_min", [0.0, 1.2])
def test_length_of_chunks_changes_no_spike(active_network, tmp_path, delay_min, monkeypatch):
    parameters = SimulationParameters(t_sim=120.0, delay_min=delay_min)
    for chunk in (0.1, 3.0, 7.0):
        monkeypatch.setattr(stage.run, "__defaults__", (chunk,))
        report = run_to(tmp_path / str(chunk), active_network(), parameters)
        assert report.min_delay == pytest.approx(max(delay_min, 0.1))
    first, *others = (tmp_path / str(chunk) / "spikes.h5" for chunk in (0.1, 3.0, 7.0))
    assert all(same(first, other) for other in others)


def test_chunks_give_the_spikes_of_one_call(active_network, tmp_path):
    parameters = SimulationParameters(t_sim=120.0)
    run_to(tmp_path, active_network(), parameters)
    populations = build(active_network(), parameters, 1)
    connect(active_network(), parameters, populations)
    recorders = record(active_network(), parameters, populations)
    nest.Simulate(120.0)
    events = recorders.spikes.events
    order = np.lexsort((events["times"], events["senders"]))
    with h5py.File(tmp_path / "spikes.h5") as file:
        assert np.array_equal(file["spikes/cortex/node_ids"], events["senders"][order] - 1)
        assert np.allclose(file["spikes/cortex/timestamps"], events["times"][order], atol=1e-9)


def test_recorder_is_emptied_after_each_chunk(active_network, tmp_path):
    parameters = SimulationParameters(t_sim=50.0)
    populations = build(active_network(), parameters, 1)
    connect(active_network(), parameters, populations)
    recorders = record(active_network(), parameters, populations)
    text = io.StringIO()
    with Spool(tmp_path / "spool", SPIKE) as spool:
        run(recorders, parameters, [spool], Progress("simulate", 0.05, "s", text))
    assert recorders.spikes.n_events == 0
    assert len(np.fromfile(tmp_path / "spool", SPIKE)) > 50
    assert text.getvalue().startswith("simulate: 0 %  0.00 of 0.05 s\n")
    assert "simulate: 100 %  0.05 of 0.05 s" in text.getvalue()


def test_report(active_network, tmp_path, capsys):
    report = run_to(
        tmp_path,
        active_network(),
        SimulationParameters(t_sim=100.0, delay_max=2.0),
        2,
        progress=Progress,
    )
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert len(spikes) == report.n_spikes > 0
    # 2200 recurrent ones, and per neuron a Poisson input and a recorder
    assert (report.n_neurons, report.n_connections) == (80, 2200 + 160)
    assert (report.virtual_processes, report.ranks) == (2, 1)
    assert report.local_virtual_processes == (0, 1)
    assert report.max_delay == pytest.approx(2.0)
    assert report.share_delay_min == 0
    assert 0.1 < report.share_delay_max < 0.3
    assert report.peak_memory > 50
    assert min(report.seconds_build, report.seconds_connect, report.seconds_run) > 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "connect: 100 %  2 200 of 2 200 synapses" in printed.err
    assert "simulate: 100 %" in printed.err


def test_what_was_simulated_is_kept_if_the_result_cannot_be_written(
    active_network, tmp_path, monkeypatch
):
    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(stage, "write_spikes", fail)
    with pytest.raises(OSError, match="disk full"):
        run_to(tmp_path, active_network(), SimulationParameters(t_sim=10.0))
    kept = ["spikes_stopped_at_10ms.h5", "spikes_stopped_at_10ms.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_spools_of_a_killed_run_are_ignored_and_removed(active_network, tmp_path):
    for rank in (0, 7):
        (tmp_path / f".spikes.spool-{rank}").write_bytes(b"12345678" * 10)
    report = run_to(tmp_path, active_network(), SimulationParameters(t_sim=50.0))
    with h5py.File(tmp_path / "spikes.h5") as file:
        assert len(file["spikes/cortex/node_ids"]) == report.n_spikes
        assert max(file["spikes/cortex/node_ids"]) < 80
    assert [p.name for p in tmp_path.iterdir()] == ["spikes.h5"]
