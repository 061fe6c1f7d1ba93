"""Stimuli: both simulators and the theory agree; neurons without stimulus keep their spikes."""

from __future__ import annotations

import numpy as np
import pytest

from multiarea.build.scaling import downscale
from multiarea.build.stimulation import stimulate
from multiarea.errors import InputError
from multiarea.network.network import load_network, save_network
from multiarea.network.stimuli import CurrentInput, PulsedCurrent, PulsedPoisson
from multiarea.parameters import NetworkParameters, SimulationParameters
from multiarea.simulation import simulate
from multiarea.simulation.procedural.gpu.plan import check_inputs
from multiarea.simulation.procedural.tables import make_plan
from multiarea.spikes.store import Spikes
from multiarea.theory import rates_during, stationary_rates

A_E, A_I, B_E = ("A", "IV", "E"), ("A", "IV", "I"), ("B", "V", "E")
START = {"V0_mean": -58.0, "V0_sd": 5.0}
LONG = ((100.0, 1100.0),)
INTO_A_E = {"areas": "A", "populations": "E", "times": LONG}
TIMES = "'times': (10.0, 20.0)"
SHAPE = "expected (start, stop) in ms, or a list of these, got "
CASES = {
    "{}": ": expected a list, got {} (dict)",
    "[{'rate': 5.0}]": "[0]: times is missing",
    "[{%s}]": "[0]: expected 'rate' (Poisson spikes) or 'current', one of the two",
    "[{%s, 'rate': 1.0, 'current': 2.0}]": (
        "[0]: expected 'rate' (Poisson spikes) or 'current', one of the two"
    ),
    "[{%s, 'current': 2.0, 'synapses': 4}]": (
        "[0]: 'synapses' belongs to Poisson spikes: expected 'rate', too"
    ),
    "[{%s, 'rate': -1.0}]": "[0].rate: expected a value >= 0, got -1.0 (float)",
    "[{%s, 'rate': 1.0, 'fraction': 1.5}]": "[0].fraction: expected a value <= 1, got 1.5 (float)",
    "[{%s, 'rate': 1.0, 'fraction': 0.0}]": "[0].fraction: expected a value > 0, got 0.0 (float)",
    "[{%s, 'rate': 1.0}, {%s, 'rate': 1.0, 'areas': 'V22'}]": (
        "[1].areas: unknown area 'V22'. Did you mean 'V2'?"
    ),
    "[{%s, 'rate': 1.0, 'populations': 'X'}]": (
        "[0].populations: unknown population 'X'; expected one of ['E', 'I']."
    ),
    "[{%s, 'rate': 1.0, 'layer': 'IV'}]": (
        "[0].layer: unknown key. Did you mean 'layers'? Valid keys: areas, layers, populations, "
        "times, rate, synapses, current, fraction, seed"
    ),
    "[{'times': (20.0, 10.0), 'rate': 1.0}]": (
        "[0]: times: stop = 10.0 must be later than start = 20.0"
    ),
    "[{'times': [(10.0, 20.0), (15.0, 30.0)], 'rate': 1.0}]": (
        "[0]: times: the pulse from 15.0 begins before that to 20.0 ends"
    ),
    "[{'times': 700.0, 'rate': 1.0}]": f"[0].times: {SHAPE}700.0",
    "[{'times': [], 'rate': 1.0}]": f"[0].times: {SHAPE}[]",
    "[{'times': [10.0, 20.0, 30.0], 'rate': 1.0}]": f"[0].times: {SHAPE}[10.0, 20.0, 30.0]",
    "[{'times': (10.05, 20.0), 'rate': 1.0}]": (
        "[0].times: start = 10.05 ms must be a multiple of sim_params.sim_resolution = 0.1 ms"
    ),
    "[{'times': (1000.0, 1010.0), 'rate': 1.0}]": (
        "[0].times: start = 1000.0 ms lies beyond sim_params.t_sim = 1000.0 ms"
    ),
    "[{%s, 'rate': 1.0, 'areas': ['V1', 'V2']}], 'lesions': {'areas': 'V2'}": (
        "[0].areas: 'V2' is silenced by net_params.lesions.areas"
    ),
}


@pytest.mark.parametrize("text", list(CASES))
def test_message(text, problems):
    given = text.replace("%s", TIMES)
    told = [f"net_params.stimulation{CASES[text]}"]
    assert problems(f"model = 'macaque'; net_params = {{'stimulation': {given}}}") == told


def stimulated(network, *stimuli):
    return stimulate(network, NetworkParameters(stimulation=stimuli))


def spikes_of(network, folder, simulator="procedural", **options):
    """Simulate; return the spike times and their neurons of each population."""
    simulation = SimulationParameters(simulator=simulator, **{"t_sim": 1100.0, **START, **options})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "spikes.h5"
    simulate(network, simulation, virtual_processes=1, spikes_path=path)
    with Spikes(path) as spikes:
        return {key: (trains.times, trains.neurons) for key, trains in spikes.items()}


def larger(active_network, n=8):
    """The active network with more neurons, and the same in-degrees."""
    base = active_network()
    columns = {name: base.populations[name] * n for name in ("n_neurons", "n_synapses_external")}
    return base.replace(
        populations=base.populations.assign(**columns), synapses=np.asarray(base.synapses) * n
    )


def test_what_is_built(active_network):
    base = active_network()
    common = {"layers": "IV", "times": [(10.0, 20.0), (30.0, 40.0)], "fraction": 0.5, "seed": 3}
    network = stimulated(base, {**common, "rate": 20.0, "synapses": 5}, {**common, "current": -7.0})
    pulses = ((10.0, 20.0), (30.0, 40.0))
    assert network.extra_inputs == (
        PulsedPoisson(A_E, pulses, 0.5, 3, 100.0, 88.0, 0.0),
        PulsedPoisson(A_I, pulses, 0.5, 3, 100.0, 88.0, 0.0),
        PulsedCurrent(A_E, pulses, 0.5, 3, -7.0),
        PulsedCurrent(A_I, pulses, 0.5, 3, -7.0),
    )
    chosen = network.extra_inputs[0].neurons(40)
    assert len(set(chosen)) == 20 and (np.diff(chosen) > 0).all() and chosen.max() < 40
    np.testing.assert_array_equal(chosen, network.extra_inputs[2].neurons(40))


def test_a_stimulus_without_neurons_is_refused(active_network):
    with pytest.raises(InputError, match=r"stimulation\[0\]: fits no population"):
        stimulated(active_network(), {"areas": "B", "layers": "IV", "times": LONG, "rate": 1.0})


def test_the_file_of_the_network_keeps_it(active_network, tmp_path):
    network = stimulated(active_network(), {**INTO_A_E, "rate": 5.0}, {**INTO_A_E, "current": 5.0})
    save_network(network, tmp_path / "network.h5")
    assert load_network(tmp_path / "network.h5").extra_inputs == network.extra_inputs


def test_scaling(active_network):
    """Rate x k, weight / sqrt(k); a current of (1 - sqrt(k)) x 88 pA x 0.5 ms x 100/s instead."""
    network = stimulated(active_network(), {**INTO_A_E, "rate": 100.0, "fraction": 0.5})
    scaling = NetworkParameters(K_scaling=0.25, scaling_type="sqrt")
    poisson, current = downscale(network, scaling, np.zeros(3)).extra_inputs
    assert (poisson.rate, poisson.weight) == pytest.approx((25.0, 176.0))
    assert current == PulsedCurrent(A_E, LONG, 0.5, 1, pytest.approx(0.5 * 88 * 0.5 * 0.1))


KINDS = {
    "spikes": {"rate": 300.0, "synapses": 10},
    "spikes into some": {"rate": 600.0, "synapses": 10, "fraction": 0.3},
    "current": {"current": 150.0},
    "current into some": {"current": 300.0, "fraction": 0.3},
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_both_simulators_and_the_theory_agree(kind, active_network, tmp_path):
    """Rates of all populations, before and during a second of a stimulus into A's E neurons."""
    pytest.importorskip("nest")
    base = larger(active_network)
    network = stimulated(base, {**INTO_A_E, **KINDS[kind]})
    rates = {}
    for simulator in ("nest", "procedural"):
        found = spikes_of(network, tmp_path / simulator, simulator)
        rates[simulator] = np.array(
            [
                np.sum(times > 200.0) / 0.9 / n
                for (times, _), n in zip(found.values(), base.n_neurons, strict=True)
            ]
        )
    rest = stationary_rates(base).rates
    theory = rates_during(network, LONG, rest)
    assert rates["procedural"] == pytest.approx(rates["nest"], rel=0.06)
    assert rates["procedural"] == pytest.approx(theory, rel=0.2)
    assert theory[0] > 1.1 * rest[0]


def test_a_fraction_of_one_is_everybody(active_network):
    base = active_network()
    rest = stationary_rates(base).rates
    all_of_them = {"areas": "A", "populations": "E", "times": LONG, "current": 100.0}
    lasting = base.replace(extra_inputs=(CurrentInput(A_E, [0.0], [100.0]),))
    found = rates_during(stimulated(base, all_of_them), LONG, rest)
    np.testing.assert_allclose(found, stationary_rates(lasting).rates, rtol=1e-6)
    half = {**all_of_them, "current": 50.0, "fraction": 1.0}
    twice = rates_during(stimulated(base, half, half), LONG, rest)
    np.testing.assert_allclose(twice, found, rtol=1e-6)


@pytest.mark.parametrize("simulator", ["nest", "procedural"])
@pytest.mark.parametrize("amplitude", [{"current": 600.0}, {"rate": 20_000.0}])
def test_only_chosen_neurons_get_it_and_only_in_the_pulses(simulator, amplitude, network, tmp_path):
    """Without any other input: spikes of the chosen neurons, not before the pulses."""
    if simulator == "nest":
        pytest.importorskip("nest")
    quiet = network({"n_neurons": [400, 10, 30], "weight_ext": 88.0})
    pulses = [(50.0, 100.0), (150.0, 200.0)]
    into = {"areas": "A", "populations": "E", "times": pulses, "fraction": 0.25, **amplitude}
    silent = {"V0_mean": -65.0, "V0_sd": 0.0, "t_sim": 300.0}
    made = stimulated(quiet, into)
    found = spikes_of(made, tmp_path, simulator, **silent)
    times, neurons = found[A_E]
    np.testing.assert_array_equal(np.unique(neurons), made.extra_inputs[0].neurons(400))
    in_pulses = sum(((times > start) & (times <= stop)).sum() for start, stop in pulses)
    assert 300 < len(times) and in_pulses >= 0.95 * len(times)
    assert not ((times < 50.0) | (times > 205.0)).any()
    assert not len(found[A_I][0]) and not len(found[B_E][0])


def test_currents_into_some_give_the_spikes_of_nest(network, tmp_path):
    pytest.importorskip("nest")
    quiet = network({"n_neurons": [40, 10, 30], "tau_syn_in": [0.5, 0.5, 2.0]})
    into = {"times": [(0.0, 30.0), (50.0, 100.0)], "fraction": 0.5, "current": 600.0}
    options = {"V0_mean": -65.0, "V0_sd": 0.0, "t_sim": 150.0}
    made = stimulated(quiet, into)
    one, other = (
        spikes_of(made, tmp_path / name, name, **options) for name in ("nest", "procedural")
    )
    for key in one:
        assert len(one[key][0]) > 10
        np.testing.assert_allclose(one[key][0], other[key][0], atol=1e-9)
        np.testing.assert_array_equal(one[key][1], other[key][1])


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_the_stimulus_does_not_reach_has_the_same_spikes(kind, active_network, tmp_path):
    """All neurons before it; B, which gets nothing from A, at all times."""
    base = active_network()
    apart = base.replace(synapses=np.where([[0, 0, 0], [0, 0, 0], [1, 1, 0]], 0, base.synapses))
    later = {**INTO_A_E, **KINDS[kind], "times": (200.0, 300.0)}
    before = spikes_of(apart, tmp_path / "without", t_sim=300.0)
    after = spikes_of(stimulated(apart, later), tmp_path / "with", t_sim=300.0)
    np.testing.assert_array_equal(before[B_E], after[B_E])
    assert len(after[A_E][0]) > len(before[A_E][0])
    for key in before:
        first, second = (
            [column[one[key][0] <= 200.0] for column in one[key]] for one in (before, after)
        )
        assert len(first[0]) > 0
        np.testing.assert_array_equal(first, second)


def test_threads_and_interruptions_change_nothing(active_network, tmp_path):
    """Also a checkpoint in the middle of a pulse, from which a longer run goes on."""
    pulses = {"areas": "A", "times": [(50.0, 150.0), (200.0, 260.0)]}
    network = stimulated(
        larger(active_network),
        {**pulses, "rate": 3000.0, "fraction": 0.4},
        {**pulses, "current": 200.0, "fraction": 0.3, "seed": 4},
        {**pulses, "current": 50.0},
    )
    alone = spikes_of(network, tmp_path / "alone" / "x", t_sim=300.0)
    simulation = SimulationParameters(simulator="procedural", t_sim=300.0, **START)
    for name, ends in {"threads": [300.0], "parts": [90.3, 230.0, 300.0]}.items():
        for number, end in enumerate(ends):
            path = tmp_path / name / f"{number}" / "spikes.h5"
            path.parent.mkdir(parents=True)
            part = simulation.model_copy(update={"t_sim": end})
            report = simulate(network, part, virtual_processes=2, spikes_path=path)
            assert report.continued_from == pytest.approx([0.0, *ends][number], abs=0.31)
        with Spikes(path) as spikes:
            for key, trains in spikes.items():
                assert len(trains.times) > 0
                np.testing.assert_array_equal(trains.times, alone[key][0])
                np.testing.assert_array_equal(trains.neurons, alone[key][1])


def test_a_gpu_refuses_a_current_into_some(active_network):
    simulation = SimulationParameters(simulator="procedural", t_sim=10.0)
    some = {**INTO_A_E, "times": (1.0, 5.0), "current": 5.0, "fraction": 0.5}
    with pytest.raises(InputError, match=r"stimulation: a current into a fraction .* device: cpu"):
        check_inputs(make_plan(stimulated(active_network(), some), simulation))
    check_inputs(make_plan(stimulated(active_network(), {**some, "fraction": 1.0}), simulation))
