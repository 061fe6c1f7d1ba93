"""Experiments whose spikes are those of a file: the same measures, and a workflow that knows it."""

import hashlib
import json
import os
import shutil

import h5py
import numpy as np
import pytest
from small_project import make_project

import multiarea
from multiarea.experiment.loading import load_experiments
from multiarea.export.nwb import export_spikes

pytestmark = pytest.mark.science
MODEL = """
model = "microcircuit"
net_params = {"N_scaling": 0.03, "K_scaling": 0.03}
ana_params = {"cv": {"min_spikes": 3}, "lvr": {"min_spikes": 3}}
"""
SIM = "*/" + "[0-9a-f]" * 32
ANA = f"{SIM}/" + "[0-9a-f]" * 32
TABLE = """
sim_params = {"t_sim": 800.0, "rec_dev": ["spike_recorder", "voltmeter"], "master_seed": 3,
              "spikes_from": {"file": "recorded/spikes.csv", "neurons": "recorded/neurons.csv"}}
"""


@pytest.fixture(scope="module", params=["nest", "procedural"])
def simulated(request, tmp_path_factory):
    """Return a run of one simulator, in a folder of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "simulated.py").write_text(
        f"{MODEL}sim_params = {{'t_sim': 800.0, 'simulator': {request.param!r}}}"
    )
    run = multiarea.Run(folder / "simulated.py", folder / "out")
    run.spikes().close()
    return run


def content(run, name):
    """Return the checksum of a measure: of its table, or of all its arrays."""
    run.measure(name)
    path, found = run._make(name), {}

    def add(name, one):
        if isinstance(one, h5py.Dataset):
            found[name] = np.asarray(one).tolist()

    if path.suffix == ".csv":
        found["table"] = path.read_text()
    else:
        with h5py.File(path) as file:
            file.visititems(add)
    assert found
    return hashlib.sha256(repr(found).encode()).hexdigest()


@pytest.mark.parametrize("form", ["h5", "nwb", "csv"])
def test_measures_are_those_of_the_simulation(simulated, tmp_path, form):
    """The spikes of each simulator are imported by an experiment that names the other one."""
    name, folder = simulated.experiment.simulation.simulator, simulated.out.parent
    other = {"nest": "procedural", "procedural": "nest"}[name]
    spikes_from = {"file": str(tmp_path / f"spikes.{form}")}
    if form == "h5":
        shutil.copy(simulated._make("spikes"), spikes_from["file"])
    elif form == "nwb":
        export_spikes(str(folder / "simulated.py"), tmp_path / "spikes.nwb", simulated.out)
    else:
        with simulated.spikes() as spikes:
            spikes.table().to_csv(spikes_from["file"])
        spikes_from["neurons"] = "network"
    sim_params = f"{{'t_sim': 800.0, 'simulator': {other!r}, 'spikes_from': {spikes_from}}}"
    (tmp_path / "imported.py").write_text(f"{MODEL}sim_params = {sim_params}")
    with pytest.warns(UserWarning, match="no effect with spikes_from: simulator"):
        imported = multiarea.Run(tmp_path / "imported.py", tmp_path / "out")
    assert imported.measures == simulated.measures
    assert len(imported.measures) > 8
    for measure in imported.measures:
        assert content(imported, measure) == content(simulated, measure), measure


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project with an experiment that has been run with the spikes of a table."""
    project = make_project(tmp_path_factory.mktemp("imported") / "project")
    (project.folder / "recorded").mkdir()
    rng = np.random.default_rng(1)
    rows = [(n, t) for n in range(40) for t in rng.uniform(0, 800, 12)]
    lines = [f"{neuron},{time:.4f}" for neuron, time in rows]
    text = "\n".join(["neuron,time_ms", *lines])
    (project.folder / "recorded/spikes.csv").write_text(text)
    (project.folder / "recorded/neurons.csv").write_text(
        "first,last,area,layer,population\n0,29,cortex,V,E\n30,39,cortex,V,I\n"
    )
    project.write_experiment("recorded", MODEL + TABLE)
    with (project.folder / "config.yaml").open("a") as config:
        config.write("figures: [raster_areas, membrane_potentials, theory_and_simulation]\n")
    done = project.multiarea("run")
    assert done.returncode == 0, done.stdout + done.stderr
    project.said = done.stdout + done.stderr
    return project


def test_a_run_imports_and_says_so(project):
    assert "import: 100 %" in project.said and "simulate:" not in project.said
    words = "no effect with spikes_from: master_seed, rec_dev: a file of spikes has no membrane"
    assert words in project.said
    record = json.loads(project.result(f"{SIM}/provenance.json").read_text())
    assert record["stage"] == "import_spikes"
    assert record["imported"]["n_spikes"] == 480 and record["imported"]["n_neurons"] == 40
    assert {"recorded/spikes.csv", "recorded/neurons.csv"} <= record["inputs"].keys()


def test_figures_and_measures_follow_but_for_potentials(project):
    rates = project.result(f"{ANA}/rates.csv").read_text().splitlines()
    assert [line.split(",")[:4] for line in rates[1:]] == [
        ["cortex", "V", "E", "30"],
        ["cortex", "V", "I", "10"],
    ]
    pictures = {path.stem for path in project.folder.glob("out/*/*/*/plots/*.png")}
    assert pictures == {"raster_areas", "theory_and_simulation"}
    page = project.result(f"{ANA}/experiment.html").read_text()
    assert "spikes_from.file" in page
    done = project.multiarea("run", "recorded", "--figure", "membrane_potentials")
    assert done.returncode == 1
    assert "not all of these exist for this experiment and spikes of a file" in done.stderr


def test_list_estimate_verify_and_recover(project):
    said = project.multiarea("list", "recorded").stdout
    assert "[x] import_spikes" in said and "simulate" not in said
    assert "file=recorded_spikes" in said or "file=spikes" in said
    done = project.multiarea("estimate", "recorded")
    assert done.returncode == 0 and "nothing: spikes of" in done.stdout
    done = project.multiarea("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    done = project.multiarea("recover")
    assert done.returncode == 0 and "nothing to recover" in done.stdout


def test_the_content_of_the_file_counts_not_its_age_or_place(project):
    file = project.folder / "recorded/spikes.csv"
    before = file.read_text()
    os.utime(file)
    assert project.jobs() == {}
    try:
        file.write_text(before.replace("neuron,time_ms\n", "neuron,time_ms\n1,400.0\n"))
        jobs = project.jobs()
        assert jobs["import_spikes"] == 1 and jobs["analyse"] > 3
        assert not {"network", "theory", "simulate"} & jobs.keys()
    finally:
        file.write_text(before)
    assert project.jobs() == {}


def test_a_crate_has_the_file_of_spikes(project, tmp_path):
    done = project.multiarea("export", str(tmp_path / "crate"), "recorded")
    assert done.returncode == 0, done.stderr
    for name in ("recorded/spikes.csv", "recorded/neurons.csv"):
        assert (tmp_path / "crate" / name).read_bytes() == (project.folder / name).read_bytes()


def test_a_deleted_result_is_made_by_the_jobs_that_it_needs(project):
    spikes = project.result(f"{SIM}/spikes.h5")
    content = spikes.read_bytes()
    spikes.unlink()
    assert project.jobs("--rerun-triggers", "mtime").get("import_spikes") == 1
    again = project.snakemake(spikes.relative_to(project.folder).as_posix())
    assert again.returncode == 0, again.stderr
    assert spikes.read_bytes() == content


def test_a_cluster_is_asked_for_a_small_job(project):
    cluster = {"simulate": {"nodes": 4, "ntasks": 48, "cpus-per-task": 2, "mem": "400G"}}
    cluster["__default__"] = {"time": "01:00:00", "mem": "2G"}
    (project.folder / "cluster.json").write_text(json.dumps(cluster))
    spikes = project.result(f"{SIM}/spikes.h5")
    hidden = spikes.rename(spikes.with_name("hidden"))
    try:
        done = project.snakemake("-n", "-p", "--config", "cluster=cluster.json")
    finally:
        hidden.rename(spikes)
    assert done.returncode == 0, done.stdout + done.stderr
    (job,) = [part for part in done.stdout.split("\nrule ") if part.startswith("import_spikes:")]
    assert "mem_mb=2048" in job and "nodes=1" in job and "srun" not in job
    done = project.multiarea("estimate", "recorded", "--cluster", "cluster.json")
    assert done.returncode == 0, done.stderr


def test_a_file_that_changes_while_the_run_goes_on_is_refused(project, tmp_path):
    parameters = project.result(f"{SIM}/parameters.json")
    spec, network = json.loads(parameters.read_text()), parameters.parents[1] / "network.h5"
    other = tmp_path / "spikes.csv"
    other.write_text("neuron,time_ms\n1,2\n")
    inputs = [f"network={network}", f"spikes={other}"]
    inputs.append(f"neurons={project.folder / 'recorded/neurons.csv'}")
    outputs = [tmp_path / n for n in ("spikes.h5", "parameters.json", "provenance.json")]
    words = ["--spec", json.dumps(spec), "--inputs", *inputs, "--to", *map(str, outputs)]
    done = project.multiarea("import_spikes", *words)
    assert done.returncode == 1 and "spikes.csv: changed since the run began" in done.stderr
    assert not outputs[0].exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("'spikes.h5'", "spikes_from: expected"),
        ("{}", "spikes_from: file is missing"),
        ("{'file': 'nothing.h5'}", "spikes_from.file: no such file 'nothing.h5' (str)"),
        ("{'file': 'a{b}.h5'}", "spikes_from.file: expected a path without braces"),
        ("{'file': '.'}", "spikes_from.file: expected a file, got the folder '.'"),
        ("{'file': __file__, 'neurons': 'no.csv'}", "spikes_from.neurons: no such file"),
        ("{'file': __file__, 'units': 's'}", "spikes_from.units: unknown key. Did you mean 'unit'"),
        ("{'file': __file__, 'unit': 'us'}", "spikes_from.unit: expected 'ms' or 's', got 'us'"),
        ("{'file': __file__, 'start': 'soon'}", "spikes_from.start: expected a number"),
        ("{'file': __file__, 'start': float('inf')}", "spikes_from.start: expected a finite"),
        ("{'file': 3}", "spikes_from.file: expected a text"),
    ],
)
def test_bad_values_have_one_message(problems, given, words):
    (line,) = problems(f"sim_params = {{'spikes_from': {given}}}")
    assert words in line and line.startswith("sim_params")


def test_hash_knows_content_and_mapping_and_nothing_else(write_experiment, tmp_path):
    for name, text in {"a.csv": "neuron,time\n", "b.csv": "neuron,time\n", "c.csv": "x\n"}.items():
        (tmp_path / name).write_text(text)

    def hash_of(file="a.csv", more="", **keys):
        spikes_from = {"file": str(tmp_path / file), **keys}
        text = f"sim_params = {{'spikes_from': {spikes_from}, {more}}}"
        return load_experiments([write_experiment(text)])[0].simulation_hash

    first = hash_of()
    assert hash_of("b.csv") == first, "the same content"
    assert hash_of(more="'sim_resolution': 0.05") == first
    with pytest.warns(UserWarning, match="no effect with spikes_from: master_seed"):
        assert hash_of(more="'master_seed': 7") == first
    others = [hash_of("c.csv"), hash_of(neurons="network"), hash_of(unit="s"), hash_of(start=1.0)]
    others += [hash_of(neurons=str(tmp_path / "c.csv")), hash_of(more="'t_sim': 2000.0")]
    others += [hash_of(more="'areas_recorded': ['cuneus']")]
    assert len({first, *others}) == 8
    (tmp_path / "a.csv").write_text("neuron,time\n1,2\n")
    assert hash_of() not in (first, *others), "the file has changed"


def test_a_sweep_over_files(load, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(name)
    files = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    found = load(
        f"sim_params = {{'spikes_from': {{'file': {files[0]!r}, 'unit': 's'}}}}\n"
        f"sweep = {{'spikes_from.file': {files}}}"
    )
    assert [one.name for one in found] == ["one@file=a", "one@file=b"]
    assert len({one.simulation_hash for one in found}) == 2
    assert {one.simulation.spikes_from.unit for one in found} == {"s"}
