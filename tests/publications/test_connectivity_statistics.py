"""Statistics of connectivity and shortest paths against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from multiarea.models import human
from multiarea.network.network import LEVELS, POPULATION_COLUMNS, Network
from publications.pronold2024 import connectivity_statistics as statistics
from publications.pronold2024.inputs import construction
from publications.pronold2024.paths import first_per_area, path_delays, path_steps


@pytest.fixture
def chain() -> Network:
    """Three areas of one population: a sends to b and to itself, b to c, and a to c slowly."""
    index = pd.MultiIndex.from_tuples([(area, "V", "E") for area in "abc"], names=LEVELS)
    empty = {"i": 0, "f": 0.0, "s": "iaf_psc_exp"}
    columns = {name: empty[kind] for name, (kind, _, _) in POPULATION_COLUMNS.items()}
    table = pd.DataFrame(columns, index=index)
    table["n_neurons"] = [2, 3, 4]
    synapses = np.array([[4, 0, 0], [6, 0, 0], [8, 12, 0]])
    delay = np.array([[1.5, 9, 9], [2, 1.5, 9], [7, 3, 1.5]])
    areas = pd.DataFrame(index=pd.Index(list("abc"), name="area"))
    return Network(table, synapses, delay, delay, delay, 0 * delay, areas)


def test_paths_of_a_chain(chain: Network):
    inf = np.inf
    np.testing.assert_allclose(path_delays(chain), [[0, inf, inf], [2, 0, inf], [5, 3, 0]])
    np.testing.assert_allclose(path_steps(chain), [[0, inf, inf], [1, 0, inf], [1, 1, 0]])


def test_first_of_each_area_keeps_the_order_of_areas():
    values = np.array([3.0, 1.0, np.nan, np.nan])
    found = first_per_area(values, np.array(["z", "z", "a", "a"]))
    assert list(found.index) == ["z", "a"]
    assert found["z"] == 1 and np.isnan(found["a"])


def test_outdegrees_of_a_chain(chain: Network):
    np.testing.assert_allclose(statistics.outdegrees(chain), [[2, 0, 0], [3, 0, 0], [4, 4, 0]])
    kind = np.array([["lateral", "FB", "FB"], ["FF", "lateral", "FB"], ["FF", "FB", "lateral"]])
    found = statistics.outdegrees_by_direction(chain, kind)
    assert {name: values.tolist() for name, values in found.items()} == {
        "FF": [3, 4],
        "lateral": [],
        "FB": [4],
    }
    targets = statistics.targets_by_direction(chain, kind, least=1)
    assert {name: values.tolist() for name, values in targets.items()} == {
        "FF": [2],
        "lateral": [],
        "FB": [1],
    }
    own = statistics.targets_by_direction(chain, kind, least=1, own_area=True)
    assert own["lateral"].tolist() == [1]


def test_directions_of_sln():
    sln = np.array([[0.35, 0.34], [0.66, 0.65]])
    assert statistics.directions(sln, (0.35, 0.65)).tolist() == [
        ["lateral", "FB"],
        ["FF", "lateral"],
    ]


def test_distance_rule_of_a_chain(chain: Network):
    rule = statistics.distance_rule(chain, speed=2.0)
    assert sorted(rule.length) == [4, 6, 14]
    slope = np.polyfit([4, 14, 6], np.log10([6, 8, 12]), 1)[0]
    assert rule.slope == pytest.approx(slope)
    assert rule.decay == pytest.approx(-1 / (slope * 2.302585), rel=1e-6)


def test_autapses_and_multapses_of_a_chain(chain: Network):
    """Population a: 4 synapses between 2 neurons, so 4/2 autapses of 2 neurons."""
    autapses = statistics.autapses_per_neuron(chain)
    assert autapses.to_dict() == {"a": 1.0, "b": 0.0, "c": 0.0}
    degree = statistics.multapse_degree(chain)
    assert degree["a"] == pytest.approx(2 / (2 * (1 - (1 / 2) ** 2)))
    assert degree["b"] == pytest.approx(6 / (6 * (1 - (5 / 6) ** 6)))
    joined = 8 / (8 * (1 - (7 / 8) ** 8)), 12 / (12 * (1 - (11 / 12) ** 12))
    assert degree["c"] == pytest.approx(np.mean(joined))


def test_full_scale_network_has_the_published_statistics(human_network: Network):
    """Values of the published scripts: Pronold et al. 2024, run at full scale."""
    steps = construction(human.Parameters().identity)
    values = statistics.log_synapses(human_network)
    assert values.mean() == pytest.approx(5.7461, abs=5e-5)
    assert values.std() == pytest.approx(0.9448, abs=5e-5)
    rule = statistics.distance_rule(human_network, steps.speed)
    assert rule.slope == pytest.approx(-0.0095287, abs=5e-8)
    assert rule.decay == pytest.approx(45.577, abs=5e-4)
    direction = statistics.directions(steps.sln, steps.thresholds)
    degrees = statistics.outdegrees_by_direction(human_network, direction)
    assert degrees["FF"].mean() == pytest.approx(351.84, abs=5e-3)
    assert degrees["FB"].mean() == pytest.approx(554.36, abs=6e-3)
    targets = statistics.targets_by_direction(human_network, direction)
    assert targets["FF"].mean() == pytest.approx(1.969, abs=5e-4)
    assert targets["FB"].mean() == pytest.approx(3.533, abs=5e-4)
    published = statistics.targets_by_direction(human_network, direction, own_area=True)
    assert published["lateral"].mean() == pytest.approx(2.465, abs=5e-4)


def test_full_scale_network_has_the_published_paths(human_network: Network):
    steps, delay = path_steps(human_network), path_delays(human_network)
    counts = np.bincount(steps[~np.eye(len(steps), dtype=bool)].astype(int)).tolist()
    assert counts == [0, 8140, 25566, 25587, 4770, 199]
    assert delay.mean() == pytest.approx(19.6, abs=0.05)
    assert delay.max() == pytest.approx(44.3, abs=0.05)
    source = human_network.populations.index.get_loc(("pericalcarine", "IV", "E"))
    first = first_per_area(delay[:, source], human_network.area_of)
    assert first.max() == pytest.approx(41.7, abs=0.05)
    assert first.median() == pytest.approx(25.0, abs=0.05)
