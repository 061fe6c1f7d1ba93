"""The registry lists measures without importing them, and results survive their files."""

import importlib
import inspect
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis import all_uses, measures
from multiarea.analysis.registry import SOURCES
from multiarea.analysis.results import Arrays, load, save
from multiarea.errors import InputError
from multiarea.parameters import PLOT_ONLY, AnalysisParameters


def test_every_declared_measure_is_a_function_of_its_needs():
    found = measures()
    assert {"rates", "rate_histograms", "correlation"} <= set(found)
    for measure in found.values():
        function = getattr(importlib.import_module(measure.module), measure.name)
        assert list(inspect.signature(function).parameters) == [*measure.needs, "parameters"]
        assert set(measure.uses) <= set(AnalysisParameters.model_fields)
        assert not set(measure.uses) & PLOT_ONLY
        assert measure.file.endswith((".csv", ".h5"))


def test_files_are_distinct_and_needs_come_first():
    found = measures()
    assert len({measure.file for measure in found.values()}) == len(found)
    names = list(found)
    for measure in found.values():
        for need in set(measure.needs) - set(SOURCES):
            assert names.index(need) < names.index(measure.name)


MEASURE = (
    "MEASURES = {'mine': {'needs': (), 'uses': ('coherence',), 'file': 'm.csv', 'version': 1}}"
)
FIGURE = "FIGURE = {'needs': (), 'caption': 'Mine.', 'uses': ('cvv',)}"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("analysis/mine.py", MEASURE, "multiarea.analysis.mine: 'mine': 'uses' names 'coherence'"),
        ("figures/mine.py", FIGURE, "multiarea.figures.mine: 'mine': 'uses' names 'cvv'"),
    ],
)
def test_a_block_that_does_not_exist(tmp_path, checkout, file, text, expected):
    shutil.copytree(checkout / "src/multiarea", tmp_path / "multiarea")
    (tmp_path / "multiarea" / file).write_text(text)
    command = [sys.executable, "-m", "multiarea", "list", "downscaled_base"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"error: {expected}, which is no key of ana_params.")
    assert "Valid keys: mplstyles, " in line


def test_listing_imports_no_array_library():
    code = (
        "import sys; from multiarea.analysis import measures; assert len(measures()) > 10; "
        "assert not {'numpy', 'pandas', 'scipy', 'h5py'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_uses_follows_needs():
    assert "rate_histogram" in all_uses("synaptic_currents")
    assert "plotConnectivities" in all_uses("fc_currents")
    assert "meanFiringRate" not in all_uses("fc_currents")


def test_table_survives_its_file(tmp_path):
    table = pd.DataFrame(
        {"area": ["46", "V1"], "layer": ["4", "NA"], "rate_spikes_per_s": [1 / 3, np.nan]}
    )
    save(tmp_path / "t.csv", table)
    pd.testing.assert_frame_equal(load(tmp_path / "t.csv"), table)


def test_arrays_survive_their_file(tmp_path):
    arrays = Arrays(
        {
            "rate": (np.arange(6.0).reshape(2, 3) / 7, ("area", "time"), "spikes/s"),
            "area": (np.array(["46", "ä"]), ("area",), ""),
            "binsize": (np.array(0.1), (), "ms"),
        }
    )
    save(tmp_path / "a.h5", arrays)
    loaded = load(tmp_path / "a.h5")
    assert list(loaded.content) == ["rate", "area", "binsize"]
    np.testing.assert_array_equal(loaded["rate"], arrays["rate"])
    assert loaded["area"].tolist() == ["46", "ä"]
    assert loaded.dims("rate") == ("area", "time")
    assert loaded.unit("rate") == "spikes/s"
    assert float(loaded["binsize"]) == 0.1


def test_damaged_results_are_named(tmp_path):
    (tmp_path / "a.h5").write_text("no")
    for name in ("a.h5", "absent.csv", "absent.h5"):
        with pytest.raises(InputError, match=name):
            load(tmp_path / name)


def test_a_result_cannot_take_the_wrong_suffix(tmp_path):
    with pytest.raises(ValueError, match="csv"):
        save(tmp_path / "a.h5", pd.DataFrame())
