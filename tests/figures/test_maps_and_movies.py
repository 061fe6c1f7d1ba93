"""Maps of areas, heat maps and movies, against values computed by hand."""

from __future__ import annotations

import re
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from looks import assert_inside, assert_legible, assert_saved, drawn_texts
from matplotlib.colors import LogNorm, Normalize, to_rgba
from PIL import Image
from synthetic_run import Run

from multiarea.data.desikan_killiany import read_area_map
from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.figures.kinds import palette
from multiarea.figures.kinds.activity import cut_off, deviation_norm, in_bins, norm_of, with_ends
from multiarea.figures.kinds.brain_map import BrainMap, fitting_norm, height_of, spread
from multiarea.figures.kinds.drawing import new_figure
from multiarea.figures.kinds.groups import matched
from multiarea.figures.kinds.map_labels import place_labels
from multiarea.figures.kinds.movie import Movie, as_gif
from multiarea.figures.kinds.saving import save_figure
from multiarea.files.project import resolve
from multiarea.models.human import AREAS, COMPARISONS
from multiarea.workflow.rules import Workflow


def square(x: float, y: float, size: float) -> np.ndarray:
    return np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], float)


def outlines() -> pd.DataFrame:
    """Return two squares of 100 x 100 in two views, 300 units from edge to edge."""
    parts = {("lateral", "one"): 0, ("lateral", "hemisphere"): 0, ("medial", "two"): 200}
    rows = [(*key, 0, *corner) for key, x in parts.items() for corner in square(x, 0, 100)]
    return pd.DataFrame(rows, columns=["view", "area", "outline", "x", "y"])


def test_the_map_that_is_shipped_has_every_area():
    table = read_area_map(resolve(COMPARISONS["area_map"]), AREAS)
    assert set(table["area"]) == {*AREAS, "hemisphere"}
    assert set(table.loc[table["area"] == "hemisphere", "view"]) == {"lateral", "medial"}
    views = table.groupby("area")["view"].unique().map(sorted)
    assert views["insula"] == ["lateral"] and views["cuneus"] == ["medial"]
    assert views["superiorfrontal"] == views["temporalpole"] == ["lateral", "medial"]
    middle = table.groupby(["view", "area"])["x"].mean()
    assert middle["lateral", "lateraloccipital"] < middle["lateral", "frontalpole"]
    assert middle["medial", "frontalpole"] < middle["medial", "pericalcarine"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("medial", "dorsal"), "unknown view 'dorsal'; expected one of 'lateral', 'medial'"),
        (("insula", "insulla"), "no area 'insula'"),
    ],
)
def test_wrong_maps_are_refused(tmp_path, change, expected):
    text = resolve(COMPARISONS["area_map"]).read_text().replace(*change)
    (tmp_path / "map.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_area_map(tmp_path / "map.csv", AREAS)
    assert expected in str(caught.value) and "map.csv" in str(caught.value)


def test_a_map_has_the_proportions_of_its_outlines():
    """Margins of 8 units make it 316 x 116 units: 79 mm are 29 mm high."""
    assert height_of(79, outlines()) == pytest.approx(29)
    drawn = BrainMap(new_figure(100, 50), (10, 5), 79, outlines())
    box = drawn.axes.get_position()
    assert box.width * 100 == pytest.approx(79) and box.height * 50 == pytest.approx(29)


def test_areas_have_the_colours_of_their_values_and_others_are_grey():
    drawn = BrainMap(new_figure(100, 50), (10, 5), 79, outlines())
    drawn.show(pd.Series({"one": 1.0, "two": np.nan}), Normalize(0, 2), "viridis")
    colours = drawn.axes.collections[0].get_facecolors()
    assert drawn.areas == ["one", "two"]
    assert tuple(colours[0]) == mpl.colormaps["viridis"](0.5)
    assert tuple(colours[1]) == to_rgba(palette.EMPTY)


def test_names_go_into_polygons_or_beside_small_ones():
    """At a tenth of a mm per unit, a name fits into 100 units, and not into 12."""
    limits = np.array([-50.0, -50.0]), np.array([250.0, 150.0])
    shapes = [square(0, 0, 100), square(150, 40, 12)]
    large, small = place_labels(shapes, ["insula", "cuneus"], limits, 10.0)
    assert (large.text, large.at, large.inside) == ("Ins", (50.0, 50.0), None)
    assert small.text == "Cun" and 150 <= small.inside[0] <= 162 and 40 <= small.inside[1] <= 52
    assert not (150 - 10 < small.at[0] < 162 + 10 and 40 - 5 < small.at[1] < 52 + 5)


def test_a_scale_starts_at_0_or_is_logarithmic_where_values_differ_much():
    norm = fitting_norm(np.array([2.0, 8.0, np.nan]))
    assert (type(norm), norm.vmin, norm.vmax) == (Normalize, 0, 8)
    norm = fitting_norm(np.array([0.1, 8.0]))
    assert isinstance(norm, LogNorm) and (norm.vmin, norm.vmax) == (0.1, 8)
    assert not isinstance(fitting_norm(np.array([0.0, 8.0])), LogNorm)
    assert fitting_norm(np.array([np.nan])).vmax == 1


def test_a_single_area_does_not_take_the_scale_of_the_others():
    values = np.array([*np.linspace(0.7, 0.9, 33), 1.7])
    norm = spread(values)
    assert norm.vmin == 0.7 and 0.9 < norm.vmax < 1.2
    norm = spread(values[:-1])
    assert (norm.vmin, norm.vmax) == (0.7, 0.9)
    assert spread(np.array([0.5, 0.5])).vmax == 1.0


def test_communities_get_the_numbers_of_those_that_share_most_areas():
    """1 shares a, b with 7; 0 shares d, e with 3; 2 has no partner: the first free number, 0."""
    other = pd.Series({"a": 7, "b": 7, "c": 3, "d": 3, "e": 3})
    number = pd.Series({"a": 1, "b": 1, "c": 2, "d": 0, "e": 0})
    assert matched(number, other).to_dict() == {"a": 7, "b": 7, "c": 0, "d": 3, "e": 3}


def test_bins_hold_means_and_leave_an_incomplete_one_out():
    values = np.array([[1.0, 3.0, 5.0, 7.0, 100.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    activity = in_bins(values, 500 + 10.0 * np.arange(5))
    assert activity.values.tolist() == [[2.0, 6.0], [0.0, 0.0]]
    assert (activity.width, activity.span) == (20.0, (0.5, 0.54))
    assert activity.z_scored[0].tolist() == [-1.0, 1.0]
    assert np.isnan(activity.z_scored[1]).all()


def test_one_extreme_bin_does_not_stretch_a_scale():
    values = np.full((4, 250), 2.0)
    values[0, 0] = 50.0
    assert cut_off(values) == 2.0
    norm = norm_of(values)
    image = with_ends(mpl.cm.ScalarMappable(norm, "viridis"), values)
    assert norm.vmax == 2.0 and image.cmap.colorbar_extend == "max"
    assert cut_off(np.array([[1.0, 1.2]])) == 1.2


def test_scales_of_signals_fit_them():
    slow = np.array([[300.0] * 9, [500.0] * 9])
    assert (norm_of(slow).vmin, norm_of(slow).vmax) == (300.0, 500.0)
    far_apart = np.array([[0.1] * 9, [5.0] * 9])
    assert isinstance(norm_of(far_apart), LogNorm)
    small = norm_of(np.array([[0.0, 2.0], [1.0, 4.0]]))
    assert (type(small), small.vmin, small.vmax) == (Normalize, 0, 4)
    norm = deviation_norm(in_bins(np.array([[1.0, 1.0, 4.0]]), np.array([0.0, 20.0, 40.0])))
    assert -norm.vmin == norm.vmax == pytest.approx(np.sqrt(2))


def movie() -> Movie:
    figure = new_figure(25.4, 25.4)
    drawn = figure.text(0.5, 0.5, "█", color="black", fontsize=30)

    def show(k: int) -> None:
        drawn.set_color(mpl.colormaps["viridis"](k / 2))

    return Movie(figure, show, (drawn,), 3, 80, ("viridis", "RdBu_r"))


def test_a_movie_has_its_frames_its_pace_and_the_colours_of_the_scale():
    with Image.open(BytesIO(as_gif(movie()))) as gif:
        assert (gif.n_frames, gif.info["duration"], gif.info["loop"]) == (3, 80, 0)
        assert gif.size == (130, 130)
        seen = []
        for k in range(3):
            gif.seek(k)
            pixels = np.array(gif.convert("RGB")).reshape(-1, 3)
            assert (pixels == 255).all(axis=1).any(), "no white"
            wanted = 255 * np.array(mpl.colormaps["viridis"](k / 2)[:3])
            seen.append(np.abs(pixels - wanted).max(axis=1).min())
    assert max(seen) <= 3


def test_the_same_movie_is_the_same_bytes_and_goes_through_save_figure(run: Run, tmp_path):
    for name in ("a.gif", "b.gif"):
        save_figure(run.draw("area_activity_movie"), [tmp_path / name])
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 100, "2 s in bins of 20 ms"


def test_maps_say_with_which_area_and_leave_out_an_undecided_order(run: Run):
    parameters = run.parameters.model_copy(
        update={"plotBrainMaps": type(run.parameters.plotBrainMaps)(fc_area="fusiform")}
    )
    said = [text.get_text() for text in drawn_texts(run.draw("brain_maps", parameters=parameters))]
    assert "FC with fusiform" in said
    lag = run.inputs["temporal_hierarchy"]["lag"]
    undecided = np.isnan(lag[~np.eye(len(lag), dtype=bool)]).mean()
    assert ("Order of the areas in time" in said) == (undecided <= 0.5)


def test_only_a_model_with_a_map_has_maps_and_a_movie(tmp_path):
    flow = Workflow(
        {"experiments": ["experiments/downscaled_base.py", "experiments/macaque_downscaled.py"]}
    )
    human, macaque = (
        [path for path in flow.pictures() if str(one.analysis_folder) in path]
        for one in flow.experiments.values()
    )
    ends = ("area_activity_movie.gif", "area_activity_movie.png", "brain_maps.pdf")
    for end in ends:
        assert sum(path.endswith(end) for path in human) == 1
        assert not any(path.endswith(end) for path in macaque)
    assert any(path.endswith("area_activity.png") for path in macaque)
    assert sum(path.endswith(".gif") for path in human) == 1


def test_the_form_of_one_column_is_for_the_model_with_published_rates():
    names = ("experiments/microcircuit_downscaled.py", "experiments/downscaled_base.py")
    for name, n in zip(names, (1, 0), strict=True):
        pictures = Workflow({"experiments": [name]}).pictures()
        assert sum(path.endswith("column_statistics.png") for path in pictures) == n


def test_stars_are_means_and_triangles_published_rates(run: Run):
    axes = run.draw("column_statistics").axes[1]
    drawn = [line for line in axes.lines if line.get_marker() in ("*", "^")]
    marks = {(line.get_marker(), line.get_ydata()[0]): line.get_xdata()[0] for line in drawn}
    rates, area = run.inputs["rates_individual"], "pericalcarine"
    of_area = dict(
        zip(rates.populations, np.split(rates["rate"], rates["offsets"][1:-1]), strict=True)
    )
    for n, key in enumerate([("II/III", "E"), ("II/III", "I")]):
        assert marks["*", n] == pytest.approx(of_area[(area, *key)].mean())
        assert marks["^", n + 0.42] == {"E": 12.0, "I": 25.0}[key[1]]


def test_the_example_of_the_page_draws_a_map(checkout, tmp_path, monkeypatch):
    page = (checkout / "docs/how-to/pictures.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(import.*?)```", page, re.S)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, "pictures.md", "exec"), names)
    assert_saved(tmp_path / "my_measure.png", names["figure"])
    assert_inside(names["figure"])
    assert_legible(names["figure"])
    assert (tmp_path / "my_measure.pdf").is_file()


def test_an_unknown_fc_area_is_refused(write_experiment):
    path = write_experiment("ana_params = {'plotBrainMaps': {'fc_area': 'insulla'}}")
    with pytest.raises(InputError) as caught:
        load_experiments([path])
    message = str(caught.value)
    assert "ana_params.plotBrainMaps.fc_area: unknown area 'insulla'" in message
    assert "Did you mean 'insula'?" in message
