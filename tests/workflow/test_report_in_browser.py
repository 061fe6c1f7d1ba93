"""`snakemake --report` of a tiny project, opened in headless Chromium.

Needs the extra `browser` of pyproject.toml and Chromium; run with -m browser.
"""

import shutil

import pytest
from small_project import CHECKOUT, make_project

from multiarea.experiment.loading import load_experiments
from multiarea.figures import figures
from multiarea.workflow.report import PAGE
from publications import paper_figures

pytestmark = pytest.mark.browser

TINY = """
net_params = {"N_scaling": 0.0015, "K_scaling": 0.02, "scaling_type": "linear"}
sim_params = {"t_sim": 700.0}
"""
PICTURES = ("area_connectivity", "population_rates", "rate_distributions")
PAPER = "pronold2024/multapses_autapses"
EYE = "a[iconname=eye]"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the path of the report."""
    project = make_project(tmp_path_factory.mktemp("report") / "project")
    project.write_experiment("tiny", TINY)
    for name in ("experiments/full_scale", "publications"):
        shutil.copytree(CHECKOUT / name, project.folder / name)
    (experiment,) = load_experiments([project.folder / "experiments" / "tiny.py"])
    folder = f"out/{experiment.analysis_folder}"
    targets = [f"{folder}/experiment.html", f"figures/{PAPER}.png"]
    targets += [f"{folder}/plots/{name}.png" for name in PICTURES]
    for words in (targets, ["--report", "report.html", *targets]):
        done = project.snakemake(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    return project.folder / "report.html"


@pytest.fixture
def page(browser, report):
    """Yield the opened report; what it complains of or loads from outside fails the test."""
    page, complaints = browser.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url),
    )
    page.goto(report.as_uri())
    page.get_by_text("RESULTS").wait_for()
    yield page
    page.close()
    assert complaints == []


def open_result(page, category, result):
    """Open a category, click the eye of a result, and return what is said about it."""
    page.get_by_text(category).first.click()
    row = page.locator("tr", has_text=result).filter(has=page.locator(EYE))
    row.locator("a[iconname=information-circle]").click()
    page.locator("a", has_text=category).first.wait_for()
    said = " ".join(page.inner_text("body").split())
    page.locator(EYE).first.click()
    return said


def shown_picture(page, name):
    """Wait for a picture, and check that it is seen and could be decoded."""
    picture = page.locator(f'img[src*="filename={name}"]')
    picture.wait_for()
    width, height = picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert width > 500 and height > 100
    assert picture.bounding_box()["width"] > 400


def test_categories(page):
    text = page.inner_text("body")
    for word in ("Statistics", "Pronold et al. 2024", "tiny"):
        assert word in text


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_load_beside_their_captions(page, name):
    assert figures()[name].caption in open_result(page, "tiny", name)
    shown_picture(page, name)


def test_figure_of_the_publication(page):
    figure = paper_figures()[PAPER]
    assert figure.caption in open_result(page, "Pronold et al. 2024", figure.title)
    shown_picture(page, "multapses_autapses")


def test_parameters_and_provenance(page):
    open_result(page, "tiny", PAGE["result"])
    frame = page.frame_locator("iframe")
    for text in ("N_scaling", "t_sim", "wall time (s)", "peak memory (MB)", "nest-simulator"):
        frame.get_by_text(text, exact=True).first.wait_for()


def test_run_times(page):
    page.get_by_text("Statistics").first.click()
    page.locator("canvas.marks").first.wait_for()
