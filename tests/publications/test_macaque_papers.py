"""Figures of the publications on the macaque model: drawn with and without runs, their numbers."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from looks import OTHER_NAMES, assert_published, assert_saved, drawn_texts
from paper_runs import make_spikes

from multiarea.analysis import compute, measures
from multiarea.analysis.results import Arrays
from multiarea.build.pipeline import build_network
from multiarea.experiment.loading import load_experiments
from multiarea.figures.kinds.drawing import new_figure
from multiarea.figures.kinds.saving import save_figure
from multiarea.files.project import resolve
from multiarea.models import macaque
from multiarea.parameters import AnalysisParameters
from multiarea.parameters.config import ExperimentalData
from multiarea.theory import stationary_rates
from multiarea.workflow.sources import source_files
from publications import paper_figures, publications
from publications.drawing import caption_of, draw
from publications.drawn_from import Paper, Run
from publications.inputs import context, readers
from publications.schmidt2018a import (
    communities,
    cytoarchitecture,
    laminar_paths,
    laminar_patterns,
    population_connectivity,
    total_indegree,
)
from publications.schmidt2018b import bistability, functional_connectivity, states, v1_activity
from publications.shared import path_diagrams
from publications.shared.populations import rate_range
from publications.summaries import read_summary

#: What each figure must say without runs, and with them.
REQUIRED = {
    "schmidt2018a/cytoarchitecture": (("−2.082 mm per decade", "n = 14", "Layer"), ()),
    "schmidt2018a/total_indegree": (("other areas (type III)", "mean over areas, 10281"), ()),
    "schmidt2018a/area_connectivity": (
        ("CoCoMac: 414 tracing: 157 not known: 421 pairs", "−0.1144 per mm", "8.74 mm, n = 331"),
        (),
    ),
    "schmidt2018a/laminar_patterns": (
        ("a₀ = −0.1516, a₁ = −1.5343", "SciPy: a₀ = −0.1519, a₁ = −1.5340", "lateral, n = 273"),
        (),
    ),
    "schmidt2018a/population_connectivity": (("within areas, n =", "V2 VI I"), ()),
    "schmidt2018a/communities": (("6 communities", "shuffled targets, 0.0", "model, 0.409"), ()),
    "schmidt2018a/laminar_paths": (("feedback, n = 172", "passages", "94 %"), ()),
    "schmidt2018b/laminar_paths": (("mean-field theory", "feedback, n = 172"), ()),
    "schmidt2018b/population_rates": (
        ("theory, ground state", "theory, metastable state"),
        ("N × 0.001",),
    ),
    "schmidt2018b/ground_state": ((), ("χ = 1, N × 0.001", "LvR")),
    "schmidt2018b/metastable": ((), ("χ = 1.9, N × 0.001",)),
    "schmidt2018b/functional_connectivity": (
        ("structure, Pearson r 0.336", "(map equation)", "(Louvain)"),
        ("currents, n = 2 runs", "N × 0.001", "simulation, Pearson r"),
    ),
    "schmidt2018b/temporal_hierarchy": ((), ("too few for an order in time",)),
    "schmidt2018b/v1_activity": ((), ("χ = 1.9, N × 0.001",)),
}
MEASURES = (
    *("rates", "rates_individual", "correlation", "lvr", "rate_histograms", "power_spectra"),
    *("temporal_hierarchy", "synaptic_currents", "bold", "fc_currents", "fc_bold"),
    "fc_similarity",
)


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    """Return everything that the figures share, read and computed by the product."""
    given: dict[str, Any] = {}
    for name in ("schmidt2018a", "schmidt2018b"):
        publication = publications()[name]
        read = readers(publication)
        files = source_files(macaque, ExperimentalData())
        for key, path in publication.tables.items():
            files[key] = sorted(resolve(path).glob("*.csv")) or [resolve(path)]
        loaded = {key: load_experiments([path])[0] for key, path in publication.references.items()}
        spec = {"networks": {key: one.network.identity for key, one in loaded.items()}}
        for key, experiment in loaded.items():
            given[f"{key}_network"] = macaque.build_network(experiment.network)
        given |= {key: read[key](paths, spec) for key, paths in files.items()}
        for key in {"base_sources", "metastable_sources"} & set(read):
            given[key] = read[key]([], spec)
    for key in ("ground_state", "metastable"):
        network = given[f"{key}_network"]
        table = network.populations.index.to_frame(index=False)
        given[f"{key}_theory"] = table.assign(rate_1=stationary_rates(network).rates)
    return given


@pytest.fixture(scope="module")
def runs(tmp_path_factory, shared) -> list[Run]:
    """Return a run of each state, Poisson spikes in place of NEST's, analysed by the product."""
    parameters = macaque.Parameters(N_scaling=0.001, K_scaling=0.01, scaling_type="linear")
    network = build_network("macaque", parameters)
    spikes = make_spikes(tmp_path_factory.mktemp("macaque") / "run", network)
    options = AnalysisParameters.model_validate(
        {"plotRasterArea": {"fraction": 1.0}, "lvr": {"min_spikes": 5}}
    )
    results = {"network": network, "spikes": spikes, **shared}
    for name in MEASURES:
        results[name] = compute(name, results, options)
    states = (("ground_state", 1.0), ("metastable", 1.9))
    return [
        Run(facts(*state), results, options, context("macaque", facts(*state))) for state in states
    ]


def facts(role: str, chi: float) -> dict[str, Any]:
    return {
        **{"name": f"small_{role}", "file": "experiments/small.py", "role": role, "variant": ""},
        **{"chi": chi, "chi_I": 1.0, "single_spike": [], "pair": "", "N_scaling": 0.001},
        **{"K_scaling": 0.01, "t_sim": 2600.0, "seed": 8, "folder": "out/a", "is_summary": False},
    }


def drawn(name: str, shared: dict[str, Any], runs: list[Run], folder: Path) -> str:
    """Draw a figure without warnings, check that no text is cut off, save it; return its text."""
    figure = paper_figures()[name]
    paper = Paper({need: shared[need] for need in figure.needs}, tuple(runs))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = draw(name, paper)
        save_figure(picture, [folder / "a.png"])
    assert_saved(folder / "a.png", picture)
    assert_published(picture)
    assert "full" in caption_of(figure, paper).lower()
    return " ".join(" ".join(text.get_text().split()) for text in drawn_texts(picture))


@pytest.mark.parametrize("name", [name for name in REQUIRED if not paper_figures()[name].needs_run])
def test_without_runs(name: str, shared, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(communities, "N_SURROGATES", 50)
    text = drawn(name, shared, [], tmp_path)
    for wanted in REQUIRED[name][0]:
        assert wanted in text, f"{wanted!r} is missing in {text!r}"


@pytest.mark.parametrize("name", [name for name, (_, with_runs) in REQUIRED.items() if with_runs])
def test_with_runs(name: str, shared, runs, tmp_path: Path):
    text = drawn(name, shared, runs, tmp_path)
    for wanted in REQUIRED[name][1]:
        assert wanted in text, f"{wanted!r} is missing in {text!r}"


# ------------------------------------------------------------------------------ published numbers


def test_fits_of_the_layers(shared):
    """Total thickness 12.0946287 - 2.0818013 log10 rho mm; share of layer IV 0.44030834 per dec."""
    thickness = cytoarchitecture.thickness_fit(shared["base_sources"])
    assert thickness == pytest.approx((-2.0818013, 12.0946287), abs=1e-6)
    share = cytoarchitecture.share_fit(shared["base_sources"])
    assert share == pytest.approx((0.44030834, -2.00620499), abs=1e-6)


def test_synapses_per_neuron_of_v1(shared):
    """Schmidt et al. 2018a: mean in-degree of V1 is 3950 by construction."""
    degrees = total_indegree.indegrees(shared["base_network"]).sum(axis=1)
    assert degrees["V1"] == pytest.approx(3950, rel=1e-4)
    assert degrees.index[0] == "V1" and degrees.idxmin() == "V1"


def test_classes_of_connections(shared):
    assert laminar_patterns.class_sizes(shared["base_sources"]) == {
        "feedback": 172,
        "lateral": 273,
        "feedforward": 126,
    }


def test_mean_patterns_add_up_and_feedback_targets_are_mostly_excitatory(shared):
    patterns = laminar_patterns.mean_patterns(shared["base_sources"])
    for values in patterns.values():
        assert values.sum() == pytest.approx(1)
        assert values[:, [1, 2, 3, 5, 7]].sum() == 0
    assert patterns["feedback"][::2].sum() == pytest.approx(0.93, abs=5e-3)


def test_layers_of_termination_by_hand(shared):
    """V1 <- V2 in CoCoMac."""
    found = laminar_patterns.termination_layers(shared["base_sources"])
    assert {name: number for name, (_, number) in found.items()} == {
        "feedback": 55,
        "lateral": 85,
        "feedforward": 32,
    }
    assert found["feedforward"][0].argmax() == 3 and found["feedback"][0].argmin() == 3


def test_connection_probability_by_hand(shared):
    """C = 1 - (1 - 1/(N_i N_j))^S."""
    network = shared["base_network"]
    n, synapses = network.n_neurons.astype(float), network.synapses[0, 0]
    expected = 1 - (1 - 1 / n[0] ** 2) ** synapses
    assert population_connectivity.probabilities(network)[0, 0] == pytest.approx(expected, rel=1e-6)


def test_six_communities(shared):
    """Schmidt et al. 2018a, Fig. 7: six clusters, far more modular than shuffled graphs."""
    weights, found = communities.partition(shared["base_network"])
    groups = [
        {macaque.AREAS[k] for k in np.flatnonzero(found.number == n)}
        for n in range(found.number.max() + 1)
    ]
    assert len(groups) == 6
    assert {"V1", "V2"} in groups and {"FEF", "46"} in groups and {"STPp", "STPa"} in groups
    assert weights.sum(axis=0) == pytest.approx(np.ones(32))
    assert found.modularity == pytest.approx(0.409, abs=1e-3)


def test_feedforward_paths_lead_from_2_3e_to_4e(shared):
    """Schmidt et al. 2018a, Fig. 8."""
    network, steps = shared["base_network"], shared["base_sources"]
    paths = laminar_paths.strongest_paths(network, steps.parameters.connection_params.g)
    assert len(paths) == 31 * 31
    direct = path_diagrams.with_classes(paths, steps.anatomy)
    forward = direct[direct["by_sln"] == "feedforward"]
    shares = path_diagrams.end_shares(forward, path_diagrams.population_kinds(network))
    assert shares.sum() == pytest.approx(1) and shares[2, 0] > 0.9
    assert len(direct) == 571


def test_published_averages_are_drawn_beside_a_summary(shared, runs):
    """The range of NEST; of LvR only where the run has that of all neurons that fired."""
    folder = resolve("simulated_data/full_scale/macaque_chi_1")
    tables = [folder / f"{name}.csv" for name in ("rates", "correlation", "lvr", "rate_histograms")]
    summary = replace(
        runs[0],
        facts={**runs[0].facts, "is_summary": True},
        results={**runs[0].results, **read_summary(tables)},
    )
    published = shared["population_averages"].xs("nest", level="simulator")
    for run, lvr in ((summary, "LvR of neurons that fired"), (runs[0], "LvR")):
        picture = draw("schmidt2018b/ground_state", Paper(shared, (run,)))
        panels = {axes.get_xlabel(): axes for axes in picture.axes}
        for name, label in (("rates", "Rate (spikes/s)"), ("irregularity", lvr)):
            lines = [part for every in panels[label].collections for part in every.get_segments()]
            found = {tuple(x): round(y[0]) for x, y in (np.transpose(line) for line in lines)}
            table = published.loc[(1.0, name)]
            kinds = list(product(macaque.LAYERS, macaque.POPULATIONS))
            expected = {tuple(table.loc[kind, ["min", "max"]]): n for n, kind in enumerate(kinds)}
            assert found == ({} if label == "LvR" else expected)


def test_areas_that_are_not_recorded_are_named(shared, runs, tmp_path: Path):
    (ground, _) = runs
    results = dict(ground.results)
    for name in ("rate_histograms", "power_spectra"):
        results[name] = without_area(results[name], "V1")
    partial = [replace(ground, results=results)]
    assert "not recorded" in drawn("schmidt2018b/ground_state", shared, partial, tmp_path)
    assert "V1 is not recorded" in drawn("schmidt2018b/v1_activity", shared, partial, tmp_path)


def test_histograms_of_rates_have_no_bins_that_a_count_cannot_reach():
    """In runs of any length: rates are multiples of 1 / length."""
    for seconds in (0.5, 2, 10, 100):
        edges = v1_activity.bins_of_counts(v1_activity.BINS, seconds)
        counts, _ = np.histogram(np.arange(1, 300 * seconds) / seconds, edges)
        assert edges[0] <= 1 / seconds and counts[:-1].all()


def without_area(table: Arrays, area: str) -> Arrays:
    kept = table["area"] != area
    content = {
        name: (values[kept] if dims[0] == "area" else values, dims, unit)
        for name, (values, dims, unit) in table.content.items()
        if dims
    }
    return Arrays(content | {name: entry for name, entry in table.content.items() if not entry[1]})


@pytest.mark.parametrize("n", [1, 50, 80, 81, 500])
def test_smooth_rates_of_short_runs(n: int):
    """A constant stays what it is, also where the kernel is longer than the run."""
    assert states.smooth(np.full(n, 3.0), 1.0) == pytest.approx(np.full(n, 3.0))


def test_smooth_rates_by_hand():
    found = states.smooth(np.eye(201)[100], 1.0)
    assert found[100] == pytest.approx(1 / np.sqrt(2 * np.pi) / 10, rel=1e-3)
    assert found[110] / found[100] == pytest.approx(np.exp(-0.5))


def test_every_start_is_drawn():
    """Starts that end below and above the axis, and one that ends nowhere."""
    axes = new_figure(100, 50).add_subplot()
    data = {"mean_rate": np.array([0.2, 400.0, 8.0, np.nan]), "end": np.array([0, 1, 2, -1])}
    bistability._ends(axes, 1.0, data, last=True)
    shares = [patch.get_data().values.sum() for patch in axes.patches]
    assert shares == pytest.approx([1 / 4, 2 / 4])
    assert "low: 1 of 4, none: 1" in axes.texts[0].get_text()


def test_runs_at_any_chi_are_inside_the_axes(shared, runs):
    run = replace(runs[0], facts={**runs[0].facts, "chi": 0.2})
    needs = paper_figures()["schmidt2018b/functional_connectivity"].needs
    paper = Paper({need: shared[need] for need in needs}, (run,))
    (axes,) = (
        axes
        for axes in draw("schmidt2018b/functional_connectivity", paper).axes
        if axes.get_xlabel() == "χ"
    )
    assert axes.get_xlim()[0] < 0.2 and axes.get_xlim()[1] > 2.5


def test_an_order_needs_lags_of_half_of_the_pairs(shared, runs, tmp_path: Path):
    name = "schmidt2018b/temporal_hierarchy"
    table = runs[1].results["temporal_hierarchy"]
    assert "Reid" not in drawn(name, shared, runs, tmp_path)
    place = np.arange(len(table["area"]), dtype=float)
    decided = Arrays(
        table.content
        | {
            "lag": (place[:, None] - place, ("area", "area"), "ms"),
            "position": (place / place[-1], ("area",), "1"),
        }
    )
    ordered = replace(runs[1], results={**runs[1].results, "temporal_hierarchy": decided})
    text = drawn(name, shared, [ordered], tmp_path)
    assert "Lags decided: 496 of 496 pairs" in text and "Reid et al. 2009" in text


@pytest.mark.parametrize(
    ("rates", "limits"),
    [((0.3, 9), (0.2, 10)), ((0.0, 10.3), (0.01, 20)), ((0.02, 101), (0.02, 200)), ((), (1, 2))],
)
def test_scales_of_rates_fit(rates, limits):
    found = rate_range(pd.Series(rates, dtype=float))
    assert found[:2] == pytest.approx(limits) and found.is_cut == (0.0 in rates)


def test_bold_of_a_short_run_is_not_drawn(shared, runs):
    needs = paper_figures()["schmidt2018b/functional_connectivity"].needs
    for t_sim, is_drawn in ((2600.0, False), (100_000.0, True)):
        run = replace(runs[1], facts={**runs[1].facts, "t_sim": t_sim})
        paper = Paper({need: shared[need] for need in needs}, (run,))
        picture = draw("schmidt2018b/functional_connectivity", paper)
        assert any("BOLD" in text.get_text() for text in drawn_texts(picture)) == is_drawn


def test_labels_of_paths_are_apart_and_not_on_crossings():
    lines = [(0, 2), (0, 3), (0, 7), (6, 2), (6, 3)]
    places = path_diagrams.label_places(lines)
    for (start, end), (x, y) in zip(lines, places, strict=True):
        assert y == pytest.approx(start + x * (end - start))
    for (x, y), (other_x, other_y) in combinations(places, 2):
        assert abs(x - other_x) > 0.15 or abs(y - other_y) > 0.4


def test_structure_and_experiment(shared):
    measured = functional_connectivity.mean_fc(shared["experimental_fc"])
    assert (np.diag(measured) == 1).all() and measured.shape == (32, 32)
    network = shared["ground_state_network"]
    assert functional_connectivity.structure_to_experiment(network, measured) > 0.3


# --------------------------------------------------------------------------------------- the index


def test_captions_have_one_form_of_names():
    for name, figure in paper_figures().items():
        assert not OTHER_NAMES.search(figure.caption), (
            f"{name}: {OTHER_NAMES.search(figure.caption)}"
        )


def test_every_figure_has_its_line_in_the_index(checkout: Path):
    index = (checkout / "docs/figures_macaque.md").read_text("utf-8")
    for name in paper_figures():
        publication, figure = name.split("/")
        if publications()[publication].model == "macaque":
            assert f"figures/{publication}/" in index and f"`{figure}`" in index, name


@pytest.mark.parametrize("name", paper_figures())
def test_declarations_name_what_exists(name: str):
    figure = paper_figures()[name]
    assert set(figure.needs) <= set(readers(figure.publication))
    assert set(figure.runs) <= set(figure.publication.roles)
    assert set(figure.results) <= {"network", "spikes", "theory", *measures()}
    assert bool(figure.runs) == bool(figure.results)
    assert figure.caption.endswith(".") and "full" in figure.caption.lower()
