"""SONATA files as the readers of the field see them: libsonata and BMTK."""

import h5py
import libsonata
import numpy as np
import pandas as pd
import pytest

from multiarea.network.network import LEVELS
from multiarea.spikes.potentials import write_potentials
from multiarea.spikes.spool import SAMPLE, SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

INDEX = pd.MultiIndex.from_tuples([("A", "IV", "E"), ("B", "V", "I")], names=LEVELS)
EXPECTED = [(0, 0.3), (0, 0.7), (0, 10.0), (3, 5.9), (5, 0.1), (5, 12.3)]


@pytest.fixture
def spikes(tmp_path):
    with Spool(tmp_path / "spool", SPIKE) as spool:
        spool.append(node=np.array([5, 0, 0, 3, 5, 0]), step=np.array([123, 7, 3, 59, 1, 100]))
    path = tmp_path / "spikes.h5"
    recording = Recording(pd.Series([4, 2], INDEX), 20.0, 0.1)
    write_spikes(path, recording, [spool.path])
    return path


def test_libsonata_reads_spikes(spikes):
    population = libsonata.SpikeReader(str(spikes))["cortex"]
    assert population.get() == EXPECTED
    assert (population.sorting, population.time_units) == ("by_id", "ms")
    assert population.get(node_ids=[3, 5], tstart=1.0, tstop=20.0) == [(3, 5.9), (5, 12.3)]


def test_libsonata_reads_potentials(tmp_path):
    with Spool(tmp_path / "spool", SAMPLE) as spool:
        for step in (1, 2, 3):
            spool.append(node=[2, 7], step=[step, step], value=[-62 - step / 8, -67 - step / 8])
    path = tmp_path / "v.h5"
    write_potentials(path, np.array([2, 7]), 0.5, [spool.path])
    population = libsonata.SomaReportReader(str(path))["cortex"]
    assert (population.data_units, population.time_units) == ("mV", "ms")
    frame = population.get()
    assert list(frame.ids) == [2, 7]
    assert list(frame.times) == [0.5, 1.0, 1.5]
    expected = [[-62.125, -67.125], [-62.25, -67.25], [-62.375, -67.375]]
    assert np.array_equal(frame.data, np.array(expected, np.float32))


def test_bmtk_reads_spikes(spikes):
    module = "bmtk.utils.reports.spike_trains"
    reports = pytest.importorskip(module, reason="needs pip install '.[bmtk]'")
    trains = reports.SpikeTrains.from_sonata(str(spikes))
    assert trains.populations == ["cortex"]
    table = trains.to_dataframe().sort_values(["node_ids", "timestamps"])
    assert list(zip(table["node_ids"], table["timestamps"], strict=True)) == EXPECTED
    assert list(trains.get_times(5, "cortex")) == [0.1, 12.3]


def test_files_with_compressed_node_ids_are_still_read(spikes):
    """As they were written before libsonata was tried."""
    with h5py.File(spikes, "r+") as file:
        nodes = file["spikes/cortex/node_ids"][()]
        del file["spikes/cortex/node_ids"]
        file.create_dataset(
            "spikes/cortex/node_ids", data=nodes, chunks=(6,), shuffle=True, compression="gzip"
        )
    with Spikes(spikes) as reader:
        assert list(reader.trains(("A", "IV", "E")).counts) == [3, 0, 0, 1]
        assert list(reader.trains(("B", "V", "I")).times) == [0.1, 12.3]
