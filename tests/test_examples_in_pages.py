"""Experiments in the pages and the README can be typed as they stand."""

import re
from pathlib import Path

import pytest

from multiarea.errors import InputError

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
SECTION = re.compile(r"^(?:net_params|sim_params|ana_params|sweep)\b", re.MULTILINE)
INLINE = re.compile(r"`((?:(?:net|sim|ana)_params|sweep) = \{[^`]*\})`")
OF_THE_READER = re.compile(r"no such file '(?:my_data|recorded)/")
#: Its experiment names the model that the page adds.
TOY = 'model = "toy"'


def examples():
    for page in PAGES:
        text = page.read_text("utf-8")
        found = [one for one in BLOCK.findall(text) if SECTION.search(one) and TOY not in one]
        found += [one for one in INLINE.findall(text) if "..." not in one]
        for number, one in enumerate(found):
            yield pytest.param(one, id=f"{page.relative_to(ROOT)}-{number}")


EXAMPLES = list(examples())


def test_the_pages_have_examples():
    assert len(EXAMPLES) > 40


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_an_experiment(load, text):
    try:
        assert load(text)
    except InputError as error:
        lines = str(error).splitlines()
        assert all(OF_THE_READER.search(line) for line in lines), error
