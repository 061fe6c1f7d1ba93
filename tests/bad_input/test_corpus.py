"""Every bad file of the corpus gives one clear message, and nothing else happens."""

import json

import numpy as np
import pytest
from bad_configurations import CLUSTERS, CONFIGURATIONS
from bad_data import ARRAYS, LISTS, MATRICES, NETWORKS, RATES, REGIONS, TABLES, UNITS
from bad_experiments import EXPERIMENTS
from snakemake_interface_common.exceptions import WorkflowError

from multiarea.experiment.loading import load_experiments
from multiarea.workflow.rules import Workflow

CORPUS = (
    *(EXPERIMENTS, CONFIGURATIONS, CLUSTERS),
    *(RATES, TABLES, MATRICES, ARRAYS, LISTS, UNITS, NETWORKS),
)


#: Source of experimental data -> a measure that reads it, and what else that needs.
READERS = {
    "experimental_fc": ("fc_similarity", "fc_currents", "fc_bold"),
    "experimental_units": ("activity_similarity", "spikes"),
}


def check(said, case, name):
    """Check that a command ended with the one message that the case asks for."""
    lines = said.message.splitlines()
    assert said.status not in (0, None), said.message
    assert "Traceback" not in said.message
    assert len(lines) == 1, said.message[:2000]
    assert lines[0].startswith("error: ")
    assert len(lines[0]) < 1500
    assert lines[0].isprintable()
    for words in (*case.words, name):
        assert words in lines[0]
    assert said.files == set()


def shown(name):
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiment(project, name):
    case = EXPERIMENTS[name]
    file = case.name or "one.py"
    path = project.folder / "experiments" / file
    case.make(path)
    check(project.run("tables", path, "--to", "tables"), case, shown(file).split("@")[0])


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configuration(project, name):
    path = project.folder / "config.yaml"
    path.unlink()
    CONFIGURATIONS[name].make(path)
    check(project.run("list"), CONFIGURATIONS[name], "")


@pytest.mark.parametrize("name", CLUSTERS)
def test_cluster(project, name):
    CLUSTERS[name].make(project.folder / "cluster.json")
    said = project.run("estimate", "good", "--cluster", "cluster.json", "--rate", "1")
    check(said, CLUSTERS[name], "cluster.json")


@pytest.mark.parametrize("name", RATES)
def test_rates(project, name):
    case = RATES[name]
    file = project.folder / (case.name or "rates.csv")
    case.make(file)
    scaled = "'K_scaling': 0.1, 'scaling_type': 'sqrt'"
    text = f"net_params = {{{scaled}, 'fullscale_rates': {file.name!r}}}"
    (project.folder / "experiments" / "one.py").write_text(text)
    check(project.run("tables", "one", "--to", "tables"), case, file.stem)


@pytest.mark.parametrize("name", TABLES)
def test_table(project, name):
    TABLES[name].make(project.folder / "fractions.csv")
    text = "net_params = {'cytoarchitecture_params': {'ei_ratio_path': 'fractions.csv'}}"
    (project.folder / "experiments" / "one.py").write_text(text)
    check(project.run("tables", "one", "--to", "tables"), TABLES[name], "fractions.csv")


@pytest.mark.parametrize("name", MATRICES)
def test_matrix(project, checkout, name):
    (project.folder / "dti").mkdir()
    MATRICES[name].make(project.folder / "dti" / "streamlines_right.csv")
    lengths = checkout / "experimental_data" / "hcp_dti" / "fiber_length_mm_right.csv"
    (project.folder / "dti" / lengths.name).write_bytes(lengths.read_bytes())
    text = "net_params = {'predictive_connectomic_params': {'con_path': 'dti'}}"
    (project.folder / "experiments" / "one.py").write_text(text)
    said = project.run("tables", "one", "--to", "tables")
    check(said, MATRICES[name], "streamlines_right.csv")


@pytest.mark.parametrize("name", ARRAYS)
def test_array(project, name):
    ARRAYS[name].make(project.folder / "bold.npy")
    (project.folder / "regions.txt").write_text(REGIONS)
    check(analyse(project, "experimental_fc", "bold.npy", "regions.txt"), ARRAYS[name], "bold.npy")


@pytest.mark.parametrize("name", LISTS)
def test_list_of_regions(project, name):
    np.save(project.folder / "bold.npy", np.ones((9, 2)))
    LISTS[name].make(project.folder / "regions.txt")
    said = analyse(project, "experimental_fc", "bold.npy", "regions.txt")
    check(said, LISTS[name], "regions.txt")


@pytest.mark.parametrize("name", UNITS)
def test_single_units(project, name):
    file = UNITS[name].name or "units.csv"
    UNITS[name].make(project.folder / file)
    check(analyse(project, "experimental_units", file), UNITS[name], file)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("verb", ["theory", "simulate"])
def test_network(project, name, verb):
    NETWORKS[name].make(project.folder / "network.h5")
    spec = ["--spec", "{}"] if verb == "simulate" else []
    outputs = ["a/x.h5" if spec else "a/x.csv", "a/parameters.json", "a/provenance.json"]
    words = [verb, "--network", "network.h5", *spec, "--to", *outputs]
    check(project.run(*words), NETWORKS[name], "network.h5")


def analyse(project, source, *files):
    """Run a measure that reads a source of experimental data first."""
    measure, *others = READERS[source]
    spec = json.dumps({"model": "human", "parameters": {}})
    inputs = [f"{source}={file}" for file in files] + [f"{name}=absent" for name in others]
    outputs = ["a/x.csv", "a/parameters.json", "a/provenance.json"]
    return project.run("analyse", measure, "--spec", spec, "--inputs", *inputs, "--to", *outputs)


def test_circular_rates(project):
    """Rates that are, through a link, a result of the network that is scaled with them."""
    rates = project.folder / "rates.csv"
    rates.write_text("area,layer,population,rate\n")
    path = project.folder / "experiments" / "good.py"
    path.write_text(
        "net_params = {'K_scaling': 0.1, 'scaling_type': 'sqrt', 'fullscale_rates': 'rates.csv'}"
    )
    (experiment,) = load_experiments([path])
    Workflow({"experiments": ["experiments/good.py"]})
    result = project.folder / "out" / experiment.network_folder / "theory" / "rates.csv"
    result.parent.mkdir(parents=True)
    rates.rename(result)
    rates.symlink_to(result)
    with pytest.raises(WorkflowError) as caught:
        Workflow({"experiments": ["experiments/good.py"]})
    assert "good.py: net_params.fullscale_rates: circular: rates.csv is a" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_size_of_the_corpus():
    assert sum(map(len, CORPUS)) >= 150
