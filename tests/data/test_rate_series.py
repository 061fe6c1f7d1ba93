"""Rates as functions of time: two formats, and what is wrong with a file."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from multiarea.analysis.results import Arrays, population_labels, save
from multiarea.data.rates import is_rate_series, read_rate_series
from multiarea.errors import InputError

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
