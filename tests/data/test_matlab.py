"""MATLAB files: old and new format, damaged files, files of another layout."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from multiarea.data import desikan_killiany
from multiarea.data.matlab import names, read_mat
from multiarea.data.single_units import load_experimental_units, read_trials
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
    assert "expected a MATLAB file with the variables unit, trial, time_ms, or data_mfc" in message
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
    with pytest.raises(InputError, match="x.mat: unit is a struct; expected numbers.$"):
        load_experimental_units(path)


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


# ------------------------------------------------------------------- the original file, mfc.mat

#: Spike times [s] of each trial of two units; the stimulus begins at 2 s.
TRIALS = ([[0.1, 1.5, 2.5], [1.0], []], [[], [0.2, 0.4, 1.9, 1.99999, 2.0]])


def structs(**fields):
    """Return an array of structs as SciPy writes it, from a list of values for each field."""
    length = len(next(iter(fields.values())))
    array = np.empty((1, length), dtype=[(name, object) for name in fields])
    for name, values in fields.items():
        for n, value in enumerate(values):
            array[name][0, n] = value
    return array


def recordings(baselines=(2.0, 2.0)):
    """Return data_mfc."""
    units = []
    for trials, baseline in zip(TRIALS, baselines, strict=True):
        cells = np.empty((1, len(trials)), dtype=object)
        for n, times in enumerate(trials):
            # MATLAB does not tell a number from a matrix: a trial with one spike is a number
            cells[0, n] = times[0] if len(times) == 1 else np.array([times])
        units.append(structs(stim_on=[cells], baseline_stim_on=[baseline]))
    return structs(ts=units, cellinfo=[np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 6.0])])


def write_7_3_structs(path: Path, baselines=(2.0, 2.0)) -> Path:
    """Write data_mfc as `save -v7.3` does: fields of references, empty trials marked."""
    write_7_3(path, {"x": np.ones(1)})
    with h5py.File(path, "r+") as file:
        refs = file.require_group("#refs#")

        def number(name, values):
            empty = np.size(values) == 0
            item = refs.create_dataset(name, data=[0, 0] if empty else np.atleast_2d(values).T)
            item.attrs["MATLAB_class"] = np.bytes_("double")
            if empty:
                item.attrs["MATLAB_empty"] = np.uint8(1)
            return item.ref

        def references(group, name, found, kind=""):
            data = np.array([[reference] for reference in found], dtype=h5py.ref_dtype)
            item = group.create_dataset(name, data=data)
            if kind:
                item.attrs["MATLAB_class"] = np.bytes_(kind)

        units = []
        for n, (trials, baseline) in enumerate(zip(TRIALS, baselines, strict=True)):
            unit = refs.create_group(f"unit{n}")
            unit.attrs["MATLAB_class"] = np.bytes_("struct")
            cells = [number(f"unit{n}trial{k}", np.array(t)) for k, t in enumerate(trials)]
            references(unit, "stim_on", cells, "cell")
            unit["baseline_stim_on"] = [[baseline]]
            unit["baseline_stim_on"].attrs["MATLAB_class"] = np.bytes_("double")
            units.append(unit.ref)
        top = file.create_group("data_mfc")
        top.attrs["MATLAB_class"] = np.bytes_("struct")
        references(top, "ts", units)
        references(top, "cellinfo", [number(f"info{n}", np.ones(3)) for n in range(2)])
    return path


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_the_original_recordings(tmp_path, version):
    path = tmp_path / "mfc.mat"
    if version == "5":
        savemat(path, {"data_mfc": recordings()})
    else:
        write_7_3_structs(path)
    table, duration = read_trials(path)
    assert duration == 2000
    assert table.groupby(["unit", "trial"])["time_ms"].apply(list).to_dict() == {
        (1, 1): pytest.approx([100.0, 1500.0]),
        (1, 2): [1000.0],
        (2, 2): pytest.approx([200.0, 400.0, 1900.0, 1999.99]),
    }
    assert load_experimental_units(path).rate.tolist() == [1.0, 0.5, 2.0]


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_recordings_of_another_layout(tmp_path, version):
    path = tmp_path / "mfc.mat"
    if version == "5":
        savemat(path, {"data_mfc": recordings(baselines=(2.0, 1.0))})
    else:
        write_7_3_structs(path, baselines=(2.0, 1.0))
    with pytest.raises(InputError, match=r"data_mfc\(2\).ts.baseline_stim_on is 1 s.*one length"):
        load_experimental_units(path)
    savemat(path, {"data_mfc": structs(ts=[structs(stim=[1.0])])})
    with pytest.raises(InputError, match=r"data_mfc\(1\).ts: expected a struct with"):
        load_experimental_units(path)
    savemat(path, {"data_mfc": structs(ts=[structs(stim_on=[1.0], baseline_stim_on=[2.0])])})
    with pytest.raises(InputError, match="stim_on: expected a cell array"):
        load_experimental_units(path)
    savemat(path, {"data_mfc": np.ones(3)})
    with pytest.raises(InputError, match=r"data_mfc\(1\).ts: expected a struct"):
        load_experimental_units(path)


def of_one_unit(stim_on, baseline=2.0):
    return structs(ts=[structs(stim_on=[stim_on], baseline_stim_on=[baseline])])


@pytest.mark.parametrize("version", ["5, cell", "5, matrix", "7.3"])
def test_a_unit_without_trials_has_no_spikes(tmp_path, version):
    path = tmp_path / "mfc.mat"
    if version == "7.3":
        write_7_3_structs(path)
        with h5py.File(path, "r+") as file:
            del file["#refs#/unit0/stim_on"]
            cells = file.create_dataset("#refs#/unit0/stim_on", data=[0, 0])
            cells.attrs.update(MATLAB_class=np.bytes_("cell"), MATLAB_empty=np.uint8(1))
    else:
        units = recordings()
        none = np.empty((0, 0), dtype=object if version == "5, cell" else float)
        units["ts"][0, 0]["stim_on"][0, 0] = none
        savemat(path, {"data_mfc": units})
    table, _ = read_trials(path)
    assert table["unit"].unique().tolist() == [2]


@pytest.mark.parametrize(
    ("units", "message"),
    [
        (np.empty((0, 0)), "data_mfc holds no spike before a stimulus"),
        (of_one_unit(np.empty((0, 0))), "data_mfc holds no spike before a stimulus"),
        (
            of_one_unit(np.array([[100.0]], object), 2000.0),
            r"data_mfc\(1\).ts: .* between 0 and 60",
        ),
        (of_one_unit(np.array([[0.5]], object), np.inf), r"data_mfc\(1\).ts: .* between 0 and 60"),
    ],
    ids=["no units", "no trials", "in ms", "endless"],
)
def test_recordings_without_what_is_compared(tmp_path, units, message):
    savemat(tmp_path / "mfc.mat", {"data_mfc": units})
    with pytest.raises(InputError, match=f"mfc.mat: {message}"):
        read_trials(tmp_path / "mfc.mat")


def test_a_trial_with_an_interval_of_0_has_no_cv(tmp_path):
    """As in the published analysis: it has a rate only."""
    times = np.linspace(0.1, 1.9, 11)
    twice = np.array([times, np.append(times[:-1], times[-2])])
    cells = np.empty((1, 2), dtype=object)
    cells[0, 0], cells[0, 1] = twice
    savemat(tmp_path / "mfc.mat", {"data_mfc": of_one_unit(cells)})
    units = load_experimental_units(tmp_path / "mfc.mat")
    assert units.rate.tolist() == [5.5, 5.5]
    assert len(units.cv) == len(units.lvr) == 1
