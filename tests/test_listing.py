"""`list`, and how experiments are named on the command line."""

import pytest

from multiarea.cli.listing import list_experiments
from multiarea.errors import InputError
from multiarea.experiment.finding import find_experiment
from multiarea.experiment.loading import load_experiments


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
    text = list_experiments()
    (base,) = load_experiments(["experiments/base.py"])
    configured, others = text.split("not in config.yaml")
    assert "\nbase  (experiments/base.py)\n" in configured
    for line in (
        f"network     {base.network_hash}",
        f"simulation  {base.simulation_hash}",
        f"analysis    {base.analysis_hash}",
        f"results     results/{base.analysis_folder}",
        "exists      [ ] network  [ ] theory  [ ] simulate  [ ] analyse",
    ):
        assert line in configured
    assert "\nbase " not in others
    for name in ("sweep@chi=1 ", "sweep@chi=1.5 ", "full  (experiments/large/full.py)"):
        assert name in others


def test_theory_is_not_listed_where_there_is_none(project):
    neurons = {"E_L": -70.0, "omega": -50.0, "C_m": 220.0, "tau_m": 10.0, "t_ref": 2.0}
    neurons |= {"tau_syn_ex": 2.0, "tau_syn_in": 2.0}
    network = {"neuron_model_E": "mat2_psc_exp", "neuron_params_E": neurons}
    (project / "experiments/mat2.py").write_text(f"net_params = {network}")
    assert "exists      [ ] network  [ ] simulate  [ ] analyse" in list_experiments(names=["mat2"])


def test_experiments_that_are_named(project):
    text = list_experiments(names=["full", "experiments/sweep.py"])
    assert "full  (experiments/large/full.py)" in text and "sweep@chi=1.5 " in text
    assert "\nbase " not in text
    text = list_experiments(names=["sweep@chi=1.5"])
    assert "sweep@chi=1.5 " in text and "sweep@chi=1 " not in text
    (full,) = load_experiments(["experiments/large/full.py"])
    text = list_experiments(only_results=True, names=["full"])
    assert text.startswith(f"full: results in results/{full.analysis_folder}\n")
    with pytest.raises(InputError, match="Did you mean 'full'"):
        list_experiments(names=["ful"])


def test_what_exists(project):
    (base,) = load_experiments(["experiments/base.py"])
    folder = project / "results" / base.network_folder
    (folder / "theory").mkdir(parents=True)
    (folder / "network.h5").touch()
    (folder / "theory/rates.csv").touch()
    assert "[x] network  [x] theory  [ ] simulate  [ ] analyse" in list_experiments()


@pytest.mark.parametrize("entry", ["{0}/experiments/base.py", "./experiments/base.py"])
def test_an_experiment_is_listed_once(project, entry):
    entry = entry.format(project)
    (project / "config.yaml").write_text(f"experiments: ['{entry}']\n")
    assert list_experiments().count("\nbase  (") == 1


def test_where_the_results_are(project):
    (base,) = load_experiments(["experiments/base.py"])
    assert list_experiments(only_results=True) == (
        f"base: results in results/{base.analysis_folder}\n  no pictures yet: make run\n"
    )
    plots = project / "results" / base.analysis_folder / "plots"
    plots.mkdir(parents=True)
    (plots / "raster_areas.png").touch()
    text = list_experiments(only_results=True)
    assert "1 pictures (png, pdf)" in text and "    raster_areas.png\n" in text


def test_nothing_in_the_configuration(project):
    (project / "config.yaml").write_text("experiments:\n")
    assert "base  (experiments/base.py)" in list_experiments().split("not in config.yaml")[1]


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
