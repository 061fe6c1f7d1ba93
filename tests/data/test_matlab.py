"""MATLAB files: old and new format, damaged files, files of another layout."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from multiarea.data import desikan_killiany
from multiarea.data.matlab import names, read_mat
from multiarea.data.single_units import load_experimental_units
from multiarea.errors import InputError

NUMBERS = {"unit": np.ones(3), "trial": np.array([1.0, 2, 2]), "time_ms": np.array([5.0, 6, 9])}


def write_7_3(path: Path, numbers: dict, texts: dict | None = None) -> Path:
    """Write what MATLAB writes with `save -v7.3`: HDF5 behind 512 bytes, dimensions reversed."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in numbers.items():
            file[name] = np.atleast_2d(values).T
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
        for name, words in (texts or {}).items():
            cells = []
            for k, word in enumerate(words):
                cell = file.create_dataset(
                    f"#refs#/{name}{k}", data=np.array([[ord(c)] for c in word], "u2")
                )
                cell.attrs["MATLAB_class"] = np.bytes_("char")
                cells.append(cell.ref)
            file.create_dataset(name, data=np.array([cells], dtype=h5py.ref_dtype))
            file[name].attrs["MATLAB_class"] = np.bytes_("cell")
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_experimental_units(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "expected a MATLAB file with the variables unit, trial, time_ms" in message
    assert "\n" not in message
    return message


def test_version_7_3_gives_the_same_trials(tmp_path):
    savemat(tmp_path / "old.mat", NUMBERS)
    old = load_experimental_units(tmp_path / "old.mat")
    new = load_experimental_units(write_7_3(tmp_path / "new.mat", NUMBERS))
    assert old.rate.tolist() == new.rate.tolist() == [0.5, 1.0]


def test_version_7_3_matrices_and_cells(tmp_path):
    matrix = np.arange(6.0).reshape(2, 3)
    path = write_7_3(tmp_path / "x.mat", {"m": matrix}, {"areas": ["V1", "MT"]})
    content = read_mat(path, ("m", "areas"))
    assert content["m"].tolist() == matrix.tolist()
    assert names(path, "areas", content["areas"]) == ["V1", "MT"]
    volumes = write_7_3(
        tmp_path / "v.mat", {"Volume": [[1.0], [2.0]]}, {"HumanDKNames": ["A", "B"]}
    )
    assert desikan_killiany.read_volumes(volumes).to_dict() == {"A": 1.0, "B": 2.0}


def test_another_layout_is_told_with_what_was_found(tmp_path):
    savemat(tmp_path / "mfc.mat", {"cells": np.ones((4, 3)), "time": "x"})
    assert "found 'cells' (4 x 3 double), 'time' (1 char)" in refusal(tmp_path / "mfc.mat")
    path = write_7_3(tmp_path / "new.mat", {"cells": np.ones((4, 3))}, {"areas": ["ab"]})
    assert "found 'areas' (1 x 1 cell), 'cells' (4 x 3 double)" in refusal(path)
    savemat(tmp_path / "empty.mat", {})
    assert "no variable 'unit'" in refusal(tmp_path / "empty.mat")


def test_structs_of_version_7_3_are_told(tmp_path):
    path = write_7_3(tmp_path / "x.mat", {"trial": np.ones(2), "time_ms": np.ones(2)})
    with h5py.File(path, "r+") as file:
        file.create_group("unit").attrs["MATLAB_class"] = np.bytes_("struct")
    assert "'unit' is a struct" in refusal(path)


def test_a_file_that_kills_the_reader_is_told(tmp_path):
    """An unknown data type: SciPy 1.17 reads from a null pointer."""
    path = tmp_path / "mfc.mat"
    savemat(path, NUMBERS)
    path.write_bytes(path.read_bytes().replace(b"unit\x09", b"unit\xe7"))
    assert "cannot be read as MATLAB (" in refusal(path)


def test_truncated_version_7_3(tmp_path):
    path = write_7_3(tmp_path / "x.mat", NUMBERS)
    path.write_bytes(path.read_bytes()[:700])
    assert "cannot be read as MATLAB" in refusal(path)


def test_a_single_spike(tmp_path):
    """MATLAB does not tell one number from a matrix of 1 x 1."""
    savemat(tmp_path / "one.mat", {"unit": 1.0, "trial": 1.0, "time_ms": 5.0})
    assert load_experimental_units(tmp_path / "one.mat").rate.tolist() == [0.5]


def test_numbers_of_trials_are_not_called_numbers_of_areas(tmp_path):
    savemat(tmp_path / "trials.mat", {**NUMBERS, "trial": np.ones(2)})
    with pytest.raises(InputError, match="trial is 1 x 2; expected 3 numbers.$"):
        load_experimental_units(tmp_path / "trials.mat")
