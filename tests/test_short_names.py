"""`chi`, `chi_I`, `g` and `eta_ext` in an experiment file are the parameters of the long names."""

import pytest

LONG = {
    "human": {
        "{'chi': 2.5}": "{'scaling_factors_recurrent': {'cc_scalingEtoE': 2.5, "
        "'cc_scalingEtoI': 5.0}}",
        "{'chi_I': 3}": "{'scaling_factors_recurrent': {'cc_scalingEtoI': 3.0}}",
        "{'chi_I': 1.4, 'chi': 2}": "{'scaling_factors_recurrent': {'cc_scalingEtoE': 2.0, "
        "'cc_scalingEtoI': 1.4}}",
        "{'chi': 0}": "{'scaling_factors_recurrent': {'cc_scalingEtoE': 0.0, "
        "'cc_scalingEtoI': 0.0}}",
        "{'g': -6.0, 'connection_params': {'PSP_e': 0.2}}": "{'connection_params': "
        "{'g': -6.0, 'PSP_e': 0.2}}",
        "{'eta_ext': 1.2, 'N_scaling': 0.01}": "{'input_params': {'eta_ext': 1.2}, "
        "'N_scaling': 0.01}",
        # What the file states itself does not change along.
        "{'chi': 2.5, 'scaling_factors_recurrent': {'cc_scalingEtoI': 4.0}}": "{"
        "'scaling_factors_recurrent': {'cc_scalingEtoE': 2.5, 'cc_scalingEtoI': 4.0}}",
    },
    "macaque": {
        "{'chi': 1.0, 'chi_I': 1.0, 'g': -16.0}": "{'connection_params': {'cc_weights_factor': "
        "1.0, 'cc_weights_I_factor': 1.0, 'g': -16.0}}",
        "{'kappa': 1.0}": "{'connection_params': {'fac_nu_ext_5E': 1.0, "
        "'fac_nu_ext_6E': 10 / 3 - 7 / 3}}",
    },
    "microcircuit": {"{'g': -5.0}": "{'connection_params': {'g': -5.0}}"},
}
CASES = [(model, short, long) for model, pairs in LONG.items() for short, long in pairs.items()]


@pytest.mark.parametrize(("model", "short", "long"), CASES)
def test_a_short_name_is_the_long_one(load, model, short, long):
    (one,), (other,) = (load(f"model = '{model}'\nnet_params = {text}") for text in (short, long))
    assert one.network == other.network
    assert one.network_hash == other.network_hash


def test_the_best_fit_in_one_word(load, checkout):
    text = "net_params = {'chi': 2.5}\nsim_params = {'t_sim': 12500.0, 'master_seed': 2903}"
    (best,) = load((checkout / "experiments/full_scale/best_fit.py").read_text())
    assert load(text)[0].analysis_folder == best.analysis_folder


def test_short_names_in_a_sweep(load):
    base = "net_params = {'chi': 1.0, 'chi_I': 1.4}\n"
    found = load(base + "sweep = {'chi': [2.0], 'eta_ext': [1.0, 1.2]}")
    assert [one.name for one in found] == ["one@chi=2,eta_ext=1", "one@chi=2,eta_ext=1.2"]
    factors = found[0].network.scaling_factors_recurrent
    assert (factors.cc_scalingEtoE, factors.cc_scalingEtoI) == pytest.approx((2.0, 2.8))
    assert found[1].network.input_params.eta_ext == 1.2


@pytest.mark.parametrize("name", ["chi_I", "cc_scalingEtoI"])
def test_a_swept_parameter_does_not_change_along_with_another(load, name):
    for order in (f"'{name}': [5.0], 'chi': [2.0]", f"'chi': [2.0], '{name}': [5.0]"):
        factors = load(f"sweep = {{{order}}}")[0].network.scaling_factors_recurrent
        assert (factors.cc_scalingEtoE, factors.cc_scalingEtoI) == (2.0, 5.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "net_params = {'g': -4.0, 'connection_params': {'g': -5.0}}",
            "net_params.g: given twice, also as net_params.connection_params.g",
        ),
        (
            "net_params = {'g': 4.0}",
            "net_params.g (connection_params.g): expected a value <= 0, got 4.0 (float)",
        ),
        (
            "net_params = {'chi': '2'}",
            "net_params.chi (scaling_factors_recurrent.cc_scalingEtoE): expected a number, got "
            "'2' (str)",
        ),
        (
            "net_params = {'chi': 2.0, 'scaling_factors_recurrent': 3}",
            "net_params.scaling_factors_recurrent: expected a dictionary, got 3 (int)",
        ),
        (
            "model = 'macaque'\nnet_params = {'eta_ext': 1.1}",
            "net_params.eta_ext: unknown key. In the model 'human' it belongs in "
            "net_params.input_params.",
        ),
        ("sim_params = {'chi': 2.0}", "sim_params.chi: unknown key. It belongs in net_params."),
        (
            "sweep = {'g': [-4.0], 'connection_params.g': [-5.0]}",
            "sweep: 'g' and 'connection_params.g' are the same parameter",
        ),
    ],
)
def test_mistakes(problems, text, expected):
    assert problems(text) == [expected]
