"""Specification, sections 3.7 and 4: totals, weights, delays, input."""

import csv
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
import xlwt
from scipy.io import savemat

from multiarea.data.von_economo_koskinas import WORKBOOK_COLUMNS
from multiarea.errors import InputError
from multiarea.models.human import AREAS, Parameters, build_network, source_files
from multiarea.network.network import MATRICES, Network, load_network, save_network
from multiarea.network.stimuli import SpikeInput
from multiarea.network.synapses import psc_over_psp

#: eps^(-1/(1 - eps)) for tau_syn = 2 ms, tau_m = 10 ms: 0.2^-1.25.
PEAK = 0.2**-1.25
NEURON = {"E_L": -70.0, "V_th": -45.0, "V_reset": -70.0, "C_m": 220.0, "tau_m": 10.0}
NEURON |= {"tau_syn_ex": 2.0, "tau_syn_in": 2.0, "t_ref": 2.0}


def build(**changes) -> Network:
    return build_network(Parameters(**changes))


def entry(network, matrix, target, source):
    labels = network.labels
    return getattr(network, matrix)[labels.index(target), labels.index(source)]


# --------------------------------------------------------------------------------- 3.7 totals


def test_totals(human_network):
    synapses, between = human_network.synapses, human_network.is_between_areas
    assert len(human_network) == 254
    assert np.count_nonzero(synapses) == 8394
    assert abs(human_network.n_neurons.sum() - 3_468_839) <= 8
    assert synapses[between].sum() == pytest.approx(8_512_503_987, rel=1e-8)
    assert synapses[~between].sum() == pytest.approx(34_265_571_151, rel=2e-6)
    assert synapses.sum() == pytest.approx(42_778_075_138, rel=2e-6)
    external = human_network.populations["n_synapses_external"].sum()
    # The published integral misses the converged one by 41 093 synapses.
    assert external == pytest.approx(18_025_524_840, rel=2.3e-6)
    assert 42_778_075_138 - synapses.sum() == pytest.approx(41_093, abs=20)
    assert external - 18_025_524_840 == pytest.approx(41_093, abs=20)


def test_published_summary(human_network):
    n = human_network.n_neurons
    assert n[
        human_network.populations.index.get_level_values("population") == "E"
    ].sum() / n.sum() == pytest.approx(0.746, abs=5e-4)
    assert human_network.synapses.sum() / n.sum() == pytest.approx(12_332, abs=1)
    pairs = human_network.between_areas(human_network.synapses)
    assert list(pairs.index) == list(AREAS)
    linked = (pairs.to_numpy() > 0) & ~np.eye(34, dtype=bool)
    assert linked.sum() == 336
    first = [human_network.area_of.tolist().index(area) for area in AREAS]
    delays = human_network.delay[np.ix_(first, first)][linked]
    assert [delays.mean(), np.median(delays)] == pytest.approx([13.6, 11.8], abs=0.05)
    assert [delays.min(), delays.max()] == pytest.approx([2.43, 38.3], abs=0.05)


def test_order_is_area_layer_population(human_network):
    assert human_network.labels[:3] == ["bankssts|II/III|E", "bankssts|II/III|I", "bankssts|IV|E"]
    keys = [
        (AREAS.index(a), "II/III IV V VI".split().index(v), p)
        for a, v, p in human_network.populations.index
    ]
    assert keys == sorted(keys)


def test_local_and_external_synapses_of_bankssts_by_hand(human_network):
    """0.86 x 6.6e8 x 2.84 mm, 0.65528 of it from the column, by pair of populations."""
    n_local = 0.86 * 6.6e8 * 2.84
    n = np.array([39130, 21070, 17380, 4620, 20280, 5720, 14534, 2366])
    here = human_network.area_of == "bankssts"
    local = human_network.synapses[np.ix_(here, here)]
    external = human_network.populations["n_synapses_external"].to_numpy()[here]
    assert human_network.n_neurons[here].tolist() == n.tolist()
    assert local.sum() == pytest.approx(0.65528 * n_local, rel=2e-5)
    assert local.sum() + external.sum() == pytest.approx(n_local, abs=36)
    weight = n * [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
    assert external == pytest.approx(external.sum() * weight / weight.sum(), abs=4)
    # Two entries against each other: C_PD 0.1346 and 0.1009; ln(1 - C) per pair of neurons.
    ratio = np.log(1 - 0.1346) / np.log(1 - 0.1009) * 21070 / 39130
    assert local[1, 0] / local[0, 0] == pytest.approx(ratio, rel=1e-7)
    assert local[0, 5] == 0


def test_consistent_units():
    connectome = {"geometry": "consistent_units"}
    network = build(predictive_connectomic_params=connectome)
    assert network.synapses.sum() == pytest.approx(40.081e9, rel=1e-4)
    external = network.populations["n_synapses_external"].sum()
    assert external == pytest.approx(1.15 * 18.0255e9, rel=1e-3)
    assert network.synapses[network.is_between_areas].sum() == 8_512_503_987


def test_all_synapses_within_areas():
    network = build(predictive_connectomic_params={"FLN": 1.0})
    assert network.synapses[network.is_between_areas].sum() == 0


# ------------------------------------------------------------------------------- 4 weights


def test_psc_formula():
    assert psc_over_psp(220.0, 10.0, 2.0) == pytest.approx(22 * 7.476744, rel=1e-7)
    # The microcircuit: 0.15 mV is 87.808494 pA.
    assert 0.15 * psc_over_psp(250.0, 10.0, 0.5) == pytest.approx(87.808494, rel=1e-8)
    # Its limit for equal time constants, from both sides.
    assert psc_over_psp(100.0, 10.0, 10.0) == pytest.approx(10 * np.e)
    assert psc_over_psp(100.0, 10.0, [10 * (1 - 1e-7), 10 * (1 + 1e-7)]) == pytest.approx(
        10 * np.e, rel=1e-6
    )


@pytest.mark.parametrize(("tau_m", "tau_syn"), [(10.0, 2.0), (10.0, 0.5), (5.0, 8.0)])
def test_psc_gives_the_peak_of_the_potential(tau_m, tau_syn):
    """The maximum over time of the membrane's response to an exponential current is 1 mV."""
    current, C_m = psc_over_psp(220.0, tau_m, tau_syn), 220.0
    t = np.linspace(0, 60, 600_001)
    rise = tau_m * tau_syn / (tau_m - tau_syn) * (np.exp(-t / tau_m) - np.exp(-t / tau_syn))
    assert (current / C_m * rise).max() == pytest.approx(1, abs=1e-8)


def test_weights_by_hand(human_network):
    to_e, to_i = 22 * 0.1 * PEAK, 10 * 0.1 * PEAK
    a, b = "bankssts", "fusiform"
    for target, source, expected in [
        (f"{a}|II/III|E", f"{a}|II/III|E", to_e),
        (f"{a}|II/III|I", f"{a}|II/III|E", to_i),
        (f"{a}|II/III|E", f"{a}|II/III|I", -5 * to_e),
        (f"{a}|V|I", f"{a}|VI|I", -5 * to_i),
        (f"{a}|II/III|E", f"{a}|IV|E", 2 * to_e),
        (f"{a}|II/III|I", f"{a}|IV|E", to_i),
        (f"{a}|IV|E", f"{b}|II/III|E", to_e),
        (f"{a}|II/III|E", f"{b}|IV|E", to_e),
        (f"{a}|IV|I", f"{b}|VI|E", 2 * to_i),
    ]:
        assert entry(human_network, "weight", target, source) == pytest.approx(expected)
    assert human_network.weight_sd == pytest.approx(0.1 * np.abs(human_network.weight))


def test_inhibition_has_its_own_time_constant():
    neuron = NEURON | {"tau_syn_in": 4.0}
    network = build(neuron_params_E=neuron, connection_params={"g": -3.0, "PSP_e": 0.2})
    weight = entry(network, "weight", "cuneus|V|E", "cuneus|V|I")
    assert weight == pytest.approx(-3 * 0.2 * 22 * 0.4 ** (-1 / 0.6))
    assert entry(network, "weight", "cuneus|V|E", "cuneus|V|E") == pytest.approx(0.2 * 22 * PEAK)


PATHWAYS = {
    "local_scaling4Eto23E": lambda within, t, s: within and (t, s) == ("II/III E", "IV E"),
    "local_scaling5EtoI": lambda within, t, s: within and s == "V E" and t.endswith("I"),
    "local_scalingEtoI": lambda within, t, s: within and s.endswith("E") and t.endswith("I"),
    "cc_scalingEtoE": lambda within, t, s: not within and s.endswith("E") and t.endswith("E"),
    "cc_scalingEtoI": lambda within, t, s: not within and s.endswith("E") and t.endswith("I"),
}


@pytest.mark.parametrize("name", PATHWAYS)
def test_each_factor_alone(name):
    """3 on one pathway, 1 elsewhere: exactly its weights are tripled."""
    plain = dict.fromkeys(PATHWAYS, 1.0)
    ones, one = (
        build(scaling_factors_recurrent=plain),
        build(scaling_factors_recurrent=plain | {name: 3.0}),
    )
    keys = [(area, f"{layer} {kind}") for area, layer, kind in ones.populations.index]
    expected = [[PATHWAYS[name](a == b, t, s) for b, s in keys] for a, t in keys]
    assert one.weight / ones.weight == pytest.approx(np.where(expected, 3.0, 1.0))
    assert np.isclose(one.weight_sd, 0.1 * np.abs(one.weight)).all()


def test_factors_multiply():
    network = build(scaling_factors_recurrent={"local_scaling5EtoI": 3.0, "local_scalingEtoI": 5.0})
    assert entry(network, "weight", "insula|V|I", "insula|V|E") == pytest.approx(15 * PEAK)


# ---------------------------------------------------------------------------------- 4 delays


def test_delays_by_hand(human_network, checkout):
    assert entry(human_network, "delay", "cuneus|V|E", "cuneus|IV|E") == 1.5
    assert entry(human_network, "delay", "cuneus|V|E", "cuneus|IV|I") == 0.75
    table = checkout / "experimental_data/hcp_dti/fiber_length_mm_right.csv"
    length = pd.read_csv(table, index_col=0).at["bankssts", "fusiform"]
    delay = entry(human_network, "delay", "bankssts|V|E", "fusiform|VI|E")
    assert delay == pytest.approx(28.701123065356146 / 3.5) == pytest.approx(length / 3.5)
    assert human_network.delay_sd == pytest.approx(0.5 * human_network.delay)
    assert human_network.rules.delay_distribution == "lognormal_clipped"


def test_delay_parameters():
    delays = {"delay_e": 2.0, "delay_i": 1.0, "delay_rel": 0.2, "interarea_speed": 7.0}
    network = build(delay_params=delays | {"distribution": "normal_clipped"})
    assert entry(network, "delay", "cuneus|V|I", "cuneus|IV|E") == 2
    assert entry(network, "delay", "cuneus|V|I", "cuneus|IV|I") == 1
    assert entry(network, "delay", "bankssts|V|E", "fusiform|V|E") == pytest.approx(4.1001604)
    assert network.delay_sd == pytest.approx(0.2 * network.delay)
    assert network.rules.delay_distribution == "normal_clipped"


# --------------------------------------------------------------------------- 4 external input


def test_external_rate_by_hand(human_network):
    row = human_network.populations.loc["bankssts", "II/III", "E"]
    indegree = row["n_synapses_external"] / 39130
    assert row["weight_ext"] == pytest.approx(2.2 * PEAK)
    assert row["rate_ext"] == pytest.approx(
        1e3 * 1.1 * 25 * 220 / (10 * 2 * indegree * 2.2 * PEAK), rel=1e-12
    )
    assert row["rate_ext"] == pytest.approx(4.92366, abs=1e-5)


@pytest.mark.parametrize("eta", [1.1, 0.9, 0.0])
def test_external_input_is_eta_times_the_threshold(eta):
    factors = {"scaling5E": 1.05, "scaling6E": 1.15}
    network = build(input_params={"eta_ext": eta}, scaling_factors_external=factors)
    table = network.populations
    drive = table["rate_ext"] * 1e-3 * network.indegree_external * table["weight_ext"]
    mean = drive * table["tau_syn_ex"] * table["tau_m"] / table["C_m"]
    layer, kind = (table.index.get_level_values(level) for level in ("layer", "population"))
    factor = np.where((layer == "V") & (kind == "E"), 1.05, 1.0)
    factor = np.where((layer == "VI") & (kind == "E"), 1.15, factor)
    assert mean.to_numpy() == pytest.approx(eta * 25 * factor, rel=1e-12)


def test_external_weights():
    network = build(connection_params={"PSP_ext": 0.2}, scaling_factors_external={"scaling5E": 3.0})
    weight = network.populations["weight_ext"].loc["cuneus"]
    assert weight["IV", "E"] == pytest.approx(4.4 * PEAK)
    assert weight["V", "E"] == pytest.approx(13.2 * PEAK)
    assert weight["VI", "E"] == pytest.approx(1.15 * 4.4 * PEAK)
    assert weight["V", "I"] == pytest.approx(2.0 * PEAK)
    spread = network.populations["weight_ext_sd"] / network.populations["weight_ext"]
    assert spread.to_numpy() == pytest.approx(0.1)
    network = build(connection_params={"PSP_rel": 0.0})
    assert (network.populations["weight_ext_sd"] == 0).all()


def test_single_spike():
    target, other = ("pericalcarine", "V", "E"), ("cuneus", "IV", "I")
    network = build(single_spike={target: 2500.0, other: 3000.0})
    first, second = network.extra_inputs
    assert (first.target, first.times, first.delay) == (other, (3000.0,), 1.0)
    row = network.populations.loc[target]
    weight = 1000 * row["n_synapses_external"] / row["n_neurons"] * 1.05 * 2.2 * PEAK
    assert second == SpikeInput(target, (2500.0,), pytest.approx(weight), 1.0)


def test_single_spike_into_an_empty_layer():
    target = ("parahippocampal", "VI", "E")
    with pytest.raises(InputError, match=r"single_spike: population .*'VI'.* has no neurons"):
        build(single_spike={target: 2500.0})


# --------------------------------------------------------------------------- neurons and rules


def test_neuron_parameters_of_each_population():
    spread = {"V_th": {"rel_sd": 0.21}, "C_m": {"rel_sd": 0.22}, "tau_m": {"rel_sd": 0.55}}
    network = build(
        neuron_params_E=NEURON | {"E_L": -65.0, "t_ref": 3.0},
        neuron_param_dist_I=spread,
        connection_params={"p_transmit": 0.5},
    )
    e, i = (network.populations.loc["cuneus", "IV", kind] for kind in "EI")
    assert (e["E_L"], e["V_th"], e["V_reset"], e["C_m"], e["t_ref"]) == (-65, -45, -70, 220, 3)
    assert (i["E_L"], i["C_m"], i["tau_m"], i["t_ref"]) == (-70, 100, 10, 2)
    names = ["V_th_rel_sd", "C_m_rel_sd", "tau_m_rel_sd"]
    assert e[names].tolist() == [0, 0, 0] and i[names].tolist() == [0.21, 0.22, 0.55]
    assert network.rules.p_transmit == 0.5
    assert network.rules.weight_distribution == "normal_clipped"


def test_mat2_psc_exp():
    neuron = {k: v for k, v in NEURON.items() if k not in ("V_th", "V_reset")} | {"omega": -50.0}
    network = build(neuron_model_E="mat2_psc_exp", neuron_params_E=neuron)
    e, i = (network.populations.loc["cuneus", "IV", kind] for kind in "EI")
    assert (e["neuron_model"], i["neuron_model"]) == ("mat2_psc_exp", "iaf_psc_exp")
    assert e["V_th"] == -50 and np.isnan(e["V_reset"]) and i["V_reset"] == -70
    # The rheobase is 20 mV now.
    drive = e["rate_ext"] * e["n_synapses_external"] / e["n_neurons"] * e["weight_ext"]
    assert drive * 2e-3 * 10 / 220 == pytest.approx(1.1 * 20)


def test_surface_scales_neurons_and_synapses(human_network):
    twice = build(surface_area=2.0)
    row = twice.populations.loc["bankssts", "II/III", "E"]
    assert row["n_neurons"] == 78260
    between = [
        n.synapses[n.is_between_areas & (n.area_of == "bankssts")[:, None]].sum()
        for n in (human_network, twice)
    ]
    assert between[1] == pytest.approx(2 * between[0], rel=1e-7) != 0
    # A larger column holds more of its own sources.
    within = [n.synapses[~n.is_between_areas].sum() for n in (human_network, twice)]
    assert within[1] > 2.05 * within[0]


def test_area_table(human_network):
    row = human_network.areas.loc["bankssts"]
    assert list(human_network.areas.index) == list(AREAS)
    assert row["thickness_mm"] == pytest.approx(2.84) and row["volume_mm3"] == 3221
    assert row["area_surface_mm2"] == pytest.approx(3221 / 2.84) and row["surface_mm2"] == 1
    assert row["n_neurons_layer_1"] == pytest.approx(2000)


# -------------------------------------------------------------------------------- bad parameters


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"surface_area": 1000.0},
            r"surface_area: 1000 mm2 is more than the 979\.7 .*'frontalpole'",
        ),
        ({"surface_area": 0.01}, "min_neurons_per_layer: .* 34 areas lack one of these: bankssts"),
        (
            {"cytoarchitecture_params": {"min_neurons_per_layer": 20000}},
            "fewer than 20000 neurons 15 areas lack",
        ),
    ],
)
@pytest.mark.filterwarnings("error")
def test_impossible_columns(changes, expected):
    with pytest.raises(InputError, match=expected):
        build(**changes)


def test_volumes_without_an_area(tmp_path, checkout):
    table = (checkout / "experimental_data/desikan_killiany/volumes.csv").read_text()
    path = tmp_path / "volumes.csv"
    path.write_text(table.replace("insula,", "insulae,"))
    with pytest.raises(InputError, match="no area 'insula'; .* Did you mean 'insulae'"):
        build(predictive_connectomic_params={"vol_path": str(path)})


# ------------------------------------------------------------------------------- original files


def same(one, other):
    for name in MATRICES:
        assert (getattr(one, name) == getattr(other, name)).all(), name
    pd.testing.assert_frame_equal(one.populations, other.populations)
    pd.testing.assert_frame_equal(one.areas, other.areas)
    assert one.rules == other.rules and one.extra_inputs == other.extra_inputs


def write_workbook(table, path):
    """The atlas as the original workbook has it: symbols once per area, dashes for no value."""
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    sheet = (book := xlwt.Workbook()).add_sheet("data")
    before = None
    for column, title in enumerate(WORKBOOK_COLUMNS):
        sheet.write(0, column, title)
    for n, (area, layer, *numbers) in enumerate(rows, start=1):
        values = ["-" if value in ("", "-") else float(value) for value in numbers]
        for column, value in enumerate(["" if area == before else area, layer, *values]):
            sheet.write(n, column, value)
        before = area
    book.save(str(path))


def cells(names):
    result = np.empty((len(names), 1), dtype=object)
    result[:, 0] = names
    return result


def test_original_files_give_the_same_network(tmp_path, checkout, human_network):
    data = checkout / "experimental_data"
    write_workbook(data / "von_economo_koskinas/layers.csv", tmp_path / "atlas.xls")
    tables = {
        f"{name}_{side}": pd.read_csv(data / f"hcp_dti/{name}_{side}.csv", index_col=0)
        for name in ("streamlines", "fiber_length_mm")
        for side in ("left", "right")
    }
    variables = ("C_L", "C_R", "LowResDK_EstimatedDist_LHem", "LowResDK_EstimatedDist_RHem")
    arrays = {v: t.to_numpy() for v, t in zip(variables, tables.values(), strict=True)}
    names = cells(list(tables["streamlines_right"].index))
    savemat(tmp_path / "connectome.mat", arrays | {"DK_Names": names})
    volumes = pd.read_csv(data / "desikan_killiany/volumes.csv", index_col=0)
    content = {"Volume": volumes.to_numpy(), "HumanDKNames": cells(list(volumes.index))}
    savemat(tmp_path / "volumes.mat", content)
    parameters = Parameters(
        cytoarchitecture_params={"src_path": str(tmp_path / "atlas.xls")},
        predictive_connectomic_params={
            "con_path": str(tmp_path / "connectome.mat"),
            "vol_path": str(tmp_path / "volumes.mat"),
        },
    )
    same(build_network(parameters), human_network)
    files = source_files(parameters)
    assert {tmp_path / name for name in ("atlas.xls", "connectome.mat", "volumes.mat")} < set(files)
    assert all(path.is_file() for path in files)


def test_rows_in_another_order_give_the_same_network(tmp_path, checkout, human_network):
    """The order of areas is the model's, not that of the files."""
    volumes = pd.read_csv(checkout / "experimental_data/desikan_killiany/volumes.csv")
    volumes[::-1].to_csv(tmp_path / "volumes.csv", index=False)
    path = str(tmp_path / "volumes.csv")
    same(build(predictive_connectomic_params={"vol_path": path}), human_network)


def test_files_of_the_default_network():
    files = source_files(Parameters())
    assert len(files) == 10 and all(path.is_file() for path in files)
    assert {"streamlines_right.csv", "fiber_length_mm_right.csv", "lichtman.csv"} < {
        path.name for path in files
    }


def test_saved_network_is_the_same(tmp_path):
    network = build(single_spike={("cuneus", "IV", "I"): 3000.0}, connection_params={"g": -4.0})
    save_network(network, tmp_path / "network.h5")
    same(load_network(tmp_path / "network.h5"), network)
    assert {field.name for field in fields(Network)} > set(MATRICES)
