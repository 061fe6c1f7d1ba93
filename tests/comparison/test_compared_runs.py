"""Comparisons of handmade runs of two neurons in each of two populations."""

import numpy as np
import pandas as pd
import pytest

from multiarea.analysis.results import Arrays, population_labels
from multiarea.comparison.picture import draw_comparison
from multiarea.comparison.tables import (
    Run,
    differing,
    distances_table,
    groups,
    parameters_table,
    populations_table,
    statistics_table,
)
from multiarea.experiment.differences import leaves
from multiarea.figures.kinds.drawing import house_style
from multiarea.network.network import LEVELS

INDEX = pd.MultiIndex.from_tuples(
    [("a", "IV", "E"), ("b", "IV", "E"), ("c", "IV", "I")], names=LEVELS
)
CHI = "scaling_factors_recurrent"


def run(name, rates, chi=1.0, seed=1, fc=0.5, **more):
    """Return a run whose populations have the `rates` of two neurons each, and one FC value."""
    single = np.repeat(rates, 2).astype(np.float32) * np.tile([0.5, 1.5], len(rates))
    matrix = np.eye(3) + fc * np.array([[0, 1, 2], [1, 0, -1], [2, -1, 0]])
    numbers = {"n_neurons": 2, "rate_spikes_per_s": rates}
    results = {
        "rates": pd.DataFrame(numbers, INDEX).reset_index(),
        "cv": pd.DataFrame({"cv": [0.5, np.nan, 1.0]}, INDEX).reset_index(),
        "rates_individual": Arrays(
            {
                "rate": (single, ("neuron",), "spikes/s"),
                "offsets": (np.arange(0, 7, 2), ("population + 1",), "1"),
                **population_labels(INDEX),
            }
        ),
        "fc_currents": pd.DataFrame(matrix, columns=list("abc")).assign(area=list("abc")),
    }
    factors = {"cc_scalingEtoE": chi, "cc_scalingEtoI": 2 * chi}
    content = {"net_params": {CHI: factors, **more}, "sim_params": {"master_seed": seed}}
    return Run(name, "human", dict(leaves(content)), results)


@pytest.fixture
def runs():
    return [
        run("base", [1.0, 2.0, 3.0]),
        run("seed", [1.0, 2.0, 4.0], seed=2),
        run("strong", [2.0, 4.0, 6.0], chi=2.5, fc=-0.5),
    ]


@pytest.mark.parametrize(("t_sim", "expected"), [(60499.0, set()), (60500.0, {"fc_bold"})])
def test_bold_has_correlations_from_a_minute_on(t_sim, expected):
    content = {
        "sim_params": {"t_sim": t_sim},
        "ana_params": {"plotConnectivities": {"tmin": 500.0}},
    }
    facts = {"name": "one", "model": "human", "parameters": content}
    results = {"rates": None, "fc_currents": None, "fc_bold": None}
    assert set(Run.of(facts, results).results) == {"rates", "fc_currents"} | expected


def test_parameters_that_differ(runs):
    assert differing(runs) == {
        f"net_params.{CHI}.cc_scalingEtoE": [1.0, 1.0, 2.5],
        f"net_params.{CHI}.cc_scalingEtoI": [2.0, 2.0, 5.0],
        "sim_params.master_seed": [1, 2, 1],
    }
    table = parameters_table(runs)
    assert list(table.columns) == ["parameter", "base", "seed", "strong"]
    assert table.iloc[0].tolist()[1:] == ["1.0", "1.0", "2.5"]
    assert parameters_table(runs[:1]).empty


def test_seeds_are_repetitions_and_labels_are_short(runs):
    found = {label: [one.name for one in group] for label, group in groups(runs).items()}
    assert found == {"χ = 1": ["base", "seed"], "χ = 2.5": ["strong"]}
    assert list(groups(runs[:2])) == ["base"]


def test_a_factor_that_does_not_follow_chi_is_named(runs):
    other = run("other", [1.0, 1.0, 1.0], chi=2.0)
    place = f"net_params.{CHI}.cc_scalingEtoI"
    other = Run("other", "human", {**other.parameters, place: 7.0}, other.results)
    assert list(groups([runs[0], other])) == ["χ = 1, χ_I = 2", "χ = 2, χ_I = 7"]


def test_a_parameter_that_one_run_lacks():
    both = [run("a", [1.0, 1.0, 1.0]), run("b", [1.0, 1.0, 1.0], replace_cc="hom_poisson_stat")]
    assert differing(both) == {"net_params.replace_cc": [None, "hom_poisson_stat"]}
    assert list(groups(both)) == ["replace_cc = None", "replace_cc = hom_poisson_stat"]


def test_statistics(runs):
    table = statistics_table(runs).set_index("quantity")
    assert table.loc["mean rate (spikes/s)"].tolist() == pytest.approx([2, 7 / 3, 4])
    assert table.loc["mean cv"].tolist() == pytest.approx([0.75] * 3)
    assert table.loc["mean fc_currents"].tolist() == pytest.approx([1 / 3, 1 / 3, -1 / 3])


def test_populations(runs):
    table = populations_table(runs)
    assert table["rates strong"].tolist() == [2.0, 4.0, 6.0]
    assert table[LEVELS].values.tolist() == [list(key) for key in INDEX]


def test_distances(runs):
    table = distances_table(runs).set_index(["run_a", "run_b"])
    # rates of the neurons: 0.5 1.5, 1 3, 1.5 4.5 against 1 3, 2 6, 3 9
    assert table.loc[("base", "strong"), "ks_rates"] == pytest.approx(3 / 6)
    assert table.loc[("base", "strong"), "ks_rates_populations"] == pytest.approx(0.5)
    assert table.loc[("base", "strong"), "r_rates"] == pytest.approx(1)
    assert table.loc[("base", "strong"), "r_fc_currents"] == pytest.approx(-1)
    assert table.loc[("base", "seed"), "r_fc_currents"] == pytest.approx(1)


def test_the_picture_has_seeds_as_error_bars(runs):
    with house_style():
        figure = draw_comparison(groups(runs))
        figure.canvas.draw()
    titles = {axes.get_ylabel(): axes for axes in figure.axes}
    rates = titles["Rate (spikes/s)"]
    means = [line for bars in rates.containers for line in bars.lines[0].get_ydata()]
    assert means == pytest.approx([1.5, 3.5, 3.0, 6.0])  # E is the mean of areas a and b
    (with_error, without) = (bars.has_yerr for bars in rates.containers)
    assert with_error and not without
    key = " ".join(text.get_text() for text in figure.texts)
    assert "χ = 1: base (run 1), seed (run 2) (2 seeds)" in key and "χ = 2.5: strong (run 3)" in key


def test_a_panel_without_values_says_so(runs):
    for one in runs:
        one.results["cv"]["cv"] = np.nan
    with house_style():
        figure = draw_comparison(groups(runs))
    (axes,) = [axes for axes in figure.axes if axes.get_ylabel() == "CV"]
    assert "no neuron has enough spikes" in [
        text.get_text().replace("\n", " ") for text in axes.texts
    ]
