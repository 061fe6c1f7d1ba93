"""All mistakes of an experiment file are told in one go, and no consequence of one as another."""

import pytest
from snakemake_interface_common.exceptions import WorkflowError

from multiarea.errors import InputError
from multiarea.experiment.config import load_config
from multiarea.experiment.finding import find_experiments
from multiarea.workflow.rules import Workflow

#: Content of a file -> the beginnings of all lines of its message.
MISTAKES = {
    "of three blocks, and between them": (
        """
net_params = {"N_scalling": 0.1, "K_scaling": "a"}
sim_params = {"t_sim": 900.05, "areas_recorded": ["nowhere"], "rec_start": 600.0}
ana_params = {"cv": {"t_start": 100.0, "mini": 2}}
""",
        [
            "net_params.K_scaling: expected a number, got 'a'",
            "net_params.N_scalling: unknown key. Did you mean 'N_scaling'?",
            "sim_params: 't_sim' = 900.05 ms must be a multiple of sim_resolution",
            "ana_params.cv.mini: unknown key.",
            "sim_params.areas_recorded: unknown area 'nowhere'.",
            "ana_params.cv.t_start = 100 ms lies before sim_params.rec_start = 600 ms",
        ],
    ),
    "of the sweep and of what it changes": (
        """
net_params = {"chii": 2.0}
sweep = {"chii": 1, "xyzzy": [1], "cv.t_start": [300.0]}
""",
        [
            "net_params.chii: unknown key. Did you mean 'chi'? Valid keys: ",
            "sweep: 'chii': expected a list of one or more values, got 1",
            "sweep: unknown parameter 'chii'. Did you mean 'chi'?",
            "sweep: unknown parameter 'xyzzy'.",
        ],
    ),
    "of points of a sweep": (
        """
sim_params = {"t_sim": 900.0, "sead": 3}
sweep = {"chi": [1.0, -1.0], "g": [-4.0, 2.0]}
""",
        [
            "sim_params.sead: unknown key.",
            "@chi=1,g=2: net_params.connection_params.g: expected a value <= 0",
            "@chi=-1,g=-4: net_params.scaling_factors_recurrent.cc_scalingEtoE: expected a value",
            "@chi=-1,g=-4: net_params.scaling_factors_recurrent.cc_scalingEtoI: expected a value",
            "@chi=-1,g=2: net_params.connection_params.g: expected a value <= 0",
            "@chi=-1,g=2: net_params.scaling_factors_recurrent.cc_scalingEtoE: expected a value",
            "@chi=-1,g=2: net_params.scaling_factors_recurrent.cc_scalingEtoI: expected a value",
        ],
    ),
    "of the model's name and of its parameters": (
        'model = "macaqe"\nnet_params = {"kappa": "x"}\nsim_params = {"t_sim": -1.0}',
        [
            "model: expected one of",
            "net_params.kappa (connection_params.fac_nu_ext_5E): expected a number, got 'x'",
            "sim_params.t_sim: expected a value > 0",
        ],
    ),
    "of data that are not plain": (
        'net_params = {"bb": 1}\nana_params = {"cv": iter([1])}\nsim_params = 3',
        [
            "ana_params: expected plain values",
            "net_params.bb: unknown key.",
            "sim_params: expected a dictionary, got 3",
        ],
    ),
    "of names given twice": (
        """
net_params = {"chi": 2.0, "scaling_factors_recurrent": {"cc_scalingEtoE": 1.5}, "g": -4.0,
    "connection_params": {"g": -5.0, "psp": 1.0}}
""",
        [
            "net_params.chi: given twice, also as",
            "net_params.g: given twice, also as",
            "net_params.connection_params.psp: unknown key.",
        ],
    ),
    "no consequence of a misspelt key": (
        'net_params = {"areas_simulatd": ["cuneus"], "replace_non_simulated_areas": "nothing"}',
        ["net_params.areas_simulatd: unknown key. Did you mean 'areas_simulated'?"],
    ),
    "no consequence of a wrong time": (
        'sim_params = {"t_sim": "long"}\nana_params = {"cv": {"t_stop": 2e5}}',
        ["sim_params.t_sim: expected a number, got 'long'"],
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(problems, case):
    text, expected = MISTAKES[case]
    lines = problems(text)
    assert len(lines) == len(expected), lines
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)


def test_wrong_points_of_a_sweep(write_experiment):
    path = write_experiment("sweep = {'chi': [1.0, 2.0]}")
    with pytest.raises(InputError) as caught:
        find_experiments([f"{path}@chi=3", f"{path}@chi=4"])
    assert len(str(caught.value).splitlines()) == 2


def test_figures_of_the_configuration():
    with pytest.raises(InputError) as caught:
        load_config({"figures": ["raster_area", "cv_boxplots"]})
    first, second = str(caught.value).splitlines()
    assert "Did you mean 'raster_areas'?" in first and "Did you mean 'cv_boxplot'?" in second


def test_one_direct_current_for_all_is_answered_with_the_form(problems):
    (line,) = problems("net_params = {'dc_stimulus': True}")
    assert line == (
        "net_params.dc_stimulus: expected a dictionary {(area, layer, population): current [pA]}, "
        "such as {('V1', 'IV', 'E'): 50.0}, got True (bool)"
    )


def test_no_direct_current_as_the_published_code_says_it(load):
    plain, stated = load("net_params = {}"), load("net_params = {'dc_stimulus': False}")
    assert plain[0].network_hash == stated[0].network_hash


def test_a_file_of_this_folder_named_without_its_end(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("net_params = {}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="Did you mean 'mine.py', the file in this folder?"):
        find_experiments(["mine"])


def test_an_experiment_and_the_file_of_the_cluster(write_experiment, tmp_path):
    path, cluster = write_experiment("net_params = {'chii': 1.0}"), tmp_path / "cluster.json"
    cluster.write_text('{"simulate": {"nods": 2, "time": "soon"}, "plott": {}}')
    with pytest.raises(WorkflowError) as caught:
        Workflow({"experiments": [str(path)], "cluster": str(cluster)})
    lines = str(caught.value).splitlines()
    words = ("chii", "simulate.nods: unknown key", "simulate.time: expected a time", "plott")
    assert len(lines) == len(words)
    assert all(word in line for word, line in zip(words, lines, strict=True))
