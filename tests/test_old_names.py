"""Files of the published codes: what they write is answered with what is written here."""

import json
import re
from pathlib import Path

import pytest

from multiarea.build.pipeline import build_network
from multiarea.experiment.loading import OWN_NAMES
from multiarea.experiment.old_names import KEYS, PAGE, SECTIONS
from multiarea.models import get_model

MACAQUE = "model = 'macaque'\n"
SCRIPT = """
from multiarea_model import MultiAreaModel
M = MultiAreaModel({}, simulation=True)
"""
AT_THE_TOP = """
network_params = {'N_scaling': 0.01, 'K_scaling': 0.01}
conn_params = {'replace_non_simulated_areas': 'het_poisson_stat', 'cc_weights_factor': 1.0}
input_params = {'rate_ext': 10.0}
neuron_params = {'V0_mean': -150.0}
"""


def test_dictionaries_at_the_top_are_answered_with_their_place_all_at_once(problems):
    assert problems(MACAQUE + AT_THE_TOP) == [
        "unknown name 'network_params'. Write net_params.",
        "unknown name 'conn_params'. Write net_params['connection_params'].",
        f"unknown name 'input_params'. It belongs in net_params.{OWN_NAMES}",
        f"unknown name 'neuron_params'. It belongs in net_params.{OWN_NAMES}",
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("sim_params = {'rng_seed': 1}", "Write sim_params.master_seed."),
        ("sim_params = {'dt': 0.1}", "Write sim_params.sim_resolution."),
        ("sim_params = {'num_processes': 1}", "Write sim_params.virtual_processes"),
        ("sim_params = {'areas_simulated': ['V1']}", "It belongs in net_params."),
        (
            "net_params = {'connection_params': {'K_stable': 'K_prime_original.npy'}}",
            "Write net_params.connection_params.K_stable_path, a .csv or .npy file",
        ),
        ("net_params = {'connection_params': {'replace_cc': False}}", "It belongs in net_params."),
        (
            "net_params = {'connection_params': {'av_indegree_V1': 3950.0}}",
            "It belongs in net_params.connectome_params.",
        ),
        ("net_params = {'input_params': {'dc_stimulus': False}}", "It belongs in net_params."),
        ("sim_params = {'num_threads': 4}", "Write sim_params.virtual_processes"),
        ("sim_params = {'theory_params': {'dt': 0.1}}", "Leave it out: the theory finds all"),
    ],
)
def test_keys_are_answered_with_their_new_place(problems, text, answer):
    lines = problems(MACAQUE + text)
    assert any("unknown key. " + answer in line for line in lines)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "{'V0_mean': -150.0, 'V0_sd': 50.0}",
            ["V0_mean: unknown key. It belongs in sim_params.", "V0_sd: unknown key. It belongs"],
        ),
        (
            "{'single_neuron_dict': {'E_L': -65.0}}",
            ["single_neuron_dict: unknown key. Write its entries into net_params.neuron_params"],
        ),
        ("{'single_neuron_dict': {}, 'E_L': 1.0}", ["C_m, tau_m", "single_neuron_dict: unknown"]),
    ],
)
def test_a_block_with_nothing_but_old_keys_is_not_asked_for_new_ones(problems, text, answers):
    lines = problems(f"{MACAQUE}net_params = {{'neuron_params': {text}}}")
    assert len(lines) == len(answers)
    for line, answer in zip(lines, answers, strict=True):
        assert answer in line


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("'dc_stimulus': {('V1', '4', 'E'): 50.0}", "'VI']. Write 'IV'."),
        ("'lesions': {'projections': [{'source': {'layers': '23'}}]}", "Write 'II/III'."),
        (
            "'neuron_types': [{'populations': '23E', 'params': {'t_ref': 1.0}}]",
            "Write 'E', and the layer 'II/III'.",
        ),
    ],
)
def test_populations_of_the_macaque_code_are_answered_with_layer_and_population(
    problems, text, answer
):
    (line,) = problems(f"{MACAQUE}net_params = {{{text}}}")
    assert line.endswith(answer)


def test_files_are_answered_with_what_is_there(problems, tmp_path):
    (tmp_path / "het").mkdir()
    key = "'areas_simulated': ['V1'], 'replace_non_simulated_areas': 'het_current_nonstat', "
    text = f"{MACAQUE}net_params = {{{key}'replace_cc_input_source': '{tmp_path}/het'}}"
    (line,) = problems(text)
    assert "expected a file, or the common start of their names, got the folder" in line
    (tmp_path / "cluster.json").write_text("{}")
    rates = f"net_params = {{'fullscale_rates': '{tmp_path}/fullscale_rates.json'}}"
    (line,) = problems(MACAQUE + rates)
    assert "no such file" in line and "Did you mean" not in line  # only the suffix is alike
    (line,) = problems("sim_params = {'spikes_from': 'recorded/spikes.h5'}")
    assert line.endswith("expected a dictionary: write {'file': 'recorded/spikes.h5'}")


def test_a_key_that_a_model_has_is_not_taken_for_an_old_one(problems):
    (line,) = problems("net_params = {'rho_syn': 1.0}")
    assert line.endswith("unknown key. It belongs in net_params.predictive_connectomic_params.")


def test_a_script_is_answered_with_the_page(problems, checkout):
    (line,) = problems(SCRIPT)
    assert "a script of a published code, which imports 'multiarea_model'; see " + PAGE in line
    assert (checkout / PAGE).is_file()


def test_what_the_answers_name_exists(checkout):
    """Each `section.block.key` of an answer is a parameter of some model."""
    from multiarea.experiment.lookup import blocks_of

    known = set()
    for model in ("human", "macaque", "microcircuit"):
        for key, blocks in blocks_of(get_model(model)).items():
            known |= {f"{block}.{key}" for block in blocks}
    answers = " ".join([*KEYS.values(), *SECTIONS.values()])
    named = set(re.findall(r"(?:net|sim|ana)_params(?:\.[A-Za-z_0-9]+)+", answers))
    assert len(named) > 10
    assert named <= known, named - known


@pytest.fixture
def examples(checkout):
    """The Python examples of the page."""
    return re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text("utf-8"), re.DOTALL)


def test_the_network_of_the_page_has_the_published_arrays(examples):
    names = {}
    exec(examples[0], names)
    assert names["N_vec"].shape == (254,) and names["K_matrix"].shape == (254, 254)
    assert names["K_matrix"].sum() == pytest.approx(1_499_129, rel=1e-4)  # the stabilised matrix


def test_the_down_scaled_example_of_the_page_is_an_experiment_and_reads_published_rates(
    examples, load, tmp_path
):
    (experiment,) = load(examples[1])
    assert experiment.simulation.t_sim == 2000.0 and experiment.model == "macaque"
    network = get_model("macaque").build_network(experiment.network)
    rates: dict[str, dict[str, float]] = {}
    digits = {"II/III": "23", "IV": "4", "V": "5", "VI": "6"}
    for area, layer, population in network.populations.index:
        rates.setdefault(area, {"total": 9.0})[digits[layer] + population] = 2.0
    (tmp_path / "fullscale_rates.json").write_text(json.dumps(rates))
    published = examples[1].replace("# ", "").replace("tests/fullscale", f"{tmp_path}/fullscale")
    (experiment,) = load(published)
    small = build_network(experiment.model, experiment.network)
    assert small.n_neurons.sum() == pytest.approx(0.01 * network.n_neurons.sum(), rel=0.01)
    assert (small.populations["i_dc"] != 0).any()


def test_the_page_names_only_files_and_commands_that_exist(checkout):
    from multiarea.cli.parser import build_parser

    text = (checkout / PAGE).read_text("utf-8")
    paths = re.findall(r"(?<!misc/)experiments/[\w/.]+?\.(?:py|json)", text)
    assert len(paths) >= 8
    for path in paths:
        assert Path(checkout, path).exists(), path
    verbs = next(a.choices for a in build_parser()._actions if a.choices)
    assert set(re.findall(r"python -m multiarea ([a-z_-]+)", text)) <= set(verbs)
