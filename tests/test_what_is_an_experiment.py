"""Which files are experiments: looked at before they are run, and nothing is written by that."""

import pytest

from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments

SCRIPT = """
import pathlib
for i in range(12):
    pathlib.Path(f"experiments/{i}.txt").write_text("written by a script")
def plot(net_params):
    net_params = {"N_scaling": 0.1}
"""


@pytest.mark.parametrize("text", ["", "# later\n", "model = 'macaque'", SCRIPT, "x = {}"])
def test_a_file_without_a_dictionary_is_none(problems, text):
    assert problems(text) == [
        "not an experiment: it defines none of net_params, sim_params, ana_params and sweep; with "
        "net_params = {} it is the model with its defaults, at full scale"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "net_params = {}",
        "sim_params = {'t_sim': 2000.0}",
        "if True:\n    ana_params = {}",
        "net_params: dict = {}",
        "import runpy\nglobals().update(sim_params={})\nsim_params['t_sim'] = 2000.0",
        "for net_params in [{}]:\n    pass",
        "model, net_params = 'human', {}",
        "try:\n    from nowhere import net_params\nexcept ImportError:\n    net_params = {}",
    ],
)
def test_a_dictionary_makes_an_experiment(load, text):
    assert load(text)


def test_what_is_none_is_not_run(tmp_path, write_experiment):
    path = write_experiment(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(InputError, match="not an experiment"):
        load_experiments([path])
    assert not (tmp_path / "ran").exists()


def test_no_compiled_modules_are_left(load, tmp_path):
    (tmp_path / "helper.py").write_text("FACTOR = 0.5")
    text = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport helper\n"
    assert load(text + "net_params = {'N_scaling': helper.FACTOR}")[0].network.N_scaling == 0.5
    assert not (tmp_path / "__pycache__").exists()


OWN = " (Begin the names of your own variables with '_'.)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d = {'N_scaling': 0.01}", "unknown name 'd'. 'N_scaling': It belongs in net_params."),
        ("p = {'chi': 2.0}\nsim_params = {}", "unknown name 'p'. 'chi': It belongs in net_params."),
        ("input_params = {}", "unknown name 'input_params'. It belongs in net_params."),
        (
            "neuron_params = {'E_L': -65.0}",
            "unknown name 'neuron_params'. Did you mean 'neuron_params_I'? It belongs in "
            "net_params.",
        ),
        (
            "model = 'macaque'\nneuron_params = {'E_L': -65.0}",
            "unknown name 'neuron_params'. It belongs in net_params.",
        ),
        ("cv = {'t_start': 100.0}", "unknown name 'cv'. It belongs in ana_params."),
        (
            "netparams = {}\nnetparams['a'] = 1",
            "unknown name 'netparams'. Did you mean 'net_params'?",
        ),
        (
            "netparams = {}\nnetparams.update(a=1)",
            "unknown name 'netparams'. Did you mean 'net_params'?",
        ),
    ],
)
def test_names_that_look_like_a_part_of_one(problems, text, expected):
    assert problems(text) == [expected + OWN]


def test_variables_that_the_file_uses_are_its_own(load):
    text = "neuron_params = {'g': -4.0}\nnet_params = {'connection_params': neuron_params}"
    assert load(text)[0].network.connection_params.g == -4.0
    text = "conn_params = {'g': -4.0}\nnet_params = {'connection_params': {**conn_params}}"
    assert load(text)[0].network.connection_params.g == -4.0


def test_all_problems_at_once(problems):
    """The places of the published macaque code."""
    text = """
model = "macaque"
conn_params = {"g": -11.0}
input_params = {"rate_ext": 10.0}
neuron_params = {"V0_mean": -150.0}
sim_params = {"areas_simulated": ["V1"], "t_simm": 100.0}
"""
    lines = problems(text)
    assert [line.split(":")[0] for line in lines[3:]] == [
        "sim_params.areas_simulated",
        "sim_params.t_simm",
    ]
    names = ["conn_params", "input_params", "neuron_params"]
    assert [line.split("'")[1] for line in lines[:3]] == names
