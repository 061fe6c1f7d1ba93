"""`out/by-name/<experiment>`: links to the folders of results."""

import shutil

import pytest

from multiarea.cli.verify import verify_folders
from multiarea.experiment.links import link_results, named_folder
from multiarea.files.provenance import Provenance


@pytest.fixture
def experiment(load):
    return load("sim_params = {'master_seed': 1}")[0]


@pytest.fixture
def out(tmp_path, experiment):
    """A folder with a network and a simulation of the experiment."""
    folder = tmp_path / "results"
    (folder / experiment.simulation_folder).mkdir(parents=True)
    return folder


def links(out):
    return {path.name: path.resolve() for path in sorted((out / "by-name/one").iterdir())}


def test_links_to_what_exists(out, experiment):
    link_results([experiment], out)
    expected = {"network": experiment.network_folder, "simulation": experiment.simulation_folder}
    assert links(out) == {name: (out / folder).resolve() for name, folder in expected.items()}
    (out / experiment.analysis_folder / "plots").mkdir(parents=True)
    link_results([experiment], out)
    assert list(links(out)) == ["analysis", "network", "plots", "simulation"]
    moved = out.rename(out.with_name("moved"))
    assert links(moved)["plots"] == (moved / experiment.analysis_folder / "plots").resolve()


def test_stale_links_are_replaced_or_removed(out, experiment, load):
    (out / experiment.analysis_folder).mkdir()
    link_results([experiment], out)
    (other,) = load("sim_params = {'master_seed': 2}")
    (out / other.simulation_folder).mkdir()
    link_results([other], out)
    assert links(out)["simulation"] == (out / other.simulation_folder).resolve()
    assert list(links(out)) == ["network", "simulation"]
    shutil.rmtree(out / other.network_hash)
    link_results([other], out)
    assert links(out) == {}
    assert [path.name for path in out.iterdir()] == ["by-name"]


def test_files_and_links_of_the_user_stay(out, experiment, tmp_path):
    own = out / "by-name/one"
    own.mkdir(parents=True)
    (own / "network").write_text("mine")
    (own / "simulation").symlink_to(tmp_path)
    (own / "notes.txt").write_text("mine, too")
    link_results([experiment], out)
    assert (own / "network").read_text() == "mine" and (own / "notes.txt").is_file()
    assert (own / "simulation").readlink() == tmp_path
    assert named_folder(experiment, "network", out).resolve() == out / experiment.network_folder


def test_a_file_where_the_links_belong_ends_no_run(out, experiment):
    (out / "by-name").write_text("mine")
    with pytest.warns(UserWarning, match="no links to the results"):
        link_results([experiment], out)
    assert (out / "by-name").read_text() == "mine"


def test_verify_counts_results_once(out, experiment):
    folder = out / experiment.simulation_folder
    (folder / "spikes.h5").write_text("spikes")
    Provenance("simulate").write(folder, [folder / "spikes.h5"])
    link_results([experiment], out)
    found = verify_folders([out])
    assert (found.n_folders, found.n_files, found.problems) == (1, 1, [])


def test_a_measure_made_alone_has_its_record_beside_the_others(out, experiment):
    measure = out / experiment.simulation_folder / "measures/cv-0123456789ab"
    analysis = out / experiment.analysis_folder
    for folder in (measure, analysis):
        folder.mkdir(parents=True)
        (folder / "cv.csv").write_text("cv\n1.0\n")
    Provenance("analyse").write(measure, [measure / "cv.csv"])
    assert verify_folders([out]).problems == []
    (analysis / "cv.csv").write_text("cv\n2.0\n")
    (problem,) = verify_folders([out]).problems
    assert (problem.kind, problem.path) == ("unrecorded", analysis)
