"""`import multiarea`: the same results as the pipeline's, and the same experiments as its files."""

import json
import sys
from pathlib import Path

import pytest
from small_project import make_project

import multiarea
from multiarea.experiment.loading import load_experiments

NET = {"N_scaling": 0.01, "K_scaling": 0.01}
SIM = {"t_sim": 700.0, "simulator": "procedural"}
FILE = f'model = "microcircuit"\nnet_params = {NET}\nsim_params = {SIM}\n'


def made(**changes):
    return multiarea.make_experiment(NET, {**SIM, **changes}, model="microcircuit", name="small")


def records(folder):
    """Return the record of each folder of results below `folder`."""
    found = sorted(folder.rglob("provenance.json"))
    return {path.parent.relative_to(folder): json.loads(path.read_text()) for path in found}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = multiarea.Run(made(), out=tmp_path_factory.mktemp("api"))
    run.theory(), run.measure("cv")
    return run


@pytest.fixture(scope="module")
def project(tmp_path_factory, run):
    """Return a project whose pipeline made the same results."""
    project = make_project(tmp_path_factory.mktemp("pipeline") / "project")
    project.write_experiment("small", FILE)
    folders = records(run.out)
    wanted = [f"out/{folder}/{next(iter(one['outputs']))}" for folder, one in folders.items()]
    done = project.snakemake(*wanted)
    assert done.returncode == 0, done.stderr
    return project


def test_the_results_are_those_of_the_pipeline_to_the_bit(run, project):
    ours, theirs = records(run.out), records(project.folder / "out")
    assert {one["stage"] for one in ours.values()} == {"network", "theory", "simulate", "analyse"}
    assert ours.keys() == theirs.keys()
    for folder, record in ours.items():
        assert record["outputs"] == theirs[folder]["outputs"], folder


def test_links_by_name_lead_to_the_results(run, project):
    names = ("network", "simulation", "analysis", "plots")
    links = {name: run.out / "by-name/small" / name for name in names}
    assert (links["network"] / "theory/rates.csv").is_file()
    assert (links["simulation"] / "spikes.h5").is_file()
    assert not links["plots"].is_symlink(), "nothing is drawn yet"
    own = multiarea.Run(made(), out=project.folder / "out")
    picture = own.plot("population_rates")
    link = project.folder / "out/by-name/small/plots"
    assert link.is_symlink() and link.resolve() == picture.parent


def test_what_the_pipeline_made_is_not_made_again(project):
    before = records(project.folder / "out")
    again = multiarea.Run(made(), out=project.folder / "out")
    again.theory(), again.measure("cv")
    assert records(project.folder / "out") == before
    assert (
        project.jobs(str(project.result("*/*/measures/cv-*/cv.csv").relative_to(project.folder)))
        == {}
    )


def test_a_result_of_another_table_is_made_again(run, tmp_path, monkeypatch):
    project = make_project(tmp_path / "project")
    project.write_experiment("small", FILE)
    monkeypatch.chdir(project.folder)
    multiarea.Run(made()).network()
    network = Path(made().network_hash)
    first = records(project.folder / "out")[network]
    table = project.folder / "experimental_data/potjans_diesmann/initial_potentials.csv"
    table.write_text(table.read_text().replace("-68.28", "-68.27"))
    multiarea.Run(made()).network()
    second = records(project.folder / "out")[network]
    assert first["outputs"] != second["outputs"]


def test_the_record_names_the_program(run):
    commands = {record["command"] for record in records(run.out).values()}
    (command,) = commands
    assert command.startswith("python ") and sys.argv[0] in command


def test_objects(run):
    assert len(run.network()) == 8
    assert list(run.theory().columns[:4]) == ["area", "layer", "population", "rate_1"]
    times, neurons = run.spikes().arrays()
    assert len(times) == len(neurons) == len(run.spikes()) > 0
    assert run.measure("cv")["n_neurons"].notna().all()
    assert {"rates", "cv"} <= set(run.measures)
    assert "fc_similarity" not in run.measures


def test_a_figure(run):
    picture = run.plot("population_rates")
    assert picture.is_file() and picture.with_suffix(".pdf").is_file()
    assert "- experiment `small`\n" in picture.with_suffix(".md").read_text()


def test_written_experiments_are_the_same_when_read(checkout, tmp_path):
    files = sorted((checkout / "experiments").glob("*.py"))
    for experiment in load_experiments(files):
        path = tmp_path / f"{experiment.name.partition('@')[0]}.py"
        multiarea.write_experiment(experiment, path)
        again = multiarea.load_experiment(path)
        assert again.analysis_folder == experiment.analysis_folder
        assert again.simulation.guard == experiment.simulation.guard


def test_a_file_is_looked_for_in_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    assert multiarea.load_experiment("mine.py").simulation_folder == made().simulation_folder


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda run: run.measure("cvs"), "unknown measure 'cvs'. Did you mean 'cv'?"),
        (lambda run: run.measure("fc_similarity"), "not for small: it needs"),
        (lambda run: run.plot("raster"), "unknown figure 'raster'. Did you mean 'raster_areas'?"),
        (lambda _: multiarea.make_experiment({"N_scalin": 1.0}), "Did you mean 'N_scaling'?"),
        (lambda _: multiarea.make_experiment(name="a b"), "an experiment file is named <name>.py"),
        (lambda _: multiarea.write_experiment(made(), "one.txt"), "is named <name>.py"),
        (lambda _: multiarea.load_experiment("nothing"), "no such experiment"),
    ],
)
def test_mistakes(run, do, said):
    with pytest.raises(multiarea.InputError) as caught:
        do(run)
    assert said in str(caught.value)


def test_a_folder_of_results_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(multiarea.InputError, match=r"^out: the folder .* is not a folder$"):
        multiarea.Run("microcircuit_downscaled", tmp_path / "file" / "out")
