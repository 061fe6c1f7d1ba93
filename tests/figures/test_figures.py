"""Every figure: registered, drawn without a warning, legible, labelled, the same every time."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from looks import assert_inside, assert_legible, assert_saved, drawn_texts
from matplotlib.figure import Figure
from synthetic_run import Run

from multiarea.analysis import measures
from multiarea.analysis.bold import LEAST
from multiarea.analysis.distributions import FEWEST
from multiarea.analysis.results import Arrays
from multiarea.figures import figures
from multiarea.figures.communities import matched_communities
from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.saving import save_figure
from multiarea.parameters import AnalysisParameters

#: What each figure must say.
REQUIRED = {
    "area_activity": ("Time (s)", "Rate (spikes/s), bins of 20 ms", "Deviation (SD)"),
    "area_activity_movie": ("Deviation (SD of the area)", " s"),
    "area_connectivity": ("Source area", "Target area", "Synapses per target neuron"),
    "area_currents": ("Time (s)", "Synaptic input per neuron, |E| + |I| (pA)", "Deviation"),
    "area_rates": ("Time (s)", "Rate (spikes/s)", "pericalcarine"),
    "bold": ("Time (s)", "BOLD signal, change from rest (%)"),
    "brain_maps": ("pCal", "Rate (spikes/s", "CV", "Synapses per neuron", "with pericalcarine"),
    "column_statistics": ("Rate (spikes/s)", "CV of inter-spike intervals", "Synchrony", "IV I"),
    "communities": ("Pearson correlation", "Share of synapses", "BOLD is left out"),
    "connectivity_comparison": ("Pearson r", "exp(−RMSE/RMS)", "substitute for the 7T data"),
    "correlation_boxplot": ("Correlation coefficient", "II/III E", "n = 5"),
    "cv_boxplot": ("CV of inter-spike intervals", "II/III E", "n = 5"),
    "evoked_response": ("Time from the onset (ms)", "Deviation (SD)", "Latency (ms)", "simulation"),
    "field_potentials": ("LFP proxy, 6 SD apart", "Frequency (Hz)", "Power (1/Hz)", "fusiform"),
    "functional_connectivity": ("Pearson correlation", "substitute for the 7T data", "DMN", "VIS"),
    "lvr_boxplot": ("LvR", "II/III E", "n = 5"),
    "membrane_potentials": ("Time (s)", "II/III E", "Bar: 10 mV", "fusiform"),
    "population_rates": ("Rate (spikes/s)", "II/III E", "population absent", "no spikes"),
    "power_spectra": ("Frequency (Hz)", "Power spectral density ((spikes/s)²/Hz)", "predicted"),
    "raster_areas": ("Time (s)", "Layer (50 % of neurons)", "II/III", "fusiform"),
    "rasters_all_areas": ("Time (s)", "Layer (50 % of neurons)", "II/III", "insula"),
    "rate_boxplot": ("Rate (spikes/s)", "IV E", "n = 4"),
    "rate_distributions": ("Rate of a neuron (spikes/s)", "Density (1/decade)", "silent: 20 %"),
    "single_unit_similarity": ("Similarity, 1 − KS distance", "pericalcarine"),
    "spike_counts": ("Rate of a neuron (spikes/s)", "Share of neurons"),
    "spike_statistics": ("Rate (spikes/s)", "LvR", "Correlation coefficient", "Time (s)"),
    "structure_communities": (
        "Map equation: modularity",
        "shuffled targets",
        "Share of the source's synapses",
    ),
    "synaptic_currents": ("Time (s)", "Synaptic input per neuron, |E| + |I| (pA)"),
    "temporal_hierarchy": ("Lag (ms)", "undecided", "4 of 10 pairs: too few for an order"),
    "theory_and_simulation": ("mean-field theory (spikes/s)", "no spikes: 1", "Pearson r"),
}
NAMES = sorted(REQUIRED)


def test_all_figures_are_registered():
    assert sorted(figures()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_declarations_name_existing_inputs_and_parameters(name: str):
    figure = figures()[name]
    sources = {
        "network",
        "stimulated_network",
        "spikes",
        "theory",
        "experimental_fc",
        "experimental_units",
    }
    known = (
        sources
        | {"resting_state_networks", "area_map", "potentials", "reference_rates"}
        | set(measures())
    )
    assert {*figure.needs, *figure.extras} <= known
    assert set(figure.uses) <= set(AnalysisParameters.model_fields)
    assert figure.caption.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_figure_is_drawn_labelled_and_legible(run: Run, tmp_path: Path, name: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = run.draw(name)
        save_figure(figure, [tmp_path / "a.png", tmp_path / "a.pdf"])
    assert_saved(tmp_path / "a.png", figure)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert_inside(figure)
    assert_legible(figure)
    texts = said(figure)
    for wanted in REQUIRED[name]:
        assert wanted in texts, f"{wanted!r} is missing"
    assert run.context.scale in texts
    assert "stronger@chi=1.5, base and 1 more: " in texts
    assert "chi 1.5, g -6, master_seed 7" in texts


def test_an_order_in_time_needs_lags_of_half_of_the_pairs(run: Run):
    """6 of 10 pairs have a lag; the last area is the first in time."""
    table = run.inputs["temporal_hierarchy"]
    place = np.array([4.0, 3, 2, 1, 0])
    lag = place[:, None] - place
    lag[:2, 2:4] = lag[2:4, :2] = np.nan
    content = {"lag": (lag, ("area", "area"), "ms"), "position": (place / 4, ("area",), "1")}
    figure = run.draw("temporal_hierarchy", temporal_hierarchy=Arrays(table.content | content))
    texts = said(figure)
    assert "6 of 10 pairs. Root mean square" in texts and "Position" in texts
    names = [label.get_text().split("  ")[-1] for label in figure.axes[0].get_yticklabels()]
    assert names == [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert names[0] == short(str(table["area"][-1]))


@pytest.mark.parametrize("name", NAMES)
def test_figure_copes_with_one_area(one_area: Run, tmp_path: Path, name: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = one_area.draw(name)
        save_figure(figure, [tmp_path / "a.png"])
    assert_inside(figure)
    assert_legible(figure)


@pytest.mark.parametrize("name", NAMES)
def test_figure_copes_with_silence(silence: Run, tmp_path: Path, name: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = silence.draw(name)
        save_figure(figure, [tmp_path / "a.png"])
    assert_inside(figure)
    assert_legible(figure)


@pytest.mark.parametrize("name", NAMES)
def test_figure_is_legible_with_34_areas(many_areas: Run, name: str):
    figure = many_areas.draw(name)
    assert figure.get_size_inches()[0] * 25.4 <= 180.01
    assert_inside(figure)
    assert_legible(figure)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("population_rates", "no neuron fired"),
        ("column_statistics", "too few spikes"),
        ("cv_boxplot", "no population has a value"),
        ("correlation_boxplot", "fewer than 2 active neurons"),
        ("functional_connectivity", "no correlation is defined"),
        ("raster_areas", "no spike of the"),
        ("rate_distributions", "no neuron fired"),
        ("area_rates", "0 throughout"),
        ("power_spectra", "the rate is constant"),
        ("temporal_hierarchy", "no pair of areas has a decided lag"),
        ("theory_and_simulation", "no spikes: 16"),
    ],
)
def test_empty_data_are_explained(silence: Run, name: str, wanted: str):
    assert wanted in said(silence.draw(name))


@pytest.mark.parametrize("name", NAMES)
def test_same_data_give_the_same_files(run: Run, tmp_path: Path, name: str):
    kinds = ("png", "pdf", "svg", "eps") if name in ("area_rates", "population_rates") else ("png",)
    files = [[tmp_path / f"{n}.{kind}" for kind in kinds] for n in range(2)]
    for paths in files:
        save_figure(run.draw(name), paths)
    for first, second in zip(*files, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.suffix


def test_no_figure_names_a_model():
    folder = Path(__file__).parents[2] / "src/multiarea/figures"
    files = list(folder.rglob("*.py"))
    assert len(files) > 20
    for path in files:
        text = path.read_text("utf-8").lower()
        for model in ("macaque", "microcircuit"):
            assert model not in text, f"{path.name} names {model}"


def test_models_without_networks_or_experiment_are_drawn(run: Run):
    figure = run.draw("functional_connectivity", experimental_fc=None, resting_state_networks=None)
    texts = said(figure)
    assert "Simulation: synaptic currents" in texts
    assert "Experiment" not in texts
    assert_inside(figure)


def test_correlations_of_bold_need_a_minute(run: Run):
    """Shorter runs say so in the picture, and all captions name the least length."""
    names = ("functional_connectivity", "communities", "connectivity_comparison")
    for name in names:
        assert f"from {LEAST:g} s of simulated time" in figures()[name].caption
        short = said(run.draw(name))
        assert "BOLD is left out: 2 s are too short" in short
        long = said(run.draw(name, context=replace(run.context, t_sim=1000 * LEAST + 500)))
        assert "BOLD" in long and "left out" not in long
        just = said(run.draw(name, context=replace(run.context, t_sim=1000 * LEAST)))
        assert "59.5 s are too short" in just


def test_communities_have_the_colours_of_those_of_currents_they_share_most_with():
    areas = list("abcdef")
    numbers = {"synaptic_currents": [0, 0, 0, 1, 1, 2], "structure": [1, 1, 1, 0, 0, 0]}
    table = pd.DataFrame(
        [(s, a, n) for s, own in numbers.items() for a, n in zip(areas, own, strict=True)],
        columns=["signal", "area", "community"],
    )
    found = matched_communities(table, areas)
    assert found["synaptic_currents"].tolist() == numbers["synaptic_currents"]
    assert found["structure"].tolist() == [0, 0, 0, 1, 1, 1]


def test_shuffled_graphs_without_communities_are_named(run: Run):
    table = run.inputs["structure_communities"]
    none = table.assign(surrogate_mean=0.0, surrogate_sd=1e-17)
    assert "no communities with shuffled targets" in said(
        run.draw("structure_communities", structure_communities=none)
    )
    some = table.assign(surrogate_mean=0.0012, surrogate_sd=0.0034)
    assert "targets 0.0012 ± 0.0034" in said(
        run.draw("structure_communities", structure_communities=some)
    )


def test_samples_of_few_neurons_are_not_compared(run: Run):
    table = run.inputs["activity_similarity"].assign(similarity=0.5, n_simulated=[500, FEWEST, 2])
    figure = run.draw("single_unit_similarity", activity_similarity=table)
    assert [bar.get_height() for bar in figure.axes[1].patches] == [0.5, 0.5, 0.0]
    assert [text.get_text() for text in figure.axes[1].texts if "few" in text.get_text()] == [
        "too few"
    ]
    assert f"fewer than {FEWEST} are" in figures()["single_unit_similarity"].caption


def said(figure: Figure) -> str:
    """Return all texts of a figure."""
    return " ".join(" ".join(text.get_text().split()) for text in drawn_texts(figure))
