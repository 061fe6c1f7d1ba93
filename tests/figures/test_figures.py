"""Every figure: registered, drawn without a warning, legible, labelled, the same every time."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from looks import assert_inside, assert_legible, assert_saved, drawn_texts
from synthetic_run import Run

from multiarea.analysis import measures
from multiarea.analysis.results import Arrays
from multiarea.figures import figures
from multiarea.figures.kinds.labels import short
from multiarea.figures.kinds.saving import save_figure
from multiarea.parameters import AnalysisParameters

#: What each figure must say.
REQUIRED = {
    "area_activity": ("Time (s)", "Rate (spikes/s), bins of 20 ms", "Deviation (SD)"),
    "area_activity_movie": ("Deviation (SD of the area)", " s"),
    "area_connectivity": ("Source area", "Target area", "Synapses per target neuron"),
    "area_currents": ("Time (s)", "Synaptic input current per neuron (pA)", "Deviation"),
    "area_rates": ("Time (s)", "Rate (spikes/s)", "pericalcarine"),
    "area_rates_own_axis": ("Time (s)", "Rate (spikes/s)", "pericalcarine"),
    "bold": ("Time (s)", "BOLD signal, change from rest (%)"),
    "brain_maps": ("pCal", "Rate (spikes/s", "CV", "Synapses per neuron", "with pericalcarine"),
    "column_statistics": ("Rate (spikes/s)", "CV of inter-spike intervals", "Synchrony", "IV I"),
    "communities": ("Pearson correlation", "Share of synapses", "modularity"),
    "connectivity_comparison": ("Pearson r", "exp(−RMSE/RMS)", "substitute for the 7T data"),
    "correlation_boxplot": ("Correlation coefficient", "II/III E", "n = 5"),
    "cv_boxplot": ("CV of inter-spike intervals", "II/III E", "n = 5"),
    "evoked_response": ("Time from the onset (ms)", "Deviation (SD)", "Latency (ms)", "simulation"),
    "functional_connectivity": ("Pearson correlation", "substitute for the 7T data", "DMN", "VIS"),
    "lvr_boxplot": ("LvR", "II/III E", "n = 5"),
    "membrane_potentials": ("Time (s)", "II/III E", "Bar: 10 mV", "fusiform"),
    "population_rates": ("Rate (spikes/s)", "II/III E", "population absent", "no spikes"),
    "power_spectra": ("Frequency (Hz)", "Power spectral density ((spikes/s)²/Hz)"),
    "raster_areas": ("Time (s)", "Layer (50 % of neurons)", "II/III", "fusiform"),
    "rasters_all_areas": ("Time (s)", "Layer (50 % of neurons)", "II/III", "insula"),
    "rate_boxplot": ("Rate (spikes/s)", "IV E", "n = 4"),
    "rate_distributions": ("Rate of a neuron (spikes/s)", "Density (1/decade)", "silent: 20 %"),
    "single_unit_similarity": ("Similarity, 1 − KS distance", "pericalcarine"),
    "spike_counts": ("Rate of a neuron (spikes/s)", "Share of neurons"),
    "spike_statistics": ("Rate (spikes/s)", "LvR", "Correlation coefficient", "Time (s)"),
    "structure_communities": ("modularity", "shuffled targets", "Share of the source's synapses"),
    "synaptic_currents": ("Time (s)", "Synaptic input current per neuron (pA)"),
    "synaptic_currents_own_axis": ("Time (s)", "Synaptic input current per neuron (pA)"),
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
    said = " ".join(" ".join(text.get_text().split()) for text in drawn_texts(figure))
    for wanted in REQUIRED[name]:
        assert wanted in said, f"{wanted!r} is missing"
    assert run.context.scale in said
    assert "stronger@chi=1.5, base and 1 more: " in said
    assert "chi 1.5, g -6, master_seed 7" in said


def test_an_order_in_time_needs_lags_of_half_of_the_pairs(run: Run):
    """6 of 10 pairs have a lag; the last area is the first in time."""
    table = run.inputs["temporal_hierarchy"]
    place = np.array([4.0, 3, 2, 1, 0])
    lag = place[:, None] - place
    lag[:2, 2:4] = lag[2:4, :2] = np.nan
    content = {"lag": (lag, ("area", "area"), "ms"), "position": (place / 4, ("area",), "1")}
    figure = run.draw("temporal_hierarchy", temporal_hierarchy=Arrays(table.content | content))
    said = " ".join(text.get_text() for text in drawn_texts(figure))
    assert "6 of 10 pairs. Root mean square" in said and "Position" in said
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
    said = " ".join(" ".join(t.get_text().split()) for t in drawn_texts(silence.draw(name)))
    assert wanted in said


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
    said = " ".join(text.get_text() for text in drawn_texts(figure))
    assert "Simulation: BOLD" in said
    assert "Experiment" not in said
    assert_inside(figure)
