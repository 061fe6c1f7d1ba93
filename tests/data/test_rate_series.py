"""Rates as functions of time: two formats, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import multiarea
from multiarea.analysis.results import Arrays, population_labels, save
from multiarea.data.rates import is_rate_series, read_rate_series
from multiarea.errors import InputError
from multiarea.experiment.config import load_config
from multiarea.workflow.selection import Selection

TABLE = "time,V1|IV|E,V2|V|I\n500,1,2\n502,3,4\n504,5,6\n"


@pytest.fixture
def write(tmp_path):
    def write_text(text, name="series.csv"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write_text


def test_csv(write):
    series = read_rate_series(write(TABLE))
    assert (series.start, series.step) == (500.0, 2.0)
    assert series.rates.loc[("V1", "IV", "E")].tolist() == [1, 3, 5]
    assert series.rates.loc[("V2", "V", "I")].tolist() == [2, 4, 6]
    assert is_rate_series(write(TABLE))
    assert not is_rate_series(write("area,layer,population,rate\nV1,IV,E,2\n", "rates.csv"))


def test_file_of_the_measure(write, tmp_path):
    """What `rate_histograms` writes is read as it is."""
    index = read_rate_series(write(TABLE)).rates.index
    rates = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 8.0]], np.float32)
    content = {
        "population_rate": (rates, ("population", "time"), "spikes/s"),
        "time": (np.array([0.0, 1.0, 2.0]), ("time",), "ms"),
        **population_labels(index),
    }
    save(tmp_path / "rate_histograms.h5", Arrays(content))
    series = read_rate_series(tmp_path / "rate_histograms.h5")
    assert series.rates.index.equals(index) and (series.start, series.step) == (0.0, 1.0)
    assert (series.rates.to_numpy() == rates).all()
    assert is_rate_series(tmp_path / "rate_histograms.h5")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,V1|IV|E\n0,1\n", "at least two times"),
        ("time,V1|IV|E\n0,1\n1,1\n3,1\n", "equal, rising steps"),
        ("time,V1|IV|E\n1,1\n0,1\n", "equal, rising steps"),
        ("time,V1|IV|E\n0,1\n1,-2\n", r"V1\|IV\|E: expected numbers >= 0"),
        ("time,V1_IV_E\n0,1\n1,1\n", "label 'V1_IV_E'; expected area|layer|population"),
        ("time,V1|IV|E\n0,1\n1,x\n", "'x' in column 'V1|IV|E'; expected a finite number"),
        ("times,V1|IV|E\n0,1\n1,1\n", "no column 'time'"),
    ],
)
def test_wrong_tables(write, text, message):
    with pytest.raises(InputError, match=message.replace("|", r"\|").replace(r"\\|", r"\|")):
        read_rate_series(write(text))


def test_wrong_hdf5(tmp_path):
    path = tmp_path / "series.h5"
    path.write_bytes(b"nothing of that kind")
    with pytest.raises(InputError, match="not a readable HDF5 file"):
        read_rate_series(path)
    with h5py.File(path, "w") as file:
        file["time"] = [0.0, 1.0]
    with pytest.raises(InputError, match=r"no dataset 'population_rate'; expected .*, as the"):
        read_rate_series(path)
    with h5py.File(path, "a") as file:
        file["population_rate"] = np.ones((3, 2))
        for level in ("area", "layer", "population"):
            file.create_dataset(f"population_{level}", data=["a"], dtype=h5py.string_dtype())
    with pytest.raises(InputError, match=r"expected the shape .* = \(1, 2\), got \(3, 2\)"):
        read_rate_series(path)
    with h5py.File(path, "a") as file:
        del file["population_rate"], file["population_area"]
        file["population_rate"] = np.ones((1, 2))
        file.create_dataset("population_area", data=["a", "b"], dtype=h5py.string_dtype())
    with pytest.raises(InputError, match="as many labels of each level"):
        read_rate_series(path)
    with h5py.File(path, "a") as file:
        del file["time"]
        file["time"] = 0.0
    with pytest.raises(InputError, match="expected the shape"):
        read_rate_series(path)
    with pytest.raises(InputError, match="no such file"):
        read_rate_series(tmp_path / "absent.h5")


def write_published(folder, **series):
    """Write files as the published macaque code reads them; `V1_23E` stands for V1-23E."""
    for name, values in series.items():
        np.save(folder / f"het_current-{name.replace('_', '-')}.npy", values)


@pytest.mark.parametrize("name", ["het_current", "het_current-V2-5I.npy"])
def test_files_of_the_published_macaque_code(tmp_path, name):
    write_published(tmp_path, V1_23E=np.array([1.0, 2.0, 3.0]), V2_5I=np.array([4, 5, 6]))
    np.save(tmp_path / "others-V1-23E.npy", np.ones(7))
    assert is_rate_series(tmp_path / name)
    series = read_rate_series(tmp_path / name)
    assert (series.start, series.step) == (0.0, 1.0)
    assert series.rates.loc[("V1", "II/III", "E")].tolist() == [1, 2, 3]
    assert series.rates.loc[("V2", "V", "I")].tolist() == [4, 5, 6]
    assert len(series.rates) == 2


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ({"V1_23E": np.ones(3), "V2_5I": np.ones(4)}, r"V2-5I.npy: 4 rates, but the first file"),
        ({"V1_23E": np.ones((3, 2))}, r"V1-23E.npy: expected rates, one for each millisecond, got"),
        ({"V1_23E": np.array(["a", "b"])}, "V1-23E.npy: expected rates, one for each millisecond"),
        ({"V1_23X": np.ones(3)}, r"V1-23X.npy: expected a population such as 23E"),
        ({"V1_23E": np.array([1.0, -1.0])}, r"rates of V1\|II/III\|E: expected numbers >= 0"),
        ({"V1_23E": np.array([1.0])}, "at least two times"),
    ],
)
def test_wrong_files_of_the_published_code(tmp_path, series, message):
    write_published(tmp_path, **series)
    with pytest.raises(InputError, match=message):
        read_rate_series(tmp_path / "het_current")


def test_pickles_and_other_numpy_files_are_refused(tmp_path):
    np.save(tmp_path / "het_current-V1-23E.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(InputError, match="not a readable NumPy array"):
        read_rate_series(tmp_path / "het_current")
    np.savez(tmp_path / "rates.npz", a=np.ones(3))
    with pytest.raises(InputError, match=r"rates.npz: expected the name of files such as het_curr"):
        is_rate_series(tmp_path / "rates.npz")


def test_an_experiment_names_what_they_have_in_common(tmp_path):
    write_published(tmp_path, V1_23E=np.ones(3), V2_5I=np.ones(3))
    experiment = multiarea.make_experiment(
        {
            "replace_cc": "het_current_nonstat",
            "replace_cc_input_source": str(tmp_path / "het_current"),
        },
        model="macaque",
    )
    selection = Selection(load_config({"experiments": []}))
    inputs = selection.network_inputs(experiment, experiment.network)
    names = [Path(path).name for path in inputs["source_rates"]]
    assert names == ["het_current-V1-23E.npy", "het_current-V2-5I.npy"]
    with pytest.raises(InputError, match="replace_cc_input_source: no such file"):
        multiarea.make_experiment(
            {
                "replace_cc": "het_current_nonstat",
                "replace_cc_input_source": str(tmp_path / "het_currents"),
            },
            model="macaque",
        )
