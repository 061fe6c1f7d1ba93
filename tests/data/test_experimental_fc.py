"""Experimental functional connectivity and single units, as measures take them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from multiarea.data.experimental_fc import load_group_fc, load_timeseries_fc, read_timeseries
from multiarea.data.single_units import from_counts, from_quantiles, load_experimental_units
from multiarea.data.sources import load_source
from multiarea.errors import InputError
from multiarea.models import human, macaque
from multiarea.parameters.config import ExperimentalData
from multiarea.workflow.sources import source_files

ROOT = Path(__file__).parents[2]
V1_V2 = (0.7623514948, 0.8055261829)
"""Correlation of V1 and V2 in the first and in the second hemisphere of the published table."""
REGIONS = ["Left-Thalamus", "ctx-lh-a", "ctx-lh-b", "ctx-rh-a", "ctx-rh-b"]


def write(tmp_path, values, regions=REGIONS):
    np.save(tmp_path / "fmri.npy", values)
    (tmp_path / "ROIs.txt").write_text("\n".join(regions) + "\n")
    return tmp_path / "fmri.npy", tmp_path / "ROIs.txt"


def test_group_fc_is_r_with_ones_on_the_diagonal():
    experiment = load_group_fc(ROOT / "experimental_data" / "hcp_fmri")
    right = experiment.group["right"]
    assert right.loc["bankssts", "caudalanteriorcingulate"] == pytest.approx(np.tanh(0.249592))
    assert (np.diag(right) == 1).all()
    assert right.shape == (34, 34)
    assert experiment.is_substitute
    assert "substitute" in experiment.source


def test_macaque_fc_is_r_of_each_hemisphere():
    areas = ["V2", "V1", "FEF"]
    experiment = load_group_fc(ROOT / "experimental_data/macaque/functional_connectivity", areas)
    assert list(experiment.group) == ["first", "second"]
    first, second = experiment.group.values()
    assert list(first.index) == areas and (np.diag(first) == 1).all()
    assert first.loc["V1", "V2"] == pytest.approx(V1_V2[0], abs=1e-9)
    assert second.loc["V1", "V2"] == pytest.approx(V1_V2[1], abs=1e-9)
    assert not experiment.is_substitute


def test_a_folder_without_matrices_is_refused(tmp_path):
    with pytest.raises(InputError, match="no functional_connectivity_"):
        load_group_fc(tmp_path)


def test_own_data_count_for_one_model(tmp_path):
    series, regions = write(tmp_path, np.zeros((4, 5, 1)))
    own = ExperimentalData(model="macaque", fmri_timeseries=str(series), fmri_regions=str(regions))
    assert source_files(macaque, own)["experimental_fc"] == [series, regions]
    assert source_files(human, own) == source_files(human, ExperimentalData())
    with pytest.raises(InputError, match="Did you mean 'macaque'"):
        source_files(human, ExperimentalData(model="macaqu"))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_timeseries_by_hand(tmp_path, order):
    """Subject 1: a and b equal on the left, opposite on the right; subject 2: r = 0 and 1."""
    up, down, square = [0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [1, -1, 0, 0, -1, 1]
    one = [[9] * 6, up, up, up, down]
    two = [[9] * 6, up, square, down, down]
    values = np.array([one, two]).transpose(1, 2, 0).transpose(order)
    experiment = load_timeseries_fc(*write(tmp_path, values), ["b", "a"])
    left, right = experiment.subjects["left"], experiment.subjects["right"]
    np.testing.assert_allclose(left[:, 0, 1], [1, 0], atol=1e-12)
    np.testing.assert_allclose(right[:, 0, 1], [-1, 1], atol=1e-12)
    assert experiment.group["left"].loc["a", "b"] == pytest.approx(0.5)
    assert not experiment.is_substitute
    assert experiment.source == "fmri.npy, 2 subjects"


def test_regions_without_a_side_come_left_first(tmp_path):
    values = np.arange(12.0).reshape(6, 2).T[:, :, None] * np.array([[[1]], [[2]]])
    series = read_timeseries(*write(tmp_path, values, ["x-a", "y-a"]), ["a"])
    np.testing.assert_array_equal(series["left"][0, 0], values[0, :, 0])
    np.testing.assert_array_equal(series["right"][0, 0], values[1, :, 0])


@pytest.mark.parametrize(
    ("values", "regions", "message"),
    [
        (np.ones((4, 3, 2)), REGIONS, "4 x 3 x 2, the list has 5 regions"),
        (np.ones((5, 5, 2)), REGIONS, "cannot be told apart"),
        (np.ones((5, 9, 2)), REGIONS, "'a' \\(left\\), subject 1, is constant"),
        (np.full((5, 9, 2), np.nan), REGIONS, "is constant or not finite"),
        (np.array([["x"] * 9] * 5), REGIONS, "no array of numbers"),
        (np.ones((4, 9, 2)), REGIONS[:4], "0 regions for the right 'b'"),
        (np.ones((5, 9)), [], "is empty"),
    ],
)
def test_mistakes_are_told(tmp_path, values, regions, message):
    path, rois = write(tmp_path, values, regions)
    if not regions:
        rois.write_text("\n")
    with pytest.raises(InputError, match=message):
        read_timeseries(path, rois, ["a", "b"])


def test_time_series_of_another_format_are_not_taken_for_group_matrices(tmp_path):
    path, rois = write(tmp_path, np.ones((5, 9)))
    series = path.rename(tmp_path / "fmri.csv")
    assert load_source("experimental_fc", [series, rois], []).source == "fmri.csv, 1 subjects"
    series.write_text("time,a\n0,1\n")
    with pytest.raises(InputError, match="fmri.csv: cannot be read .* expected numbers in a .npy"):
        load_source("experimental_fc", [series, rois], ["a"])


def test_no_pickle_is_read(tmp_path):
    path, rois = write(tmp_path, np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="cannot be read"):
        read_timeseries(path, rois, ["a"])


def test_samples_from_counts_and_quantiles():
    counts = pd.DataFrame({"rate_spikes_per_s": [1.0, 0.5], "count": [1, 2]})
    assert from_counts(counts).tolist() == [0.5, 0.5, 1.0]
    quantiles = pd.DataFrame({"n": [4] * 3, "quantile": [0.0, 0.5, 1.0], "value": [0.0, 1.0, 3.0]})
    assert from_quantiles(quantiles).tolist() == [0.25, 0.75, 1.5, 2.5]


def test_published_units():
    units = load_experimental_units(ROOT / "experimental_data" / "minxha2020")
    assert (len(units.rate), len(units.cv), len(units.lvr)) == (178_800, 25_552, 25_552)
    assert units.rate.min() == 0.5
    assert not units.has_zeros


def test_own_trials_by_hand(tmp_path):
    """12 spikes every 100 ms: 6 spikes/s, CV 0, LvR 0; a trial of 3 spikes: 1.5 spikes/s."""
    rows = [("u", "2", 100.0 * k) for k in reversed(range(12))]
    rows += [("u", "1", t) for t in (5.0, 700.0, 1999.0)]
    table = pd.DataFrame(rows, columns=["unit", "trial", "time_ms"])
    table.to_csv(tmp_path / "trials.csv", index=False)
    numbered = {"unit": np.ones(15), "trial": table["trial"].astype(float).to_numpy()}
    savemat(tmp_path / "trials.mat", {**numbered, "time_ms": table["time_ms"].to_numpy()})
    for name in ("trials.csv", "trials.mat"):
        units = load_experimental_units(tmp_path / name)
        assert units.rate.tolist() == [1.5, 6.0]
        np.testing.assert_allclose([units.cv, units.lvr], [[0], [0]], atol=1e-12)
        assert units.source == name


def test_mistakes_in_trials_are_told(tmp_path):
    table = pd.DataFrame({"unit": ["u"], "trial": ["1"], "time_ms": [2000.0]})
    table.to_csv(tmp_path / "trials.csv", index=False)
    with pytest.raises(InputError, match="time_ms 2000 of unit 'u'; expected 0 to less than 2000"):
        load_experimental_units(tmp_path / "trials.csv")
    savemat(tmp_path / "mfc.mat", {"cells": np.ones(3)})
    with pytest.raises(InputError, match="no variable 'unit'.*found 'cells'"):
        load_experimental_units(tmp_path / "mfc.mat")
