"""The page on Elephant, run as it stands but on a smaller network."""

import re
import warnings

import numpy as np
import pytest

pytest.importorskip("elephant")
PAGE = "docs/how-to/elephant.md"
SMALL = """
model = "microcircuit"
net_params = {"N_scaling": 0.05, "K_scaling": 0.05}
sim_params = {"t_sim": 2500.0, "simulator": "procedural"}
"""


@pytest.fixture(scope="module")
def names(checkout, tmp_path_factory):
    """Return what the page's code defines."""
    folder = tmp_path_factory.mktemp("elephant")
    (folder / "small.py").write_text(SMALL)
    (code,) = re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text("utf-8"), re.S)
    assert len([line for line in code.splitlines() if line and "import" not in line]) <= 10
    here = f"{str(folder / 'small.py')!r}, out={str(folder / 'out')!r}"
    code = code.replace('"microcircuit_downscaled"', here)
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, PAGE, "exec"), found)
    return found


def test_elephants_results_are_there(names):
    busy = names["busy"]
    assert len(busy) > 20
    assert {(t.annotations["layer"], t.annotations["population"]) for t in busy} == {("V", "E")}
    assert names["correlations"].shape == (len(busy), len(busy))
    assert names["rates"].shape == (2000, len(busy))
    counted = sum(len(train) for train in busy) / len(busy) / 2
    assert float(names["rates"].rescale("Hz").mean()) == pytest.approx(counted, rel=0.05)


def test_cv_is_that_of_the_measure(names):
    table = names["cv"].set_index(["layer", "population"])
    # The measure takes all neurons with ten spikes and more in its window, the page those with 20.
    assert np.nanmean(names["cvs"]) == pytest.approx(table.loc[("V", "E"), "cv"], abs=0.15)
