"""Recording of chosen areas, from when on, and of the potentials of a share of the neurons."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from multiarea.analysis.rate_histograms import rate_histograms
from multiarea.analysis.rates import rates
from multiarea.errors import InputError
from multiarea.parameters import AnalysisParameters, SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.recorded import potentials_per_population
from multiarea.spikes.store import Spikes

A_E, A_I, B_E = ("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")


def run_to(path, network, **parameters):
    path.mkdir(exist_ok=True)
    chosen = SimulationParameters(**parameters)
    files = {"spikes_path": path / "spikes.h5", "potentials_path": path / "v.h5"}
    simulate(network, chosen, virtual_processes=1, **files)
    return path / "spikes.h5"


def test_recorded_areas_have_the_spikes_of_a_full_recording(active_network, tmp_path):
    everything = run_to(tmp_path / "all", active_network(), t_sim=200.0)
    some = run_to(tmp_path / "some", active_network(), t_sim=200.0, areas_recorded=["B"])
    with Spikes(everything) as all_spikes, Spikes(some) as spikes:
        assert list(spikes.populations.index) == [B_E]
        assert (spikes.trains(B_E).times == all_spikes.trains(B_E).times).all()
        assert len(spikes.trains(B_E).times) == len(spikes) > 0
        parameters = AnalysisParameters(
            meanFiringRate={"t_start": 100.0}, rate_histogram={"t_start": 100.0}
        )
        table = rates(spikes=spikes, parameters=parameters)
        assert table["area"].tolist() == ["B"]
        expected = rates(spikes=all_spikes, parameters=parameters).iloc[[2]]
        assert table.to_dict("list") == expected.to_dict("list")
        histograms = rate_histograms(spikes=spikes, parameters=parameters)
        assert histograms["area"].tolist() == ["B"]


def test_recording_begins_late(active_network, tmp_path):
    everything = run_to(tmp_path / "all", active_network(), t_sim=200.0)
    late = run_to(tmp_path / "late", active_network(), t_sim=200.0, rec_start=150.0)
    with Spikes(everything) as all_spikes, Spikes(late) as spikes:
        expected = all_spikes.trains(A_E).times
        assert (spikes.trains(A_E).times == expected[expected > 150.0]).all()
        assert len(spikes.trains(A_E).times) > 10 and spikes.t_stop == 200.0


def test_potentials_of_a_share_in_a_window(active_network, tmp_path):
    """30 % of 40, 10 and 30 neurons; samples every 0.5 ms from 20.5 to 40 ms."""
    voltmeter = {"rec_dev": ["spike_recorder", "voltmeter"], "rec_V_int": 0.5, "t_sim": 60.0}
    window = {"rec_V_start": 20.0, "rec_V_stop": 40.0, "Nrec_vm_fraction": 0.3}
    run_to(tmp_path / "all", active_network(), **voltmeter)
    run_to(tmp_path / "some", active_network(), **voltmeter, **window)
    with h5py.File(tmp_path / "all/v.h5") as whole, h5py.File(tmp_path / "some/v.h5") as part:
        some, every = (file["report/cortex"] for file in (part, whole))
        nodes = some["mapping/node_ids"][()]
        assert nodes.tolist() == [*range(12), *range(40, 43), *range(50, 59)]
        assert some["mapping/time"][()].tolist() == [20.5, 40.5, 0.5]
        assert some["data"].shape == (40, 24)
        columns = np.searchsorted(every["mapping/node_ids"][()], nodes)
        assert (some["data"][()] == every["data"][40:80][:, columns]).all()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [100, 10, 30]),
        ({"Nrec_vm_fraction": 0.01}, [1, 1, 1]),
        ({"Nrec_vm_fraction": 0.55}, [82, 5, 16]),
        ({"Nrec_vm_fraction": 0.0}, [0, 0, 0]),
        ({"Nrec_vm_fraction": 1.0, "areas_recorded": ["B"]}, [0, 0, 30]),
    ],
)
def test_numbers_of_recorded_potentials(network, options, expected):
    net = network({"n_neurons": [150, 10, 30]})
    numbers = potentials_per_population(net, SimulationParameters(**options))
    assert numbers.tolist() == expected


def test_areas_that_are_not_there(network, tmp_path):
    with pytest.raises(InputError, match="areas_recorded: no population in C"):
        run_to(tmp_path, network(), t_sim=10.0, areas_recorded=["C"])
