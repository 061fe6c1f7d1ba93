"""`snakemake --report` of a tiny project, opened in headless Chromium.

Needs the extra `browser` of pyproject.toml and Chromium; run with -m browser.
"""

import json
import shutil

import pytest
from small_project import CHECKOUT, make_project

from multiarea.experiment.loading import load_experiments
from multiarea.figures import figures
from multiarea.workflow.report import Report
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
    config = ["--config", f"figures={json.dumps(PICTURES)}", "--", *targets]
    for words in (config, ["--report", "report.html", *config]):
        done = project.snakemake(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    return project.folder / "report.html"


@pytest.fixture
def page(browser, report):
    """Yield the opened report; what it complains of or loads from outside fails the test."""
    page, complaints = browser.new_page(viewport={"width": 1500, "height": 700}), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: (
            None if r.url.startswith(("file:", "data:", "blob:")) else complaints.append(r.url)
        ),
    )
    page.goto(report.as_uri())
    page.frame_locator("iframe").locator("body[data-ready]").wait_for()  # the only page
    yield page
    page.close()
    assert complaints == []


def test_it_opens_on_the_only_page(page):
    frame = page.frame_locator("iframe")
    frame.locator("h1", has_text="tiny").wait_for()
    frame.locator("body[data-ready]").wait_for()
    assert frame.locator("figcaption").count() == len(PICTURES)
    assert figures()["area_connectivity"].caption in frame.locator("#pictures").inner_text()
    frame.get_by_role("button", name="Enlarge").first.click()
    assert frame.locator("dialog").is_visible()


def test_links_to_the_pages_stand_above_the_rules(page):
    page.get_by_text("Workflow").first.click()
    link = page.get_by_role("link", name="tiny")
    assert link.bounding_box()["y"] < page.locator(".marks").first.bounding_box()["y"]
    link.click()
    page.frame_locator("iframe").locator("h1", has_text="tiny").wait_for()


def test_pages_are_the_first_category(page):
    menu = page.get_by_text("RESULTS").locator("xpath=following::li").all_inner_texts()
    assert menu[:2] == [Report.category, paper_figures()[PAPER].publication.citation]
    page.get_by_role("listitem").get_by_text(Report.category).click()
    row = page.locator("tr", has_text="tiny")
    row.locator(EYE).click()
    page.frame_locator("iframe").locator("h1", has_text="tiny").wait_for()


def test_a_figure_of_a_publication_fits_beside_its_caption(page):
    figure = paper_figures()[PAPER]
    page.get_by_text(figure.publication.citation).first.click()
    row = page.locator("tr", has_text=figure.title).filter(has=page.locator(EYE))
    row.locator(EYE).click()
    page.get_by_text(figure.caption[:40]).wait_for()
    picture = page.locator('img[src*="filename=multapses_autapses"]')
    picture.wait_for()
    width, height = picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    box = picture.bounding_box()
    assert width > 500 and height > 100 and box["width"] > 200
    assert box["y"] >= 0 and box["y"] + box["height"] <= 700
    assert box["x"] + box["width"] <= 1500


def test_run_times(page):
    page.get_by_text("Statistics").first.click()
    page.locator("canvas.marks").first.wait_for()
