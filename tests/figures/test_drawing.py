"""Drawing kinds and helpers against values worked out by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from synthetic_run import ABSENT, SILENT, Run

from multiarea.analysis.results import Arrays
from multiarea.figures.kinds import drawing, labels, matrix, panels, rasters
from multiarea.figures.kinds.agreement import agreement
from multiarea.figures.kinds.boxes import QUANTITIES, draw_boxes
from multiarea.figures.kinds.saving import save_figure
from multiarea.figures.power_spectra import log_means
from multiarea.figures.rate_distributions import EDGES, densities
from multiarea.parameters import Raster


def test_log_ticks():
    assert drawing.plain_log_ticks(0.02, 50).tolist() == [0.1, 1, 10]
    np.testing.assert_allclose(drawing.plain_log_ticks(0.5, 12), [0.5, 1, 2, 5, 10])
    assert len(drawing.plain_log_ticks(1e-12, 1e12)) <= 9


def test_ticks_have_room_beside_each_other():
    figure = drawing.new_figure(40, 40)
    axes = drawing.place(figure, (5, 5), (30, 30))
    axes.set(xscale="log", yscale="log", xlim=(1e-5, 1e2), ylim=(1e-5, 1e2))
    for axis in (axes.xaxis, axes.yaxis):
        drawing.log_axis(axis, 1e-5, 1e2)
    names = [
        [label.get_text() for label in axis.get_ticklabels()] for axis in (axes.xaxis, axes.yaxis)
    ]
    assert names[1] == ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1", "10", "100"]
    assert names[0] == names[1][::2]


def test_decreases_alone_fill_their_scale():
    norm, colours = matrix.change_scale(np.array([[-0.08, 0.0], [np.nan, -0.01]]))
    assert (norm.vmin, norm.vmax, colours) == (-0.08, 0, "Blues_r")
    norm, colours = matrix.change_scale(np.array([[-0.08, 0.02]]))
    assert (norm.vmin, norm.vmax, colours) == (-0.08, 0.08, "RdBu_r")


@pytest.mark.parametrize(
    ("number", "text"), [(0.01, "0.01"), (1e-5, "10⁻⁵"), (1e6, "10⁶"), (50, "50"), (2000, "2000")]
)
def test_plain_numbers(number: float, text: str):
    assert drawing.plain(number) == text


def test_text_is_wrapped_at_its_width():
    assert drawing.wrapped("aa bb cc", 1000, 6) == "aa bb cc"
    assert drawing.wrapped("aa bb cc", 0.1, 6) == "aa\nbb\ncc"
    width = drawing.text_width("aa bb", 6) + 0.01
    assert drawing.wrapped("aa bb cc", width, 6) == "aa bb\ncc"
    assert drawing.text_width("m" * 20, 6) == pytest.approx(20 * 0.974 * 6 * 25.4 / 72, rel=0.02)


def test_place_is_in_mm_from_the_upper_left():
    figure = drawing.new_figure(100, 50)
    box = drawing.place(figure, (10, 5), (20, 15)).get_position()
    np.testing.assert_allclose([box.x0, box.x1, box.y0, box.y1], [0.1, 0.3, 0.6, 0.9])


def test_envelope_keeps_extremes_in_order():
    values = np.array([0, 3, 1, 9, 2, 2, 5, 4, 6, 1, 0, 7, 8.0])
    time, thinned = panels.envelope(np.arange(13.0), values, columns=3)
    assert time.tolist() == [0, 3, 4, 6, 10, 11, 12]
    assert thinned.tolist() == [0, 9, 2, 5, 0, 7, 8]
    assert panels.envelope(np.arange(13.0), values, columns=10)[1] is values


def test_signals_are_smoothed_by_hand():
    """Of a pulse of 1 the Gaussian kernel remains, which is 1 in all; its SD is 4 samples."""
    time = np.arange(100) * 0.5
    pulse = np.where(np.arange(100) == 50, 1.0, 0.0)
    (row,) = panels.smoothed(pulse[None], time, 2.0)
    assert row.sum() == pytest.approx(1)
    assert row[50] == pytest.approx(1 / (4 * np.sqrt(2 * np.pi)), rel=1e-3)
    assert row[54] / row[50] == pytest.approx(np.exp(-0.5))
    assert panels.smoothed(pulse[None, :1], time[:1], 2.0).tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("t_sim", "window"), [(2000, (500, 750)), (750, (500, 750)), (600, (350, 600)), (100, (0, 100))]
)
def test_raster_window_of_short_runs(t_sim: float, window: tuple[float, float]):
    assert rasters.window_of(Raster(low=500.0, high=750.0), t_sim) == window


def test_areas_shown(run: Run):
    spikes, context = run.inputs["spikes"], run.context
    assert rasters.areas_shown(spikes, ("insula", "nowhere"), context) == ["insula"]
    assert rasters.areas_shown(spikes, (), context) == list(context.shown_areas)


def test_areas_are_ordered_by_network():
    table = pd.DataFrame({"right": ["A", "B", "A"]}, index=["x", "y", "z"])
    assert labels.by_network(["w", "y", "z", "x"], table) == (
        ["x", "z", "y", "w"],
        [("A", 2), ("B", 1), ("none", 1)],
    )
    assert labels.by_network(["w", "y"], None) == (["w", "y"], [])


def test_short_names_are_unique_and_short():
    short = [names[0] for names in labels.AREA_NAMES.values()]
    assert len(set(short)) == len(short) == 34
    assert max(map(len, short)) <= 4
    assert labels.short("V1") == labels.full("V1") == labels.key("V1") == "V1"


def test_agreement_by_hand():
    both = pd.DataFrame(
        {"rate_1": [1, 2, 4.0], "rate_spikes_per_s": [2, 4, 0.0], "n_neurons": [1, 1, 2]}
    )
    found = agreement(both)
    assert found["mean_theory"] == pytest.approx((1 + 2 + 8) / 4)
    assert found["mean_simulated"] == pytest.approx((2 + 4 + 0) / 4)
    assert found["pearson_r_log"] == pytest.approx(1)
    assert found["pearson_r"] == pytest.approx(np.corrcoef([1, 2, 4], [2, 4, 0])[0, 1])
    assert np.isnan(agreement(both.iloc[:1])["pearson_r"])


def test_log_means_by_hand():
    frequency, power = log_means(np.array([1, 10, 10.5, 100]), np.array([2, 4, 8, 1.0]))
    assert frequency.tolist() == [1, 10.25, 100]
    assert power.tolist() == [2, 6, 1]


def test_rate_densities_by_hand():
    names = {"area": ["a", "b"], "layer": ["V", "V"], "population": ["E", "E"]}
    rates = Arrays(
        {
            "rate": (np.array([0, 2.0, 2.0, 20.0, 0, 0]), ("neuron",), "spikes/s"),
            "offsets": (np.array([0, 4, 6]), ("population + 1",), "1"),
            **{f"population_{k}": (np.array(v), ("population",), "") for k, v in names.items()},
        }
    )
    density, silent = densities(rates)[("V", "E")]
    assert silent == pytest.approx(3 / 6)
    assert density.shape == (1, len(EDGES) - 1)
    assert density[0, EDGES[:-1] == 0.0] == pytest.approx(2 / 3 / 0.5)
    assert density[0, EDGES[:-1] == 1.0] == pytest.approx(1 / 3 / 0.5)
    assert density.sum() * 0.5 == pytest.approx(1)


def test_absent_populations_do_not_enter_boxes(run: Run):
    table = pd.DataFrame(
        {"layer": ["IV"] * 6, "population": ["E"] * 6, "rate_spikes_per_s": [1, 2, 3, 4, 5, np.nan]}
    )
    figure = drawing.new_figure(100, 80)
    axes = drawing.place(figure, (10, 10), (60, 50))
    draw_boxes(axes, table, QUANTITIES["rates"], run.context)
    said = [text.get_text() for text in axes.texts]
    assert said.count("n = 5") == 1
    assert said.count("population absent") == 5
    medians = [line for line in axes.lines if line.get_color() == "black"]
    assert medians[0].get_xdata().tolist() == [3, 3]


def test_absent_and_silent_populations_are_marked(run: Run):
    figure = run.draw("population_rates")
    axes = figure.axes[0]
    shown = [tick.get_text() for tick in axes.get_yticklabels()]
    column = run.context.areas.index(ABSENT[0])
    marks = set(zip(*axes.lines[0].get_data(), strict=True))
    assert marks == {(column, shown.index("IV E")), (column, shown.index("IV I"))}
    image = axes.images[0].get_array()
    silent = (shown.index("V E"), run.context.areas.index(SILENT[0]))
    assert image.mask[silent]
    assert image.mask.sum() == 3
    rates = run.inputs["rates"].set_index(["area", "layer", "population"])["rate_spikes_per_s"]
    first = rates[("pericalcarine", "II/III", "E")]
    assert image[shown.index("II/III E"), 0] == pytest.approx(first)


def test_connectivity_is_target_by_source(run: Run):
    axes = run.draw("area_connectivity").axes[0]
    image = axes.images[0].get_array()
    # fusiform has 4 populations, the others 6: synapses / neurons of the target.
    assert image[0, 1] == pytest.approx(20 * 6 * 4 / (6 * 20))
    assert image[1, 0] == pytest.approx(20 * 6 * 4 / (4 * 20))
    assert image.mask[0, 3]


def test_unknown_style_is_left_out_with_a_warning(run: Run):
    parameters = run.parameters.model_copy(update={"mplstyles": ("/nowhere/x.mplstyle",)})
    with pytest.warns(UserWarning, match="mplstyles: no matplotlib style"):
        run.draw("cv_boxplot", parameters=parameters)


def test_style_of_the_user_is_used_and_not_kept(run: Run, tmp_path: Path):

    style = tmp_path / "own.mplstyle"
    style.write_text("axes.labelsize: 13\n")
    before = mpl.rcParams["axes.labelsize"]
    parameters = run.parameters.model_copy(update={"mplstyles": (str(style),)})
    figure = run.draw("cv_boxplot", parameters=parameters)
    assert figure.axes[0].xaxis.label.get_fontsize() == 13
    assert run.draw("cv_boxplot").axes[0].xaxis.label.get_fontsize() == 7
    assert mpl.rcParams["axes.labelsize"] == before


def test_saved_files_are_complete_or_absent(run: Run, tmp_path: Path):
    figure = run.draw("cv_boxplot")
    with pytest.raises(ValueError, match="not supported"):
        save_figure(figure, [tmp_path / "a.png", tmp_path / "b.nothing"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


FORMULA = r"""
import subprocess
import sys
from pathlib import Path
import matplotlib as mpl
from matplotlib.font_manager import fontManager
from multiarea.figures.kinds import drawing
fontManager.ttflist = []
fontManager.addfont(Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
with drawing.house_style():
    figure = drawing.new_figure(60, 60)
    figure.text(0.5, 0.5, r"$χ_\mathrm{I} = \sqrt{2}$")
    figure.canvas.draw()
"""


def test_formulas_find_their_fonts_whatever_the_cache_lists():
    """The list of fonts may have been written by an installation that had only the system's.

    In a process of its own: later pictures of this one would have other fonts.
    """
    done = subprocess.run(
        [sys.executable, "-c", FORMULA], capture_output=True, text=True, check=True
    )
    assert "not found" not in done.stderr


ANOTHER_COPY = r"""
import dataclasses
import sys
from pathlib import Path
import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager
from multiarea.figures.kinds import drawing
own = next(font for font in fontManager.ttflist if font.fname.endswith("DejaVuSans.ttf"))
fontManager.ttflist.insert(0, dataclasses.replace(own, fname=sys.argv[1]))
with drawing.house_style():
    print(findfont(FontProperties()))
"""


def test_matplotlib_s_own_fonts_come_first(tmp_path: Path):
    """A system's copy of a font may be another version, in which letters have other widths."""
    own = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    another = tmp_path / own.name
    another.write_bytes(own.read_bytes())
    command = [sys.executable, "-c", ANOTHER_COPY, str(another)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == own


def test_pdf_embeds_its_fonts(run: Run, tmp_path: Path):
    """Type 42 (TrueType), which journals take and drawing programs can edit."""
    save_figure(run.draw("cv_boxplot"), [tmp_path / "a.pdf"])
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.count(b"/FontFile2") >= 1
    assert b"/Type3" not in content


def test_matrices_around_0_of_constant_and_of_undefined_values():
    assert matrix.symmetric_norm(np.array([np.nan, -3.0, 2.0])).vmax == 3
    for values in (np.zeros(4), np.full(4, np.nan)):
        assert matrix.symmetric_norm(values).vmin == -1
