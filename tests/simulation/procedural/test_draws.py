"""Synapses, external spikes and neurons as they are drawn, against their distributions."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from scipy import stats

from multiarea.inputs import PoissonInput, SourceInput, SourceProjection
from multiarea.network import ConnectionRules
from multiarea.parameters import SimulationParameters
from multiarea.simulation.delays import DelayLimits, step_probabilities
from multiarea.simulation.procedural.distributions import alias_table, weight_factors
from multiarea.simulation.procedural.draws import FACTOR_ONE
from multiarea.simulation.procedural.engine import Engine
from multiarea.simulation.procedural.neurons import drawn_parameters, initial_potentials
from multiarea.simulation.procedural.synapses import synapses
from multiarea.simulation.procedural.tables import make_plan

A_E = ("A", "IV", "E")
SIMULATION = SimulationParameters(master_seed=5)
SIZES = [1001, 301, 601]  # neurons; in 4, 2 and 3 units of 251, 250, 250, 250 | 151, 150 | 201, 2 x 200
NODE = np.cumsum([0, *SIZES])
SYNAPSES = np.array([[300_000, 3_000, 200_000], [100_000, 100_000, 0], [200_000, 50_000, 200_000]])
WEIGHT = np.array([[90.0, -360, 90], [90, -360, 90], [90, -360, 60]])
RELATIVE_SD = np.array([[0.1, 0.1, 0.5], [0.5, 1.5, 0.1], [1.5, 0.5, 0.3]])
PROPERTIES = ("source", "place", "weight", "delay")
PAIRS = [(i, j) for i, j in np.ndindex(3, 3) if SYNAPSES[i, j]]
EXTRA = SourceInput(
    400,
    10.0,
    ((0.0, 10.0),),
    tuple(SourceProjection(A_E, 100_000, w, 10.0, 1.5, 0.75) for w in (50.0, -50.0)),
)


@cache
def drawn(network, law="normal_clipped"):
    """A network, its plan, and its synapses with the number of each within its stream."""
    net = network(
        {"n_neurons": SIZES},
        synapses=SYNAPSES,
        weight=WEIGHT,
        weight_sd=RELATIVE_SD * np.abs(WEIGHT),
        delay_sd=np.full((3, 3), 0.75),
        rules=ConnectionRules(weight_distribution=law),
        extra_inputs=(EXTRA,),
    )
    plan = make_plan(net, SIMULATION)
    table = synapses(net, SIMULATION)
    table["i"] = np.searchsorted(NODE, table["target"], side="right") - 1
    table["j"] = np.searchsorted(NODE, table["source"], side="right") - 1
    table["unit"] = np.searchsorted(plan.units.node, table["target"], side="right") - 1
    table["place"] = table["target"] - plan.units.node[table["unit"]]
    table["link"] = table["j"] + (table["j"] == 3) * (table["weight"] < 0)
    table["k"] = table.groupby(["unit", "link", "source"]).cumcount()
    return net, plan, table


@pytest.fixture
def table(network):
    return drawn(network)[2]


def of(table, i, j):
    """Sources and targets of a projection, both counted from 0, and its rows."""
    rows = table[(table["i"] == i) & (table["j"] == j)]
    return rows["source"].to_numpy() - NODE[j], rows["target"].to_numpy() - NODE[i], rows


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_degrees_are_multinomial(table, check, i, j):
    """N balls thrown into all pairs: exactly N, and out- and in-degrees are binomial.

    300 000 synapses of 1001 sources: 299.7 each with a variance of 299.4.
    """
    source, target, rows = of(table, i, j)
    n = SYNAPSES[i, j]
    assert len(rows) == n
    for ends, size in ((source, SIZES[j]), (target, SIZES[i])):
        degrees = np.bincount(ends, minlength=size)
        assert check.fits(degrees, np.full(size, n / size))
        law = stats.binom(n, 1 / size)
        k = np.arange(law.ppf(1e-9), law.isf(1e-9) + 1)
        histogram = np.bincount(degrees, minlength=int(k[-1]) + 1)[int(k[0]) : int(k[-1]) + 1]
        assert histogram.sum() == size
        assert check.fits(histogram, size * law.pmf(k), fixed=2)
    units = rows["unit"].to_numpy() - rows["unit"].min()
    sizes = np.bincount(rows.drop_duplicates("target")["unit"])
    cells = np.bincount(source * (units.max() + 1) + units, minlength=SIZES[j] * (units.max() + 1))
    share = np.bincount(units) * 0.0 + np.array([len(p) for p in np.array_split(range(SIZES[i]), units.max() + 1)])
    assert check.fits(cells, n * np.tile(share / SIZES[i], SIZES[j]) / SIZES[j])


def test_multapses_and_autapses(table):
    """Of 200 000 synapses in 601^2 pairs, 55 371 pairs of synapses have the same ends.

    C(N, 2) / K, with the variance C(N, 2) (1 - 1/K) / K since pairs of pairs are independent.
    332.8 synapses, N / 601, are autapses, with the variance 332.2.
    """
    source, target, _ = of(table, 2, 2)
    of_pair = np.bincount(source * 601 + target)
    assert abs(np.sum(of_pair * (of_pair - 1) // 2) - 55_371) < 4 * np.sqrt(55_371)
    assert abs(np.count_nonzero(source == target) - 332.8) < 4 * np.sqrt(332.2)


def test_list_and_out_degrees_are_the_same(network):
    """What is listed per source and unit is what the engine looks up; no row is used twice."""
    _, plan, table = drawn(network)
    tables, used = plan.tables, []
    counts = table.groupby(["unit", "link", "source"]).size()
    for a, unit in enumerate(tables.units):
        for link in tables.links[slice(*unit["links"])]:
            places = link["row"] + np.arange(plan.n_sources[link["population"]]) * link["stride"]
            used.append(places)
            name = link["population"] + (link["population"] == 3) * (link["weight"] < 0)
            expected = tables.out_degree[places]
            sources = link["node"] + np.flatnonzero(expected)
            assert counts.loc[a, name].index.tolist() == sources.tolist()
            assert counts.loc[a, name].tolist() == expected[expected > 0].tolist()
    used = np.concatenate(used)
    assert len(np.unique(used)) == len(used)


@pytest.mark.parametrize(("i", "j"), [(0, 0), (2, 2)])
def test_properties_of_a_synapse_are_independent(table, check, i, j):
    """Source, target, weight and delay, of a synapse and of the one before it."""
    rows = of(table, i, j)[2]
    for one, other in itertools.combinations(PROPERTIES, 2):
        assert check.unrelated(rows[one], rows[other]), (one, other)
    follows = rows["k"].to_numpy()[1:] > 0
    for one, other in itertools.product(PROPERTIES[1:], repeat=2):
        assert check.unrelated(rows[one][1:][follows], rows[other][:-1][follows]), (one, other)


#: Units 0 to 3 belong to A|IV|E, 4 and 5 to A|IV|I, 6 to 8 to B|V|E.
STREAMS = {
    "units of a population": ((0, 0, 0), (1, 0, 0)),
    "populations": ((0, 0, 0), (4, 0, 0)),
    "neighbouring sources": ((0, 0, 0), (0, 0, 1)),
    "source populations": ((0, 0, 0), (0, 2, NODE[2])),
    "repeated projections": ((0, 3, 0), (0, 4, 0)),
}


@pytest.mark.parametrize("case", list(STREAMS))
def test_synapses_of_two_streams_are_independent(table, check, case):
    """Synapses of the same number share neither targets nor weights nor delays."""
    (unit, link, _), (unit_2, link_2, shift) = STREAMS[case]
    one = table[(table["unit"] == unit) & (table["link"] == link)]
    other = table[(table["unit"] == unit_2) & (table["link"] == link_2)]
    other = other.assign(source=other["source"] - shift)
    both = one.merge(other, on=["source", "k"], suffixes=("", "_2"))
    assert len(both) > 10_000
    for name in PROPERTIES[1:]:
        assert check.unrelated(both[name], both[f"{name}_2"]), name


def test_degrees_of_projections_are_independent(table, check):
    """No correlation of out-degrees in different units, nor of in-degrees from populations."""
    recurrent = table[table["j"] < 3]
    out = recurrent.groupby(["j", "source", "unit"]).size()
    assert check.uncorrelated(out[0].unstack(fill_value=0).to_numpy(float).T)
    into = recurrent.groupby(["i", "target", "j"]).size()
    assert check.uncorrelated(into[0].unstack(fill_value=0).to_numpy(float).T)


@pytest.mark.parametrize(
    ("law", "relative", "mean", "sd"),
    [
        ("normal_clipped", 0.1, 1.0, 0.1),
        ("normal_redrawn", 0.1, 1.0, 0.1),
        ("normal_clipped", 1.0, 1.08332, 0.86665),
        ("normal_redrawn", 1.0, 1.28760, 0.79353),
        ("normal_clipped", 3.0, 1.76271, 2.08101),
    ],
)
def test_moments_of_weight_tables(law, relative, mean, sd):
    """With a = 1/r, p = density and P = distribution function of a normal number at a.

    Clipped: mean P + r p, second moment (1 + r^2) P + r p; redrawn: both divided by P.
    """
    table = weight_factors(relative, law) / FACTOR_ONE
    assert table.mean() == pytest.approx(mean, abs=2e-5)
    assert table.std() == pytest.approx(sd, abs=2e-5)


def follows_normal(values, mean, sd, law, check):
    """Whether positive numbers are normal, clipped at 0 or drawn again below 0."""
    n, below = len(values), stats.norm.cdf(-mean / sd)
    share_of_zeros = below if law == "normal_clipped" else 0.0
    zeros = np.count_nonzero(values <= 0)
    positive = values[values > 0]
    normal = stats.truncnorm(-mean / sd, np.inf, mean, sd)
    spread = np.sqrt(n * share_of_zeros * (1 - share_of_zeros))
    return (
        abs(zeros - n * share_of_zeros) <= 4 * spread + n / 4096
        and stats.kstest(positive, normal.cdf).pvalue > check.P
    )


@pytest.mark.parametrize("law", ["normal_clipped", "normal_redrawn"])
@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_weights(network, check, law, i, j):
    """Moments within 4 standard errors; Kolmogorov-Smirnov; with sd / mean = 1.5 a quarter is 0."""
    weights = of(drawn(network, law)[2], i, j)[2]["weight"].to_numpy()
    mean, relative = WEIGHT[i, j], RELATIVE_SD[i, j]
    assert follows_normal(weights * np.sign(mean), abs(mean), abs(mean) * relative, law, check)
    expected = stats.truncnorm(-1 / relative, np.inf, 1, relative).stats("mv")
    share = 1.0 if law == "normal_redrawn" else stats.norm.cdf(1 / relative)
    first, second = expected[0] * share, (expected[1] + expected[0] ** 2) * share
    error = np.sqrt((second - first**2) / len(weights))
    assert abs(weights.mean() / mean - first) < 4 * error
    assert (weights / mean).std() == pytest.approx(np.sqrt(second - first**2), rel=5 / np.sqrt(len(weights)))
