from __future__ import annotations

import threading

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multiarea.errors import InputError
from multiarea.network.network import LEVELS
from multiarea.spikes import windows
from multiarea.spikes.potentials import write_potentials
from multiarea.spikes.sampled import evenly_spaced
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool, blocks, spool_path
from multiarea.spikes.store import Spikes
from multiarea.spikes.trains import Trains
from multiarea.spikes.writer import (
    Recording,
    count_spikes,
    node_ranges,
    sorted_spikes,
    steps_to_ms,
    write_spikes,
)

KEYS = [("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")]
RECORDING = Recording(
    pd.Series([3, 2, 1], pd.MultiIndex.from_tuples(KEYS, names=LEVELS)), 20.0, 0.1
)
SPIKES = [(5, 123), (0, 7), (3, 60), (0, 3), (5, 1), (3, 59), (0, 100)]


def spool(path, spikes):
    with Spool(path, SPIKE) as file:
        for chunk in (spikes[:3], spikes[3:]):
            nodes, steps = np.array(chunk, np.int64).reshape(-1, 2).T
            file.append(node=nodes, step=steps)
    return path


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "spikes.h5"
    assert write_spikes(path, RECORDING, [spool(tmp_path / "spool", SPIKES)]) == 7
    return path


def test_layout(store):
    with h5py.File(store) as file:
        assert list(file["spikes/cortex/node_ids"]) == [0, 0, 0, 3, 3, 5, 5]
        assert file["spikes/cortex/node_ids"].dtype == np.uint64
        assert list(file["spikes/cortex/timestamps"]) == [0.3, 0.7, 10.0, 5.9, 6.0, 0.1, 12.3]
        assert file["spikes/cortex/timestamps"].attrs["units"] == "ms"
        assert file["spikes/cortex"].attrs["sorting"] == 1
        assert list(file["neurons/offsets"]) == [0, 3, 3, 3, 5, 5, 7]
        assert list(file["populations/area"].asstr()) == ["A", "A", "B"]
        assert list(file["populations/first_node"]) == [0, 3, 5]
        assert list(file["populations/n_neurons"]) == [3, 2, 1]
        assert dict(file.attrs)["t_stop"] == 20.0
        assert dict(file.attrs)["resolution"] == 0.1


def test_reader(store):
    with Spikes(store) as spikes:
        assert len(spikes) == 7
        found = {key: trains for key, trains in spikes.items()}
        assert list(found) == KEYS
        assert list(spikes.populations["n_neurons"]) == [3, 2, 1]
    trains = found["A", "IV", "E"]
    assert list(trains.counts) == [3, 0, 0]
    assert list(trains.neurons) == [0, 0, 0]
    assert list(found["A", "IV", "I"].times) == [5.9, 6.0]
    assert list(found["A", "IV", "I"].counts) == [2, 0]
    assert list(found["B", "V", "E"].times) == [0.1, 12.3]


def test_window():
    trains = Trains(np.array([1.0, 5.0, 9.0, 5.0]), np.array([0, 3, 3, 4]))
    inside = windows.cut(trains, (5.0, 9.0))
    assert list(inside.times) == [5.0, 5.0]
    assert list(inside.counts) == [1, 0, 1]


def test_evenly_spaced_neurons_include_silent_ones():
    trains = Trains(np.array([1.0, 5.0, 2.0, 8.0, 3.0]), np.array([0, 2, 2, 3, 5]))
    half, whole = evenly_spaced(trains, 0.5, (0, 6)), evenly_spaced(trains, 1.0, (0, 10))
    assert (half.times.tolist(), half.counts.tolist()) == ([1, 5, 2], [2, 1])
    assert (whole.times.tolist(), whole.counts.tolist()) == ([1, 5, 2, 8, 3], [2, 0, 1, 2])
    assert evenly_spaced(trains, 0.01, (0, 10)).n_neurons == 1


def test_how_spikes_are_shared_among_ranks_does_not_matter(store, tmp_path):
    parts = [spool(tmp_path / f"s{k}", SPIKES[k::3]) for k in range(3)]
    other = tmp_path / "other.h5"
    write_spikes(other, RECORDING, parts, limit=2)
    with h5py.File(store) as a, h5py.File(other) as b:
        for name in ("spikes/cortex/node_ids", "spikes/cortex/timestamps", "neurons/offsets"):
            assert np.array_equal(a[name], b[name])


def test_no_spikes(tmp_path):
    path = tmp_path / "spikes.h5"
    assert write_spikes(path, RECORDING, [spool(tmp_path / "spool", [])]) == 0
    with Spikes(path) as spikes:
        assert len(spikes.trains(KEYS[0]).times) == 0
        assert spikes.trains(KEYS[0]).n_neurons == 3


@settings(max_examples=60, deadline=None)
@given(
    spikes=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**32 - 1)), max_size=60),
    n_files=st.integers(1, 3),
    limit=st.integers(1, 70),
)
def test_sort_in_bounded_memory(tmp_path_factory, spikes, n_files, limit):
    folder = tmp_path_factory.mktemp("sort")
    paths = [spool(folder / f"{k}", spikes[k::n_files]) for k in range(n_files)]
    counts = count_spikes(paths, 10)
    parts = list(sorted_spikes(paths, counts, limit))
    assert [
        (int(n), int(s)) for nodes, steps in parts for n, s in zip(nodes, steps, strict=True)
    ] == sorted(spikes)
    for nodes, _ in parts:
        assert len(nodes) <= limit or len(set(nodes)) == 1
    assert counts.sum() == len(spikes)


def test_node_ranges():
    assert list(node_ranges(np.array([3, 3, 0, 10, 1, 0]), 6)) == [(0, 3), (3, 4), (4, 6)]
    assert list(node_ranges(np.array([0, 0, 4, 0]), 4)) == [(0, 4)]
    assert list(node_ranges(np.zeros(3, int), 4)) == []


@pytest.mark.parametrize("resolution", [0.1, 0.05, 0.2, 0.125, 1.0])
def test_times_are_the_nearest_floats(resolution):
    steps = np.arange(1, 2000, 7, dtype=np.uint64)
    texts = [f"{k * resolution:.6f}" for k in steps.tolist()]
    assert [float(t) for t in texts] == list(steps_to_ms(steps, resolution))


def test_broken_store(tmp_path):
    path = tmp_path / "spikes.h5"
    path.write_bytes(b"no HDF5")
    with pytest.raises(InputError, match="not a readable spike file"):
        Spikes(path)


def test_blocks_of_several_files(tmp_path):
    paths = [spool(tmp_path / "a", SPIKES[:5]), spool(tmp_path / "b", SPIKES[5:])]
    sizes = [len(records) for records in blocks(paths, SPIKE, 3)]
    assert sizes == [3, 2, 2]
    assert spool_path(tmp_path / "spikes.h5", 3).name == ".spikes.spool-3"


def test_potentials_of_two_ranks(tmp_path):
    # neurons 2 and 7, three samples; rank 1 holds neuron 7
    spools = []
    for node in (2, 7):
        with Spool(tmp_path / f"spool-{node}", SAMPLE) as file:
            for step in (1, 2, 3):
                file.append(node=[node], step=[step], value=[-60.0 - node - step / 10])
        spools.append(file.path)
    path = tmp_path / "v.h5"
    assert write_potentials(path, np.array([2, 7]), 0.5, spools) == 3
    with h5py.File(path) as file:
        expected = [[-62.1, -67.1], [-62.2, -67.2], [-62.3, -67.3]]
        assert np.allclose(file["report/cortex/data"], expected, atol=1e-5)
        assert list(file["report/cortex/mapping/time"]) == [0.5, 2.0, 0.5]
        assert list(file["report/cortex/mapping/node_ids"]) == [2, 7]


def test_a_spool_has_one_writer_at_a_time(tmp_path, caplog):
    path = spool_path(tmp_path / "spikes.h5", 0)
    first = Spool(path, SPIKE)
    first.append(node=np.array([1]), step=np.array([10]))
    first.flush()
    opened = []

    def open_second():
        with Spool(path, SPIKE) as second:
            second.append(node=np.array([2]), step=np.array([20]))
            opened.append(second)

    thread = threading.Thread(target=open_second)
    thread.start()
    thread.join(timeout=0.3)
    assert thread.is_alive()
    assert "waiting for a process that still simulates into" in caplog.text
    assert [records["node"].tolist() for records in blocks([path], SPIKE)] == [[1]]
    path.unlink()
    first.close()
    thread.join(timeout=10)
    assert opened
    assert [records["node"].tolist() for records in blocks([path], SPIKE)] == [[2]]
