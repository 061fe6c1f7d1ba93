"""`list`, and how experiments are named on the command line."""

import subprocess
import warnings
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from multiarea.cli import main
from multiarea.cli.listing import list_experiments
from multiarea.errors import InputError
from multiarea.experiment.finding import find_experiment, find_experiments
from multiarea.experiment.links import link_results
from multiarea.experiment.loading import load_experiments
from multiarea.export.contents import crate_names
from multiarea.files.project import PROJECT
from multiarea.workflow.rules import Workflow


@pytest.fixture
def project(tmp_path, checkout, monkeypatch):
    """A project in a temporary folder, with three experiments; the current folder."""
    (tmp_path / "Snakefile").touch()
    (tmp_path / "experimental_data").symlink_to(checkout / "experimental_data")
    (tmp_path / "experiments/large").mkdir(parents=True)
    (tmp_path / "experiments/base.py").write_text("net_params = {}")
    (tmp_path / "experiments/sweep.py").write_text("sweep = {'chi': [1.0, 1.5]}")
    (tmp_path / "experiments/large/full.py").write_text("sim_params = {'t_sim': 2000.0}")
    (tmp_path / "config.yaml").write_text("experiments: experiments/base.py\nout: results\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_experiments_with_their_hashes_and_folders(project):
    text = list_experiments(names=["base"])[0]
    (base,) = load_experiments(["experiments/base.py"])
    assert text.startswith("base  (experiments/base.py)\n  model       human, full scale, 1 s\n")
    for line in (
        f"network     {base.network_hash}",
        f"simulation  {base.simulation_hash}",
        f"analysis    {base.analysis_hash}",
        f"results     results/{base.analysis_folder}",
        "exists      [ ] network  [ ] theory  [ ] simulate  [ ] analyse",
    ):
        assert line in text


def test_a_line_for_each_file(project):
    (base,) = load_experiments(["experiments/base.py"])
    (project / "results" / base.network_hash).mkdir(parents=True)
    (project / "results" / base.network_hash / "network.h5").touch()
    (project / "experiments/two.py").write_text(
        "net_params = {'K_scaling': 0.1}\nsweep = {'N_scaling': [0.01, 0.02], 'g': [-4.0, -5.0]}"
    )
    wide = "net_params = {'g': -6.0, 'chi': 1.5, 'areas_simulated': ['cuneus'],\n"
    wide += "'replace_non_simulated_areas': 'hom_poisson_stat'}\nsim_params = {'master_seed': 7}"
    (project / "experiments/wide.py").write_text(wide)
    assert list_experiments()[0].splitlines() == [
        "Run by config.yaml:",
        "  base   human, full scale, 1 s: network",
        "",
        "Others in experiments/:",
        "  full   human, full scale, 2 s: network",
        "  sweep  human, full scale, 1 s; 2 points of chi: 0 simulated",
        "  two    human, several sizes; 4 points of N_scaling, g: 0 simulated",
        "  wide   human, full scale, 1 s; chi=1.5, g=-6, areas_simulated=cuneus, ...: nothing yet",
        "",
        "Hashes, folders and the points of a sweep: python -m multiarea list NAME",
    ]


def test_theory_is_not_listed_where_there_is_none(project):
    neurons = {"E_L": -70.0, "omega": -50.0, "C_m": 220.0, "tau_m": 10.0, "t_ref": 2.0}
    neurons |= {"tau_syn_ex": 2.0, "tau_syn_in": 2.0}
    network = {"neuron_model_E": "mat2_psc_exp", "neuron_params_E": neurons}
    (project / "experiments/mat2.py").write_text(f"net_params = {network}")
    assert (
        "exists      [ ] network  [ ] simulate  [ ] analyse" in list_experiments(names=["mat2"])[0]
    )


def test_experiments_that_are_named(project):
    text = list_experiments(names=["full", "experiments/sweep.py"])[0]
    assert "full  (experiments/large/full.py)" in text and "\nsweep@chi=1.5 " in text
    assert "base" not in text
    text = list_experiments(names=["sweep@chi=1.5"])[0]
    assert "sweep@chi=1.5 " in text and "sweep@chi=1 " not in text
    text = list_experiments(only_results=True, names=["full"])[0]
    assert text == "full\n  no results yet: python -m multiarea run full\n"
    with pytest.raises(InputError, match="Did you mean 'full'"):
        list_experiments(names=["ful"])[0]


def test_a_wrong_file_hides_no_other(project, capsys):
    (project / "experiments/bad.py").write_text("net_params = {'N_scalling': 1}")
    assert main(["list"]) == 1
    said = capsys.readouterr()
    for name in ("\n  base  ", "\n  sweep ", "\n  full  "):
        assert name in said.out
    (line,) = said.err.splitlines()
    assert line.startswith("error: experiments/bad.py: net_params.N_scalling: unknown key.")
    assert main(["list", "base"]) == 0


def test_a_script_is_not_run_but_told(project):
    """It would write 12 files."""
    script = "for i in range(12):\n    open(f'experiments/{i}.txt', 'w').write('x')\n"
    (project / "experiments/plot.py").write_text(script)
    before = sorted(project.rglob("*"))
    text, problems = list_experiments()
    assert sorted(project.rglob("*")) == before and problems == []
    assert "\n  plot" not in text
    last = "Not experiments, because they define no dictionary of one: experiments/plot.py"
    assert text.splitlines()[-1] == last


CHOICES = {
    "sweep@chi=1.5": ["sweep@chi=1.5"],
    "experiments/sweep.py@chi=1.5": ["sweep@chi=1.5"],
    "sweep": ["sweep@chi=1", "sweep@chi=1.5"],
    "full": ["full"],
    "experiments/*.py": ["base", "sweep@chi=1", "sweep@chi=1.5"],
    "experiments/**/*.py": ["base", "full", "sweep@chi=1", "sweep@chi=1.5"],
    "experiments/[b-f]*.py": ["base"],
}


@pytest.mark.parametrize("name", CHOICES)
def test_names_and_patterns_in_the_configuration(project, name):
    (project / "experiments/script.py").write_text("1 / 0")
    assert list(Workflow({"experiments": name}).experiments) == CHOICES[name]
    (project / "config.yaml").write_text(f"experiments: ['{name}']\n")
    text, _ = list_experiments(only_results=True)
    found = [line for line in text.splitlines() if not line.startswith(" ")]
    assert found == CHOICES[name]


def test_several_names_of_one_file(project):
    names = ["sweep@chi=1.5", "base", "sweep@chi=1"]
    found = [one.name for one in find_experiments(names)]
    assert found == ["sweep@chi=1.5", "sweep@chi=1", "base"]
    assert len(find_experiments(["sweep@chi=1.5", "sweep", "experiments/*.py"])) == 3


def test_all_wrong_names_at_once(project):
    with pytest.raises(InputError) as caught:
        find_experiments(["bas", "experimets/*.py", "experiments/bas.py", "/*.py"])
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "bas",
        "experimets/*.py",
        "/*.py",
        "experiments/bas.py",
    ]


def test_a_folder_may_have_an_at_sign(tmp_path):
    path = tmp_path / "me@host/one.py"
    path.parent.mkdir()
    path.write_text("sweep = {'g': [-4.0, -5.0]}")
    assert [one.name for one in find_experiments([str(path)])] == ["one@g=-4", "one@g=-5"]
    assert find_experiment(f"{path}@g=-5").network.connection_params.g == -5.0


def test_a_new_file_that_is_not_run_is_told(project, monkeypatch):
    monkeypatch.setenv(PROJECT, str(project))  # a call with a Snakefile sets it
    for words in (["init", "-q"], ["add", "experiments"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    (project / "experiments/mine.py").write_text("net_params = {}")
    (project / "experiments/script.py").write_text("1 / 0")
    note = "not run, because config.yaml does not name them under 'experiments': "
    run = partial(Workflow, running=SimpleNamespace(basedir=project, config_settings=None))
    with pytest.warns(UserWarning) as caught:
        run({"experiments": "experiments/base.py"})
    assert [str(one.message) for one in caught] == [f"{note}experiments/mine.py"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run({"experiments": "experiments/sweep.py"})  # chosen for this call
        Workflow({"experiments": "experiments/base.py"})  # runs nothing: an export
        (project / "config.yaml").write_text("experiments: experiments/*.py\n")
        run({"experiments": "experiments/*.py"})


def test_what_exists(project):
    (base,) = load_experiments(["experiments/base.py"])
    folder = project / "results" / base.network_folder
    (folder / "theory").mkdir(parents=True)
    (folder / "network.h5").touch()
    (folder / "theory/rates.csv").touch()
    text = list_experiments(names=["base"])[0]
    assert "[x] network  [x] theory  [ ] simulate  [ ] analyse" in text
    assert "  base   human, full scale, 1 s: network, theory\n" in list_experiments()[0]


@pytest.mark.parametrize("entry", ["{0}/experiments/base.py", "./experiments/base.py"])
def test_an_experiment_is_listed_once(project, entry):
    entry = entry.format(project)
    (project / "config.yaml").write_text(f"experiments: ['{entry}']\n")
    assert list_experiments()[0].count("\n  base  ") == 1


def test_where_the_results_are(project):
    (base,) = load_experiments(["experiments/base.py"])
    for folder in ("results", "elsewhere"):
        plots = project / folder / base.analysis_folder / "plots"
        plots.mkdir(parents=True)
        (plots / "raster_areas.png").touch()
        (plots.parent.parent / "spikes.h5").touch()
    link_results([base], "results")
    assert list_experiments(only_results=True)[0] == (
        "base\n"
        "  pictures  results/by-name/base/plots (1, each as png and pdf)\n"
        "  spikes    results/by-name/base/simulation/spikes.h5\n"
    )
    text = list_experiments(only_results=True, out=Path("elsewhere"))[0]
    assert f"elsewhere/{base.analysis_folder}/plots (1, " in text


def test_nothing_in_the_configuration(project):
    (project / "config.yaml").write_text("experiments:\n")
    assert list_experiments()[0].startswith("Others in experiments/:\n  base  ")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("base", "base"),
        ("experiments/base.py", "base"),
        ("full", "full"),
        ("sweep@chi=1.5", "sweep@chi=1.5"),
        ("experiments/sweep.py@chi=1", "sweep@chi=1"),
    ],
)
def test_experiments_by_name(project, name, expected):
    assert find_experiment(name).name == expected
    assert find_experiment(str(project / "experiments/base.py")).name == "base"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bas", r"bas: no such experiment in experiments/\. Did you mean 'base'\?"),
        ("../base", "no such experiment"),
        ("base@chi=1", "base@chi=1: base is not a sweep; leave '@chi=1' out"),
        ("sweep", "sweep: a sweep; name one of its points: sweep@chi=1, sweep@chi=1.5"),
        ("sweep@chi=1.6", r"Did you mean 'sweep@chi=1\.5'\?"),
        ("experiments/bas.py", r"no such experiment file\. Did you mean 'base\.py'\?"),
    ],
)
def test_experiments_that_are_not_there(project, name, expected):
    with pytest.raises(InputError, match=expected):
        find_experiment(name)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["sweep@chi=1.5", "base"], ["experiments/sweep.py@chi=1.5", "experiments/base.py"]),
        (["sweep"], ["experiments/sweep.py"]),
        (["sweep@chi=1.5", "sweep@chi=1"], ["experiments/sweep.py"]),
    ],
)
def test_what_a_crate_runs(project, names, expected):
    assert crate_names(Workflow({"experiments": names})) == expected
