"""The tutorial: the notebook, executed when the pages are built, as a page with its pictures."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

PROJECT = Path(__file__).resolve().parents[1]
NOTEBOOK = PROJECT / "humam_tutorial.ipynb"
KEPT = PROJECT / "build" / "tutorial"
"""Where the executed notebook is kept for the next time."""
IMAGE = re.compile(r"!\[(.*?)\]\((?:docs/)?(.*?)\)")


def tutorial_page(folder: str) -> tuple[str, dict[str, bytes]]:
    """Return the page as Markdown, and its pictures, which are in `folder`, by path.

    The notebook is executed again when it or the package has changed.
    """
    path = KEPT / f"{_digest()}.ipynb"
    if not path.is_file():
        _execute(path)
    text, resources = MarkdownExporter().from_filename(str(path))
    pictures = {f"{folder}/{name}": content for name, content in resources["outputs"].items()}
    text = IMAGE.sub(lambda found: _image(found, resources["outputs"], folder), text)
    return text, pictures


def _image(found: re.Match[str], outputs: dict[str, bytes], folder: str) -> str:
    alt, name = found[1], found[2]
    return f"![{alt}]({folder}/{name})" if name in outputs else f"![{alt}]({name})"


def _execute(path: Path) -> None:
    """Execute the notebook, its results in a folder that goes again, and keep it at `path`."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=1800, kernel_name="python3", resources=where).execute()
    for cell in notebook.cells:  # without progress
        outputs = cell.get("outputs", [])
        if outputs:
            cell["outputs"] = [one for one in outputs if one.get("name") != "stderr"]
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*.ipynb"):
        old.unlink()
    nbformat.write(notebook, path)


def _digest() -> str:
    digest = hashlib.sha256(NOTEBOOK.read_bytes())
    for source in sorted((PROJECT / "src").rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
