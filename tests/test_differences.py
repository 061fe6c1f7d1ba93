"""Which parameters set an experiment apart."""

import pytest

from multiarea.experiment.differences import differences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("net_params = {}", {}),
        ("net_params = {'connection_params': {'g': -6.0}}", {"g": -6.0}),
        ("net_params = {'chi': 1.5, 'g': -6}", {"chi": 1.5, "g": -6.0}),
        ("net_params = {'chi': 2.0, 'chi_I': 3.0}", {"chi": 2.0, "chi_I": 3.0}),
        ("sim_params = {'t_sim': 2000.0, 'print_time': True}", {"t_sim": 2000.0}),
        ("sim_params = {'simulator': 'procedural'}", {"simulator": "procedural"}),
        ("model = 'macaque'\nnet_params = {'chi': 1.0}", {"chi": 1.0}),
        ("ana_params = {'cv': {'min_spikes': 5}}", {}),
    ],
)
def test_what_differs_from_the_defaults(load, text, expected):
    assert differences(load(text)[0]) == expected


def test_keys_of_the_same_name_are_told_by_their_paths(load):
    spread = "{'V_th': {'rel_sd': 0.1}}"
    text = f"net_params = {{'neuron_param_dist_E': {spread}, 'neuron_param_dist_I': {spread}}}"
    found = differences(load(text)[0])
    assert {name for name in found if name.endswith("rel_sd")} == {
        f"neuron_param_dist_{kind}.V_th.rel_sd" for kind in "EI"
    }
