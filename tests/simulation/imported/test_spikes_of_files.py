"""Spikes that other programs wrote, taken into the spike store, with hand-counted results."""

import shutil
from pathlib import Path

import h5py
import libsonata
import numpy as np
import pandas as pd
import pytest

from multiarea.analysis.rates import rates
from multiarea.parameters import AnalysisParameters, SimulationParameters
from multiarea.simulation.imported.stage import import_spikes
from multiarea.spikes.spool import SPIKE, Spool, spool_path
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

BMTK = Path(__file__).parent / "bmtk"
E, I = ("cortex", "V", "E"), ("cortex", "V", "I")  # noqa: E741
#: In each form: neuron 0 of V E at 3.1 and 120.7 ms, 7 and 2 at 64.2 ms; 1 of V I at 5, 99.9 ms.
EXPECTED = {E: {0: [3.1, 120.7], 2: [64.2], 7: [64.2]}, I: {1: [5.0, 99.9]}}
ROWS = [(100, 3.1), (100, 120.7), (107, 64.2), (102, 64.2), (201, 5.0), (201, 99.9)]
RANGES = "first,last,area,layer,population\n100,149,cortex,V,E\n200,209,cortex,V,I\n"


def held(spikes):
    """Return {population: {neuron: times}} of the neurons that fire."""
    found = {}
    for key, trains in spikes.items():
        parts = np.split(trains.times, trains.offsets[1:-1])
        found[key] = {n: list(times) for n, times in enumerate(parts) if len(times)}
    return {key: trains for key, trains in found.items() if trains}


def write_table(folder, kind, unit="ms"):
    """Write `ROWS` as a table of a kind; return its path."""
    path, factor = folder / f"spikes.{kind}", {"ms": 1.0, "s": 1000.0}[unit]
    rows = [(neuron, time / factor) for neuron, time in ROWS]
    frame = pd.DataFrame(rows, columns=["neuron", "time"])
    if kind == "npy":
        np.save(path, np.array(rows))
    else:
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "npy"])
@pytest.mark.parametrize("unit", ["ms", "s"])
def test_tables_of_spikes(take, tmp_path, kind, unit):
    with take(write_table(tmp_path, kind, unit), RANGES, unit=unit) as spikes:
        assert held(spikes) == EXPECTED
        assert list(spikes.populations["n_neurons"]) == [50, 10]
        assert (spikes.t_stop, spikes.resolution) == (200.0, 0.001)


def test_units_in_the_names_of_columns_and_fields(take, tmp_path):
    pd.DataFrame(ROWS, columns=["neuron", "time_ms"]).assign(note="x").to_csv(tmp_path / "a.csv")
    fields = [("time_s", float), ("neuron", np.int64)]
    np.save(tmp_path / "b.npy", np.array([(t / 1000, n) for n, t in ROWS], fields))
    for name in ("a.csv", "b.npy"):
        with take(tmp_path / name, RANGES) as spikes:
            assert held(spikes) == EXPECTED


def test_a_table_of_single_neurons_in_any_order(take, tmp_path):
    lines = [f"{n},E,V,cortex" for n in (107, 102, 100)] + ["201,I,V,cortex"]
    table = "\n".join(["neuron,population,layer,area", *lines])
    with take(write_table(tmp_path, "csv"), table, unit="ms") as spikes:
        assert held(spikes) == {E: {0: [3.1, 120.7], 1: [64.2], 2: [64.2]}, I: {0: [5.0, 99.9]}}


def test_files_of_bmtk(take):
    with take(BMTK / "named_populations.h5") as spikes:
        assert held(spikes) == EXPECTED
        assert list(spikes.populations["n_neurons"]) == [242, 53], "all neurons of both"
    table = "first,last,area,layer,population\n0,49,cortex,V,E\n100,109,cortex,V,I\n"
    with take(BMTK / "one_population.h5", table) as spikes:
        assert held(spikes) == EXPECTED


def test_a_table_for_several_node_populations(take):
    table = (
        "node_population,first,last,area,layer,population\n"
        "cortex_V_I,0,9,cortex,V,I\ncortex_V_E,0,49,cortex,V,E\n"
    )
    with take(BMTK / "named_populations.h5", table) as spikes:
        assert held(spikes) == EXPECTED
        assert list(spikes.populations["n_neurons"]) == [50, 10]


def test_neurons_in_the_order_of_the_network(take, network, tmp_path):
    first = (network.populations["n_neurons"].cumsum() - network.populations["n_neurons"])[I]
    (tmp_path / "a.csv").write_text(f"neuron,time_ms\n0,1\n{first + 1},5.0\n{first + 1},99.9\n")
    with take(tmp_path / "a.csv", "network", 150.0) as spikes:
        assert held(spikes) == {("cortex", "II/III", "E"): {0: [1.0]}, I: EXPECTED[I]}
        assert spikes.populations["n_neurons"].sum() == network.n_neurons.sum()


def test_nwb_with_and_without_columns(take, write_nwb, tmp_path):
    of = {100: [0.0031, 0.1207], 102: [0.0642], 107: [0.0642], 201: [0.005, 0.0999], 203: []}
    units = [(n, times, "cortex", "V", "E" if n < 200 else "I") for n, times in of.items()]
    file = write_nwb(tmp_path / "a.nwb", units, ("area", "layer", "population"))
    with take(file) as spikes:
        assert held(spikes) == {E: {0: [3.1, 120.7], 1: [64.2], 2: [64.2]}, I: {0: [5.0, 99.9]}}
        assert list(spikes.populations["n_neurons"]) == [3, 2], "a silent unit is one, too"
    with take(write_nwb(tmp_path / "b.nwb", list(of.items())), RANGES) as spikes:
        assert held(spikes) == EXPECTED


def test_own_files_come_back_as_they_were(take, network, tmp_path):
    steps = np.random.default_rng(1).integers(1, 2000, 500)
    nodes = np.random.default_rng(2).integers(0, network.n_neurons.sum(), 500)
    with Spool(tmp_path / "spool", SPIKE) as spool:
        spool.append(node=nodes, step=steps)
    recorded = np.arange(len(network)) % 3 > 0
    ends = network.n_neurons.cumsum()
    kept = recorded[np.searchsorted(ends, nodes, side="right")]
    with Spool(tmp_path / "kept", SPIKE) as chosen:
        chosen.append(node=nodes[kept], step=steps[kept])
    recording = Recording(network.populations["n_neurons"], 200.0, 0.1, recorded)
    write_spikes(tmp_path / "own.h5", recording, [chosen.path])
    with Spikes(tmp_path / "own.h5") as own, take(tmp_path / "own.h5") as again:
        assert len(own) == len(again) == kept.sum()
        assert list(again.populations.index) == list(own.populations.index)
        for key, trains in own.items():
            assert np.array_equal(trains.times, again.trains(key).times)
            assert np.array_equal(trains.offsets, again.trains(key).offsets)


def test_libsonata_reads_what_was_taken(take, tmp_path):
    with take(write_table(tmp_path, "csv"), RANGES, unit="ms"):
        reader = libsonata.SpikeReader(str(tmp_path / "taken/spikes.h5"))["cortex"]
    expected = [(0, 3.1), (0, 120.7), (2, 64.2), (7, 64.2), (51, 5.0), (51, 99.9)]
    assert reader.get() == expected


def test_rates_are_those_of_recorded_neurons(take, tmp_path):
    with take(write_table(tmp_path, "csv"), RANGES, unit="ms") as spikes:
        window = {"meanFiringRate": {"t_start": 0.0, "t_stop": 100.0}}
        table = rates(spikes=spikes, parameters=AnalysisParameters(**window))
    table = table.set_index(["area", "layer", "population"])
    assert table["rate_spikes_per_s"].to_dict() == {E: 3 / 50 / 0.1, I: 2 / 10 / 0.1}
    assert table["n_neurons"].to_dict() == {E: 50, I: 10}


def test_what_is_left_out_is_told(take, tmp_path):
    table = RANGES.replace("200,209", "300,309")
    with pytest.warns(UserWarning, match="left out: 2 spikes of neurons that are in no population"):
        with take(write_table(tmp_path, "csv"), table, unit="ms") as spikes:
            assert held(spikes) == {E: EXPECTED[E]}
            assert list(spikes.populations["n_neurons"]) == [50, 10], "the others are silent"
    words = "left out: 1 spikes that are not between 0 and 100 ms"
    with pytest.warns(UserWarning, match=words):
        with take(write_table(tmp_path, "csv"), RANGES, t_sim=100.0, unit="ms") as spikes:
            assert held(spikes) == {**EXPECTED, E: {0: [3.1], 2: [64.2], 7: [64.2]}}
    with pytest.warns(UserWarning, match="last spike taken is at 120.7 ms, but t_sim is 900 ms"):
        take(write_table(tmp_path, "csv"), RANGES, t_sim=900.0, unit="ms").close()


def test_the_imported_time_begins_at_start(take, tmp_path):
    words = "2 spikes that are not between 60 and 121 ms"
    with pytest.warns(UserWarning, match=words):
        with take(write_table(tmp_path, "csv"), RANGES, 61.0, unit="ms", start=60.0) as spikes:
            assert held(spikes) == {E: {0: [60.7], 2: [4.2], 7: [4.2]}, I: {1: [39.9]}}
    (tmp_path / "before.csv").write_text("neuron,time_ms\n100,-50\n100,20\n")
    with take(tmp_path / "before.csv", RANGES, 100.0, start=-60.0) as spikes:
        assert held(spikes) == {E: {0: [10.0, 80.0]}}


def test_recording_options_hold_as_in_a_simulation(take, tmp_path):
    with pytest.warns(UserWarning, match="2 spikes that are not between 5 and 200 ms"):
        with take(write_table(tmp_path, "csv"), RANGES, unit="ms", rec_start=5.0) as spikes:
            assert held(spikes) == {E: {0: [120.7], 2: [64.2], 7: [64.2]}, I: {1: [99.9]}}


def test_only_recorded_areas(network, tmp_path):
    areas = network.populations.reset_index()
    areas["area"] = ["A"] * 3 + ["B"] * 2 + ["C"] * 3
    other = network.replace(populations=areas.set_index(["area", "layer", "population"]))
    spikes_from = {"file": "spikes.npy", "neurons": "network", "unit": "ms"}
    ends = other.populations["n_neurons"].cumsum().to_numpy()
    firsts = ends - other.populations["n_neurons"].to_numpy()
    np.save(tmp_path / "spikes.npy", np.array([(n, 10.0 + p) for p, n in enumerate(firsts)]))
    parameters = SimulationParameters(
        t_sim=20.0, spikes_from=spikes_from, areas_recorded=("A", "C")
    )
    with pytest.warns(UserWarning, match="2 spikes of neurons that are in no population"):
        import_spikes(other, parameters, tmp_path / "spikes.npy", None, tmp_path / "spikes.h5")
    with Spikes(tmp_path / "spikes.h5") as spikes:
        assert sorted({area for area, _, _ in spikes.populations.index}) == ["A", "C"]
        assert [trains.times[0] for _, trains in spikes.items()] == [10, 11, 12, 15, 16, 17]
        assert all(list(trains.neurons) == [0] for _, trains in spikes.items())


def test_remains_of_a_killed_import_do_not_matter(take, tmp_path):
    path = spool_path(tmp_path / "taken" / "spikes.h5", 0)
    path.parent.mkdir()
    path.write_bytes(b"12345678" * 3)
    with take(write_table(tmp_path, "csv"), RANGES, unit="ms") as spikes:
        assert held(spikes) == EXPECTED


def test_sonata_times_in_seconds(take, tmp_path):
    shutil.copy(BMTK / "named_populations.h5", tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        for group in file["spikes"].values():
            group["timestamps"][...] /= 1000
            group["timestamps"].attrs["units"] = "seconds"
    with take(tmp_path / "a.h5") as spikes:
        assert held(spikes) == EXPECTED
