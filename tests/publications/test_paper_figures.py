"""Figures of Pronold et al. 2024: registered, drawn with and without runs, and their numbers."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from looks import assert_published, assert_saved, drawn_texts
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from paper_runs import HUMAN, make_runs, paper_of, shared_inputs, small_network, summary_of

from multiarea.analysis import measures
from multiarea.analysis.distributions import ks_distance
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.correlations import correlation_limit, draw_correlations
from multiarea.figures.kinds.drawing import new_figure
from multiarea.figures.kinds.saving import save_figure
from multiarea.parameters import AnalysisParameters
from publications import paper_figures, publications
from publications.drawing import caption_of, draw
from publications.drawn_from import Run
from publications.inputs import readers
from publications.pronold2024 import chi_sweep_of_runs, model_overview
from publications.pronold2024.samples import (
    SIMILARITIES,
    STATES,
    draw_distributions,
    similarities_of,
)
from publications.pronold2024.spike_journey import differences

#: What each figure must say without runs, and with them.
REQUIRED = {
    "base_state": (("caudal anterior cingulate", "published, n = 18560"), ("run, n =", "II/III E")),
    "best_fit": (("G–I: published", "published, n = 45696"), ("χ = 2.5, N × 0.001",)),
    "brain_maps": (
        ("FC with cACC, published best fit", "pCal"),
        ("Mean rate, base state, N × 0.001", "FC with cACC, base state, N × 0.001"),
    ),
    "chi_sweep": (("FC, Pearson r", "HCP group"), ("here, best fit, N × 0.001",)),
    "chi_sweep_of_runs": ((), ("N × 0.001", "small", "Rate (spikes/s)")),
    "connectivity_construction": (
        ("macaque, n = 188", "Φ(−0.152 − 1.534 x)", "Streamlines", "Predicted SLN"),
        (),
    ),
    "connectivity_matrices": (("full scale", "summed over"), ("N × 0.001, K × 0.01",)),
    "connectivity_validation": (("Fibre length (mm)", "FF", "FB"), ()),
    "mean_field": (
        ("mean over populations 0.7545, 0.0044–5.35 spikes/s", "Pseudo-time"),
        ("Pearson r", "no spike: 0 of 254"),
    ),
    "model_overview": (("3 468 839 neurons", "42.778 × 10⁹", "own column 56.35 %"), ()),
    "multapses_autapses": (("Autapses per neuron", "insula"), ()),
    "rasters_all_areas": ((), ("χ = 2.5", "insula")),
    "rate_distributions": ((), ("χ = 2.5", "silent")),
    "scales": ((), ("N × 0.001", "FC against full")),
    "spike_journey": (("Shortest delay", "mean 19.6 ms"), ("best fit, χ = 2.5: mean",)),
    "sweep_variants": (("smaller g: g = −2", "best fit, χ = 4.4"), ()),
    "temporal_hierarchy": ((), ("χ = 2.5", "Lag (ms)")),
}
NAMES = sorted(REQUIRED)
FIGURES = {
    name.removeprefix("pronold2024/"): figure
    for name, figure in paper_figures().items()
    if name.startswith("pronold2024/")
}


@pytest.fixture(scope="module")
def shared(checkout: Path, human_network) -> dict[str, Any]:
    return shared_inputs(checkout, human_network)


@pytest.fixture(scope="module")
def runs(tmp_path_factory, shared) -> list[Run]:
    return make_runs(tmp_path_factory.mktemp("paper"), small_network(), shared)


def said(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in drawn_texts(figure))


def drawn(name: str, shared: dict[str, Any], runs: list[Run], folder: Path) -> Figure:
    """Draw a figure without warnings, check that no text is cut off, and save it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw(f"pronold2024/{name}", paper_of(name, shared, runs))
        save_figure(figure, [folder / "a.png"])
    assert_saved(folder / "a.png", figure)
    assert_published(figure)
    return figure


def test_all_figures_are_registered_and_documented(checkout: Path):
    assert sorted(FIGURES) == NAMES
    index = (checkout / "docs/figures.md").read_text("utf-8")
    for name in NAMES:
        assert f"`{name}`" in index, f"docs/figures.md lacks {name}"


@pytest.mark.parametrize("name", NAMES)
def test_declarations_name_what_exists(name: str):
    figure = FIGURES[name]
    assert set(figure.needs) <= set(readers(publications()["pronold2024"]))
    assert set(figure.runs) <= set(figure.publication.roles)
    assert set(figure.results) <= {"network", "spikes", "theory", *measures()}
    assert set(figure.uses) <= set(AnalysisParameters.model_fields)
    assert figure.caption.endswith(".")
    assert bool(figure.runs) == bool(figure.results)
    assert "full" in figure.caption.lower()


@pytest.mark.parametrize("name", [name for name in NAMES if not FIGURES[name].needs_run])
def test_without_runs_the_rest_is_drawn(name: str, shared, tmp_path: Path):
    text = said(drawn(name, shared, [], tmp_path))
    assert "no run" not in text
    for wanted in REQUIRED[name][0]:
        assert wanted in text, f"{wanted!r} is missing in {text!r}"


@pytest.fixture(scope="module")
def summaries(runs, tmp_path_factory) -> list[Run]:
    """Return what is left of the runs at chi = 1 and 2.5, and of those with an extra spike."""
    folder = tmp_path_factory.mktemp("summaries")
    found = []
    for n, run in enumerate(runs[1:]):
        spiked = bool(run.facts["single_spike"])
        plain = next(r for r in runs if r.chi == run.chi and not r.facts["single_spike"])
        found.append(summary_of(run, folder / str(n), plain if spiked else None))
    return found


UNNAMED = (
    "scales",
    "rasters_all_areas",
    "rate_distributions",
    "temporal_hierarchy",
    "sweep_variants",
)
DRAWN = [name for name in NAMES if FIGURES[name].runs and "network" not in FIGURES[name].results]


@pytest.mark.parametrize("name", DRAWN)
def test_summaries_are_drawn_without_and_beside_runs(name, shared, runs, summaries, tmp_path):
    alone = said(drawn(name, shared, summaries, tmp_path))
    assert "full scale, 2.6 s" in alone or name in UNNAMED
    assert "no run" not in alone and "no pair of runs" not in alone
    both = said(drawn(name, shared, [*summaries, *runs], tmp_path))
    if name in ("base_state", "best_fit", "chi_sweep", "chi_sweep_of_runs"):
        assert "full scale, 2.6 s" in both and "N × 0.001" in both


def test_a_summary_has_the_samples_and_differences_of_its_run(shared, runs, summaries):
    units = shared["experimental_units"]
    for run, kept in zip(runs[1:3], summaries[:2], strict=True):
        before, after = run.activity_samples(units), kept.activity_samples(units)
        for name in ("rate", "cv", "lvr"):
            levels = np.linspace(0.05, 0.95, 10)
            expected = np.quantile(before[name], levels, method="inverted_cdf")
            found = np.quantile(after[name], levels, method="inverted_cdf")
            assert found == pytest.approx(expected, rel=1e-3)
    pairs = [(runs[1], runs[3]), (summaries[0], summaries[2])]
    first, second = (differences(*pair) for pair in pairs)
    assert first.notna().sum() > 100
    assert second.to_numpy() == pytest.approx(first.to_numpy(), abs=0.01, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in NAMES if FIGURES[name].runs])
def test_runs_are_drawn(name: str, shared, runs, tmp_path: Path):
    text = said(drawn(name, shared, runs, tmp_path))
    for wanted in REQUIRED[name][1]:
        assert wanted in text, f"{wanted!r} is missing in {text!r}"
    caption = caption_of(FIGURES[name], paper_of(name, shared, runs))
    assert "`small@chi=2.5` (experiments/small.py): χ = 2.5, χ_I = 5, N × 0.001" in caption


def test_base_state_stands_in_for_the_best_fit(shared, runs, tmp_path: Path):
    base = [run for run in runs if run.facts["role"] == "base"]
    text = said(drawn("rate_distributions", shared, base, tmp_path))
    assert "Base state, no run of the best fit. small@chi=1" in text


@pytest.mark.parametrize("name", NAMES)
def test_caption_without_runs_says_so(name: str, shared):
    figure = FIGURES[name]
    text = caption_of(figure, paper_of(name, shared, []))
    assert figure.caption in text
    assert ("No run is drawn" in text) == bool(figure.runs)
    assert ("## Not drawn" in text) == bool(figure.panels)
    for key, panels in figure.panels.items():
        file = HUMAN.simulations[key.partition("@")[0]]
        assert f"- {panels}: no " in text and f"experiments={file} -- figures/" in text
        assert (Path(__file__).parents[2] / file).is_file()


@pytest.mark.parametrize("name", [name for name in NAMES if FIGURES[name].panels])
def test_caption_with_all_runs_misses_nothing(name: str, shared, runs):
    assert "## Not drawn" not in caption_of(FIGURES[name], paper_of(name, shared, runs))


def test_a_pair_in_one_state_leaves_out_the_other(shared, runs):
    base = [run for run in runs if run.chi == 1]
    text = caption_of(FIGURES["spike_journey"], paper_of("spike_journey", shared, base))
    assert "- B, and symbols in C: no pair of runs" in text and "- A, and" not in text
    letters = {text.get_text() for text in drawn_texts(draw_pairs(shared, base))}
    assert "A" in letters and "B" not in letters


def draw_pairs(shared: dict[str, Any], runs: list[Run]) -> Figure:
    return draw("pronold2024/spike_journey", paper_of("spike_journey", shared, runs))


def test_colours_have_one_meaning():
    """States, excitatory and inhibitory neurons, and similarities are told apart by colour."""
    kinds = {palette.BLUE, palette.ORANGE}
    states = {colour for _, colour in STATES.values()}
    similarities = {colour for _, colour, _ in SIMILARITIES.values()}
    assert not states & (kinds | similarities)
    sets = set(model_overview.ORIGINS.values()), set(model_overview.NETWORKS.values()), kinds
    assert all(not one & other for one, other in combinations(sets, 2))


def test_seeds_of_a_point_are_averaged(shared, runs):
    other = replace(runs[1], facts={**runs[1].facts, "seed": 9})
    (table,) = chi_sweep_of_runs.curves((runs[1], other)).values()
    assert list(table.index) == [1, 1]
    paper = paper_of("chi_sweep_of_runs", shared, [runs[1], other])
    assert "small, 2 seeds" in said(draw("pronold2024/chi_sweep_of_runs", paper))


def test_data_without_a_right_hemisphere(shared, runs, tmp_path: Path):
    """A user's table may be of the left one alone."""
    left = replace(
        shared["experimental_fc"], group={"left": shared["experimental_fc"].group["right"]}
    )
    tables = {name: run.results["fc_similarity"] for name, run in zip("ab", runs, strict=False)}
    found = [
        similarities_of(
            runs[0].results["activity_similarity"], table[table["hemisphere"] != "right"]
        )
        for table in tables.values()
    ]
    assert all(np.isfinite(one["fc_pearson_right"]) for one in found)
    text = said(drawn("chi_sweep", {**shared, "experimental_fc": left}, runs, tmp_path))
    assert f"{left.source}, left" in text


def test_symbols_of_several_lengths_are_named_once(shared, runs):
    longer = replace(runs[0], facts={**runs[0].facts, "t_sim": 9000.0})
    text = said(draw("pronold2024/chi_sweep", paper_of("chi_sweep", shared, [runs[0], longer])))
    assert text.count("open:") == 1 and f"{runs[0].scale} and {longer.scale}" in text


def test_a_caption_tells_only_of_panels_that_are_drawn(shared, runs):
    figure = FIGURES["spike_journey"]
    without, with_runs = (
        caption_of(figure, paper_of("spike_journey", shared, some)) for some in ([], runs)
    )
    assert "populations against time" not in without
    assert "A, B: populations against time" in with_runs


def test_a_few_neurons_are_no_distribution():
    axes = new_figure(60, 60).add_subplot()
    draw_distributions(axes, "cv", {"run": (np.array([0.5, 0.7]), "black", "-")})
    assert not any(len(line.get_xdata()) for line in axes.get_lines()) and not axes.patches
    assert axes.get_legend().get_texts()[0].get_text() == "run, n = 2: too few"


@pytest.mark.parametrize(
    ("values", "limit"), [((0.63, -0.2), 0.7), ((0.02, -0.031), 0.04), ((0, 0), 1), ((1, -1), 1)]
)
def test_correlations_have_a_scale_that_fits(values, limit):
    axes = new_figure(60, 60).add_subplot()
    matrix = np.array([[1, values[0]], [values[1], 1.0]])
    draw_correlations(axes, matrix)
    (image,) = axes.images
    assert image.norm.vmax == -image.norm.vmin == pytest.approx(limit)
    assert np.ma.getmaskarray(image.get_array()).tolist() == [[True, False], [False, True]]


def test_a_few_strong_pairs_do_not_whiten_a_matrix():
    values = np.full((20, 20), 0.04)
    assert correlation_limit(values) == (0.04, False)
    values[3, 5] = values[5, 3] = -0.6
    assert correlation_limit(values) == (0.04, True)
    assert correlation_limit(np.full((2, 2), np.nan)) == (1.0, False)


# ------------------------------------------------------------------ numbers printed and published


def test_validation_prints_the_published_numbers(shared, tmp_path: Path):
    text = said(drawn("connectivity_validation", shared, [], tmp_path))
    for number in (
        "mean 5.7461 sd 0.9448 n = 8394 Shapiro–Wilk p = 2.3 × 10⁻⁷",
        "slope −0.00953 per mm decay 45.58 mm n = 336",
    ):
        assert number in text
    for number in ("FF: mean 351.84", "FB: mean 554.36", "FF: mean 1.969", "FB: mean 3.533"):
        assert number in text


def test_journey_prints_the_published_paths(shared, tmp_path: Path):
    text = said(drawn("spike_journey", shared, [], tmp_path))
    assert "shortest path: median area 25.0, last 41.7 ms" in text
    assert "mean 19.6 ms max 44.3 ms" in text
    for count in ("8140", "25566", "25587", "4770", "199"):
        assert count in text


def test_overview_prints_the_published_shares(shared, tmp_path: Path):
    text = said(drawn("model_overview", shared, [], tmp_path))
    for share in ("own column 56.35 %", "other areas 14.00 %", "not modelled 29.65 %"):
        assert share in text


def similarities(axes: Axes, chi: float) -> list[float]:
    """Return what the five lines of published similarities show at a chi."""
    lines = {line.get_label(): dict(map(tuple, line.get_xydata())) for line in axes.get_lines()}
    names = ("Rates", "CV", "LvR", "FC, Pearson r", "FC, exp(−RMSE/RMS)")
    return [round(lines[name][chi], 3) for name in names]


def test_sweep_draws_the_published_similarities(shared):
    figure = draw("pronold2024/chi_sweep", paper_of("chi_sweep", shared, []))
    axes = figure.axes[0]
    assert similarities(axes, 1.0) == [0.824, 0.457, 0.448, 0.335, 0.378]
    assert similarities(axes, 2.5) == [0.930, 0.900, 0.955, 0.347, 0.481]
    assert similarities(axes, 2.4)[1:4] == [0.481, 0.442, 0.463]
    assert {len(line.get_xydata()) for line in axes.get_lines()} == {19, 2}  # and the best fit
    text = said(figure)
    for number in ("experiment, n = 178800", "base, n = 18560", "best fit, n = 45696"):
        assert number in text
    for number in ("experiment, n = 25552", "base, n = 2216", "best fit, n = 6145"):
        assert text.count(number) == 2


def test_variants_draw_the_published_similarities(shared):
    """Rates, CV, LvR and FC at the best fit: Pronold et al. 2024, result files."""
    figure = draw("pronold2024/sweep_variants", paper_of("sweep_variants", shared, []))
    panels = {
        " ".join(text.get_text() for text in axes.texts): axes
        for axes in figure.axes
        if axes.get_ylabel() == "Similarity"
    }
    published = {
        "A distributed": (2.5, [0.736, 0.393, 0.404, 0.425]),
        "B smaller g": (1.75, [0.917, 0.628, 0.728, 0.385]),
        "C lower E to I": (2.0, [0.928, 0.697, 0.759, 0.350]),
        "D $χ": (4.4, [0.798, 0.894, 0.907, 0.550]),
    }
    assert len(panels) == len(published)
    for title, (chi, wanted) in published.items():
        (axes,) = (axes for text, axes in panels.items() if text.startswith(title))
        assert similarities(axes, chi)[:4] == wanted
        assert axes.get_lines()[5].get_xdata()[0] == chi


@pytest.mark.parametrize("state", [("groundstate", 1.0), ("bestfit", 2.5)])
def test_published_rates_have_the_published_similarity(shared, state):
    name, chi = state
    sample = np.sort(shared["published"].sample("default", name, "rate"))
    found = 1 - ks_distance(sample, np.sort(shared["experimental_units"].rate))
    wanted = shared["published"].chi_sweep("default").loc[chi, "similarity_rates"]
    assert found == pytest.approx(wanted, abs=1e-12)


def test_published_connectivity_is_what_is_drawn(shared):
    """Off-diagonal means: Pronold et al. 2024, result files."""
    off = ~np.eye(34, dtype=bool)
    for state, mean, sd in (("groundstate", 0.008, 0.025), ("bestfit", 0.255, 0.251)):
        values = shared["published"].connectivity("default", state).to_numpy()[off]
        assert round(values.mean(), 3) == mean
        assert values.std() == pytest.approx(sd, abs=1e-3)


def test_first_differences_of_a_pair_are_those_that_were_made(shared, runs):
    from publications.pronold2024.paths import path_delays
    from publications.pronold2024.spike_journey import pairs

    found = pairs(tuple(runs))
    assert [pair[0].chi for pair in found] == [1.0, 2.5]
    network = runs[0].results["network"]
    source = network.populations.index.get_loc(("pericalcarine", "IV", "E"))
    made = np.rint(10 * (path_delays(network)[:, source] + 1)) // 10 + 0.5
    np.testing.assert_allclose(differences(*found[0]).to_numpy(), made, atol=1e-9)
