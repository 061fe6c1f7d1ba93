"""Stages from files to files, what explains them, and what the workflow asks for."""

import functools
import json
import sys

import pytest
from snakemake_interface_common.exceptions import WorkflowError

from multiarea.build import pipeline, rates
from multiarea.build.operations import select_populations
from multiarea.cli import tables
from multiarea.errors import InputError
from multiarea.experiment.experiment import network_spec
from multiarea.experiment.results import RECORDS
from multiarea.files.atomic import checksum
from multiarea.files.provenance import command_line
from multiarea.network.network import load_network
from multiarea.stages.network import network_stage
from multiarea.stages.theory import theory_stage
from multiarea.theory import fixed_points
from multiarea.workflow.rules import Workflow

SMALL = "net_params = {'N_scaling': 0.01, 'K_scaling': 0.1, 'single_spike': %s}"
SPIKE = "{('cuneus', 'IV', 'I'): 600.0}"
MAT2 = """
net_params = {"neuron_model_E": "mat2_psc_exp", "neuron_params_E": {"E_L": -70.0, "omega": -50.0,
    "C_m": 220.0, "tau_m": 10.0, "tau_syn_ex": 2.0, "tau_syn_in": 2.0, "t_ref": 2.0}}
"""


def test_network_stage(load, tmp_path, checkout):
    """What a rule hands over as JSON builds the network of the experiment file."""
    (one,) = load(SMALL % SPIKE)
    spec = json.loads(json.dumps(network_spec(one.model, one.network)))
    outputs = [tmp_path / n for n in ("network.h5", "parameters.json", "provenance.json")]
    source = checkout / "experimental_data/fraction_EI/lichtman.csv"
    network_stage(spec, {"tables": [source]}, outputs)
    network = load_network(outputs[0])
    expected = pipeline.build_network(one.model, one.network)
    assert (network.synapses == expected.synapses).all()
    assert network.extra_inputs == expected.extra_inputs and len(network.extra_inputs) == 1
    assert json.loads(outputs[1].read_text()) == spec
    record = json.loads(outputs[2].read_text())
    assert record["stage"] == "network" and record["n_populations"] == 254
    assert record["n_synapses"] == network.synapses.sum()
    assert record["inputs"] == {"experimental_data/fraction_EI/lichtman.csv": checksum(source)}
    assert record["outputs"]["network.h5"] == checksum(outputs[0])


def test_command_without_its_parameters(monkeypatch):
    words = ["network", "--spec", '{"model": "human"}', "--to", "a b.h5"]
    monkeypatch.setattr(sys, "argv", ["multiarea", *words])
    assert command_line() == "python -m multiarea network --to 'a b.h5'"


def test_rates_that_do_not_converge_are_not_reported(
    human_network, tmp_path, monkeypatch, write_experiment
):
    """No residual is below 0: the theory has no result."""
    from multiarea.network.network import save_network

    never = functools.partial(fixed_points, tolerance=0.0, n_random=0)
    for module in map(sys.modules.get, ("multiarea.stages.theory", "multiarea.theory")):
        monkeypatch.setattr(module, "fixed_points", never)
    area = select_populations(human_network, human_network.area_of == "cuneus")
    with pytest.raises(InputError, match="reached no fixed point"):
        rates.rates_of(area)
    save_network(area, tmp_path / "network.h5")
    outputs = [tmp_path / name for name in ("rates.csv", *RECORDS)]
    with pytest.raises(InputError, match=r"network\.h5: .* reached no fixed point"):
        theory_stage(tmp_path / "network.h5", outputs)
    monkeypatch.setattr(tables, "build_network", lambda *_: area)
    with pytest.raises(InputError, match="one: .* reached no fixed point"):
        tables.write_theory(str(write_experiment("net_params = {}")), tmp_path / "rates.csv")
    assert not (tmp_path / "rates.csv").exists()


def test_workflow_of_neurons_without_theory(write_experiment):
    """mat2_psc_exp: everything but what needs the theory."""
    flow = Workflow({"experiments": str(write_experiment(MAT2))})
    lif = Workflow({"experiments": str(write_experiment("net_params = {}", "lif.py"))})
    results, all_results = flow.results(), lif.results()
    assert not any("theory" in path for path in results + flow.pictures())
    assert any("theory/rates.csv" in path for path in all_results)
    assert any(path.endswith("theory_and_simulation.png") for path in lif.pictures())
    assert sum(path.endswith("spikes.h5") for path in results) == 1
    assert 10 < len(results) < len(all_results)


def test_workflow_reports_every_problem(write_experiment):
    one = write_experiment("net_params = {'N_scalling': 1}")
    two = write_experiment("sim_params = {'t_sim': -1.0}", "two.py")
    with pytest.raises(WorkflowError) as caught:
        Workflow({"experiments": [str(one), str(two)]})
    lines = str(caught.value).splitlines()
    assert len(lines) == 2 and "N_scaling" in lines[0] and "two.py: sim_params.t_sim" in lines[1]


def test_workflow_shares_networks(write_experiment):
    """Two experiments with one network build it once."""
    paths = [
        str(write_experiment(f"sim_params = {{'master_seed': {seed}}}", f"seed_{seed}.py"))
        for seed in (1, 2)
    ]
    results = Workflow({"experiments": paths}).results()
    assert sum(path.endswith("network.h5") for path in results) == 1
    assert sum(path.endswith("spikes.h5") for path in results) == 2
