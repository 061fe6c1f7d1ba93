"""Files of the published macaque code: JSON files of rates, .npy in-degrees."""

import json

import numpy as np
import pandas as pd
import pytest

from multiarea.build.rates import source_rates
from multiarea.data.published_macaque import read_npy_indegrees
from multiarea.data.rates import read_rates
from multiarea.errors import InputError
from multiarea.files.project import resolve
from multiarea.models.macaque import Parameters, build_network
from multiarea.network.network import LEVELS

POPULATIONS = ["23E", "23I", "4E", "4I", "5E", "5I", "6E", "6I"]
PUBLISHED_ORDER = (
    "V1 V2 VP V3 V3A MT V4t V4 VOT MSTd PIP PO DP MIP MDP VIP LIP PITv PITd MSTl CITv CITd FEF TF "
    "AITv FST 7a STPp STPa 46 AITd TH"
).split()
INDEX = pd.MultiIndex.from_tuples([("V1", "IV", "E"), ("V1", "IV", "I")], names=LEVELS)


@pytest.fixture
def write(tmp_path):
    def write_json(content):
        path = tmp_path / "rates.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write_json


def test_rates_of_areas_and_populations_are_read_without_the_totals(write):
    rates = read_rates(write({"V1": {"23E": 0.5, "4I": [2, 9], "total": 2.5}, "7a": {"6I": 3.0}}))
    assert rates.to_dict() == {
        ("V1", "II/III", "E"): 0.5,
        ("V1", "IV", "I"): 2.0,
        ("7a", "VI", "I"): 3.0,
    }
    assert list(rates.index.names) == LEVELS


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("{", "not readable as JSON"),
        ([1.0], "expected rates as"),
        ({"V1": 3.0}, "V1: expected the rates of its populations"),
        ({"V1": {"E23": 1.0}}, "V1: E23: expected a population such as 23E"),
        ({"V1": {"23E": -1.0}}, "V1: 23E: expected a rate >= 0, got -1.0"),
        ({"V1": {"23E": "1"}}, "V1: 23E: expected a rate >= 0, got '1'"),
    ],
)
def test_other_json_is_told_by_entry(write, content, part):
    with pytest.raises(InputError) as caught:
        read_rates(write(content))
    assert part in str(caught.value)
    assert "rates.json: " in str(caught.value)


def test_indegrees_are_read_with_or_without_the_external_ones(tmp_path):
    path = tmp_path / "K.npy"
    for array in (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2, 9], [3, 4, 9]])):
        np.save(path, array)
        table = read_npy_indegrees(path, INDEX)
        assert table.loc[("V1", "IV", "I"), ("V1", "IV", "E")] == 3.0
        assert table.shape == (2, 2)


@pytest.mark.parametrize(
    ("array", "part"),
    [
        (np.ones((3, 3)), r"expected an array of the shape \(2, 2\) .*got \(3, 3\)"),
        (np.array([["a", "b"]] * 2), "expected an array"),
        (np.array([[1.0, 2.0], [-1.0, 0.0]]), r"row 1 \(V1\|IV\|I\): expected numbers >= 0"),
        (np.array([{}, {}], dtype=object), "not a readable NumPy array"),
    ],
)
def test_other_arrays_are_refused(tmp_path, array, part):
    np.save(tmp_path / "K.npy", array, allow_pickle=True)
    with pytest.raises(InputError, match=part):
        read_npy_indegrees(tmp_path / "K.npy", INDEX)


def test_a_network_from_the_published_files_is_that_from_the_tables(tmp_path, write):
    network = build_network(Parameters())
    areas = list(dict.fromkeys(network.populations.index.get_level_values("area")))
    assert areas == PUBLISHED_ORDER
    shipped = pd.read_csv(resolve(Parameters().connection_params.K_stable_path), index_col=0)
    np.save(tmp_path / "K_prime_original.npy", shipped.to_numpy())
    path = str(tmp_path / "K_prime_original.npy")
    again = build_network(Parameters.model_validate({"connection_params": {"K_stable_path": path}}))
    assert np.array_equal(again.synapses, network.synapses)
    content = {area: {name: i for i, name in enumerate(POPULATIONS)} for area in PUBLISHED_ORDER}
    rates = source_rates(network, write(content))
    assert rates[:8].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert rates[-6:].tolist() == [0, 1, 4, 5, 6, 7]  # TH has no layer IV
