"""Experiment files in HuMAM's form, and what happens to wrong ones."""

import copy
import os
import pickle
from pathlib import Path

import pytest

from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.running import LARGEST_FILE
from multiarea.models import human
from multiarea.parameters import AnalysisParameters, SimulationParameters

HUMAM = '''
"""An experiment file as users of HuMAM have it."""
import os
import numpy as np

base_path = os.getcwd()
experiments = [1, 2]

net_params = {
    "surface_area": 1,
    "cytoarchitecture_params": {
        "ei_ratio_path": os.path.join(base_path, "experimental_data/fraction_EI/binzegger.csv"),
        "min_neurons_per_layer": 4000,
    },
    "predictive_connectomic_params": {
        "con_path": base_path + "/experimental_data/hcp_dti",
        "a1": -1.5,
    },
    "neuron_params_E": {
        "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": 250.0,
        "tau_m": 10, "tau_syn_ex": 2.0, "tau_syn_in": 4.0, "t_ref": 2.0,
    },
    "neuron_param_dist_I": {"V_th": {"distribution": "lognormal", "rel_sd": 0.22}},
    "connection_params": {"g": -11},
    "scaling_factors_recurrent": {"cc_scalingEtoE": np.float64(2.5), "cc_scalingEtoI": 5.0},
    "N_scaling": 0.005,
    "K_scaling": 0.005,
    "fullscale_rates": os.path.join(base_path, "simulated_data/base_theory_rates.csv"),
    "single_spike": {("pericalcarine", "IV", "E"): 2000.0},
}
sim_params = {"t_sim": 2500, "master_seed": 2903, "rec_dev": ["spike_recorder", "voltmeter"]}
ana_params = {"plotRasterArea": {"low": 1000.0, "high": 1500.0}, "functconn_corr":
              {"exclude_diagonal": False}}
print("hello")
'''


def test_humam_file_runs_unchanged(load, capsys):
    (one,) = load(HUMAM)
    assert capsys.readouterr().out == ""
    assert (one.name, one.model) == ("one", "human")
    network, default = one.network, human.Parameters()
    assert network.surface_area == 1.0 and network.N_scaling == 0.005
    # Nested dictionaries change what they name and nothing else ...
    assert network.cytoarchitecture_params.min_neurons_per_layer == 4000
    assert network.cytoarchitecture_params.source == "VonEconomoKoskinas"
    assert network.predictive_connectomic_params.a1 == -1.5
    assert network.predictive_connectomic_params.a0 == -0.152
    assert network.connection_params.g == -11 and network.connection_params.PSP_e == 0.1
    assert network.scaling_factors_recurrent.cc_scalingEtoE == 2.5
    assert network.scaling_factors_recurrent.local_scaling4Eto23E == 2
    # ... but blocks of neurons replace the default as a whole.
    assert network.neuron_params_E.tau_syn_in == 4 and network.neuron_params_E.omega is None
    assert network.neuron_params_I == default.neuron_params_I
    assert network.neuron_param_dist_I.V_th.rel_sd == 0.22
    assert network.neuron_param_dist_I.C_m.rel_sd == 0
    assert network.single_spike == (("pericalcarine", "IV", "E", 2000.0),)
    assert one.simulation.t_sim == 2500.0 and one.simulation.virtual_processes == 2
    assert one.simulation.rec_dev == ("spike_recorder", "voltmeter")
    assert one.analysis.plotRasterArea.fraction == 0.03
    assert not one.analysis.functconn_corr.exclude_diagonal


def test_no_parameter_is_the_default(load):
    (one,) = load("net_params = {}")
    assert one.network == human.Parameters() and one.analysis == AnalysisParameters()
    assert one.simulation == SimulationParameters(virtual_processes=2, simulator="nest")
    assert one.module is human


def test_one_file_does_not_change_the_next(load, write_experiment):
    first = load(HUMAM)[0].network
    second = load("net_params = {'connection_params': {'PSP_e': 0.2}}")[0].network
    assert second.connection_params.g == -5 and first.connection_params.PSP_e == 0.1


def test_working_folder_is_the_project(load, checkout, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    text = f"import os\nassert os.getcwd() == {str(checkout)!r}\nos.chdir('/')\nnet_params = {{}}"
    load(text)
    assert Path.cwd() == tmp_path


def test_shipped_experiments(checkout):
    found = load_experiments(sorted((checkout / "experiments").rglob("*.py")))
    by_name = {experiment.name: experiment for experiment in found}
    assert set(by_name) >= {"downscaled_base", "base", "best_fit"}
    base, best = by_name["base"], by_name["best_fit"]
    assert base.network == human.Parameters()
    factors = best.network.scaling_factors_recurrent
    assert (factors.cc_scalingEtoE, factors.cc_scalingEtoI) == (2.5, 5.0)
    assert base.simulation == best.simulation
    assert (base.simulation.t_sim, base.simulation.master_seed) == (12500.0, 2903)
    assert by_name["downscaled_base"].network.needs_rates
    assert by_name["downscaled_base"].full_scale_hash == base.network_hash


# ------------------------------------------------------------------------------------- pickles


def rates_file(folder, name="rates.csv"):
    path = folder / name
    path.write_text("area,layer,population,rate\ncuneus,IV,E,1.0\n")
    return path


def test_table_beside_a_pickle_is_read_with_a_warning(load, tmp_path):
    table, trap = rates_file(tmp_path), tmp_path / "rates.pkl"
    trap.write_bytes(pickle.dumps(Trap(tmp_path / "ran")))
    text = f"net_params = {{'fullscale_rates': {str(trap)!r}}}"
    with pytest.warns(
        UserWarning, match=r"one.py: net_params.fullscale_rates: reading .*rates\.csv"
    ):
        (one,) = load(text)
    assert one.network.fullscale_rates == str(table)
    with pytest.warns(UserWarning):
        assert [e.network.fullscale_rates for e in load(text + "\nsweep = {'chi': [1, 2]}")] == [
            str(table)
        ] * 2
    assert not (tmp_path / "ran").exists()


class Trap:
    """Its pickle makes a folder when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("suffix", ["pkl", "PKL", "pickle"])
def test_pickle_without_a_table(problems, tmp_path, suffix):
    trap = tmp_path / f"rates.{suffix}"
    trap.write_bytes(pickle.dumps(Trap(tmp_path / "ran")))
    (line,) = problems(f"net_params = {{'fullscale_rates': {str(trap)!r}}}")
    assert line.startswith("net_params.fullscale_rates: pickles are not read, and there is no '")
    assert "rates.csv" in line and "area, layer, population, rate" in line
    assert not (tmp_path / "ran").exists()


# ------------------------------------------------------------------------------- wrong files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("net_params = {", "line 1: not valid Python: '{' was never closed"),
        (
            "x = 1\n1/0\nsweep = 1",
            "line 2: the file fails with ZeroDivisionError: division by zero",
        ),
        ("import nothing_of_this\nsweep = 1", "line 1: the file fails with ModuleNotFoundError"),
        ("raise SystemExit(0)\nnet_params = {}", "line 1: the file fails with SystemExit: 0"),
        ("def f(): f()\nf()\nnet_params = {}", "the file fails with RecursionError"),
        (b"\xff\xfe\x00", "not valid Python"),
        (b"x = '\xe9'", "not valid Python"),
        (b"x = 1\0", "not valid Python"),
        (b"x" * (LARGEST_FILE + 1), f"larger than {LARGEST_FILE} bytes"),
        ("net_parms = {'N_scaling': 0.1}", "unknown name 'net_parms'. Did you mean 'net_params'?"),
        ("NET_PARAMS = {}", "unknown name 'NET_PARAMS'. Did you mean 'net_params'?"),
        ("sweeps = {'chi': [1]}", "unknown name 'sweeps'. Did you mean 'sweep'?"),
        ("modle = 'human'", "unknown name 'modle'. Did you mean 'model'?"),
        ("model = 'hunam'", "model: expected one of ['human'"),
        ("model = 3", "model: expected one of ['human'"),
        ("model = '../models'", "model: expected one of ['human'"),
    ],
)
def test_wrong_file(problems, text, expected):
    (line,) = problems(text)
    assert expected in line


@pytest.mark.parametrize("text", ["_net_parms = {}", "modle = 'abc'", "colours = {'a': 1}"])
def test_other_names_are_free(load, text):
    assert load(f"{text}\nnet_params = {{}}")


def test_missing_file_names_the_nearest(write_experiment):
    path = write_experiment("", "base_state.py")
    with pytest.raises(
        InputError, match=r"bas_state.py: no such experiment file. Did you mean 'base"
    ):
        load_experiments([path.with_name("bas_state.py")])
    (path.parent / "bases").mkdir()
    with pytest.raises(InputError, match=r"Did you mean 'base_state.py'"):  # not the folder
        load_experiments([path.with_name("bases.py")])
    with pytest.raises(InputError, match="no such experiment file"):
        load_experiments([path.parent, "nowhere/a.py", "x" * 5000 + ".py", "a\0b.py"])


@pytest.mark.parametrize(
    "name",
    ["a b.py", "$(touch x).py", "-rf.py", "..py", ".py", "a.txt", "é.py", "a;b.py", "a@b.py"],
)
def test_names_that_could_do_harm(write_experiment, name):
    path = write_experiment("", name)
    with pytest.raises(InputError, match="an experiment file is named <name>.py"):
        load_experiments([path])


def test_all_problems_of_all_files_at_once(write_experiment):
    one = write_experiment(
        "net_params = {'N_scalling': 1, 'connection_params': {'PSP_exc': 0.3}}\n"
        "sim_params = {'t_simm': 1.0}\nana_params = {'extension': 'pgn'}",
        "one.py",
    )
    two = write_experiment("sim_params = {'t_sim': '2.5'}", "two.py")
    good = write_experiment("sim_params = {}", "good.py")
    with pytest.raises(InputError) as caught:
        load_experiments([one, good, two, "nowhere.py"])
    lines = str(caught.value).splitlines()
    starts = [
        f"{one}: net_params.N_scalling: unknown key. Did you mean 'N_scaling'?",
        f"{one}: net_params.connection_params.PSP_exc: unknown key. Did you mean 'PSP_ext'?",
        f"{one}: sim_params.t_simm: unknown key. Did you mean 't_sim'?",
        f"{one}: ana_params.extension: expected 'png', 'pdf', 'svg', 'eps', 'jpg' or 'tif', got",
        f"{two}: sim_params.t_sim: expected a number, got '2.5' (str)",
        "nowhere.py: no such experiment file.",
    ]
    assert len(lines) == len(starts)
    for start in starts:
        assert sum(line.startswith(start) for line in lines) == 1, start


def test_names_must_differ(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.py").write_text("net_params = {}")
    paths = [tmp_path / "a/same.py", tmp_path / "b/same.py"]
    with pytest.raises(InputError, match="experiment name 'same' is already used by .*a/same.py"):
        load_experiments(paths)
    assert len(load_experiments([paths[0], paths[0]])) == 2


def test_defaults_are_never_changed(load):
    before = copy.deepcopy(human.Parameters().model_dump())
    load(HUMAM)
    load("sweep = {'chi': [1, 2], 'g': [-4.0], 'neuron_params_E.C_m': [1.0]}")
    assert human.Parameters().model_dump() == before
