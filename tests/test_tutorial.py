"""The tutorial runs from start to end and shows what its text says."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

import multiarea

NOTEBOOK = "humam_tutorial.ipynb"


def read(checkout):
    return nbformat.read(checkout / NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def outputs(checkout, tmp_path_factory):
    """Return the outputs of the executed notebook, cell by cell."""
    pytest.importorskip("nest")
    notebook = read(checkout)
    path = {"metadata": {"path": str(tmp_path_factory.mktemp("tutorial"))}}
    NotebookClient(notebook, timeout=1200, kernel_name="python3", resources=path).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def printed(outputs):
    entries = [entry for cell in outputs for entry in cell]
    return "".join(entry.text for entry in entries if entry.output_type == "stream")


def test_committed_without_outputs(checkout):
    cells = [cell for cell in read(checkout).cells if cell.cell_type == "code"]
    assert len(cells) > 10
    assert not any(cell.outputs or cell.execution_count for cell in cells)


def test_it_uses_what_the_package_offers(checkout):
    sources = "\n".join(cell.source for cell in read(checkout).cells if cell.cell_type == "code")
    assert "import multiarea\n" in sources and "from multiarea" not in sources
    assert set(re.findall(r"multiarea\.(\w+)", sources)) <= set(multiarea.__all__)
    assert max(len(cell.source.splitlines()) for cell in read(checkout).cells[1:]) < 20


@pytest.mark.science
def test_every_plot_is_shown(checkout, outputs):
    sources = [cell.source for cell in read(checkout).cells if cell.cell_type == "code"]
    plotted = ['show("' in source or "plt.subplots" in source for source in sources]
    shown = [any("image/png" in entry.get("data", {}) for entry in cell) for cell in outputs]
    assert sum(plotted) == 8
    assert shown == plotted


@pytest.mark.science
def test_theory_is_that_of_the_base_state(printed):
    assert "full scale: 1 state(s), mean over populations 0.7545 spikes/s" in printed
    scaled = re.search(r"simulated here: 1 state\(s\), mean over populations ([\d.]+)", printed)
    assert float(scaled[1]) == pytest.approx(0.7545, rel=0.01)


@pytest.mark.science
def test_simulation_agrees_roughly_with_theory(printed):
    (mean,) = re.search(r"all neurons: ([\d.]+)", printed).groups()
    assert 0.436 < float(mean) < 0.7


@pytest.mark.science
def test_progress_is_reported(printed):
    assert re.search(r"connect: 100 %  .* synapses  in", printed)
    assert re.search(r"simulate: \d\d %  .* of 2\.00 s  ETA", printed)


@pytest.mark.science
def test_no_cell_warns(printed):
    assert "warning" not in printed.lower() and "error" not in printed.lower()
