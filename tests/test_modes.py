"""Simulation modes: what stands for projections, by hand; and equality with the whole network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from multiarea.build import pipeline
from multiarea.build.modes import apply_modes, replace_projections
from multiarea.build.operations import select_populations
from multiarea.build.scaling import downscale, scale_numbers, scale_weights
from multiarea.build.stimulation import stimulate
from multiarea.data.rates import RateSeries
from multiarea.errors import InputError
from multiarea.models import human, macaque
from multiarea.network.network import (
    LEVELS,
    POPULATION_COLUMNS,
    ConnectionRules,
    Network,
    load_network,
    save_network,
)
from multiarea.network.stimuli import (
    CurrentInput,
    PoissonInput,
    SourceInput,
    SourceProjection,
    SpikeInput,
)
from multiarea.parameters import NetworkParameters
from multiarea.theory import stationary_rates, working_point

KEYS = [("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E"), ("C", "V", "E")]
A_E, A_I, B_E, C_E = KEYS
RATES = np.array([1.0, 2.0, 4.0, 8.0])
HOM, HET, CURRENT = "hom_poisson_stat", "het_poisson_stat", "het_current_nonstat"


@pytest.fixture
def toy():
    """Three areas; A|IV|E gets 10 synapses per neuron of 90 pA from B and 30 of 90 pA from C."""
    numeric = {name: 0.0 for name, (kind, _, _) in POPULATION_COLUMNS.items() if kind != "s"}
    columns = {
        **numeric,
        **{"n_neurons": [100, 20, 50, 40], "n_synapses_external": [1000, 200, 500, 400]},
        **{"rate_ext": 10.0, "weight_ext": 90.0, "neuron_model": "iaf_psc_exp", "t_ref": 2.0},
        **{"E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": 250.0, "tau_m": 10.0},
        **{"tau_syn_ex": 0.5, "tau_syn_in": 0.8},
    }
    index = pd.MultiIndex.from_tuples(KEYS, names=LEVELS)
    synapses = np.zeros((4, 4), int)
    synapses[0] = [500, 100, 1000, 3000]
    synapses[1] = [0, 0, 0, 60]
    synapses[2, 0] = 700
    weight = np.tile([90.0, -300.0, 90.0, 90.0], (4, 1))
    weight[1] *= 2
    delay = np.tile([1.5, 0.8, 2.0, 6.0], (4, 1))
    return Network(
        populations=pd.DataFrame(columns, index=index),
        synapses=synapses,
        weight=weight,
        weight_sd=0.1 * np.abs(weight),
        delay=delay,
        delay_sd=delay / 2,
        areas=pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=pd.Index(["A", "B", "C"], name="area")),
    )


def parameters(**given):
    return NetworkParameters(**given)


# ------------------------------------------------------------------ what stands for projections


def test_het_poisson_of_areas_left_out(toy):
    """10 x 4 + 30 x 8 = 280 spikes/s of 90 pA; delay (40 x 2 + 240 x 6)/280. 3 x 8 = 24 of 180."""
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    network = apply_modes(toy, mode, RATES)
    assert list(network.populations.index) == [A_E, A_I]
    assert list(network.areas.index) == ["A"]
    assert network.synapses.tolist() == [[500, 100], [0, 0]]
    assert network.extra_inputs == (
        PoissonInput(A_E, 280.0, 90.0, pytest.approx(1520 / 280)),
        PoissonInput(A_I, 24.0, 180.0, 6.0),
    )


def test_hom_poisson_takes_the_rate_of_external_synapses(toy):
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HOM)
    inputs = apply_modes(toy, mode).extra_inputs
    assert [(one.target, one.rate) for one in inputs] == [(A_E, 400.0), (A_I, 30.0)]
    silent = toy.replace(populations=toy.populations.assign(rate_ext=0.0))
    with pytest.raises(InputError, match="rate of the external synapses, but A.IV.E has none"):
        apply_modes(silent, mode)


def test_current_of_constant_rates(toy):
    """90 pA x 0.5 ms x 280/s = 12.6 pA; 180 x 0.5 x 24/s = 2.16 pA."""
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=CURRENT)
    network = apply_modes(toy, mode, RATES)
    assert network.extra_inputs == ()
    assert network.populations["i_dc"].tolist() == pytest.approx([12.6, 2.16])


def test_nothing(toy):
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas="nothing")
    network = apply_modes(toy, mode)
    assert network.extra_inputs == () and not network.populations["i_dc"].any()
    assert network.synapses.tolist() == [[500, 100], [0, 0]]


def test_replaced_projections_between_simulated_areas(toy):
    network = apply_modes(toy, parameters(replace_cc=HET), RATES)
    assert len(network) == 4
    assert network.synapses.tolist() == [[500, 100, 0, 0], *3 * [[0, 0, 0, 0]]]
    rates = {one.target: one.rate for one in network.extra_inputs}
    assert rates == {A_E: 280.0, A_I: 24.0, B_E: 14.0 * 1.0}


def test_both_replacements_at_once(toy):
    """The published code drops the input from areas that are not simulated; here both count."""
    chosen = {"areas_simulated": ["A", "B"], "replace_cc": HET}
    same = apply_modes(toy, parameters(**chosen, replace_non_simulated_areas=HET), RATES)
    assert {one.target: one.rate for one in same.extra_inputs} == {A_E: 280.0, A_I: 24.0, B_E: 14.0}
    mixed = apply_modes(toy, parameters(**chosen, replace_non_simulated_areas=HOM), RATES)
    onto = [one.rate for one in mixed.extra_inputs if one.target == A_E]
    assert sorted(onto) == [40.0, 300.0]
    assert mixed.synapses.tolist() == [[500, 100, 0], [0, 0, 0], [0, 0, 0]]


def test_sources_of_different_weight_and_sign(toy):
    """One generator per weight; 2 x 300 pA from the inhibitory population."""
    chosen = np.zeros((4, 4), bool)
    chosen[0, 1:] = True
    network = replace_projections(toy, chosen, HET, RATES)
    found = {(one.weight, one.rate) for one in network.extra_inputs}
    assert found == {(-300.0, 2.0), (90.0, 280.0)}
    current = replace_projections(toy, chosen, CURRENT, RATES).populations["i_dc"]
    assert current.iloc[0] == pytest.approx(12.6 - 1e-3 * 300 * 0.8 * 2)


def test_synapses_that_transmit_at_times(toy):
    rules = ConnectionRules(p_transmit=0.25)
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    network = apply_modes(toy.replace(rules=rules), mode, RATES)
    assert [one.rate for one in network.extra_inputs] == [70.0, 6.0]


def test_a_mode_for_areas_left_out_where_none_is(toy):
    """Nothing is replaced, so no rate of external synapses is asked for."""
    populations = toy.populations.assign(rate_ext=0.0)
    driven = toy.replace(populations=populations)
    same = apply_modes(driven, parameters(replace_non_simulated_areas=HOM))
    assert np.array_equal(same.synapses, toy.synapses) and same.extra_inputs == ()


def test_sources_without_rates(toy):
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    with pytest.raises(InputError, match="need rates"):
        apply_modes(toy, mode)
    with pytest.raises(InputError, match="need rates"):
        apply_modes(toy, mode, np.array([np.nan, np.nan, 4.0, np.nan]))
    only_sources = np.array([np.nan, np.nan, 4.0, 8.0])
    assert apply_modes(toy, mode, only_sources).extra_inputs[0].rate == 280.0


# ----------------------------------------------------------------------------- rates over time


def series(values, start=0.0, step=1.0):
    index = pd.MultiIndex.from_tuples([B_E, C_E], names=LEVELS)
    return RateSeries(pd.DataFrame(values, index=index), start, step)


MODE = {"areas_simulated": ["A"], "replace_non_simulated_areas": CURRENT}


def test_constant_series_is_the_constant_current(toy):
    network = apply_modes(toy, parameters(**MODE), series(np.outer([4.0, 8.0], np.ones(5))))
    onto_e, onto_i = network.extra_inputs
    assert onto_e.amplitudes == pytest.approx(np.full(6, 12.6))
    assert onto_i.amplitudes == pytest.approx(np.full(6, 2.16))
    assert onto_e.times.tolist() == [0, 1, 2, 3, 4, 5]


def test_step_arrives_after_the_delay_and_is_filtered(toy):
    """B jumps from 0 to 10/s at 4 ms, delay 2 ms: 10 x 90 pA x 0.5 ms x 10/s = 4.5 pA from 6 ms.

    Mean over the bin after the step with tau = 0.5 ms: 1 - 0.5 (1 - exp(-2)) = 0.5677. Before the
    series the rate is its mean, 5/s.
    """
    rates = np.array([[0.0] * 4 + [10.0] * 4, [0.0] * 8])
    current = apply_modes(toy, parameters(**MODE), series(rates)).extra_inputs[0]
    share = 1 - 0.5 * (1 - np.exp(-2))
    assert current.amplitudes[:2] == pytest.approx([2.25, 2.25])
    assert current.amplitudes[4:6] == pytest.approx([0, 0], abs=0.05)
    assert current.amplitudes[6] == pytest.approx(4.5 * share, abs=0.01)
    assert current.amplitudes[7] == pytest.approx(4.5 * (1 - 0.5 * np.exp(-2) * 0.8647), abs=0.01)
    assert current.times[-1] == 8 and current.amplitudes[-1] == pytest.approx(2.25)


def test_series_that_begins_later_is_preceded_by_its_mean(toy):
    current = apply_modes(
        toy, parameters(**MODE), series([[0.0, 8.0], [0.0, 0.0]], start=500.0, step=10.0)
    ).extra_inputs[0]
    assert current.times.tolist() == [0, 500, 510, 520]
    assert current.amplitudes[[0, -1]] == pytest.approx(1e-3 * 10 * 90 * 0.5 * 4)


def test_series_serves_stationary_modes_by_its_mean(toy):
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    network = apply_modes(toy, mode, series([[0.0, 8.0], [8.0, 8.0]]))
    assert [one.rate for one in network.extra_inputs] == [280.0, 24.0]


def test_series_lacks_a_source(toy):
    lacking = series([[1.0, 1.0], [1.0, 1.0]])
    lacking = RateSeries(lacking.rates.iloc[:1], 0.0, 1.0)
    with pytest.raises(InputError, match=r"no rates of 1 populations that project.* C\|V\|E"):
        apply_modes(toy, parameters(**MODE), lacking)


# ------------------------------------------------------------------ theory, scaling, saved files


def test_replaced_input_in_the_theory(toy):
    """J = 90 x 0.5/250 = 0.18 mV: mean 0.01 s J 280/s, variance 0.01 s J^2 280/s, as before."""
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    whole, part = (working_point(n, RATES[: len(n)]) for n in (toy, apply_modes(toy, mode, RATES)))
    for before, after in zip(whole, part, strict=True):
        assert after == pytest.approx(before[:2], rel=1e-12)
    alone = select_populations(toy, np.array([True, True, False, False]))
    without = working_point(alone, RATES[:2])
    assert part[0][0] - without[0][0] == pytest.approx(0.01 * 0.18 * 280)
    assert part[1][0] ** 2 - without[1][0] ** 2 == pytest.approx(0.01 * 0.18**2 * 280)


def test_current_adds_no_variance(toy):
    constant = apply_modes(toy, parameters(**MODE), RATES)
    varying = apply_modes(toy, parameters(**MODE), series(np.outer([4.0, 8.0], np.ones(3))))
    poisson = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    mean = working_point(apply_modes(toy, poisson, RATES), RATES[:2])[0]
    for network in (constant, varying):
        mu, sigma, _ = working_point(network, RATES[:2])
        assert mu == pytest.approx(mean)
        alone = select_populations(toy, np.array([True, True, False, False]))
        assert sigma == pytest.approx(working_point(alone, RATES[:2])[1])


@pytest.mark.parametrize("mode", [HOM, HET])
def test_downscaling_keeps_mean_and_variance_of_poisson_input(toy, mode):
    chosen = parameters(areas_simulated=["A"], replace_non_simulated_areas=mode)
    network = apply_modes(toy, chosen, RATES)
    small = downscale(network, parameters(K_scaling=0.25, scaling_type="sqrt"), RATES[:2])
    assert small.extra_inputs[0].rate == network.extra_inputs[0].rate / 4
    assert small.extra_inputs[0].weight == 180.0
    for before, after in zip(
        working_point(network, RATES[:2]), working_point(small, RATES[:2]), strict=True
    ):
        assert after == pytest.approx(before, rel=1e-9)


def test_currents_are_not_scaled(toy):
    network = apply_modes(toy, parameters(**MODE), series(np.outer([4.0, 8.0], np.ones(3))))
    small = scale_weights(scale_numbers(network, 0.5, 0.25), 2.0)
    assert small.extra_inputs == network.extra_inputs


def test_scaling_and_subset_commute(toy):
    """The order of the two steps does not matter where the replaced rates are the own ones."""
    mode = parameters(areas_simulated=["A"], replace_non_simulated_areas=HET)
    scale = parameters(N_scaling=0.5, K_scaling=0.25, scaling_type="sqrt")
    one = downscale(apply_modes(toy, mode, RATES), scale, RATES[:2])
    other = apply_modes(downscale(toy, scale, RATES), mode, RATES)
    assert one.populations["i_dc"].tolist() == pytest.approx(other.populations["i_dc"].tolist())
    for a, b in zip(one.extra_inputs, other.extra_inputs, strict=True):
        assert (a.target, a.weight) == (b.target, b.weight)
        assert a.rate == pytest.approx(b.rate, rel=0.1), "rounded numbers of synapses"


def test_inputs_survive_saving(toy, tmp_path):
    inputs = (
        SpikeInput(A_E, (1.0, 2.5), 10.0, 1.5, 3),
        PoissonInput(A_I, 280.0, -90.0, 2.0),
        CurrentInput(B_E, np.array([1.0, 2.0]), np.array([5.0, 0.0])),
        SourceInput(9, 120.0, ((1.0, 2.0),), (SourceProjection(C_E, 7, 1.0, 0.1, 1.5, 0.7),)),
    )
    save_network(toy.replace(extra_inputs=inputs), tmp_path / "network.h5")
    assert load_network(tmp_path / "network.h5").extra_inputs == inputs
    assert inputs[2] != CurrentInput(B_E, [1.0, 2.0], [5.0, 1.0])


def test_selection_drops_inputs_of_lost_targets(toy):
    projections = tuple(SourceProjection(key, 7, 1.0, 0.1, 1.5, 0.7) for key in (A_E, C_E))
    inputs = (PoissonInput(B_E, 1.0, 1.0), SourceInput(9, 120.0, ((1.0, 2.0),), projections))
    left = select_populations(
        toy.replace(extra_inputs=inputs), np.array([True, True, False, False])
    )
    assert left.extra_inputs == (SourceInput(9, 120.0, ((1.0, 2.0),), projections[:1]),)
    assert select_populations(left, np.array([False, True])).extra_inputs == ()


def test_pulses_keep_their_mean_under_scaling(toy):
    """10 synapses per neuron x 90 pA x 0.5 ms x 120/s = 54 pA; half of it is lost at k = 1/4."""
    source = SourceInput(9, 120.0, ((5.0, 15.0),), (SourceProjection(A_E, 1000, 90, 9, 1.5, 0.7),))
    network = toy.replace(extra_inputs=(source,))
    scale = parameters(N_scaling=0.5, K_scaling=0.25, scaling_type="sqrt")
    scaled, current = downscale(network, scale, RATES).extra_inputs
    assert (scaled.n_neurons, scaled.projections[0].synapses) == (4, 125)
    assert (scaled.projections[0].weight, scaled.projections[0].weight_sd) == (180.0, 18.0)
    assert (current.target, current.times.tolist()) == (A_E, [5.0, 15.0])
    assert current.amplitudes.tolist() == pytest.approx([27.0, 0.0])


def test_stimulus(toy):
    stimulus = {A_E: 50.0, A_I: (20.0, 100.0), B_E: (30.0, 100.0, 150.0)}
    network = stimulate(toy, parameters(dc_stimulus=stimulus))
    assert network.populations["i_dc"].tolist() == [50.0, 0.0, 0.0, 0.0]
    assert network.extra_inputs == (
        CurrentInput(A_I, [100.0], [20.0]),
        CurrentInput(B_E, [100.0, 150.0], [30.0, 0.0]),
    )
    lasting = working_point(network, RATES)[0] - working_point(toy, RATES)[0]
    assert lasting == pytest.approx(np.array([50.0, 20.0, 0.0, 0.0]) * 10 / 250)
    with pytest.raises(InputError, match=r"dc_stimulus: population \('A', 'V', 'E'\) has no"):
        stimulate(toy, parameters(dc_stimulus={("A", "V", "E"): 1.0}))


# -------------------------------------------------------------------- equality with the whole


CHI_1 = {"connection_params": {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}}


@pytest.fixture(scope="module")
def macaque_network():
    return macaque.build_network(macaque.Parameters(**CHI_1))


@pytest.fixture(scope="module")
def macaque_rates(macaque_network):
    return stationary_rates(macaque_network).rates


def test_macaque_subset_has_the_rates_of_the_whole(macaque_network, macaque_rates):
    """Input at the stationary rates: the theory of V1 and V2 alone is exactly that of all areas."""
    mode = {"areas_simulated": ["V1", "V2"], "replace_non_simulated_areas": HET}
    network = apply_modes(macaque_network, macaque.Parameters(**CHI_1, **mode), macaque_rates)
    kept = np.isin(macaque_network.area_of, ["V1", "V2"])
    assert len(network) == 16 and len(network.extra_inputs) == 16
    point = stationary_rates(network)
    assert point.rates == pytest.approx(macaque_rates[kept], rel=1e-9) and point.stable


def test_all_projections_replaced_leaves_the_rates(macaque_network, macaque_rates):
    network = apply_modes(
        macaque_network, macaque.Parameters(**CHI_1, replace_cc=HET), macaque_rates
    )
    assert not network.synapses[network.is_between_areas].any()
    assert stationary_rates(network).rates == pytest.approx(macaque_rates, rel=1e-9)


def test_human_subset_has_the_rates_of_the_whole(human_network):
    """Which the published code of the human model cannot do."""
    rates = stationary_rates(human_network).rates
    areas = ["cuneus", "pericalcarine"]
    mode = human.Parameters(areas_simulated=areas, replace_non_simulated_areas=HET)
    network = apply_modes(human_network, mode, rates)
    kept = np.isin(human_network.area_of, areas)
    assert stationary_rates(network).rates == pytest.approx(rates[kept], rel=1e-9)


def test_pipeline_takes_a_table_of_rates(tmp_path, macaque_network):
    """V1 with every other population at 3 spikes/s: in-degree from other areas x 3."""
    table = macaque_network.populations.index.to_frame(index=False).assign(rate=3.0)
    table.to_csv(tmp_path / "rates.csv", index=False)
    mode = {"areas_simulated": ["V1"], "replace_non_simulated_areas": HET}
    chosen = macaque.Parameters(
        **CHI_1, **mode, replace_cc_input_source=str(tmp_path / "rates.csv")
    )
    network = pipeline.build_network("macaque", chosen)
    other = macaque_network.area_of != "V1"
    expected = 3 * macaque_network.indegree[:8, other].sum(axis=1)
    assert [one.rate for one in network.extra_inputs] == pytest.approx(expected[expected > 0])
    assert (expected > 0).sum() == len(network.extra_inputs) == 8


def test_pipeline_takes_rates_over_time(tmp_path, macaque_network):
    """V1 and all others at 0, then at 4 spikes/s: the last amplitude is that of the mean, 2."""
    keys = ["|".join(key) for key in macaque_network.populations.index]
    rows = [f"{time},{','.join([rate] * len(keys))}" for time, rate in ((0, "0"), (50, "4"))]
    (tmp_path / "series.csv").write_text("\n".join([f"time,{','.join(keys)}", *rows]))
    mode = {"areas_simulated": ["V1"], "replace_non_simulated_areas": CURRENT}
    source = str(tmp_path / "series.csv")
    chosen = macaque.Parameters(**CHI_1, **mode, replace_cc_input_source=source)
    inputs = pipeline.build_network("macaque", chosen).extra_inputs
    other = macaque_network.area_of != "V1"
    charge = 1e-3 * 0.5 * (macaque_network.indegree * macaque_network.weight)[:8, other].sum(axis=1)
    assert [one.amplitudes[-1] for one in inputs] == pytest.approx(2 * charge)
    # most of the input has arrived after 50 of 100 ms; some areas are further away
    assert [one.amplitudes[1] for one in inputs] == pytest.approx(4 * charge, rel=0.5)
    assert inputs[0].times.tolist() == [0, 50, 100]
