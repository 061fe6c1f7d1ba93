"""A checkout that was copied never runs the code of the one that it was copied from."""

import subprocess
import sys

import pytest

from multiarea.errors import InputError
from multiarea.files.project import require_own_package


@pytest.fixture
def copy(checkout, tmp_path):
    """Return a copy of the checkout in a folder with odd characters in its name."""
    folder = tmp_path / "it's a (copy) & more"
    (folder / "src/multiarea").mkdir(parents=True)
    for name in ("Snakefile", "config.yaml", "experimental_data", "experiments"):
        (folder / name).symlink_to(checkout / name)
    return folder


@pytest.mark.parametrize(
    "words", [["multiarea", "list"], ["snakemake", "--dry-run"]], ids=["multiarea", "snakemake"]
)
def test_the_code_of_another_checkout_is_refused(checkout, copy, words):
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    said = f"this is the checkout {copy}, but the Python that runs, {sys.executable}, has the code"
    assert f"{said} of {checkout}" in done.stdout + done.stderr
    assert "make setup" in done.stdout + done.stderr


def test_its_own_code_is_not(checkout, tmp_path):
    require_own_package(checkout)
    require_own_package(tmp_path)
    with pytest.raises(InputError, match="this is the checkout"):
        (tmp_path / "src/multiarea").mkdir(parents=True)
        require_own_package(tmp_path)
