"""The stages and commands of the theory: files in, files out, one clear message for mistakes."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis.results import load
from multiarea.build.pipeline import build_network
from multiarea.cli import main
from multiarea.data.macaque import read_indegrees
from multiarea.models import get_model
from multiarea.network.network import save_network
from multiarea.stages import stabilise, stability
from publications.schuecker2017.toy_networks import INDEGREE, excitatory_network

RECORDS = ["parameters.json", "provenance.json"]


def saved(folder, rate_ext, n=1):
    path = folder / f"network_{rate_ext:g}_{n}.h5"
    save_network(excitatory_network(rate_ext, n), path)
    return path


def test_stability_of_a_saved_network(tmp_path, monkeypatch):
    monkeypatch.setattr(stability, "N_STARTS", 6)
    outputs = [tmp_path / name for name in ("stability.h5", *RECORDS)]
    words = ["stability", "--network", str(saved(tmp_path, 160.0, 2)), "--to", *map(str, outputs)]
    assert main(words) == 0
    result = load(outputs[0])
    assert list(result.populations) == [("1", "II/III", "E"), ("2", "II/III", "E")]
    assert result["rates"].shape == (2, 2) and result["stable"].all()
    assert len(result["end"]) == 6 and (result["end"] == 1).sum() >= 5
    assert result["mean_rate"] == pytest.approx(result["rates"].mean(axis=1)[result["end"]])
    # the uniform mode is the critical one: u = (1, 1)/sqrt 2
    assert np.abs(result["right"]) == pytest.approx(np.full((2, 2), 0.5**0.5))
    assert (result["eigenvalues"].real < 1).all()
    assert json.loads(outputs[1].read_text())["n_starts"] == 6
    assert json.loads(outputs[2].read_text())["n_states"] == 2


def test_stabilisation_of_saved_networks(tmp_path, monkeypatch):
    monkeypatch.setattr(stabilise, "EULER_STEP", 0.1)
    monkeypatch.setattr(stabilise, "ITERATIONS", 1)
    outputs = [tmp_path / name for name in ("stabilisation.h5", "indegree.csv", *RECORDS)]
    networks = [str(saved(tmp_path, rate)) for rate in (160.0, 166.5)]
    assert main(["stabilise", "--network", *networks, "--to", *map(str, outputs)]) == 0
    result = load(outputs[0])
    missing = 6.5 * (1 - result["fraction_1"])
    expected = INDEGREE * (1 - missing / result["rates_1"][0])
    assert result["indegree_0"] == pytest.approx(np.array([[INDEGREE]]))
    assert result["indegree_1"] == pytest.approx(np.array([[expected]]), rel=1e-5)
    assert result["indegree_2"] == pytest.approx(result["indegree_1"])
    # the only mode has the whole shift, and its change is that of the in-degree
    assert result["share_1"].real == pytest.approx([1])
    assert result["change_1"] == pytest.approx([1 - expected / INDEGREE], rel=1e-5)
    assert result["way_means"].shape == (len(result["way_fractions"]), len(result["way_times"]))
    assert result["way_means"][:, 0].tolist() == [0] * len(result["way_fractions"])
    assert result["way_means"][:, -1] == pytest.approx(result["way_ends"][:, 0])
    table = read_indegrees(outputs[1])
    assert table.to_numpy() == pytest.approx(result["indegree_2"], abs=1e-7)
    provenance = json.loads(outputs[3].read_text())
    assert provenance["critical_fractions"] == pytest.approx([float(result["fraction_1"])])


@pytest.fixture
def experiments(tmp_path):
    """The microcircuit with three drives, and one with other weights."""
    paths = []
    for name, drive, g in (("low", 8.0, -4.0), ("high", 8.2, -4.0), ("other", 8.2, -4.5)):
        path = tmp_path / f"{name}.py"
        blocks = {"connection_params": {"g": g}, "input_params": {"rate_ext": drive}}
        path.write_text(f'model = "microcircuit"\nnet_params = {blocks}\n')
        paths.append(str(path))
    return paths


def test_theory_command_shows_stability(experiments, tmp_path, capsys):
    target = tmp_path / "rates.csv"
    words = ["theory", experiments[0], "--to", str(target), "--stability", "--starts", "2"]
    assert main(words) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert "max Re lambda" in header and "spectral radius" in header
    assert "share of 2 starts" in header
    assert line.split()[0] == "1" and line.split()[-2:] == ["yes", "1.000"]
    table = pd.read_csv(target)
    assert float(line.split()[1]) == pytest.approx(table["rate_1"].mean(), rel=1e-3)


def test_stabilise_command_keeps_a_network_that_needs_no_change(experiments, tmp_path):
    target = tmp_path / "indegree.csv"
    assert main(["stabilise", *experiments[:2], "--to", str(target)]) == 0
    network = build_network("microcircuit", get_model("microcircuit").Parameters())
    assert read_indegrees(target).to_numpy() == pytest.approx(network.indegree, abs=1e-7)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["theory", "EXPERIMENT", "--stability", "--starts", "0"], "--starts 0: expected a pos"),
        (["stabilise", "EXPERIMENT"], "expected two experiments, with the low and the high drive"),
        (["stabilise"], "name either two experiments or --network LOW HIGH"),
        (["stabilise", "EXPERIMENT", "OTHER"], "differ in more than their external drive"),
    ],
)
def test_mistakes_get_one_message(experiments, tmp_path, capsys, words, expected):
    names = {"EXPERIMENT": experiments[0], "OTHER": experiments[2]}
    words = [names.get(word, word) for word in words]
    assert main([*words, "--to", str(tmp_path / "out.csv")]) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
    assert len(errors) == 1 and expected in errors[0]
    assert not (tmp_path / "out.csv").exists()


def test_stage_of_networks_that_differ_in_more_than_their_drive(tmp_path, capsys):
    parameters = get_model("microcircuit").Parameters
    words = ["stabilise", "--network"]
    for g in (-4.0, -4.5):
        words.append(str(tmp_path / f"network_{-g:g}.h5"))
        network = build_network("microcircuit", parameters(connection_params={"g": g}))
        save_network(network, words[-1])
    outputs = [str(tmp_path / name) for name in ("stabilisation.h5", "indegree.csv", *RECORDS)]
    assert main([*words, "--to", *outputs]) == 1
    assert "error: stabilise: the networks differ in more than" in capsys.readouterr().err
