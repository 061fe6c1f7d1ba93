"""The summary of a real run: what is left of it says the same, and comes back as it was."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis import compute
from multiarea.analysis.results import load
from multiarea.cli import main
from multiarea.errors import InputError
from multiarea.experiment.config import load_config, project_config
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.results import results
from multiarea.network.network import LEVELS
from multiarea.parameters import AnalysisParameters
from multiarea.spikes.sampled import sample
from multiarea.spikes.statistics import cv_of_block, of_neurons
from multiarea.spikes.store import Spikes
from multiarea.summary import folder, neurons, populations
from multiarea.summary.folder import checksum_of_spikes
from multiarea.summary.neurons import SHARE
from multiarea.summary.tables import TABLES
from multiarea.workflow.selection import Selection
from publications.summaries import read_summary


@pytest.fixture(scope="module")
def experiment(run_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run_once.folder)
        return load_experiments(["experiments/tiny.py"])[0]


@pytest.fixture(scope="module")
def summary(run_once, tmp_path_factory):
    """Return the folder of the summary."""
    folder = tmp_path_factory.mktemp("summaries") / "tiny"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run_once.folder)
        assert main(["summarise", "tiny", "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def result(run_once, experiment):
    """Return what reads a result of the run."""

    def read(name):
        path = run_once.folder / "out" / results()[name].path(experiment)
        return Spikes(path) if name == "spikes" else load(path)

    return read


def restored(summary: Path, name: str):
    return read_summary([summary / f"{name}.csv"])[name]


def test_rates_and_their_quantiles(summary, result):
    table, single = restored(summary, "rates"), result("rates_individual")
    assert table["rate_spikes_per_s"].to_numpy() == pytest.approx(
        result("rates")["rate_spikes_per_s"].to_numpy(), rel=1e-4
    )
    for n in (0, 100, len(table) - 1):
        own = single["rate"][single["offsets"][n] : single["offsets"][n + 1]]
        assert table.loc[n, "q50"] == pytest.approx(np.median(own), rel=1e-4)
        assert table.loc[n, "q95"] == pytest.approx(np.quantile(own, 0.95), rel=1e-4)


def test_the_rate_of_every_neuron_comes_back(summary, result):
    """Exactly where a neuron has at most 30 spikes; the mean of a bin is kept beyond."""
    before, after = result("rates_individual"), restored(summary, "rates_individual")
    assert (before["offsets"] == after["offsets"]).all()
    assert before.populations.equals(after.populations)
    for first, last in zip(before["offsets"][:-1], before["offsets"][1:], strict=True):
        one, other = np.sort(before["rate"][first:last]), after["rate"][first:last]
        assert other.mean() == pytest.approx(one.mean(), rel=1e-4)
        assert other == pytest.approx(one, rel=0.05)
        few = one < 30 / 1.5
        assert other[few] == pytest.approx(one[few], rel=1e-4)


def test_cv_quantiles_are_those_of_the_neurons(result):
    spikes = result("spikes")
    parameters = AnalysisParameters.model_validate({"cv": {"min_spikes": 3}})
    inputs = {"spikes": spikes, "parameters": parameters}
    inputs["cv"] = compute("cv", inputs, parameters)
    table, n_checked = populations.cv(inputs).set_index(LEVELS), 0
    for key, trains in spikes.items():
        values = of_neurons(trains, (500.0, spikes.t_stop), 3, cv_of_block)
        values = values[np.isfinite(values)]
        if len(values):
            assert table.loc[key, "q25"] == pytest.approx(np.quantile(values, 0.25))
            n_checked += 1
    assert n_checked > 10


def test_rates_of_areas_in_wider_bins(summary, result):
    fine, coarse = result("rate_histograms"), restored(summary, "rate_histograms")
    assert float(coarse["binsize"]) == 10.0 and list(coarse["area"]) == list(fine["area"])
    assert coarse["time"][:2].tolist() == [500.0, 510.0]
    expected = fine["area_rate"][3, 20:30].mean()
    assert coarse["area_rate"][3, 2] == pytest.approx(expected, rel=5e-3, abs=1e-9)


def test_the_spikes_shown_are_spikes_of_the_run(summary, result):
    shown = restored(summary, "raster")
    expected = sample(result("spikes"), SHARE, shown.window)
    assert shown.trains.keys() == expected.trains.keys()
    n_spikes = 0
    for key, trains in shown.trains.items():
        assert trains.offsets.tolist() == expected.trains[key].offsets.tolist()
        assert trains.times == pytest.approx(expected.trains[key].times, abs=0.051)
        n_spikes += len(trains.times)
    assert n_spikes > 10


def test_of_many_spikes_those_of_the_shown_areas_are_kept(result, monkeypatch):
    inputs = {"spikes": result("spikes"), "shown_areas": ("fusiform", "insula")}
    every = neurons.raster(inputs).set_index("area")
    monkeypatch.setattr(neurons, "MOST_SPIKES", 10)
    found = neurons.raster(inputs).set_index("area")
    pd.testing.assert_frame_equal(
        found, every.loc[["fusiform", "insula"]].loc[found.index.unique()]
    )


@pytest.mark.parametrize("name", ["fc_currents", "fc_bold", "activity_similarity"])
def test_small_measures_are_kept_as_they_are(summary, result, name):
    before, after = result(name), restored(summary, name)
    pd.testing.assert_frame_equal(before, after, rtol=1e-4, atol=1e-4, check_dtype=False)


def test_order_in_time_and_spectra(summary, result):
    before, after = result("temporal_hierarchy"), restored(summary, "temporal_hierarchy")
    assert after["lag"] == pytest.approx(before["lag"], rel=1e-4, nan_ok=True)
    full, kept = result("power_spectra"), restored(summary, "power_spectra")
    assert kept["power"][:, :40] == pytest.approx(full["power"][:, :40], rel=1e-4)
    assert (np.diff(kept["frequency"]) > 0).all()
    assert 40 < len(kept["frequency"]) < len(full["frequency"])
    assert kept["frequency"][-1] < full["frequency"][-1]


def test_facts_and_page(summary, run_once, experiment, result):
    facts = json.loads((summary / "run.json").read_text("utf-8"))
    spikes = result("spikes")
    assert facts["spikes_sha256"] == checksum_of_spikes(spikes)
    parts = [(trains.counts, trains.times) for _, trains in spikes.items()]
    content = b"".join(counts.tobytes() + times.tobytes() for counts, times in parts)
    assert facts["spikes_sha256"] == hashlib.sha256(content).hexdigest()
    assert facts["network_hash"] == experiment.network_hash
    assert facts["n_spikes"] == len(result("spikes"))
    assert facts["simulation"]["wall_time_s"] > 0
    assert facts["tables_sha256"] == {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in summary.glob("*.csv")
    }
    page = (summary / "README.md").read_text("utf-8")
    files = {path.name for path in summary.iterdir()} - {"README.md"}
    assert files == {line.split("|")[1].strip() for line in page.splitlines() if ".csv |" in line
                     or "run.json |" in line}  # fmt: skip
    assert "experiments/tiny.py" in page


def test_the_same_bytes_again(summary, run_once, tmp_path, monkeypatch):
    monkeypatch.chdir(run_once.folder)
    assert main(["summarise", "experiments/tiny.py", "--to", str(tmp_path)]) == 0
    for path in summary.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_only_some_tables(summary, run_once, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(run_once.folder)
    command = ["summarise", "tiny", "--to", str(tmp_path / "few"), "--only", "rates"]
    assert main([*command, "lvr"]) == 0
    assert (
        capsys.readouterr().out == f"{tmp_path / 'few'}: README.md, run.json, rates.csv, lvr.csv\n"
    )
    found = {path.name for path in (tmp_path / "few").iterdir()}
    assert found == {"README.md", "run.json", "rates.csv", "lvr.csv"}
    for name in ("rates.csv", "lvr.csv"):
        assert (tmp_path / "few" / name).read_bytes() == (summary / name).read_bytes()
    few, every = (json.loads((path / "run.json").read_text("utf-8"))
                  for path in (tmp_path / "few", summary))  # fmt: skip
    names, all_names = few.pop("tables_sha256"), every.pop("tables_sha256")
    assert few == every and names == {name: all_names[name] for name in ("rates", "lvr")}
    page = (tmp_path / "few" / "README.md").read_text("utf-8")
    assert "--to FOLDER --only rates lvr\n" in page and "cv.csv" not in page
    command[3] = str(tmp_path / "none")
    assert main([*command, "rate"]) == 1
    assert "tiny has no table 'rate'; it has rates, cv, " in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_an_experiment_without_results(run_once, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(run_once.folder)
    (tmp_path / "other.py").write_text("sim_params = {'t_sim': 600.0}\n")
    assert main(["summarise", str(tmp_path / "other.py"), "--to", str(tmp_path / "to")]) == 1
    assert "; python -m multiarea run other makes them" in capsys.readouterr().err
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize("word", [".", ""])
def test_a_folder_with_other_files_is_left_alone(run_once, tmp_path, monkeypatch, capsys, word):
    monkeypatch.chdir(run_once.folder)
    (run_once.folder / "README.md").write_text("mine")
    assert main(["summarise", "tiny", "--to", word]) == 1
    assert "--to: . holds other files; expected a new or an empty" in capsys.readouterr().err
    assert (run_once.folder / "README.md").read_text() == "mine"
    assert not (run_once.folder / "run.json").exists()


def test_tables_of_an_earlier_summary_do_not_stay(summary, run_once, tmp_path, monkeypatch):
    shutil.copytree(summary, tmp_path / "to")
    (tmp_path / "to" / "notes.txt").write_text("mine")
    monkeypatch.chdir(run_once.folder)
    assert main(["summarise", "tiny", "--to", str(tmp_path / "to"), "--only", "lvr"]) == 0
    found = {path.name for path in (tmp_path / "to").iterdir()}
    assert found == {"README.md", "run.json", "lvr.csv", "notes.txt"}


@pytest.mark.parametrize(
    "damaged",
    [
        ("rates", "rates.csv", "rates.csv: changed or damaged since it was made"),
        ("spikes", "provenance.json", "provenance.json: not a readable record file"),
    ],
    ids=["table", "record"],
)
def test_damaged_results_leave_no_summary(run_once, experiment, tmp_path, damaged):
    name, file, message = damaged
    path = run_once.folder / "out" / results()[name].path(experiment).with_name(file)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    done = run_once.multiarea("summarise", "tiny", "--to", str(tmp_path / "to"))
    path.write_bytes(whole)
    assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "to").exists()


def page_of(file: Path, name: str, tables: tuple[str, ...]) -> str:
    """Return the page of a summary of an experiment of a `file`, without its results."""
    selection = Selection(load_config({**project_config(), "experiments": [str(file)]}))
    chosen = {table: TABLES[table] for table in tables}
    return folder._page(selection, selection.experiments[name], chosen, tables)


def test_the_page_names_all_runs_that_repeat_it(checkout, tmp_path):
    name = "human_single_spike@chi=1,single_spike="
    path = checkout / "experiments" / "one_computer" / "human_single_spike.py"
    spiked = f"{name}pericalcarine-IV-E-2000"
    page = page_of(path, spiked, ("first_differences",))
    assert f"""experiments='["{name}none", "{spiked}"]'""" in page
    assert f"""experiments='["{spiked}"]'""" in page_of(path, spiked, ("rates",))
    shutil.copy(path, tmp_path / "mine.py")
    page = page_of(tmp_path / "mine.py", "mine@chi=1,single_spike=none", ("rates",))
    assert f"summarise '{tmp_path}/mine.py@chi=1,single_spike=none' --to" in page


def test_the_terms_of_imported_spikes_are_not_ours(checkout, tmp_path):
    (tmp_path / "spikes.csv").write_text("neuron,time_ms\n0,5.0\n")
    block = {"file": str(tmp_path / "spikes.csv"), "neurons": "network"}
    (tmp_path / "mine.py").write_text(f"sim_params = {{'spikes_from': {block}}}")
    page = page_of(tmp_path / "mine.py", "mine", ("rates",))
    assert "CC-BY" not in page and "from spikes of a file, whose terms hold" in page


def test_a_damaged_table_is_named(summary, tmp_path):
    path = tmp_path / "rates_individual.csv"
    path.write_text("area,layer\nx,y\n")
    with pytest.raises(InputError, match="rates_individual.csv: not a table of a summary"):
        read_summary([path])
    with pytest.raises(InputError, match="unknown.csv: not a table of a summary"):
        read_summary([tmp_path / "unknown.csv"])
