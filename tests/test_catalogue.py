"""`python -m multiarea parameters`: what the validating classes say, found by a word."""

import pytest

from multiarea.cli import main
from multiarea.experiment.catalogue import catalogue, parameters_page
from multiarea.models import get_model, model_names

FACTOR_I = "connection_params.cc_weights_I_factor"


def places(word):
    return [line.split(" [")[0] for line in parameters_page(word).splitlines() if line[:1] > " "]


def test_a_parameter_with_all_that_is_known(capsys):
    assert main(["parameters", "g"]) == 0
    assert capsys.readouterr().out == (
        "net_params.connection_params.g\n"
        "    inhibitory weight / excitatory weight\n"
        "    default: -5.0 (human), -11.0 (macaque), -4.0 (microcircuit)\n"
        "    allowed: number ≤ 0\n"
        "    short name: net_params.g\n"
    )
    text = parameters_page("rate_limit_window")
    assert text.splitlines()[0] == "sim_params.rate_limit_window [ms]"
    assert "    default: 500.0\n    allowed: number ≥ 0\n" in text


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("chi_I", ["scaling_factors_recurrent.cc_scalingEtoI", FACTOR_I]),
        ("kappa", ["connection_params.fac_nu_ext_5E", "connection_params.fac_nu_ext_6E"]),
        ("Eta_ext", ["input_params.eta_ext"]),
        ("duration", ["thalamic_input.duration"]),
    ],
)
def test_words_of_the_network(word, expected):
    assert places(word) == [f"net_params.{place}" for place in expected]


def test_other_words():
    assert len(places("chi")) == 4  # chi and chi_I of two models, and no cytoarchitecture
    seeds = ["net_params.stimulation[].seed", "sim_params.master_seed", "ana_params.seed"]
    assert places("seed") == seeds
    assert "net_params.connection_params.g" in places("inhibitory")
    assert places("checkpoint") == ["config.yaml: checkpoint_interval"]
    assert places("interarea_spee") == ["net_params.delay_params.interarea_speed"]
    assert "none, must be given" in parameters_page("thalamic_input.times")


def test_a_word_that_fits_nothing(capsys):
    assert main(["parameters", "t_simm"]) == 1
    error = "error: no parameter fits 't_simm'. Did you mean 't_sim'?\n"
    assert capsys.readouterr().err == error


def test_all_parameters_have_a_meaning_and_every_place_is_real():
    every = catalogue()
    assert len(every) > 150
    assert all(one.meaning and one.allowed for own in every.values() for one in own.values())
    for model in model_names():
        for short in get_model(model).SHORT_NAMES.values():
            assert model in every[f"net_params.{short.path}"]
