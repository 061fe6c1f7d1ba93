"""Synapses, external spikes and neurons as they are drawn, against their distributions."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from scipy import stats

from multiarea.errors import InputError
from multiarea.network.network import ConnectionRules
from multiarea.network.stimuli import PoissonInput, SourceInput, SourceProjection
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits, step_probabilities
from multiarea.simulation.procedural import draws
from multiarea.simulation.procedural.distributions import (
    alias_table,
    guide_table,
    poisson_thresholds,
    weight_quantiles,
)
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.neurons import drawn_parameters, initial_potentials
from multiarea.simulation.procedural.out_degrees import fill
from multiarea.simulation.procedural.synapses import synapses
from multiarea.simulation.procedural.tables import make_plan

A_E = ("A", "IV", "E")
SIMULATION = SimulationParameters(master_seed=5)
# in units of 251, 250, 250, 250 | 151, 150 | 201, 200, 200 neurons
SIZES = [1001, 301, 601]
NODE = np.cumsum([0, *SIZES])
SYNAPSES = np.array([[300_000, 3_000, 200_000], [100_000, 100_000, 0], [200_000, 50_000, 200_000]])
WEIGHT = np.array([[90.0, -360, 90], [90, -360, 90], [90, -360, 60]])
RELATIVE_SD = np.array([[0.1, 0.1, 0.5], [0.5, 1.5, 0.1], [1.5, 0.5, 0.3]])
PAIRS = [(i, j) for i, j in np.ndindex(3, 3) if SYNAPSES[i, j]]
OUTSIDE = [SourceProjection(A_E, 100_000, weight, 10.0, 1.5, 0.75) for weight in (50.0, -50.0)]
PROPERTIES = ["source", "place", "weight", "delay"]


@cache
def drawn(network, law="normal_clipped"):
    """A plan, and its synapses: in unit, at a place in it, of a link, the k-th of their source."""
    net = network(
        {"n_neurons": SIZES},
        synapses=SYNAPSES,
        weight=WEIGHT,
        weight_sd=RELATIVE_SD * np.abs(WEIGHT),
        delay_sd=np.full((3, 3), 0.75),
        rules=ConnectionRules(weight_distribution=law),
        extra_inputs=(SourceInput(400, 10.0, ((0.0, 10.0),), tuple(OUTSIDE)),),
    )
    plan, table = make_plan(net, SIMULATION), synapses(net, SIMULATION)
    table["i"] = np.searchsorted(NODE, table["target"], side="right") - 1
    table["j"] = np.searchsorted(NODE, table["source"], side="right") - 1
    table["unit"] = np.searchsorted(plan.units.node, table["target"], side="right") - 1
    table["place"] = table["target"] - plan.units.node[table["unit"]]
    table["q"] = table["source"] - NODE[table["j"]]
    table["link"] = table["j"] + (table["j"] == 3) * (table["weight"] < 0)
    table["k"] = table.groupby(["unit", "link", "source"]).cumcount()
    return plan, table


def of(table, i, j):
    """The synapses of a projection, and their sources and targets counted from 0."""
    rows = table[(table["i"] == i) & (table["j"] == j)]
    return rows, rows["q"].to_numpy(), rows["target"].to_numpy() - NODE[i]


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_degrees_are_multinomial(network, check, i, j):
    """N balls thrown into all pairs: exactly N, and out- and in-degrees are binomial.

    300 000 synapses of 1001 sources: 299.7 each with a variance of 299.4.
    """
    plan, table = drawn(network)
    rows, *ends = of(table, i, j)
    n = SYNAPSES[i, j]
    assert len(rows) == n
    for nodes, size in zip(ends, (SIZES[j], SIZES[i]), strict=True):
        degrees = np.bincount(nodes, minlength=size)
        assert check.even(degrees, np.full(size, n / size))
        k = np.arange(degrees.max() + 50)
        expected = size * stats.binom(n, 1 / size).pmf(k)
        assert check.fits(np.bincount(degrees, minlength=len(k)), expected, fixed=2)
    mine = np.flatnonzero(plan.units.population == i)
    cells = np.zeros((SIZES[j], len(mine)))
    np.add.at(cells, (ends[0], rows["unit"] - mine[0]), 1)
    assert check.even(cells, cells * 0 + n / SIZES[j] * plan.units.size[mine] / SIZES[i])


def test_multapses_and_autapses(network):
    """Of N = 200 000 synapses in K = 601^2 pairs, C(N, 2) / K = 55 371 pairs have the same ends.

    The variance is C(N, 2) (1 - 1/K) / K: whether two pairs have is independent. N / 601 = 332.8
    synapses are autapses, with the variance 332.2.
    """
    _, source, target = of(drawn(network)[1], 2, 2)
    of_pair = np.bincount(source * 601 + target)
    assert abs(np.sum(of_pair * (of_pair - 1) // 2) - 55_371) < 4 * np.sqrt(55_371)
    assert abs(np.count_nonzero(source == target) - 332.8) < 4 * np.sqrt(332.2)


def test_list_and_out_degrees_are_the_same(network):
    """What is listed per source and unit is what the engine looks up; no place is used twice."""
    plan, table = drawn(network)
    counts, used = table.groupby(["unit", "link", "source"]).size(), []
    for a, unit in enumerate(plan.tables.units):
        for link in plan.tables.links[slice(*unit["links"])]:
            population = link["population"]
            used.append(link["row"] + np.arange(plan.n_sources[population]) * link["stride"])
            expected = plan.tables.out_degree[used[-1]]
            found = counts.loc[
                a,
                population
                + (population == 3) * bool(plan.tables.weights[link["weights"]].max() < 0),
            ]
            assert found.index.tolist() == (link["node"] + np.flatnonzero(expected)).tolist()
            assert found.tolist() == expected[expected > 0].tolist()
    assert len(np.unique(np.concatenate(used))) == sum(map(len, used))


@pytest.mark.parametrize(("i", "j"), [(0, 0), (2, 2)])
def test_properties_of_a_synapse_are_independent(network, check, i, j):
    """Source, target, weight and delay, of a synapse and of the one before it."""
    rows = of(drawn(network)[1], i, j)[0][[*PROPERTIES, "k"]].to_numpy().T
    follows = rows[4, 1:] > 0
    for one, other in itertools.combinations(rows[:4], 2):
        assert check.unrelated(one, other)
    for one, other in itertools.product(rows[1:4], repeat=2):
        assert check.unrelated(one[1:][follows], other[:-1][follows])


#: Two times unit, link, shift of the source. Units 0 to 3 are A|IV|E, 4 and 5 A|IV|I; links 3 and 4
#: come from the same neurons outside the network.
STREAMS = {
    "units of a population": ((0, 0, 0), (1, 0, 0)),
    "populations": ((0, 0, 0), (4, 0, 0)),
    "neighbouring sources": ((0, 0, 0), (0, 0, 1)),
    "source populations": ((0, 0, 0), (0, 2, 0)),
    "repeated projections": ((0, 3, 0), (0, 4, 0)),
}


@pytest.mark.parametrize("case", list(STREAMS))
def test_synapses_of_two_streams_are_independent(network, check, case):
    """Synapses of the same number share neither targets nor weights nor delays."""
    table = drawn(network)[1]
    one, other = (
        table[(table["unit"] == unit) & (table["link"] == link)].assign(q=table["q"] - shift)
        for unit, link, shift in STREAMS[case]
    )
    both = one.merge(other, on=["q", "k"], suffixes=("", "_2"))
    assert len(both) > 10_000
    for name in PROPERTIES[1:]:
        assert check.unrelated(both[name], both[f"{name}_2"]), name


def test_degrees_of_projections_are_independent(network, check):
    """Numbers of the q-th sources in each unit, and of the same places from each population."""
    table = drawn(network)[1]
    for ends, n in ((["link", "unit", "q"], 301), (["link", "unit", "place"], 150)):
        degrees = table[table[ends[2]] < n].groupby(ends).size().unstack(fill_value=0)
        assert degrees.shape == (9 + 9 + 7 + 4 + 4, n)
        assert check.uncorrelated(degrees.to_numpy(float))


def test_out_degrees_in_units_of_unequal_size(check):
    """300 000 balls in 50 sources x units of 500, 100, 100 and 30 neurons: 4110, 822, 822, 247."""
    table, sizes = np.zeros((50, 5), np.uint16), np.array([500, 100, 100, 30])
    fill(table, np.array([0, 1, 3, 4]), sizes, 300_000, 1, 2)
    assert table.sum() == 300_000 and table[:, 2].sum() == 0
    assert check.even(table[:, [0, 1, 3, 4]], np.tile(6000 * sizes / 730, (50, 1)))


@pytest.mark.parametrize(
    ("law", "relative", "mean", "sd"),
    [
        ("normal_clipped", 0.1, 1.0, 0.1),
        ("normal_clipped", 1.0, 1.08332, 0.86665),
        ("normal_redrawn", 1.0, 1.28760, 0.79353),
        ("normal_clipped", 3.0, 1.76271, 2.08101),
        ("lognormal", 0.1, 1.0, 0.1),
        ("lognormal", 1.0, 1.0, 1.0),
    ],
)
def test_moments_of_weight_tables(law, relative, mean, sd):
    """With r = sd / mean, and P and p distribution function and density of a normal number at 1/r.

    Clipped: mean P + r p, second moment (1 + r^2) P + r p; redrawn: both divided by P. For r = 1,
    P = 0.84134 and p = 0.24197; for r = 3, P = 0.63056 and p = 0.37738.
    """
    table = weight_quantiles(relative, law)
    assert table.mean() == pytest.approx(mean, abs=2e-5)
    assert table.std() == pytest.approx(sd, abs=2e-5)


def test_lognormal_tables_have_a_widest():
    assert weight_quantiles(30.0, "lognormal").std() == pytest.approx(30)
    with pytest.raises(InputError, match="mean of 32: the procedural simulator takes at most 30;"):
        weight_quantiles(32.0, "lognormal")


@pytest.mark.parametrize("relative", [0.1, 0.5, 1.0])
def test_shape_of_lognormal_tables(relative):
    """The quantiles of the table are those of the distribution; its logarithm is symmetric."""
    table, sigma = weight_quantiles(relative, "lognormal"), np.sqrt(np.log1p(relative**2))
    exact = stats.lognorm.ppf((np.arange(1024) + 0.5) / 1024, sigma, scale=np.exp(-(sigma**2) / 2))
    assert (np.diff(table) > 0).all() and table.min() > 0
    np.testing.assert_allclose(table[10:-10], exact[10:-10], rtol=0.05)
    assert abs(stats.skew(np.log(table))) < 0.02


def follow_normal(values, mean, sd, law, p):
    """Whether numbers are normal, clipped at 0 or drawn again below 0."""
    n, below = len(values), stats.norm.cdf(-mean / sd) * (law == "normal_clipped")
    normal = stats.truncnorm(-mean / sd, np.inf, mean, sd)
    zeros = np.count_nonzero(values <= 0) - n * below
    # a table of 1024 quantiles may have one zero more or less
    is_share_right = abs(zeros) <= 4 * np.sqrt(n * below * (1 - below)) + n / 1024
    return is_share_right and stats.kstest(values[values > 0], normal.cdf).pvalue > p


@pytest.mark.parametrize("law", ["normal_clipped", "normal_redrawn"])
@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_weights(network, check, law, i, j):
    """Kolmogorov-Smirnov; the share of zeros, a quarter for sd = 1.5 mean."""
    weights = of(drawn(network, law)[1], i, j)[0]["weight"].to_numpy() * np.sign(WEIGHT[i, j])
    mean = abs(WEIGHT[i, j])
    assert follow_normal(weights, mean, mean * RELATIVE_SD[i, j], law, check.P)


#: Law, mean, sd, options, shortest delay [steps] and its share by hand.
DELAYS = {
    # mu = 1.7133, sigma = 1.0857: P(d < 0.15) = P(z < -3.325)
    "long": ("lognormal_clipped", 10.0, 15.0, {}, 1, 4.4e-4),
    # mu = 0.2939, sigma = 0.4724: P(d < 0.55) = P(z < -1.888)
    "limits": ("lognormal_clipped", 1.5, 0.75, {"delay_min": 0.5, "delay_max": 2.5}, 5, 0.0295),
    # P(z < -1.3)
    "normal": ("normal_clipped", 0.8, 0.5, {}, 1, 0.0968),
    # P(-1.4 < z < -1.3) / P(z > -1.4) = 0.0160 / 0.9192
    "redrawn": ("normal_redrawn", 0.8, 0.5, {}, 1, 0.0174),
    # between areas P(-0.2 < z < -0.1) / P(z > -0.2) = 0.0394 / 0.5793
    "between": ("normal_redrawn", 0.8, 0.5, {"delay_cc_min": 0.7}, 7, 0.0680),
    # P(-0.2 < z < 0.1) / P(z > -0.2) = 0.1191 / 0.5793
    "both": ("normal_redrawn", 0.8, 0.5, {"delay_cc_min": 0.7, "delay_min": 0.8}, 8, 0.2056),
}


def delay_law(law, mean, sd, floor):
    """The distribution of a delay without the limits of the options."""
    if law.startswith("normal"):
        low = floor if law == "normal_redrawn" else -np.inf
        return stats.truncnorm((low - mean) / sd, np.inf, mean, sd)
    sigma = np.sqrt(np.log(1 + (sd / mean) ** 2))
    return stats.lognorm(sigma, scale=mean * np.exp(-(sigma**2) / 2))


@pytest.mark.parametrize("case", list(DELAYS))
def test_delays(network, check, case):
    """Differences of the distribution function between steps, clipped at both ends; a long tail.

    The longest of N delays is above the quantile 1e-4^(1/N) in all but 1e-4 of the cases.
    """
    law, mean, sd, options, first, share = DELAYS[case]
    synapses_of = np.zeros((3, 3))
    synapses_of[2 if "delay_cc_min" in options else 0, 0] = 200_000
    net = network(
        {"n_neurons": SIZES},
        synapses=synapses_of,
        weight=np.ones((3, 3)),
        delay=np.full((3, 3), mean),
        delay_sd=np.full((3, 3), sd),
        rules=ConnectionRules(delay_distribution=law),
    )
    delays = synapses(net, SIMULATION.model_copy(update=options))["delay"]
    steps = np.rint(delays / 0.1).astype(int)
    expected = delay_law(law, mean, sd, options.get("delay_cc_min", 0.1))
    last = round(options.get("delay_max", 1000) / 0.1)
    below = expected.cdf((np.arange(steps.max() + 100) + 0.5) * 0.1)
    below[:first], below[last:] = 0, 1
    chances = np.diff(below, prepend=0)
    assert chances[first] == pytest.approx(share, rel=0.01)
    assert check.fits(np.bincount(steps, minlength=len(below)), 200_000 * chances)
    assert steps.max() > min(expected.ppf(1e-4 ** (1 / 200_000)) / 0.1 - 1, last - 1)


@pytest.mark.parametrize("number", [1e4, 1e6])
def test_tail_that_is_left_out(number):
    """Below 0.01 expected synapses."""
    law = "lognormal_clipped", 1.5, 1.5, 0.1
    limits = DelayLimits.of(SIMULATION)
    first, chances = step_probabilities(law[0], law[1:], limits, 0.01 / number)
    assert number * delay_law(*law).sf((first + len(chances) - 0.5) * 0.1) < 0.01


def test_alias_tables_are_exact():
    """Probability of k: (its own threshold + what the others leave to it) / n, to within 2^-32."""
    chances = np.random.default_rng(3).random(1000) ** 8
    table = alias_table(chances)
    own = (table >> np.uint64(32)).astype(float) / 2**32
    found = own.copy()
    np.add.at(found, (table & np.uint64(0xFFFFFFFF)).astype(int), 1 - own)
    assert np.abs(found / 1000 - chances / chances.sum()).max() < 2**-32


@pytest.mark.parametrize("mean", [1e-3, 0.7, 3.0, 90.0, 1000.0])
def test_guide_tables_are_exact(mean):
    """The four numbers of a word, each with bits of another word below, by search in thresholds."""
    thresholds = poisson_thresholds(mean)
    table = guide_table(thresholds)
    near = (thresholds.astype(np.int64)[:, None] + [-1, 0, 1]).clip(0, 2**32 - 1).ravel()
    z = np.concatenate([near, np.random.default_rng(5).integers(2**32, size=4000)]).astype(
        np.uint64
    )
    expected = np.searchsorted(thresholds, z, side="right")
    part = np.arange(len(z)) % 4
    words = (z >> np.uint64(16)) << (16 * part).astype(np.uint64)
    found = table[[int(draws.guide_index(w, k)) for w, k in zip(words, part, strict=True)]]
    is_open = found >= draws.OPEN
    assert np.array_equal(found[~is_open], expected[~is_open])
    for k in np.flatnonzero(is_open):
        rest = (z[k] & np.uint64(0xFFFF)) << np.uint64(48)
        number = draws.number(words[k], np.uint64(part[k]), rest)
        assert draws.poisson(number, thresholds, found[k] - draws.OPEN) == expected[k]
    assert is_open.any() and (is_open.all() == (mean > draws.OPEN))
    assert stats.poisson(mean).sf(expected.max()) < 2**-30


@pytest.mark.parametrize("law", ["normal_clipped", "normal_redrawn"])
def test_weights_of_a_spread_that_is_practically_none(network, law):
    weight, synapses_of = np.full((3, 3), 90.0), np.full((3, 3), 100)
    rules = ConnectionRules(weight_distribution=law)
    net = network(synapses=synapses_of, weight=weight, weight_sd=1e-9 * weight, rules=rules)
    assert synapses(net, SIMULATION)["weight"].to_numpy() == pytest.approx(np.full(900, 90.0))


def sources(*pulses, rate=5000.0):
    """Return 1000 neurons outside the network with one synapse each on A|IV|E."""
    return SourceInput(1000, rate, pulses, (SourceProjection(A_E, 1000, 90.0, 0.0, 1.5, 0.0),))


def test_pulses_that_overlap(network):
    """Three at once: 3 x 1000 x 0.5 spikes in each step of 0.1 ms."""
    net = network(extra_inputs=(sources((0.0, 40.0), (0.0, 40.0), (10.0, 30.0)),))
    engine = Engine(make_plan(net, SIMULATION), net, SIMULATION, 1, 1 << 12)
    engine.advance(200)
    per_slice = np.diff(engine.state.spike_first)[-1]
    n = 1500 * engine.plan.slice_steps
    assert abs(per_slice - n) < 4 * np.sqrt(n)


def test_sources_outside_always_transmit(network):
    """As in NEST: `p_transmit` is a property of the network's own synapses."""
    rules = ConnectionRules(p_transmit=0.3)
    synapses_of, weight = np.full((3, 3), 100), np.full((3, 3), 90.0)
    inputs = (sources((0.0, 40.0)),)
    net = network(synapses=synapses_of, weight=weight, rules=rules, extra_inputs=inputs)
    links = make_plan(net, SIMULATION).tables.links
    is_outside = links["population"] == 3
    assert set(links["passes"][is_outside]) == {2**32}
    assert set(links["passes"][~is_outside]) == {round(0.3 * 2**32)}


def test_more_out_degrees_than_counters(network):
    with pytest.raises(InputError, match="1048576 source neurons reach 8192 units"):
        fill(np.zeros((1 << 20, 1), np.uint16), np.arange(1 << 13), np.ones(1 << 13), 10, 1, 2)


def test_network_without_synapses(network):
    assert len(synapses(network(), SIMULATION)) == 0


#: Time constants of 1/20 of a step: potential and current forget at once, so that a potential is
#: the input of the step before. A weight of C / (h exp(-20)) lifts it by 1 mV.
TAU, LIFT = 0.005, 250.0 / 0.1 * np.exp(20)
METER = SimulationParameters(
    master_seed=8,
    V0_mean=-65.0,
    V0_sd=0.0,
    rec_dev=("spike_recorder", "voltmeter"),
    rec_V_int=0.1,
    Nrec_vm_fraction=1.0,
)


def read(net, n_steps):
    """Simulate; return the steps of the spikes, and potentials less E_L (step, neuron)."""
    done = Engine(make_plan(net, METER), net, METER, 1, 1 << 10).advance(n_steps)
    return done.steps.astype(int), done.samples + 65.0


@pytest.mark.parametrize("means", [(1e-3, 0.05, 0.7), (3.0, 30.0, 200.0)])
def test_external_spikes_are_poisson(network, check, means):
    """Mean and variance are equal, the fourth central moment is m + 3 m^2; no correlations.

    A second input of 0.2 spikes per step lifts the potential of A|IV|E by 4096 mV.
    """
    rates = {"n_synapses_external": 600, "rate_ext": [1e4 * mean for mean in means]}
    net = network(
        {"n_neurons": 600, "V_th": 1e6, "weight_ext": LIFT, "delay_ext": 0.1, **rates}
        | dict.fromkeys(("tau_m", "tau_syn_ex", "tau_syn_in"), TAU),
        synapses=np.eye(3),
        weight=np.eye(3),
        extra_inputs=(PoissonInput(A_E, 2000.0, 4096 * LIFT, 0.1),),
    )
    both = np.rint(read(net, 500)[1][3:]).astype(int)
    numbers = [*np.split(both % 4096, 3, axis=1), both[:, :600] // 4096]
    assert both[:, 600:].max() < 4096
    for mean, some in zip((*means, 0.2), numbers, strict=True):
        n = some.size
        assert abs(some.mean() - mean) < 4 * np.sqrt(mean / n)
        assert abs(some.var() - mean) < 4 * np.sqrt((mean + 2 * mean**2) / n)
        k = np.arange(some.max() + 50)
        expected = n * stats.poisson(mean).pmf(k)
        assert check.fits(np.bincount(some.ravel(), minlength=len(k)), expected)
        if mean > 0.1:  # else the largest of many correlations is far from normal
            assert check.uncorrelated(some.T)
            assert check.uncorrelated(some)
    r = np.corrcoef([some.ravel() for some in numbers])[np.triu_indices(4, 1)]
    assert np.abs(r).max() < 4 / np.sqrt(both.size / 3)


def test_transmission(network, check):
    """Each synapse lets each spike pass with p = 0.3, independently of all others.

    Two neurons that fire together have 9600 synapses on 2000 neurons: 2880 +- sqrt(2016) pass.
    """
    forget = dict.fromkeys(("tau_m", "tau_syn_ex", "tau_syn_in"), [10.0, 10.0, TAU])
    drive = {"n_neurons": [2, 1, 2000], "i_dc": [1500.0, 0, 0], "V_th": [-50.0, -50, 1e6]}
    synapses_of = np.zeros((3, 3))
    synapses_of[2, 0] = 9600
    rules = ConnectionRules(p_transmit=0.3)
    net = network(
        {**drive, **forget}, synapses=synapses_of, weight=np.full((3, 3), LIFT), rules=rules
    )
    m = np.bincount(synapses(net, METER)["target"] - 3, minlength=2000)
    steps, V = read(net, 6000)
    steps = np.unique(steps)[:100]
    # a delay of 1.5 ms, and a step until the potential shows it; row 0 is stamped 0.1 ms
    passed = np.rint(V[steps + 15, 3:])
    assert len(steps) == 100 and np.all(passed <= m)
    z = (passed - 0.3 * m)[:, m > 0] / np.sqrt(0.21 * m[m > 0])
    of_spike = (passed.sum(axis=1) - 2880) / np.sqrt(2016)
    assert abs(of_spike.mean()) < 4 / np.sqrt(100)
    assert check.two_sided(np.sum(of_spike**2), 100) > check.P
    assert check.two_sided(np.sum(z.sum(axis=0) ** 2) / 100, z.shape[1]) > check.P
    assert check.uncorrelated(z)
    assert check.uncorrelated(z.T)


@pytest.mark.parametrize("law", ["normal_clipped", "normal_redrawn"])
def test_properties_of_neurons(network, check, law):
    """Potentials are normal, parameters lognormal, external weights as synapses; all independent.

    A parameter of mean m and sd r m: sigma^2 = ln(1 + r^2), the median is m / sqrt(1 + r^2).
    """
    n, spreads = 5000, {"C_m": (250.0, 0.3), "tau_m": (10.0, 0.5), "V_th": (15.0, 0.2)}
    drive = {"n_synapses_external": n, "rate_ext": 10.0, "weight_ext": -80.0, "weight_ext_sd": 60.0}
    net = network(
        {"n_neurons": n, **drive, **{f"{name}_rel_sd": r for name, (_, r) in spreads.items()}},
        synapses=np.eye(3),
        weight=np.eye(3),
        rules=ConnectionRules(weight_distribution=law),
    )
    parameters = SimulationParameters(master_seed=4, V0_mean=-58.0, V0_sd=5.0)
    plan = make_plan(net, parameters)
    first, size = plan.units.first[:-1], plan.units.size
    inside = np.concatenate([np.arange(f, f + m) for f, m in zip(first, size, strict=True)])
    V = initial_potentials(net, parameters, plan.units)[inside].reshape(3, n)
    weights = plan.tables.drive_weights[inside].reshape(3, n)
    rows = [*V, *weights]
    for i, row in enumerate(net.populations.to_dict("records")):
        assert stats.kstest(V[i], stats.norm(7.0, 5.0).cdf).pvalue > check.P
        assert follow_normal(-weights[i], 80.0, 60.0, law, check.P)
        values = drawn_parameters(row, 4, i)
        for name, (mean, r) in spreads.items():
            expected = stats.lognorm(np.sqrt(np.log(1 + r**2)), scale=mean / np.sqrt(1 + r**2))
            assert stats.kstest(values[name], expected.cdf).pvalue > check.P
            rows.append(np.log(values[name]))
    assert check.uncorrelated(np.array(rows))
