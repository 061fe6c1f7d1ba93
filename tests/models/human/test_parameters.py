"""Specification, section 1: `net_params` of the human model."""

import pytest
from pydantic import ValidationError

from multiarea.files.project import resolve
from multiarea.models.human import AREAS, COMPARISONS, SHORT_NAMES, Parameters

NEURON = {"E_L": -70.0, "V_reset": -70.0, "V_th": -45.0, "tau_m": 10.0, "t_ref": 2.0}
NEURON |= {"tau_syn_ex": 2.0, "tau_syn_in": 2.0}
SPREAD = {"distribution": "lognormal", "rel_sd": 0.0}
DATA = "experimental_data"

DEFAULTS = {
    "N_scaling": 1.0,
    "K_scaling": 1.0,
    "scaling_type": "linear",
    "fullscale_rates": None,
    "areas_simulated": (),
    "replace_non_simulated_areas": None,
    "replace_cc": None,
    "replace_cc_input_source": None,
    "dc_stimulus": (),
    "lesions": None,
    "stimulation": (),
    "surface_area": 1.0,
    "cytoarchitecture_params": {
        "src_path": f"{DATA}/von_economo_koskinas/layers.csv",
        "ei_ratio_path": f"{DATA}/fraction_EI/lichtman.csv",
        "source": "VonEconomoKoskinas",
        "target": "DesikanKilliany",
        "remove_smaller_layerI": False,
        "min_neurons_per_layer": 5000,
    },
    "predictive_connectomic_params": {
        "connectivity": "HcpDesikanKilliany",
        "con_path": f"{DATA}/hcp_dti",
        "vol_path": f"{DATA}/desikan_killiany/volumes.csv",
        "FLN": 0.86,
        "rho_syn": 6.6e8,
        "Z_i": 0.93,
        "SLN_FF": 0.65,
        "SLN_FB": 0.35,
        "lmbda": 160.0,
        "a0": -0.152,
        "a1": -1.534,
        "geometry": "as_published",
    },
    "neuron_types": (),
    "neuron_model_E": "iaf_psc_exp",
    "neuron_model_I": "iaf_psc_exp",
    "neuron_params_E": NEURON | {"C_m": 220.0, "omega": None},
    "neuron_params_I": NEURON | {"C_m": 100.0, "omega": None},
    "neuron_param_dist_E": {"V_th": SPREAD, "C_m": SPREAD, "tau_m": SPREAD},
    "neuron_param_dist_I": {"V_th": SPREAD, "C_m": SPREAD, "tau_m": SPREAD},
    "connection_params": {
        "g": -5.0,
        "PSP_e": 0.1,
        "PSP_ext": 0.1,
        "PSP_rel": 0.1,
        "p_transmit": 1.0,
        "weight_distribution": "normal_clipped",
    },
    "scaling_factors_recurrent": {
        "local_scaling4Eto23E": 2.0,
        "local_scaling5EtoI": 1.0,
        "local_scalingEtoI": 1.0,
        "cc_scalingEtoE": 1.0,
        "cc_scalingEtoI": 2.0,
    },
    "delay_params": {
        "delay_e": 1.5,
        "delay_i": 0.75,
        "delay_rel": 0.5,
        "interarea_speed": 3.5,
        "distribution": "lognormal_clipped",
    },
    "input_params": {"eta_ext": 1.1},
    "scaling_factors_external": {"scaling5E": 1.05, "scaling6E": 1.15},
    "hemisphere": "right",
    "own_tables": None,
    "single_spike": (),
}


def test_defaults():
    assert Parameters().model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"surface_area": 0.0}, "greater than 0"),
        ({"N_scaling": 2.0}, "less than or equal to 1"),
        ({"K_scaling": 0.0}, "greater than 0"),
        ({"scaling_type": "quadratic"}, "'linear' or 'sqrt'"),
        ({"connection_params": {"g": 5.0}}, "less than or equal to 0"),
        ({"connection_params": {"p_transmit": 2.0}}, "less than or equal to 1"),
        ({"connection_params": {"PSP_e": -0.1}}, "greater than 0"),
        ({"delay_params": {"interarea_speed": -3.5}}, "greater than 0"),
        ({"scaling_factors_recurrent": {"cc_scalingEtoE": -1.0}}, "greater than or equal to 0"),
        ({"predictive_connectomic_params": {"FLN": 1.2}}, "less than or equal to 1"),
        ({"predictive_connectomic_params": {"FLN": 0.0}}, "greater than 0"),
        ({"predictive_connectomic_params": {"rho_syn": -1.0}}, "greater than 0"),
        ({"predictive_connectomic_params": {"SLN_FB": 0.7}}, "must not exceed SLN_FF = 0.65"),
        ({"neuron_params_E": NEURON | {"C_m": 1.0, "V_th": -70.0}}, "must lie above E_L"),
        ({"neuron_params_E": NEURON | {"C_m": 1.0, "V_reset": -45.0}}, "V_reset must lie below"),
        ({"neuron_params_E": NEURON | {"C_m": 1.0, "omega": -50.0}}, "no key 'omega'"),
        ({"neuron_model_I": "mat2_psc_exp"}, "mat2_psc_exp needs 'omega'"),
        ({"neuron_model_I": "iaf_cond_exp"}, "expected the parameters of iaf_cond_exp"),
    ],
)
def test_wrong_values(changes, expected):
    with pytest.raises(ValidationError, match=expected):
        Parameters(**changes)


def test_whole_numbers_are_numbers():
    assert Parameters(surface_area=1).surface_area == 1.0
    assert Parameters(connection_params={"g": -5}) == Parameters()


def test_parameters_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Parameters().surface_area = 2.0
    with pytest.raises(ValidationError, match="frozen"):
        Parameters().connection_params.g = -4.0


def test_spikes_are_ordered_and_survive_a_round_trip():
    spikes = {("insula", "V", "E"): 500, ("cuneus", "IV", "I"): 600.5}
    parameters = Parameters(single_spike=spikes)
    expected = (("cuneus", "IV", "I", 600.5), ("insula", "V", "E", 500.0))
    assert parameters.single_spike == expected
    assert Parameters.model_validate_json(parameters.model_dump_json()) == parameters


@pytest.mark.parametrize(
    "spikes", [{"cuneus": 1.0}, {("cuneus", "IV"): 1.0}, {("cuneus", 4, "E"): 1.0, (1, 2, 3): 1.0}]
)
def test_wrong_spikes(spikes):
    with pytest.raises(ValidationError, match="keys must be .area, layer, population."):
        Parameters(single_spike=spikes)


def test_theory_covers_lif_neurons_only():
    assert Parameters().has_theory
    neuron = {k: v for k, v in NEURON.items() if k not in ("V_th", "V_reset")}
    neuron |= {"C_m": 100.0, "omega": -50.0}
    assert not Parameters(neuron_model_I="mat2_psc_exp", neuron_params_I=neuron).has_theory


@pytest.mark.parametrize(
    ("e", "i", "value", "expected"),
    [(1.0, 2.0, 2.5, 5.0), (2.0, 1.4, 3.0, 2.1), (1.0, 0.0, 2.0, 0.0), (0.0, 2.0, 1.5, 3.0)],
)
def test_chi_keeps_its_ratio_to_the_inhibitory_one(e, i, value, expected):
    factors = {"cc_scalingEtoE": e, "cc_scalingEtoI": i}
    changed = SHORT_NAMES["chi"].changes({"scaling_factors_recurrent": factors}, value)
    assert changed == {
        "scaling_factors_recurrent.cc_scalingEtoE": value,
        "scaling_factors_recurrent.cc_scalingEtoI": pytest.approx(expected),
    }


def test_areas_are_those_of_the_volumes(checkout):
    lines = (checkout / "experimental_data/desikan_killiany/volumes.csv").read_text().splitlines()
    assert list(AREAS) == [line.split(",")[0] for line in lines[1:]]
    assert all(resolve(path).exists() for path in COMPARISONS.values())
