"""The whole DAG on a tiny network: what runs, what runs again, and what does not."""

import json
import shutil

import h5py
import numpy as np
import pytest
from small_project import TINY, make_project

SIM = "*/" + 32 * "[0-9a-f]"
ANA = SIM + "/" + 32 * "[0-9a-f]"


def edit(project, old, new):
    project.write_experiment("tiny", TINY.replace(old, new))


@pytest.fixture
def project(tmp_path):
    """Return a project without experiments."""
    return make_project(tmp_path / "project")


def test_a_run_ends_with_results_and_pictures(finished):
    rates = finished.result(f"{ANA}/rates.csv")
    pictures = sorted((rates.parent / "plots").glob("*.p*"))
    assert len(pictures) >= 12
    assert {p.suffix for p in pictures} == {".png", ".pdf"}
    assert all(p.stat().st_size > 1000 for p in pictures)
    assert not list(finished.folder.rglob("*.unfinished*"))


def test_a_second_run_does_nothing(finished):
    assert finished.jobs() == {}
    assert finished.jobs("--max-checksum-file-size", "0") == {}, "times, not only contents, agree"


def test_results_copied_into_another_checkout_are_not_made_again(finished, tmp_path):
    """Its tables are newer, and Snakemake knows nothing of how the results were made."""
    other = make_project(tmp_path / "other")
    other.write_experiment("tiny", TINY)
    shutil.copytree(finished.folder / "out", other.folder / "out")
    for network in other.folder.glob("out/*/network.h5"):
        network.touch()  # copied last
    jobs = other.jobs()
    assert not {"network", "simulate"} & jobs.keys()
    table = other.folder / "experimental_data/desikan_killiany/volumes.csv"
    table.write_text(table.read_text("utf-8").replace("3221", "3222"), "utf-8")
    jobs = other.jobs()
    assert jobs["network"] == 2 and jobs["simulate"] == 1


def test_every_result_folder_explains_itself(finished):
    explained = list(finished.folder.glob("out/**/provenance.json"))
    assert len(explained) > 20
    for results in explained:
        record = json.loads(results.read_text())
        assert record["versions"]["nest-simulator"]
        assert record["wall_time_s"] >= 0
        assert record["outputs"]
        assert (results.parent / "parameters.json").is_file()
    spec = json.loads(finished.result(f"{SIM}/parameters.json").read_text())
    assert spec["master_seed"] == 12
    assert spec["virtual_processes"] == 2


def test_a_caption_tells_the_experiment_and_what_sets_it_apart(finished):
    text = finished.result(f"{ANA}/plots/population_rates.md").read_text()
    assert text.startswith("# population_rates\n\nFiring rates of all populations, mean over ")
    assert "- experiment `tiny`\n" in text
    assert "0.9 s, " in text and "master_seed 12" in text
    record = json.loads(finished.result(f"{ANA}/plots/parameters.json").read_text())
    assert record["population_rates"]["differences"]["master_seed"] == 12


def test_an_experiment_of_another_name_draws_nothing_again(finished):
    finished.write_experiment("same", TINY)
    try:
        assert finished.jobs() == {}
        caption = finished.result(f"{ANA}/plots/population_rates.md")
        caption.unlink()
        assert finished.snakemake().returncode == 0
        assert "- experiment `same`\n- experiment `tiny`\n" in caption.read_text()
        picture = caption.with_suffix(".png").read_bytes()
        (finished.folder / "experiments" / "same.py").unlink()
        finished.write_experiment("tiny", TINY)
        assert finished.jobs() == {}, "nor when it is gone"
        caption.unlink()
        assert finished.snakemake().returncode == 0
        assert caption.with_suffix(".png").read_bytes() != picture, "the picture names them, too"
    finally:
        (finished.folder / "experiments" / "same.py").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (f"{ANA}/plots/population_rates.png", {"plot": 1, "record_plots": 1, "page": 1}),
        (f"{ANA}/rates.csv", {"collect": 1}),
        (f"{ANA}/provenance.json", {"record": 1, "page": 1}),
        (f"{ANA}/experiment.html", {"page": 1}),
    ],
)
def test_a_deleted_leaf_makes_only_its_own_job_run_again(finished, pattern, expected):
    path = finished.result(pattern)
    content = path.read_bytes()
    path.unlink()
    jobs = finished.jobs()
    done = finished.snakemake()
    assert jobs == expected
    assert done.returncode == 0, done.stderr
    assert finished.result(pattern).is_file()
    if path.suffix in (".png", ".csv", ".html"):
        assert path.read_bytes() == content
    assert finished.jobs() == {}


def test_a_deleted_intermediate_runs_again_with_what_rests_on_it(finished):
    measure = finished.result(f"{SIM}/measures/cv-*/cv.csv")
    moved = measure.rename(measure.with_suffix(".away"))
    try:
        jobs = finished.jobs()
        assert jobs["analyse"] == 1
        assert jobs["collect"] == 1
        assert "simulate" not in jobs
        assert "network" not in jobs
        assert "analyse_arrays" not in jobs
    finally:
        moved.rename(measure)


def test_a_deleted_spike_file_is_simulated_again(finished):
    spikes = finished.result(f"{SIM}/spikes.h5")
    moved = spikes.rename(spikes.with_suffix(".away"))
    try:
        jobs = finished.jobs()
        assert jobs["simulate"] == 1
        assert "network" not in jobs
        assert "theory" not in jobs
    finally:
        moved.rename(spikes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"t_sim": 900.0', '"t_sim": 900'),
        ("sim_params =", "# a comment\nsim_params ="),
        ('{"t_sim": 900.0, "master_seed": 12}', '{"master_seed": 12, "t_sim": 900.0}'),
        ('"master_seed": 12}', '"master_seed": 12, "print_time": True}'),
    ],
)
def test_a_change_without_effect_runs_nothing(finished, old, new):
    edit(finished, old, new)
    assert finished.jobs() == {}


def test_an_analysis_parameter_runs_only_the_measures_that_use_it(finished):
    edit(finished, "ana_params = {}", 'ana_params = {"cv": {"min_spikes": 5}}')
    jobs = finished.jobs()
    assert jobs["analyse"] == 1
    assert "analyse_arrays" not in jobs
    assert "simulate" not in jobs


def test_a_plot_option_draws_only_the_figures_that_use_it(finished):
    edit(finished, "ana_params = {}", 'ana_params = {"plotRasterArea": {"fraction": 0.5}}')
    jobs = finished.jobs()
    assert set(jobs) == {"plot", "record_plots", "page"}
    assert jobs["plot"] <= 4


def test_another_seed_simulates_again_on_the_same_network(finished):
    edit(finished, '"master_seed": 12', '"master_seed": 13')
    jobs = finished.jobs()
    assert jobs["simulate"] == 1
    assert "network" not in jobs


def test_the_same_experiment_gives_identical_spikes_in_another_folder(finished):
    first = finished.result(f"{SIM}/spikes.h5")
    other = finished.folder / "elsewhere" / first.relative_to(finished.folder / "out")
    done = finished.snakemake(
        "--config", "out=elsewhere", "--", str(other.relative_to(finished.folder))
    )
    assert done.returncode == 0, done.stderr
    with h5py.File(first) as a, h5py.File(other) as b:
        names = []
        a.visititems(lambda name, item: names.append(name) if hasattr(item, "shape") else None)
        assert "spikes/cortex/timestamps" in names
        assert len(a["spikes/cortex/timestamps"]) > 100
        for name in names:
            assert np.array_equal(a[name][()], b[name][()]), name


def test_all_mistakes_are_told_before_any_job_starts(project):
    project.write_experiment("one", "net_params = {'N_scalling': 0.1}")
    project.write_experiment("two", "sim_params = {'t_sim': -5.0, 'rec_dev': ['spike_detector']}")
    done = project.snakemake()
    text = done.stdout + done.stderr
    assert done.returncode != 0
    for part in (
        "experiments/one.py: net_params.N_scalling: unknown key. Did you mean 'N_scaling'?",
        "experiments/two.py: sim_params.t_sim: expected a value > 0, got -5.0",
        "Did you mean 'spike_recorder'?",
    ):
        assert part in text
    assert "Traceback" not in text
    assert not (project.folder / "out").exists()
