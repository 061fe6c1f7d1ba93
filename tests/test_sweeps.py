"""Sweeps: one file, one run per value."""

import pytest

from multiarea.experiment.sweeps import MOST_POINTS


def names(found):
    return [experiment.name for experiment in found]


def factors(experiment):
    block = experiment.network.scaling_factors_recurrent
    return block.cc_scalingEtoE, block.cc_scalingEtoI


def test_chi_keeps_its_ratio(load):
    found = load("sweep = {'chi': [1.0, 1.5, 2.5]}", "base.py")
    assert names(found) == ["base@chi=1", "base@chi=1.5", "base@chi=2.5"]
    assert [factors(e) for e in found] == [(1, 2), (1.5, 3), (2.5, 5)]
    assert len({e.network_hash for e in found}) == 3
    assert len({e.simulation_hash for e in found}) == 1
    assert found[0].network_hash == load("net_params = {}")[0].network_hash


def test_chi_keeps_the_ratio_of_the_file(load):
    text = """
net_params = {"scaling_factors_recurrent": {"cc_scalingEtoI": 1.4, "local_scalingEtoI": 1.1}}
sweep = {"chi": [2]}
"""
    (point,) = load(text)
    assert factors(point) == pytest.approx((2, 2.8))
    assert point.network.scaling_factors_recurrent.local_scalingEtoI == 1.1


@pytest.mark.parametrize("name", ["g", "connection_params.g", "net_params.connection_params.g"])
def test_a_parameter_by_its_path_or_a_unique_end_of_it(load, name):
    found = load(
        f"net_params = {{'connection_params': {{'PSP_e': 0.2}}}}\nsweep = {{'{name}': (-4, -6.5)}}"
    )
    assert names(found) == ["one@g=-4", "one@g=-6.5"]
    blocks = [e.network.connection_params for e in found]
    assert [(b.g, b.PSP_e) for b in blocks] == [(-4, 0.2), (-6.5, 0.2)]


def test_all_combinations_of_several(load):
    found = load("sweep = {'chi': [1, 2], 'master_seed': [5, 6, 7]}")
    assert len(found) == 6
    assert names(found)[:2] == ["one@chi=1,master_seed=5", "one@chi=1,master_seed=6"]
    assert len({e.network_hash for e in found}) == 2
    assert len({e.simulation_hash for e in found}) == 3


def test_one_value_inside_a_block_that_is_replaced_whole(load):
    found = load("sweep = {'neuron_params_E.tau_syn_in': [2.0, 4.0]}")
    neurons = [e.network.neuron_params_E for e in found]
    assert [n.tau_syn_in for n in neurons] == [2, 4] and neurons[1].C_m == 220
    found = load("sweep = {'neuron_param_dist_I.V_th.rel_sd': [0.1, 0.2]}")
    assert [e.network.neuron_param_dist_I.V_th.rel_sd for e in found] == [0.1, 0.2]


def test_the_file_itself_does_not_change(load, write_experiment):
    text = "net_params = {'connection_params': {'g': -4.0}}\nsweep = {'g': [-5.0, -6.0]}"
    path = write_experiment(text)
    assert [e.network.connection_params.g for e in load(text)] == [-5, -6]
    assert path.read_text() == text


def test_numpy_values(load):
    found = load("import numpy as np\nsweep = {'chi': np.linspace(1, 2, 3)}")
    assert names(found) == ["one@chi=1", "one@chi=1.5", "one@chi=2"]


def test_names_are_plain_text(load, checkout):
    folder = checkout / "experimental_data/fraction_EI"
    found = load(
        f"sweep = {{'ei_ratio_path': [{str(folder / 'lichtman.csv')!r}, "
        f"{str(folder / 'binzegger.csv')!r}]}}"
    )
    assert names(found) == ["one@ei_ratio_path=lichtman", "one@ei_ratio_path=binzegger"]
    found = load("sweep = {'rec_dev': [['spike_recorder'], ['spike_recorder', 'voltmeter']]}")
    assert names(found)[1] == "one@rec_dev=spike_recorder-voltmeter"
    found = load("sweep = {'t_stop': [None]}".replace("t_stop", "cv.t_stop"))
    assert names(found) == ["one@t_stop=None"]


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        ("{'chii': [1]}", "sweep: unknown parameter 'chii'. Did you mean 'chi'?"),
        ("{'connection_params.gg': [1]}", "Did you mean 'net_params.connection_params.g'?"),
        ("{'C_m': [1]}", "sweep: 'C_m' is ambiguous: net_params.neuron_params_E.C_m, net_params."),
        ("{'chi': 1.5}", "sweep: 'chi': expected a list of one or more values, got 1.5"),
        ("{'chi': []}", "sweep: 'chi': expected a list of one or more values, got []"),
        ("{'chi': ['a']}", "sweep: 'chi': expected numbers, got 'a'"),
        ("{'chi': [None]}", "sweep: 'chi': expected numbers, got None"),
        ("{'chi': [True]}", "sweep: 'chi': expected numbers, got True"),
        ("{'chi': [1, 1.0]}", "sweep: the point chi=1 occurs twice"),
        ("['chi']", "sweep: expected {parameter: [values]}, such as {'chi': [1.0, 1.5]}"),
        ("{}", "sweep: expected {parameter: [values]}"),
        ("{1: [1]}", "sweep: unknown parameter '1'"),
        ("{'chi': list(range(10001))}", f"sweep: more than {MOST_POINTS} points"),
        ("{'net_params': [{}]}", "sweep: unknown parameter 'net_params'"),
    ],
)
def test_wrong_sweeps(problems, sweep, expected):
    (line,) = problems(f"sweep = {sweep}")
    assert line.startswith(expected) or expected in line


def test_the_points_with_a_wrong_value_are_named(problems):
    lines = problems("sweep = {'g': [-5.0, 5.0, 'a']}")
    key = "net_params.connection_params.g"
    assert lines == [
        f"@g=5: {key}: expected a value <= 0, got 5.0 (float)",
        f"@g=a: {key}: expected a number, got 'a' (str)",
    ]


def test_tables_in_a_sweep_have_readable_names(load):
    spike = "{('cuneus', 'IV', 'E'): 500.0}"
    found = load(f"sweep = {{'single_spike': [{{}}, {spike}]}}")
    assert names(found) == ["one@single_spike=none", "one@single_spike=cuneus-IV-E-500"]
    assert [len(e.network.single_spike) for e in found] == [0, 1]


def test_rounding_errors_make_no_other_point(load):
    by_steps = load("import numpy as np\nsweep = {'chi': np.arange(1, 1.4, .1)}")
    by_hand = load("sweep = {'chi': [1.0, 1.1, 1.2, 1.3]}")
    assert names(by_steps) == names(by_hand)
    assert [e.network_hash for e in by_steps] == [e.network_hash for e in by_hand]
    third = load("sweep = {'dc_stimulus': [{('cuneus', 'IV', 'E'): [0.1 + 0.2, 0.3, 600.0]}]}")
    assert third[0].network.dc_stimulus == (("cuneus", "IV", "E", 0.3, 0.3, 600.0),)


def test_tables_with_the_same_name_in_different_folders(load, tmp_path):
    """Each subject has its tables in a folder; the points have the names of the folders."""
    for subject in ("s1", "s2"):
        (tmp_path / subject).mkdir()
        (tmp_path / subject / "ratio.csv").write_text(f"layer,ratio\nIV,0.{subject[1]}\n")
    paths = [str(tmp_path / subject / "ratio.csv") for subject in ("s1", "s2")]
    found = load(f"sweep = {{'ei_ratio_path': {paths}}}", "base.py")
    assert names(found) == ["base@ei_ratio_path=s1-ratio", "base@ei_ratio_path=s2-ratio"]


def test_the_name_of_a_point_is_that_of_a_folder(load):
    """Kinds of neurons have long texts; the name of a folder has at most 255 characters."""
    neuron = "'E_L': -70., 'V_th': -50., 'V_reset': -70., 'C_m': 220., 'tau_m': 10., 't_ref': 2."
    params = f"{{{neuron}, 'tau_syn_ex': 2., 'tau_syn_in': tau}}"
    kinds = (
        f"[{{'populations': p, 'neuron_model': 'iaf_psc_exp', 'params': {params}}} for p in 'EI']"
    )
    found = load(f"sweep = {{'neuron_types': [{kinds} for tau in (2., 3.)]}}", "base.py")
    assert len(set(names(found))) == 2
    assert all(len(name) <= 160 and name.isascii() for name in names(found))
    assert len({point.network_hash for point in found}) == 2
