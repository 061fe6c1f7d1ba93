"""Every kind of mistake gives one message: key path, what was expected, nearest valid name."""

import math
import string
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multiarea.errors import InputError, did_you_mean, nearest_name
from multiarea.experiment.experiment import Experiment
from multiarea.experiment.loading import load_experiments
from multiarea.experiment.validation import plain, validate
from multiarea.models import human
from multiarea.parameters import AnalysisParameters, Block, SimulationParameters

NEURON = "{'E_L': -70., 'V_th': -45., 'V_reset': -70., 'C_m': 220., 'tau_m': 10., 't_ref': 2., "
NEURON += "'tau_syn_ex': 2., 'tau_syn_in': 2.}"

#: Content of a file -> its only message.
MISTAKES = {
    # unknown keys
    "net_params = {'N_scalling': 0.1}": (
        "net_params.N_scalling: unknown key. Did you mean 'N_scaling'?"
    ),
    "net_params = {'connection_param': {}}": (
        "net_params.connection_param: unknown key. Did you mean"
    ),
    "net_params = {'delay_params': {'speed': 3.5}}": "net_params.delay_params.speed: unknown key.",
    "net_params = {1: 2}": "net_params[1]: expected a text as key, got 1 (int)",
    # types
    "net_params = None": "net_params: expected a dictionary, got None (NoneType)",
    "sim_params = [1]": "sim_params: expected a dictionary, got [1] (list)",
    "net_params = {'connection_params': 3}": (
        "net_params.connection_params: expected a dictionary, got 3"
    ),
    "net_params = {'N_scaling': '0.005'}": (
        "net_params.N_scaling: expected a number, got '0.005' (str)"
    ),
    "net_params = {'surface_area': [1.0, 2.0]}": (
        "net_params.surface_area: expected a number, got [1.0, 2.0] (list). Several values are a "
        "sweep: sweep = {...}"
    ),
    "net_params = {'surface_area': True}": (
        "net_params.surface_area: expected a number, got True (bool)"
    ),
    "net_params = {'surface_area': 10**400}": (
        "net_params.surface_area: expected a number, got 1000"
    ),
    "net_params = {'surface_area': print}": (
        "net_params.surface_area: expected a number, got <built-in"
    ),
    "sim_params = {'master_seed': 5.5}": (
        "sim_params.master_seed: expected an integer, got 5.5 (float)"
    ),
    "sim_params = {'print_time': 'yes'}": (
        "sim_params.print_time: expected True or False, got 'yes'"
    ),
    "sim_params = {'rec_dev': 'spike_recorder'}": (
        "sim_params.rec_dev: expected a list, got 'spike_"
    ),
    "ana_params = {'mplstyles': [1]}": "ana_params.mplstyles[0]: expected a text, got 1 (int)",
    "import numpy\nnet_params = {'surface_area': numpy.sin}": (
        "net_params.surface_area: expected a number"
    ),
    "net_params = {}\nnet_params['a'] = net_params": "net_params: the data are nested too deeply",
    # values
    "net_params = {'N_scaling': 2.0}": (
        "net_params.N_scaling: expected a value <= 1, got 2.0 (float)"
    ),
    "net_params = {'N_scaling': -0.005}": "net_params.N_scaling: expected a value > 0, got -0.005",
    "net_params = {'surface_area': float('nan')}": (
        "net_params.surface_area: expected a finite number"
    ),
    "net_params = {'surface_area': float('inf')}": (
        "net_params.surface_area: expected a finite number"
    ),
    "net_params = {'scaling_type': 'quadratic'}": (
        "net_params.scaling_type: expected 'linear' or 'sqrt', got 'quadratic' (str)."
    ),
    "net_params = {'scaling_type': 'Sqrt'}": (
        "net_params.scaling_type: expected 'linear' or 'sqrt', got 'Sqrt' (str). "
        "Did you mean 'sqrt'?"
    ),
    "sim_params = {'rec_dev': ['spike_recorder', 'spike_detector']}": (
        "sim_params.rec_dev[1]: expected 'spike_recorder' or 'voltmeter', got "
        "'spike_detector' (str). "
        "Did you mean 'spike_recorder'?"
    ),
    "sim_params = {'rec_dev': ['voltmeter']}": (
        "sim_params: 'rec_dev' must contain 'spike_recorder'"
    ),
    "sim_params = {'t_sim': 20.05}": (
        "sim_params: 't_sim' = 20.05 ms must be a multiple of sim_resol"
    ),
    "net_params = {'predictive_connectomic_params': {'SLN_FB': 0.8}}": (
        "net_params.predictive_connectomic_params: SLN_FB = 0.8 must not exceed SLN_FF = 0.65"
    ),
    "ana_params = {'cv': {'t_start': 600., 't_stop': 550.}}": (
        "ana_params.cv: t_stop = 550.0 must be"
    ),
    # neurons
    "net_params = {'neuron_model_E': 'iaf_psc_alpha'}": (
        "net_params: neuron_params_E: expected the parameters of iaf_psc_alpha, with NEST's names; "
        "the default block is that of iaf_psc_exp."
    ),
    "net_params = {'neuron_model_E': 'mat2_psc_exp'}": (
        "net_params: neuron_params_E: mat2_psc_exp needs 'omega'"
    ),
    f"net_params = {{'neuron_params_I': {NEURON} | {{'V_th': -75.}}}}": (
        "net_params: neuron_params_I: the threshold must lie above E_L"
    ),
    # names of the model
    "net_params = {'single_spike': {('cuneuss', 'IV', 'E'): 600.}}": (
        "net_params.single_spike: ('cuneuss', 'IV', 'E'): unknown area 'cuneuss'. "
        "Did you mean 'cuneus'?"
    ),
    "net_params = {'single_spike': {('cuneus', 'II', 'E'): 600.}}": (
        "net_params.single_spike: ('cuneus', 'II', 'E'): unknown layer 'II'; expected one of "
        "['II/III', 'IV', 'V', 'VI']. Did you mean"
    ),
    "net_params = {'single_spike': {('cuneus', 'IV', 'X'): 600.}}": (
        "net_params.single_spike: ('cuneus', 'IV', 'X'): unknown population 'X'; expected one of"
    ),
    "net_params = {'single_spike': {'cuneus': 600.}}": (
        "net_params.single_spike: keys must be (area, layer, population), not 'cuneus'"
    ),
    "net_params = {'single_spike': {('a', 'b', 'E'): 1., (1, 'b', 'E'): 1.}}": (
        "net_params.single_spike: keys must be (area, layer, population), not (1, 'b', 'E')"
    ),
    "net_params = {'single_spike': {('cuneus', 'IV', 'E'): 'soon'}}": (
        "net_params.single_spike[0][3]: expected a number, got 'soon' (str)"
    ),
    "net_params = {'single_spike': {('cuneus', 'IV', 'E'): 1000}}": (
        "net_params.single_spike: ('cuneus', 'IV', 'E'): time 1000.0 ms lies beyond sim_params"
    ),
    "net_params = {'single_spike': {('cuneus', 'IV', 'E'): 600.03}}": (
        "net_params.single_spike: ('cuneus', 'IV', 'E'): time 600.03 ms must be a multiple of"
    ),
    "ana_params = {'plotRasterArea': {'areas': ['insula', 'V1']}}": (
        "ana_params.plotRasterArea.areas: unknown area 'V1'."
    ),
    # files
    "net_params = {'cytoarchitecture_params': {'ei_ratio_path': 'experiments/downscald.py'}}": (
        "net_params.cytoarchitecture_params.ei_ratio_path: no such file "
        "'experiments/downscald.py' (str). Did you mean 'downscaled_base.py'?"
    ),
    "net_params = {'fullscale_rates': 'x' * 5000}": "net_params.fullscale_rates: no such file 'xxx",
    "net_params = {'fullscale_rates': 'a\\0b'}": (
        "net_params.fullscale_rates: no such file 'a\\x00b'"
    ),
    "net_params = {'fullscale_rates': ''}": "net_params.fullscale_rates: no such file '' (str)",
    "net_params = {'fullscale_rates': 'src'}": (
        "net_params.fullscale_rates: expected a file, got the folder 'src'"
    ),
    # windows of time
    "ana_params = {'cv': {'t_start': 1000.}}": (
        "ana_params.cv.t_start = 1000 ms lies beyond the end of the simulation, sim_params.t_sim = "
        "1000 ms"
    ),
    "ana_params = {'lvr': {'t_stop': 1000.1}}": (
        "ana_params.lvr.t_stop = 1000.1 ms lies beyond the end"
    ),
    "ana_params = {'compute_louvain': {'tmin': 2e4}}": "ana_params.compute_louvain.tmin = 20000 ms",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_one_message(problems, text):
    (line,) = problems(text)
    assert line.startswith(MISTAKES[text])


def test_half_a_block_of_neurons(problems):
    lines = problems("net_params = {'neuron_params_E': {'C_m': 250.0, 'V_tj': -50.0}}")
    assert lines[0] == (
        "net_params.neuron_params_E: E_L, tau_m, tau_syn_ex, tau_syn_in, t_ref, V_th, V_reset are "
        "missing; this block replaces the default block as a whole"
    )
    assert len(lines) == 2 and "net_params.neuron_params_E.V_tj: unknown key." in lines[-1]


def test_a_block_of_neurons_without_threshold(problems):
    given = NEURON.replace("'V_th': -45., 'V_reset': -70., ", "")
    (line,) = problems(f"net_params = {{'neuron_params_I': {given}}}")
    assert line == "net_params: neuron_params_I: iaf_psc_exp needs 'V_th', 'V_reset'"


def test_unknown_key_of_a_block_that_may_be_none(problems):
    text = "net_params = {'thalamic_input': {'times': [700.0], 'duraton': 5.0}}"
    (line,) = problems(f"model = 'microcircuit'; {text}")
    start = "net_params.thalamic_input.duraton: unknown key. Did you mean 'duration'? Valid keys: "
    assert line == start + "times, duration, rate, n_neurons, PSP, delay, delay_rel"


def test_unreadable_folder(problems, monkeypatch):
    """A folder that may be entered but not listed gives no names to compare with."""

    def forbidden(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", forbidden)
    (line,) = problems("net_params = {'fullscale_rates': 'nothing.csv'}")
    assert line == "net_params.fullscale_rates: no such file 'nothing.csv' (str)."


def test_windows_follow_a_short_run(load):
    note = (
        "one.py: windows that ana_params does not set begin at 250 ms instead of 500 ms, because "
        "sim_params.t_sim is 500 ms"
    )
    with pytest.warns(UserWarning, match=note) as caught:
        (one,) = load("sim_params = {'t_sim': 500.0}\nana_params = {'cv': {'t_start': 100.0}}")
    assert len(caught) == 1
    assert one.analysis.cv.t_start == 100.0
    starts = {(name, time) for name, _, time in one.analysis.window_starts()}
    assert len(starts) == 8 and {time for name, time in starts if name != "cv"} == {250.0}
    assert one.analysis.plotBOLD.tmin == 250.0


def test_a_window_that_is_hardly_one_is_told(load):
    with pytest.warns(UserWarning, match=r"one\.py: the analysis has only the last 5 of 505 ms"):
        load("sim_params = {'t_sim': 505.0}")


@pytest.mark.parametrize(
    ("sim_params", "start"),
    [
        ("{'t_sim': 501.0}", 500.0),
        ("{'t_sim': 300.0, 'rec_start': 200.0}", 200.0),
        ("{'t_sim': 2500.0, 'rec_start': 1000.0}", 1000.0),
        ("{'t_sim': 2500.0, 'rec_start': 100.0}", 500.0),
        ("{'t_sim': 25.5}", 12.0),
        ("{'t_sim': 1.0}", 0.0),
    ],
)
@pytest.mark.filterwarnings("ignore:.*windows that ana_params does not set")
def test_where_windows_begin(load, sim_params, start):
    (one,) = load(f"sim_params = {sim_params}")
    assert {time for _, _, time in one.analysis.window_starts()} == {start}


def test_windows_of_a_long_run_are_the_defaults(load, recwarn):
    (one,) = load("sim_params = {'t_sim': 600.0}")
    assert one.analysis == AnalysisParameters() and not recwarn


def test_windows_that_are_set_must_fit(problems):
    lines = problems("sim_params = {'t_sim': 500.0}\nana_params = {'cv': {'t_start': 600.0}}")
    assert lines == [
        "ana_params.cv.t_start = 600 ms lies beyond the end of the simulation, sim_params.t_sim = "
        "500 ms"
    ]


def test_theory_for_other_neurons(problems, load):
    neuron = NEURON.replace("'V_th': -45., 'V_reset': -70.", "'omega': -50.")
    text = f"net_params = {{'neuron_model_E': 'mat2_psc_exp', 'neuron_params_E': {neuron}, "
    (line,) = problems(text + "'K_scaling': 0.5, 'scaling_type': 'sqrt'}")
    assert line.startswith("net_params.fullscale_rates: expected a table of rates")
    assert load(text + "'K_scaling': 0.5}")
    rates = "simulated_data/base_theory_rates.csv"
    assert load(text + f"'K_scaling': 0.5, 'scaling_type': 'sqrt', 'fullscale_rates': '{rates}'}}")


def test_long_values_are_cut(problems):
    (line,) = problems("net_params = {'N_scaling': 'a' * 100000}")
    assert len(line) < 150


def test_nearest_name():
    assert nearest_name("n_scaling", ["K_scaling", "N_scaling"]) == "N_scaling"
    assert nearest_name("xyz", ["K_scaling"]) is None
    assert (
        did_you_mean("chii", ["chi", "g"]) == " Did you mean 'chi'?" and did_you_mean("q", []) == ""
    )


def test_plain():
    content = {"a": np.float64(1.5), "b": [np.int64(2), (np.bool_(True),)], "c": np.arange(2)}
    assert plain(content) == {"a": 1.5, "b": [2, (True,)], "c": [0, 1]}
    assert type(plain(content)["a"]) is float and type(plain(content)["b"][0]) is int
    assert plain(np.longdouble(1)) == 1 and plain(np.sin) is np.sin


# -------------------------------------------------------------------------------- properties


def keys_of(kind: type[Block]) -> list[str]:
    found = []
    for name, field in kind.model_fields.items():
        found.append(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Block):
            found += keys_of(field.annotation)
    return found


SECTIONS = {
    "net_params": human.Parameters,
    "sim_params": SimulationParameters,
    "ana_params": AnalysisParameters,
}
KEYS = sorted({key for kind in SECTIONS.values() for key in keys_of(kind)})
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.complex_numbers(),
    st.sampled_from(["sqrt", "voltmeter", "cuneus", "lognormal", "/", "..", "out", "a\0b"]),
    st.tuples(st.text(max_size=5), st.integers()),
)
NAMES = st.one_of(st.sampled_from(KEYS), st.text(max_size=10), st.integers(), st.none())
NESTED = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, max_size=4),
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=12,
)
COMMON = settings(
    deadline=None,
    max_examples=150,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def shaped(kind: type[Block]):
    """Dictionaries with the right keys and any values."""
    entries = {}
    for name, field in kind.model_fields.items():
        inner = field.annotation
        is_block = isinstance(inner, type) and issubclass(inner, Block)
        entries[name] = st.one_of(VALUES, shaped(inner), NESTED) if is_block else VALUES
    return st.fixed_dictionaries({}, optional=entries)


@pytest.mark.parametrize("kind", SECTIONS.values())
@given(data=st.data())
@COMMON
def test_anything_is_valid_or_an_input_error(kind, data):
    content = data.draw(st.one_of(NESTED, shaped(kind)))
    try:
        block = validate(kind, plain(content))
    except InputError as error:
        assert str(error)
        return
    assert kind.model_validate_json(block.model_dump_json()) == block


@given(net=shaped(human.Parameters), sim=NESTED, ana=NESTED, sweep=st.one_of(st.none(), NESTED))
@COMMON
def test_any_file_is_an_experiment_or_an_input_error(tmp_path, net, sim, ana, sweep):
    path = tmp_path / "any.py"
    sections = {"net_params": net, "sim_params": sim, "ana_params": ana, "sweep": sweep}
    lines = [f"{name} = {content!r}\n" for name, content in sections.items()]
    path.write_text("nan, inf = float('nan'), float('inf')\n" + "".join(lines), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = load_experiments([path])
        except InputError as error:
            assert all(line.startswith(str(path)) for line in str(error).splitlines())
            return
    assert found and all(isinstance(experiment, Experiment) for experiment in found)
    for experiment in found:
        assert len(experiment.network_hash) == 32 and is_harmless(experiment.analysis_folder)


def is_harmless(folder):
    return all(set(part) <= set(string.hexdigits) for part in folder.parts)


@given(
    values=st.fixed_dictionaries(
        {
            "connection_params": st.fixed_dictionaries(
                {
                    "g": st.floats(-100, 0),
                    "PSP_e": st.floats(1e-6, 10),
                    "p_transmit": st.floats(1e-6, 1),
                }
            ),
            "N_scaling": st.floats(1e-6, 1),
            "surface_area": st.one_of(st.integers(1, 100), st.floats(1e-3, 100)),
            "single_spike": st.dictionaries(
                st.tuples(
                    st.sampled_from(human.AREAS),
                    st.sampled_from(human.LAYERS),
                    st.sampled_from(human.POPULATIONS),
                ),
                st.floats(0.1, 999),
                max_size=3,
            ),
        }
    )
)
@COMMON
def test_valid_values_come_back(values):
    block = validate(human.Parameters, plain(values))
    assert math.isclose(block.connection_params.g, values["connection_params"]["g"])
    assert block.surface_area == values["surface_area"]
    assert {entry[:3]: entry[3] for entry in block.single_spike} == values["single_spike"]
    assert human.Parameters.model_validate_json(block.model_dump_json()) == block


@given(text=st.text(max_size=30))
@COMMON
def test_hostile_texts_stay_texts(tmp_path, text):
    """A text in a sweep becomes a harmless part of a name, whatever it is."""
    path = tmp_path / "any.py"
    path.write_text(f"sweep = {{'scaling_type': [{text!r}]}}", "utf-8")
    try:
        found = load_experiments([path])
    except InputError as error:
        assert text in ("linear", "sqrt") or len(str(error).splitlines()) == 1
        return
    assert [e.name for e in found] == [f"any@scaling_type={text}"]
