"""The page on an experiment, opened in headless Chromium without a network.

Needs the extra `browser` of pyproject.toml and Chromium; run with -m browser.
"""

import pytest
from page_material import PICTURES, material, with_pictures

from multiarea.stages.experiment_page import write_page

pytestmark = pytest.mark.browser

CELLS = "document.querySelector('[data-panel=\"{}\"] .plot').data[0].{}"
AXES = "document.querySelector('[data-panel=\"{}\"] .plot')._fullLayout.xaxis.range"


@pytest.fixture(scope="module")
def path(many_areas, tmp_path_factory):
    """Return the path of the page of a run of 34 areas."""
    folder = tmp_path_factory.mktemp("page")
    write_page(folder / "experiment.html", with_pictures(material(many_areas), folder))
    return folder / "experiment.html"


@pytest.fixture
def page(browser, path):
    """Yield the opened page; what it complains of or loads from outside fails the test."""
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url),
    )
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    yield page
    context.close()
    assert complaints == []


def panel(page, name):
    found = page.locator(f'[data-panel="{name}"]')
    found.scroll_into_view_if_needed()
    return found


def drag_area(page, name):
    """Return the box of the plot in which the mouse is listened to."""
    return panel(page, name).locator(".nsewdrag").first.bounding_box()


def hover(page, name, cell, n_rows):
    """Point at a cell (row, column) of a matrix with 34 columns; return the text that appears."""
    box, (row, column) = drag_area(page, name), cell
    x = box["x"] + box["width"] * (column + 0.5) / 34
    y = box["y"] + box["height"] * (row + 0.5) / n_rows
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    label = panel(page, name).locator(".hoverlayer .hovertext")
    label.wait_for()
    return "\n".join(label.locator("tspan.line").all_text_contents())


def test_a_cell_of_the_rates_says_area_layer_population_and_value(page):
    text = hover(page, "rates", (0, 1), 8)
    lines = text.splitlines()
    assert lines[0].startswith("caudal anterior cingulate (cACC), ")
    assert lines[1] == "layer II/III, E, 20 neurons"
    assert "spikes/s, theory 12" in lines[2]


def test_an_absent_population_says_so(page):
    assert hover(page, "rates", (2, 5), 8).splitlines()[-1] == "no such population"


def test_a_cell_of_functional_connectivity_names_both_areas(page):
    lines = hover(page, "fc_currents", (0, 3), 34).splitlines()
    assert lines[0].startswith("banks of sup. temp. sulcus (bSTS)")
    assert lines[1].startswith("cuneus (Cun)") and lines[2].startswith("r = ")


def test_matrices_are_sorted_on_a_click(page):
    for name, by_value in (("rates", "by mean rate"), ("fc_currents", "by mean value")):
        before = page.evaluate(CELLS.format(name, "x"))
        seen = {tuple(before)}
        for order in (by_value, "by resting-state network"):
            button = panel(page, name).get_by_role("button", name=order)
            button.click()
            assert button.get_attribute("aria-pressed") == "true"
            after = page.evaluate(CELLS.format(name, "x"))
            assert sorted(after) == sorted(before)
            seen.add(tuple(after))
        assert len(seen) == 3
        panel(page, name).get_by_role("button", name="as in the model").click()
        assert page.evaluate(CELLS.format(name, "x")) == before


def test_a_sorted_matrix_keeps_values_with_their_areas(page):
    def value(name, area, other):
        x, z = (page.evaluate(CELLS.format(name, part)) for part in ("x", "z"))
        return z[x.index(other)][x.index(area)]

    before = value("fc_currents", "Cun", "Fus")
    panel(page, "fc_currents").get_by_role("button", name="by mean value").click()
    assert value("fc_currents", "Cun", "Fus") == before == value("fc_currents", "Fus", "Cun")


def test_the_raster_zooms_on_a_drag_and_back_on_a_double_click(page):
    box = drag_area(page, "raster")
    whole = page.evaluate(AXES.format("raster"))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], y + 2, steps=5)
    page.mouse.up()
    page.wait_for_function(f"{AXES.format('raster')}[0] > 0.1")
    low, high = page.evaluate(AXES.format("raster"))
    assert (low, high) == pytest.approx((0.2 * whole[1], 0.4 * whole[1]), abs=0.02)
    page.mouse.dblclick(box["x"] + box["width"] / 2, y)
    page.wait_for_function(f"{AXES.format('raster')}[0] < 0.01")
    assert page.evaluate(AXES.format("raster")) == pytest.approx(whole, abs=0.2)


def test_the_raster_shows_another_area(page):
    before = page.evaluate(CELLS.format("raster", "x"))
    panel(page, "raster").get_by_role("button").nth(1).click()
    assert page.evaluate(CELLS.format("raster", "x")) != before


def test_a_picture_is_enlarged_within_the_window_and_closed(page):
    page.get_by_role("button", name="Enlarge").first.click()
    dialog = page.locator("dialog")
    assert dialog.is_visible()
    assert "Firing rates of all populations" in dialog.inner_text()
    first = dialog.locator("img").get_attribute("src")
    box = dialog.locator("img").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900 and box["height"] > 600
    page.keyboard.press("ArrowRight")
    assert dialog.locator("img").get_attribute("src") != first
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert "Zebra stripes" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.get_by_role("button", name="Enlarge").last.click()
    dialog.click()
    assert not dialog.is_visible()


def test_pictures_fit_the_window_and_the_page_its_width(page):
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure img')].map(i => [i.naturalWidth, i.height])"
    )
    assert len(sizes) == len(PICTURES)
    assert all(width > 500 and 300 < height < 900 for width, height in sizes)
    for width in (1400, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")


def test_parameters_open_and_print_without_the_panels(page):
    page.locator("summary", has_text="net_params").click()
    page.get_by_text("net_params.connection_params.g", exact=True).last.wait_for()
    page.emulate_media(media="print")
    assert not page.locator("#explore").is_visible()
    assert page.locator("figure img").first.is_visible()
    assert page.locator("table.numbers").is_visible()
