"""Communities by the map equation: graphs known by hand, surrogates, and the macaque's areas."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.analysis import compute
from multiarea.analysis.communities import modularity
from multiarea.analysis.map_equation import (
    by_falling_size,
    map_equation,
    relative_outdegree,
    shuffled_targets,
    surrogate_modularity,
)
from multiarea.models import microcircuit
from multiarea.parameters import AnalysisParameters


def cliques(*sizes: int, between: float = 0.0) -> np.ndarray:
    """Return complete directed graphs, weakly joined."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    weights = np.where(group[:, None] == group[None, :], 1.0, between)
    np.fill_diagonal(weights, 0.0)
    return weights


def test_modularity_of_two_cliques_by_hand():
    """Two cliques of 3: all 12 links inside, expected 2 * (6 * 6 / 12) = 6: (12 - 6) / 12."""
    weights = cliques(3, 3)
    assert modularity(weights, np.array([0, 0, 0, 1, 1, 1]), directed=True) == pytest.approx(0.5)
    assert modularity(weights, np.zeros(6, int), directed=True) == pytest.approx(0.0)
    every = -(2 * 2 / 12) * 6 / 12
    assert modularity(weights, np.arange(6), directed=True) == pytest.approx(every)


def test_modularity_counts_directions():
    """0 -> 1 with weight 3, 2 -> 1 with 1; {0, 1}: (3 - (3 * 4 + 0) / 4) / 4 = 0."""
    weights = np.zeros((3, 3))
    weights[1, 0], weights[1, 2] = 3.0, 1.0
    assert modularity(weights, np.array([0, 0, 1]), directed=True) == pytest.approx(0.0)


def test_cliques_are_communities_by_size():
    found = map_equation(cliques(3, 5, 4, between=0.01), seed=1)
    assert found.number.tolist() == [2] * 3 + [0] * 5 + [1] * 4


def test_codelength_of_a_pair_by_hand():
    """Two nodes that only visit each other, one community: entropy of two equal visits, 1 bit."""
    assert map_equation(cliques(2), seed=1).codelength == pytest.approx(1.0)


def test_numbers_follow_size_then_place():
    assert by_falling_size(np.array([7, 3, 3, 9, 7])).tolist() == [0, 1, 1, 2, 0]


def test_relative_outdegree_by_hand():
    synapses = np.array([[9, 1, 0], [3, 9, 0], [1, 1, 9]])
    expected = [[0, 0.5, 0], [0.75, 0, 0], [0.25, 0.5, 0]]
    np.testing.assert_allclose(relative_outdegree(synapses), expected)


def test_surrogates_keep_what_each_source_sends():
    weights = np.random.default_rng(1).random((7, 7))
    np.fill_diagonal(weights, 0)
    shuffled = shuffled_targets(weights, np.random.default_rng(2))
    np.testing.assert_allclose(np.sort(shuffled, axis=0), np.sort(weights, axis=0))
    assert (np.diag(shuffled) == 0).all() and not np.allclose(shuffled, weights)


def test_surrogates_have_no_communities():
    weights = relative_outdegree(cliques(6, 6, 6, between=0.02))
    values = surrogate_modularity(weights, 10, seed=3)
    assert map_equation(weights, 1).modularity > 0.5 > 2 * values.max()
    np.testing.assert_array_equal(values, surrogate_modularity(weights, 10, seed=3))


def test_one_area_has_no_modularity():
    network = microcircuit.build_network(microcircuit.Parameters())
    parameters = AnalysisParameters()
    structure = compute("structural_connectivity", {"network": network}, parameters)
    table = compute("structure_communities", {"structural_connectivity": structure}, parameters)
    assert table["community"].tolist() == [0]
    assert table["modularity"].isna().all() and table["surrogate_mean"].isna().all()
