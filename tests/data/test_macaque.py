"""Readers of the macaque tables: what is accepted, and what is said otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.data import macaque
from multiarea.errors import InputError


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_layers_without_a_value_are_nan(file):
    table = macaque.read_laminar_thickness(
        file("area,I,II/III,IV,V,VI,total,source\nV1,100,,0,,,1000,x\nV1,,300,,,,,y\n")
    )
    assert list(table.index) == ["V1", "V1"]
    expected = [[100, np.nan, 0, np.nan, np.nan, 1000], [np.nan, 300, *[np.nan] * 4]]
    assert np.array_equal(table.to_numpy(), expected, equal_nan=True)


def test_wrong_thickness_is_named(file):
    with pytest.raises(InputError, match=r"line 2: 'thin' in column 'IV'; expected a finite"):
        macaque.read_laminar_thickness(
            file("area,I,II/III,IV,V,VI,total,source\nV1,100,,thin,,,1000,x\n")
        )


HEADER = "target,source,source_pattern,target_pattern,confirming_studies\n"


def test_patterns_may_be_empty(file):
    table = macaque.read_cocomac(file(HEADER + "V1,V2,,00X???,0\nV2,V1,,,3\n"))
    assert table["target_pattern"].tolist() == ["00X???", ""]
    assert table["confirming_studies"].tolist() == [0, 3]


@pytest.mark.parametrize("pattern", ["00X", "0000004", "00Y000"])
def test_wrong_pattern_is_named(file, pattern):
    with pytest.raises(InputError, match=f"line 3: '{pattern}' in column 'source_pattern'"):
        macaque.read_cocomac(file(HEADER + f"V1,V2,,,1\nV2,V1,{pattern},,1\n"))


def test_connection_twice_is_refused(file):
    with pytest.raises(InputError, match="target, source 'V1, V2' occurs twice"):
        macaque.read_cocomac(file(HEADER + "V1,V2,,,1\nV1,V2,,,1\n"))


def test_both_overlaps_of_an_area_are_added(file):
    overlap = macaque.read_overlap(
        file("m132_area,fv91_area,list,percent\nPBr,STPp,FVE_all,23\nPBr,STPp,FVE,4.9\n")
    )
    assert overlap["PBr", "STPp"] == pytest.approx(27.9)


def test_indegrees_are_indexed_by_population(file):
    table = macaque.read_indegrees(file("target,A|IV|E,A|IV|I\nA|IV|E,1,2\nA|IV|I,3,4\n"))
    assert table.loc[("A", "IV", "I"), ("A", "IV", "E")] == 3
    with pytest.raises(InputError, match=r"label 'A\|IV'; expected area\|layer\|population"):
        macaque.read_indegrees(file("target,A|IV\nA|IV,1\n"))


def test_negative_thickness_is_refused(file):
    with pytest.raises(InputError, match="-3 in column 'IV', row 'V1'; expected no negative"):
        macaque.read_laminar_thickness(
            file("area,I,II/III,IV,V,VI,total,source\nV1,100,,-3,,,1000,x\n")
        )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("area,V1,V2\nV1,0,5\nV2,6,0\n", "5 for 'V1', 'V2' but 6 the other way; expected a sym"),
        ("area,V1,V2\nV1,0,0\nV2,0,0\n", "0 mm between 'V1' and 'V2'; expected more"),
        ("area,V1,V2\nV1,0,-1\nV2,-1,0\n", "-1 in column 'V2', row 'V1'; expected no negative"),
    ],
)
def test_wrong_distances(tmp_path, table, expected):
    path = tmp_path / "distances.csv"
    path.write_text(table)
    with pytest.raises(InputError) as caught:
        macaque.read_distances(path)
    assert expected in str(caught.value)
