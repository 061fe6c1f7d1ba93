"""A key at a wrong place: the message names the block in which it belongs."""

import pytest

PLACES = {
    # The place in HuMAM and in the published macaque code, and near misses of it.
    "sim_params = {'areas_simulated': ['V1']}": (
        "sim_params.areas_simulated: unknown key. It belongs in net_params."
    ),
    "sim_params = {'areas_simulatd': ['V1']}": (
        "sim_params.areas_simulatd: unknown key. Did you mean 'areas_simulated'? "
        "It belongs in net_params."
    ),
    "net_params = {'PSP_e': 0.2}": (
        "net_params.PSP_e: unknown key. It belongs in net_params.connection_params."
    ),
    "net_params = {'t_sim': 10.0}": "net_params.t_sim: unknown key. It belongs in sim_params.",
    "net_params = {'connection_params': {'eta_ext': 1.0}}": (
        "net_params.connection_params.eta_ext: unknown key. It belongs in net_params.input_params."
    ),
    "sim_params = {'cv': {}}": "sim_params.cv: unknown key. It belongs in ana_params.",
    "model = 'macaque'\nnet_params = {'neuron_params': {'E_L': -65.0, 'V_th': -50.0, 'V_reset': "
    "-65.0, 'C_m': 250.0, 'tau_m': 10.0, 'tau_syn_ex': 0.5, 'tau_syn_in': 0.5, 't_ref': 2.0, "
    "'V0_mean': -58.0}}": (
        "net_params.neuron_params.V0_mean: unknown key. It belongs in sim_params."
    ),
    # A key that only another model has.
    "net_params = {'fac_nu_ext_5E': 1.2}": (
        "net_params.fac_nu_ext_5E: unknown key. In the model 'macaque' it belongs in "
        "net_params.connection_params."
    ),
    "model = 'microcircuit'\nnet_params = {'surface_area': 1.0}": (
        "net_params.surface_area: unknown key. In the model 'human' it belongs in net_params."
    ),
    # Where a name of the same block is meant, that is what the message says.
    "net_params = {'connection_params': {'G': -4.0}}": (
        "net_params.connection_params.G: unknown key. Did you mean 'g'? Valid keys: g, PSP_e, "
        "PSP_ext, PSP_rel, weight_distribution, p_transmit"
    ),
    "net_params = {'conn_params': {}}": (
        "net_params.conn_params: unknown key. Did you mean 'connection_params'? Valid keys: "
    ),
    "net_params = {'neuron_params': {}}": (
        "net_params.neuron_params: unknown key. Did you mean 'neuron_params_I'? Valid keys: "
    ),
    "ana_params = {'cv': {'tmin': 3.0}}": (
        "ana_params.cv.tmin: unknown key. It is a key of ana_params.correlation_coefficient, "
        "ana_params.compute_louvain, ana_params.plotConnectivities and ana_params.plotBOLD. "
        "Valid keys: t_start, t_stop, min_spikes"
    ),
    "net_params = {'xyzzy': 1}": "net_params.xyzzy: unknown key. Valid keys: ",
    # A word of the name.
    "sim_params = {'seed': 1}": (
        "sim_params.seed: unknown key. Did you mean 'master_seed'? Valid keys: "
    ),
    # What stands in config.yaml, or in the file itself.
    "net_params = {'experimental_data': {'model': 'human'}}": (
        "net_params.experimental_data: unknown key. It belongs in config.yaml."
    ),
    "ana_params = {'figures': ['all']}": (
        "ana_params.figures: unknown key. It belongs in config.yaml."
    ),
    "net_params = {'fmri_timeseries': 'bold.npy'}": (
        "net_params.fmri_timeseries: unknown key. It belongs in experimental_data of config.yaml."
    ),
    "net_params = {'model': 'macaque'}": (
        "net_params.model: unknown key. It belongs in the file itself, outside of the "
        "dictionaries: model = 'macaque'."
    ),
    "net_params = {}\nt_sim = 2000.0": "unknown name 't_sim'. It belongs in sim_params. (Begin",
    "net_params = {}\nexperimental_data = {'model': 'human'}": (
        "unknown name 'experimental_data'. It belongs in config.yaml. (Begin"
    ),
}


@pytest.mark.parametrize("text", PLACES)
def test_where_a_key_belongs(problems, text):
    (line,) = problems(text)
    assert line.startswith(PLACES[text])


def test_all_at_once(problems):
    text = "net_params = {'t_sim': 1.0}\nsim_params = {'g': -4.0}\nana_params = {'N_scaling': 1.0}"
    assert problems(text) == [
        "net_params.t_sim: unknown key. It belongs in sim_params.",
        "sim_params.g: unknown key. It belongs in net_params.connection_params.",
        "ana_params.N_scaling: unknown key. It belongs in net_params.",
    ]


def test_keys_of_a_block_that_may_be_none(problems, load):
    (line,) = problems("model = 'microcircuit'\nnet_params = {'duration': 5.0}")
    assert line == "net_params.duration: unknown key. It belongs in net_params.thalamic_input."
    pulses = "net_params = {'thalamic_input': {'times': [700.0]}}"
    found = load(f"model = 'microcircuit'\n{pulses}\nsweep = {{'duration': [5.0, 20.0]}}")
    assert [one.network.thalamic_input.duration for one in found] == [5.0, 20.0]


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ("V1", "unknown area 'V1'. The model 'macaque' has area 'V1'."),
        ("cuneuss", "unknown area 'cuneuss'. Did you mean 'cuneus'?"),
        ("xyzzy", "unknown area 'xyzzy'. Valid names: bankssts, caudalanteriorcingulate, "),
    ],
)
def test_areas(problems, areas, expected):
    (line,) = problems(f"sim_params = {{'areas_recorded': ['{areas}']}}")
    assert line.startswith(f"sim_params.areas_recorded: {expected}")
