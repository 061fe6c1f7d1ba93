"""Galleries of the documentation: thumbnails of the figures, made from pictures that were drawn.

python -m docs.gallery FOLDER ...

makes thumbnails of the pictures in the folders that have names of figures: `plots` of experiments,
and the folders in figures/. They are kept in docs/images/gallery/; see docs/images/README.md.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from multiarea.figures import figures
from multiarea.stages.page.pictures import ORDER
from publications import paper_figures, publications

FOLDER = Path(__file__).parent / "images" / "gallery"
DEFAULT = "default"
"""The gallery of the figures of an experiment; others have the names of publications."""
SIZE = (560, 700)
"""Largest width and height of a thumbnail [pixels]."""
ASKED = re.compile(r"\{\{ gallery (\w+) \}\}")


def with_galleries(markdown: str, depth: int) -> str:
    """Put galleries where a page, `depth` folders below docs/, has `{{ gallery NAME }}`."""
    return ASKED.sub(lambda found: _gallery(found[1], "../" * depth), markdown)


def shown(name: str) -> list[tuple[str, str]]:
    """Return (figure, title) of the figures in the gallery `name`, those that have a thumbnail."""
    if name == DEFAULT:
        titles = {figure: figure for figure in ORDER}
    else:
        papers = ((path.split("/"), figure) for path, figure in paper_figures().items())
        titles = {figure: one.title for (paper, figure), one in papers if paper == name}
    return [(n, title) for n, title in titles.items() if _thumbnail(name, n).exists()]


def make(folder: Path) -> None:
    """Make thumbnails of the pictures in `folder`."""
    from PIL import Image

    known = {f"{DEFAULT}/{name}" for name in figures()} | set(paper_figures())
    gallery = folder.name if folder.name in publications() else DEFAULT
    for path in sorted(folder.glob("*.png")):
        if f"{gallery}/{path.stem}" not in known:
            continue
        thumbnail = _thumbnail(gallery, path.stem)
        thumbnail.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail(SIZE, Image.Resampling.LANCZOS)
            small.save(thumbnail, quality=80, method=6)


def _thumbnail(gallery: str, figure: str) -> Path:
    return FOLDER / gallery / f"{figure}.webp"


def _gallery(name: str, root: str) -> str:
    """Return a gallery as HTML; `root` leads from the page to docs/."""
    items = [
        f'<figure><a href="{root}images/gallery/{name}/{figure}.webp">'
        f'<img src="{root}images/gallery/{name}/{figure}.webp" alt="{html.escape(title)}" '
        f'loading="lazy"></a><figcaption>{html.escape(title)}</figcaption></figure>'
        for figure, title in shown(name)
    ]
    return '<div class="gallery">' + "".join(items) + "</div>"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        make(Path(argument))
