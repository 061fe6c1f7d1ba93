"""The documentation, opened in headless Chromium.

Needs `make docs`, the extra `browser` of pyproject.toml, and Chromium; run with -m browser.
"""

from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[1] / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
PAGES = [page for page in PAGES if page != "404.html"]  # written for a server

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not PAGES, reason="needs make docs")]


@pytest.fixture(scope="module")
def window(browser):
    """Yield a window, and what its pages complain of or load from outside."""
    window, complaints = browser.new_page(viewport={"width": 1400, "height": 900}), []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on(
        "requestfailed",
        lambda r: None if r.failure == "net::ERR_ABORTED" else complaints.append(r.url),
    )
    window.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else complaints.append(r.url),
    )
    yield window, complaints
    window.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_and_needs_no_network(window, page):
    window, complaints = window
    complaints.clear()
    window.goto((SITE / page).as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") <= 1400
    wide = window.evaluate(
        "[...document.querySelectorAll('.md-typeset__scrollwrap')]"
        ".filter(t => t.scrollWidth > t.clientWidth + 1).map(t => t.innerText.slice(0, 200))"
    )
    assert wide == []
    broken = window.evaluate(
        "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
    )
    assert broken == [] and complaints == []


def test_equations_have_the_font_that_comes_with_the_pages(window):
    window, _ = window
    window.goto((SITE / "science/theory.html").as_uri())
    window.evaluate("document.fonts.ready")
    assert window.evaluate("document.querySelectorAll('math').length") > 20
    assert window.evaluate("document.fonts.check('16px STIX Two Math')")
    heights = "[...document.querySelectorAll('msqrt')].map(r => r.getBoundingClientRect().height)"
    assert max(window.evaluate(heights)) > 35  # the root of a fraction covers all of it
