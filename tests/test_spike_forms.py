"""Spikes as arrays, table and Neo objects: seven spikes of six neurons by hand."""

import numpy as np
import pandas as pd
import pytest

from multiarea.errors import InputError
from multiarea.network.network import LEVELS
from multiarea.spikes.spool import SPIKE, Spool
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import Recording, write_spikes

KEYS = [("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")]
SPIKES = [(5, 123), (0, 7), (3, 60), (0, 3), (5, 1), (3, 59), (0, 100)]


@pytest.fixture
def spikes(tmp_path):
    neurons = pd.Series([3, 2, 1], pd.MultiIndex.from_tuples(KEYS, names=LEVELS))
    with Spool(tmp_path / "spool", SPIKE) as file:
        nodes, steps = np.array(SPIKES, np.int64).T
        file.append(node=nodes, step=steps)
    path = tmp_path / "spikes.h5"
    write_spikes(path, Recording(neurons, 20.0, 0.1), [tmp_path / "spool"])
    with Spikes(path) as opened:
        yield opened


def test_arrays(spikes):
    times, neurons = spikes.arrays()
    assert times.tolist() == [0.3, 0.7, 10.0, 5.9, 6.0, 0.1, 12.3]
    assert neurons.tolist() == [0, 0, 0, 3, 3, 5, 5]
    times, neurons = spikes.arrays(area="A", population="I")
    assert (times.tolist(), neurons.tolist()) == ([5.9, 6.0], [3, 3])


def test_table(spikes):
    table = spikes.table()
    assert list(table.columns) == ["time_ms", "neuron", "area", "layer", "population"]
    assert table["time_ms"].tolist() == [0.3, 0.7, 10.0, 5.9, 6.0, 0.1, 12.3]
    assert table["area"].tolist() == ["A"] * 5 + ["B"] * 2
    assert table["population"].tolist() == ["E"] * 3 + ["I"] * 2 + ["E"] * 2
    assert spikes.table(layer="V")[["neuron", "layer"]].values.tolist() == [[5, "V"], [5, "V"]]


def test_neo_has_a_train_for_each_neuron(spikes):
    trains = spikes.neo(area="A").segments[0].spiketrains
    assert [train.magnitude.tolist() for train in trains] == [
        [0.3, 0.7, 10.0],
        [],
        [],
        [5.9, 6.0],
        [],
    ]
    assert {str(train.dimensionality) for train in trains} == {"ms"}
    assert {float(train.t_stop) for train in trains} == {20.0}
    assert trains[3].annotations == {"neuron": 3, "area": "A", "layer": "IV", "population": "I"}


def test_neo_of_a_population(spikes):
    trains = spikes.neo(area="B").segments[0].spiketrains
    assert [train.magnitude.tolist() for train in trains] == [[0.1, 12.3]]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"area": "a"}, "no area 'a'. Did you mean 'A'? Recorded are: A, B"),
        ({"areas": "A"}, "unknown choice 'areas'"),
        ({"area": "B", "layer": "IV"}, "no layer 'IV'"),
    ],
)
def test_unknown_names(spikes, names, said):
    with pytest.raises(InputError, match="spikes: ") as caught:
        spikes.table(**names)
    assert said in str(caught.value)
