"""Links of the README and of the documentation lead to files, or say what makes them."""

import re

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def test_a_link_to_a_page_that_is_built_says_so(checkout):
    pages = [checkout / "README.md", checkout / "CONTRIBUTING.md", *checkout.glob("docs/**/*.md")]
    built, silent = 0, []
    for page in pages:
        text = FENCED.sub("", page.read_text("utf-8"))
        for line in text.splitlines():
            for target in LINK.findall(line):
                if "://" in target or (page.parent / target).exists():
                    continue
                built += 1
                is_list = page.match("docs/reference/index.md") and "`make docs`" in text
                if "make docs" not in line and not is_list:
                    silent.append(f"{page.relative_to(checkout)}: {target}")
    assert silent == []
    assert built > 10
