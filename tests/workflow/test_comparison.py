"""The command and the rule, with runs of a small network."""

import json

import pandas as pd
import pytest
from small_project import make_project

from multiarea.cli import main
from multiarea.workflow.comparison import OUTPUTS

SMALL = """
model = "microcircuit"
net_params = {"N_scaling": 0.02, "K_scaling": 0.02, "g": -4.0}
sim_params = {"t_sim": 900.0, "simulator": "procedural"}
sweep = {"master_seed": [1, 2]}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("comparison") / "project")
    for path in (project.folder / "experiments").glob("*.py"):
        path.unlink()
    project.write_experiment("small", SMALL)
    project.write_experiment("other", SMALL.replace("-4.0", "-5.0").replace("[1, 2]", "[1]"))
    return project


def test_the_rule_compares_what_is_configured(project):
    done = project.snakemake("comparison")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = project.result("comparisons/*/comparison.png").parent
    assert {path.name for path in folder.iterdir()} == {*OUTPUTS, "logs"}
    parameters = pd.read_csv(folder / "parameters.csv").set_index("parameter")
    assert list(parameters.index) == ["net_params.connection_params.g", "sim_params.master_seed"]
    assert parameters.loc["net_params.connection_params.g"].tolist() == [-5.0, -4.0, -4.0]
    distances = pd.read_csv(folder / "distances.csv")
    assert len(distances) == 3 and distances["ks_rates"].between(0, 1).all()
    assert "r_fc_currents" not in distances  # one area
    runs = json.loads((folder / "parameters.json").read_text())["runs"]
    assert [run["name"] for run in runs] == [
        "other@master_seed=1",
        "small@master_seed=1",
        "small@master_seed=2",
    ]
    assert project.jobs("comparison") == {}


@pytest.mark.usefixtures("inside")
def test_the_command_writes_the_same_tables(project, tmp_path):
    words = ["experiments/other.py", "experiments/small.py"]
    assert main(["compare", *words, "--to", str(tmp_path / "both")]) == 0
    folder = project.result("comparisons/*/comparison.png").parent
    for name in OUTPUTS[:-1]:
        assert (tmp_path / "both" / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.fixture
def inside(project, monkeypatch):
    """Be in the project's folder."""
    monkeypatch.chdir(project.folder)
    return project.folder


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "compare: expected at least two experiments or points of sweeps, got none"),
        (["other"], "compare: expected at least two experiments or points of sweeps, got other"),
        (["other", "smal"], "smal: no such experiment"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_mistakes(tmp_path, capsys, words, expected):
    assert main(["compare", *words, "--to", str(tmp_path / "new")]) == 1
    assert f"error: {expected}" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_runs_that_are_not_there(inside, tmp_path, capsys):
    new = inside / "experiments" / "new.py"
    new.write_text(SMALL.replace("900.0", "901.0"))
    assert main(["compare", "experiments/new.py", "--to", str(tmp_path / "new")]) == 1
    error = capsys.readouterr().err
    told = "new@master_seed=1, new@master_seed=2: 12 of the results that are compared are absent"
    assert told in error and not (tmp_path / "new").exists()
    assert "python -m multiarea run new@master_seed=1 new@master_seed=2 makes them" in error
    new.unlink()
