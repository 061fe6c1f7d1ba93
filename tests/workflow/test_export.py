"""A real run as RO-Crate and NWB: complete, consistent, valid, and runnable elsewhere."""

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import neo
import numpy as np
import pandas as pd
import pytest
import requests
import rocrate
import yaml
from requests_cache import CachedSession
from requests_cache.models import CachedRequest, CachedResponse
from rocrate.rocrate import ROCrate
from small_project import Project

from multiarea.cli import main
from multiarea.experiment.loading import load_experiments
from multiarea.export.nwb import units
from multiarea.files.atomic import checksum
from multiarea.network.network import LEVELS
from multiarea.spikes.store import Spikes
from multiarea.spikes.writer import SPIKE, Recording, write_spikes

JANE = "Jane Doe <0000-0002-1825-0097>"
CONTEXT = "https://w3id.org/ro/crate/1.3/context"


@pytest.fixture
def here(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    return finished.folder


@pytest.fixture(scope="module")
def crate(run_once, tmp_path_factory):
    """Return the folder of a crate of the run."""
    folder = tmp_path_factory.mktemp("crates") / "crate"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run_once.folder)
        assert main(["export", str(folder), "tiny", "--author", JANE, "--author", "Bo"]) == 0
    return folder


@pytest.fixture(scope="module")
def metadata(crate):
    """Return the entities of the crate by their identifiers."""
    graph = json.loads((crate / "ro-crate-metadata.json").read_text())["@graph"]
    return {entity["@id"]: entity for entity in graph}


def test_the_library_reads_it(crate):
    read = ROCrate(crate)
    assert read.name == "multiarea: tiny"
    assert len(read.data_entities) > 100


def test_every_file_is_described_with_its_checksum(crate, metadata):
    files = {str(p.relative_to(crate)) for p in crate.rglob("*") if p.is_file()}
    files.remove("ro-crate-metadata.json")
    described = {name for name, e in metadata.items() if e["@type"] == "File"}
    assert described == files
    assert {part["@id"] for part in metadata["./"]["hasPart"]} == files
    for name in files:
        entity = metadata[name]
        assert entity["encodingFormat"] and int(entity["contentSize"]) > 0
        if name not in ("config.yaml", "README.md"):
            assert entity["sha256"] == checksum(crate / name)


def test_inputs_results_and_pictures_are_there(here, crate):
    for place in ("experiments/tiny.py", "Snakefile", "config.yaml", "experimental_data"):
        assert (crate / place).exists()
    assert (crate / "experimental_data/hcp_dti/README.md").is_file(), "terms go with tables"
    assert not (crate / "experimental_data/macaque").exists(), "only what is used"
    kept = ("spikes.h5", "network.h5", "rates.csv", "raster_areas.png", "parameters.json")
    for name in kept:
        of_run = {str(p.relative_to(here)): checksum(p) for p in (here / "out").rglob(name)}
        copies = {str(p.relative_to(crate)): checksum(p) for p in (crate / "out").rglob(name)}
        assert copies == of_run and copies


def test_licence_and_authors(metadata):
    root = metadata["./"]
    assert metadata[root["license"]["@id"]]["name"] == "CC-BY-4.0"
    authors = [metadata[author["@id"]] for author in root["author"]]
    assert [author["name"] for author in authors] == ["Jane Doe", "Bo"]
    assert authors[0]["@id"] == "https://orcid.org/0000-0002-1825-0097"


def test_each_result_has_the_action_that_made_it(crate, metadata):
    actions = [e for e in metadata.values() if e["@type"] == "CreateAction"]
    assert {a["@id"] for a in actions} == {a["@id"] for a in metadata["./"]["mentions"]}
    made = {result["@id"] for action in actions for result in several(action["result"])}
    results = {p for p in crate.rglob("*") if p.suffix in (".h5", ".csv", ".png", ".pdf")}
    results = {str(p.relative_to(crate)) for p in results if p.is_relative_to(crate / "out")}
    assert results <= made
    (simulated,) = (a for a in actions if a["name"] == "simulate")
    assert several(simulated["object"])[0]["@id"].endswith("/network.h5")
    assert simulated["startTime"] <= simulated["endTime"]
    assert simulated["description"].startswith("python -m multiarea ")
    software = metadata[simulated["instrument"]["@id"]]
    assert software["name"] == "multiarea" and software["version"]
    needs = {metadata[e["@id"]]["name"] for e in software["softwareRequirements"]}
    assert {"nest", "numpy", "snakemake"} <= needs


def several(value):
    return value if isinstance(value, list) else [value]


def test_the_zip_holds_the_same(here, crate, tmp_path):
    path = tmp_path / "crate.zip"
    assert main(["export", str(path), "experiments/tiny.py", "--author", JANE]) == 0
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        one = next(name for name in names if name.endswith("/spikes.h5"))
        assert archive.read(one) == (crate / one).read_bytes()
    assert names == {str(p.relative_to(crate)) for p in crate.rglob("*") if p.is_file()}
    assert list(tmp_path.iterdir()) == [path]


def elsewhere(crate, folder):
    """Return a copy of a crate as a project on another machine."""
    shutil.copytree(crate, folder, copy_function=shutil.copy)
    return Project(folder)


def test_elsewhere_the_network_is_the_same(crate, tmp_path):
    project = elsewhere(crate, tmp_path / "there")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.folder)
        config = yaml.safe_load(Path("config.yaml").read_text())
        (one,) = load_experiments(config["experiments"], config["virtual_processes"])
    assert (project.folder / "out" / one.analysis_folder / "plots").is_dir()
    place = f"{one.full_scale_hash}/network.h5"
    done = project.snakemake("--config", "out=again", "--", f"again/{place}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert checksum(project.folder / "again" / place) == checksum(crate / "out" / place)


@pytest.mark.long
def test_elsewhere_everything_is_the_same(crate, tmp_path):
    project = elsewhere(crate, tmp_path / "there")
    done = project.snakemake("--config", "out=again")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    compared = 0
    for path in (crate / "out").rglob("*"):
        if path.suffix in (".h5", ".csv", ".png"):
            again = project.folder / "again" / path.relative_to(crate / "out")
            assert checksum(again) == checksum(path), path
            compared += 1
    assert compared > 50


# ------------------------------------------------------------------------------- validation


@pytest.mark.long
@pytest.mark.parametrize(
    "options",
    [
        ["--profile-identifier", "ro-crate-1.3"],
        # The actions follow Process Run Crate; the profile itself is for RO-Crate 1.1.
        ["--profile-identifier", "process-run-crate", "--disable-profile-inheritance"]
        + ["--skip-checks", "process-run-crate-0.5_2.1"],
    ],
)
def test_the_validator_accepts_it(crate, tmp_path, options):
    cache = tmp_path / "cache"
    keep_context(cache)
    command = [Path(sys.executable).parent / "rocrate-validator", "validate", crate, "--offline"]
    command += ["--cache-path", cache, "--no-paging", "--verbose", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def keep_context(path):
    """Keep the JSON-LD context, as the library ships it, where the validator looks for it."""
    content = (Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
    with CachedSession(str(path), backend="sqlite", expire_after=-1) as session:
        request = session.prepare_request(requests.Request("GET", CONTEXT))
        session.cache.responses[session.cache.create_key(request)] = CachedResponse(
            content=content,
            headers={"Content-Type": "application/ld+json"},
            request=CachedRequest.from_request(request),
            status_code=200,
            url=CONTEXT,
            encoding="utf-8",
        )


# ------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tinny"], "tinny: no such experiment in experiments/. Did you mean 'tiny'?"),
        (["tiny", "--license", "free; for all"], "--license: expected an SPDX identifier"),
        (["tiny", "--author", "A <1234>"], "--author: expected 'Name' or 'Name <0000-"),
    ],
)
def test_mistakes(here, tmp_path, capsys, words, expected):
    assert main(["export", str(tmp_path / "crate"), *words]) == 1
    assert expected in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_exists_is_kept(here, tmp_path, capsys):
    assert main(["export", str(tmp_path), "tiny"]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_full_disk_is_told(here, tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copy2", full)
    assert main(["export", str(tmp_path / "crate"), "tiny"]) == 1
    assert "No space left on device. Free some space" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_absent_results_are_told(here, tmp_path, capsys):
    path = here / "experiments" / "new.py"
    path.write_text("net_params = {'N_scaling': 0.001}")
    try:
        assert main(["export", str(tmp_path / "crate"), "new"]) == 1
    finally:
        path.unlink()
    message = capsys.readouterr().err
    assert "results are absent, the first: out/" in message
    assert "; python -m multiarea run new makes them" in message
    assert not list(tmp_path.iterdir())


def test_a_changed_result_is_told(finished, here, tmp_path, capsys):
    path = finished.result("*/*/*/rates.csv")
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    try:
        assert main(["export", str(tmp_path / "crate"), "tiny"]) == 1
    finally:
        path.write_bytes(content)
    assert "rates.csv: not the file that out/" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_table_that_was_moved_is_known_by_its_content(finished, here, tmp_path):
    """A record names the place where a table was read; the experiment, where it is now."""
    now = "experimental_data/fraction_EI/lichtman.csv"
    contents = {path: path.read_text() for path in finished.folder.glob("out/*/provenance.json")}
    for path, content in contents.items():
        assert f'"{now}"' in content
        path.write_text(content.replace(f'"{now}"', '"/somewhere/else/lichtman.csv"'))
    try:
        assert main(["export", str(tmp_path / "crate"), "tiny", "--author", JANE]) == 0
    finally:
        for path, content in contents.items():
            path.write_text(content)
    text = (tmp_path / "crate" / "ro-crate-metadata.json").read_text()
    actions = [one for one in json.loads(text)["@graph"] if one["@type"] == "CreateAction"]
    assert any(now in json.dumps(one.get("object")) for one in actions)


def test_an_experiment_that_reads_other_files_is_told(here, tmp_path, capsys):
    path = here / "experiments" / "tiny.py"
    content = path.read_text()
    path.write_text(
        content + "import os\nif os.path.exists('simulated_data'):\n    pass\nelse:\n"
        "    sim_params['master_seed'] = 99\n"
    )
    try:
        assert main(["export", str(tmp_path / "crate"), "tiny"]) == 1
    finally:
        path.write_text(content)
    assert "another experiment without the rest of the project" in capsys.readouterr().err


# ------------------------------------------------------------------------------- NWB and Neo


@pytest.fixture(scope="module")
def nwb(run_once, tmp_path_factory):
    """Return the spikes of the run as an NWB file."""
    path = tmp_path_factory.mktemp("nwb") / "spikes.nwb"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run_once.folder)
        assert main(["export-spikes", "tiny", "--to", str(path)]) == 0
    return path


def test_units_hold_all_spikes_of_each_population(finished, nwb):
    from pynwb import NWBHDF5IO, validate

    with NWBHDF5IO(str(nwb), "r") as stream:
        assert validate(io=stream) == []
        table = stream.read().units.to_dataframe()
    n_spikes = 0
    with Spikes(finished.result("*/*/spikes.h5")) as spikes:
        assert len(table) == spikes.populations["n_neurons"].sum()
        for key, trains in spikes.items():
            rows = table[(table[["area", "layer", "population"]] == list(key)).all(axis=1)]
            assert len(rows) == trains.n_neurons
            times = np.concatenate(rows["spike_times"].to_list())
            assert np.array_equal(times, trains.times / 1000)
            n_spikes += len(times)
        assert n_spikes == len(spikes) > 100


def test_units_are_the_recorded_neurons(tmp_path):
    """With sim_params.areas_recorded the other areas have no rows."""
    index = pd.MultiIndex.from_product([("a", "b", "c"), ("IV",), ("E",)], names=LEVELS)
    spool = tmp_path / "spool"
    np.array([(0, 10), (4, 20), (5, 30)], SPIKE).tofile(spool)
    sizes = pd.Series([2, 2, 2], index, name="n_neurons")
    recording = Recording(sizes, 10.0, 0.1, np.array([True, False, True]))
    write_spikes(tmp_path / "spikes.h5", recording, [spool])
    with Spikes(tmp_path / "spikes.h5") as spikes:
        table = units(spikes)
    columns = {column.name: list(column.data) for column in table.columns if column.name in LEVELS}
    assert list(table.id.data) == [0, 1, 4, 5]
    assert columns["area"] == ["a", "a", "c", "c"]
    assert list(table["spike_times_index"].data) == [1, 1, 2, 3]


def test_neo_reads_the_same_spikes(finished, nwb):
    (block,) = neo.io.NWBIO(str(nwb), "r").read_all_blocks()
    (segment,) = block.segments
    with Spikes(finished.result("*/*/spikes.h5")) as spikes:
        counts = np.diff(spikes.ends, prepend=0)
        assert len(segment.spiketrains) == len(counts)
        busy = np.argsort(counts)[-3:]
        for neuron in busy:
            train = segment.spiketrains[neuron]
            end = spikes.ends[neuron]
            expected = spikes.times(slice(end - counts[neuron], end))
            assert np.allclose(train.rescale("ms").magnitude, expected, rtol=0, atol=1e-9)
            assert float(train.t_stop.rescale("ms")) == 900.0


def test_mistakes_of_the_spike_export(here, tmp_path, capsys):
    assert main(["export-spikes", "tiny", "--to", str(tmp_path / "spikes.h5")]) == 1
    assert "expected a file name that ends with .nwb" in capsys.readouterr().err
    (here / "experiments" / "new.py").write_text("net_params = {}")
    try:
        assert main(["export-spikes", "new", "--to", str(tmp_path / "spikes.nwb")]) == 1
    finally:
        (here / "experiments" / "new.py").unlink()
    said = capsys.readouterr().err
    assert "new: not simulated yet" in said and "python -m multiarea run new makes it" in said
    assert not list(tmp_path.iterdir())
