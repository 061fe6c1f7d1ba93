"""The page on spikes from elsewhere: its example, run as it stands."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import multiarea
from multiarea.figures import figures
from multiarea.stages.plot import _context

PAGE = "docs/how-to/spikes_from_elsewhere.md"


@pytest.fixture(scope="module")
def run(checkout, tmp_path_factory):
    """Run the page's experiment with the neurons that it shows, and 5, 12 and 20 spikes/s."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "recorded").mkdir()
    text = (checkout / PAGE).read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    (shown,) = re.findall(r"```\n(neuron,time .*?)```", text, re.S)
    columns = [re.split(r"\s{2,}", line) for line in shown.strip().splitlines()]
    (folder / "recorded/neurons.csv").write_text("\n".join(right for _, right in columns))
    assert [left for left, _ in columns[:1]] == ["neuron,time"]
    neurons = pd.read_csv(folder / "recorded/neurons.csv")
    rng, parts = np.random.default_rng(4), [pd.DataFrame([(1017, 0.3128), (2003, 1.0471)])]
    for rate, (first, last) in zip((5, 12, 20), neurons[["first", "last"]].to_numpy(), strict=True):
        n = rng.poisson(2 * rate, last - first + 1)
        parts.append(
            pd.DataFrame({0: np.repeat(range(first, last + 1), n), 1: rng.uniform(0, 2, n.sum())})
        )
    table = pd.concat(parts).set_axis(["neuron", "time"], axis=1)
    table.to_csv(folder / "recorded/spikes.csv", index=False)
    for path in ("recorded/spikes.csv", "recorded/neurons.csv"):
        code = code.replace(path, str(folder / path))
    (folder / "recorded.py").write_text(code)
    return multiarea.Run(folder / "recorded.py", folder / "out")


def test_rates_are_those_of_the_recorded_neurons(run):
    table = run.measure("rates").set_index(["layer", "population"])
    assert table["n_neurons"].to_dict() == {("II/III", "E"): 100, ("V", "E"): 50, ("V", "I"): 20}
    assert list(table["rate_spikes_per_s"]) == pytest.approx([5, 12, 20], rel=0.15)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("population_rates", "population not recorded"),
        ("rate_boxplot", "population not recorded"),
        ("theory_and_simulation", "Rate, recording (spikes/s)"),
    ],
)
def test_pictures_say_that_it_is_a_recording(run, name, words):
    figure, selection = figures()[name], run._selection
    needs = {need: run._read(need) for need in figure.needs}
    context = _context(selection.plot_spec(run.experiment, figure), [])
    drawn = figure.plot(**needs, parameters=run.experiment.analysis, context=context)
    said = {text.get_text() for text in drawn.findobj(Text)}
    assert words in said and not any("absent" in text for text in said)


def test_all_measures_and_figures_follow(run):
    assert "membrane_potentials" not in run.figures
    for name in run.measures:
        assert len(run.measure(name)) if name == "rates" else run.measure(name) is not None
    for name in ("raster_areas", "population_rates", "theory_and_simulation", "rate_boxplot"):
        assert run.plot(name).stat().st_size > 5000
