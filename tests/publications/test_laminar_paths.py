"""Strongest paths between areas, on a network known by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from multiarea.network.network import LEVELS
from publications.shared.laminar_paths import area_paths, crossings, path_lengths

KEYS = [("a", "IV", "E"), ("b", "IV", "E"), ("b", "IV", "I"), ("c", "IV", "E")]
INDEX = pd.MultiIndex.from_tuples(KEYS, names=LEVELS)


def gains() -> np.ndarray:
    """Return a -> bE -> bI -> c, and a weak link from a to c; the largest eigenvalue is 10."""
    gain = np.diag([10.0, 1.0, 1.0, 1.0])
    gain[1, 0], gain[2, 1], gain[3, 2], gain[3, 0] = 5.0, 8.0, 8.0, 1.0
    return gain


def test_lengths_by_hand():
    length, _ = path_lengths(gains())
    assert length[1, 0] == pytest.approx(np.log10(2))
    assert length[3, 0] == pytest.approx(np.log10(2 / 0.64))
    assert length[0, 3] == np.inf


def test_the_strongest_path_leads_through_the_other_area():
    paths = area_paths(gains(), INDEX).set_index(["target", "source"])
    assert set(paths.index) == {("b", "a"), ("c", "a"), ("c", "b")}
    assert paths.loc[("c", "a"), "path"] == (0, 1, 2, 3)
    assert paths.loc[("b", "a"), "path"] == (0, 1)
    assert paths.loc[("c", "b"), "path"] == (2, 3)


def test_gains_above_the_largest_eigenvalue_make_negative_lengths_without_cycles():
    """a <-> b with gains 20 and 5: eigenvalue 10, lengths -log10 2 and log10 2."""
    gain = np.array([[0.0, 20.0], [5.0, 0.0]])
    length, _ = path_lengths(gain)
    assert length[0, 1] == pytest.approx(-np.log10(2))
    assert length[1, 0] == pytest.approx(np.log10(2))


def test_crossings_are_the_links_between_areas():
    area_of = INDEX.get_level_values("area").to_numpy(str)
    assert crossings((0, 1, 2, 3), area_of) == [(0, 1), (2, 3)]
