"""Which Python `make` takes. Nothing is installed: make only says what it would do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose environment, of the Python that runs this, is ready."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(CHECKOUT / name, tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    command = "pwd -P | cksum | cut -d ' ' -f 1"
    here = subprocess.check_output(command, shell=True, cwd=tmp_path, text=True).strip()
    for stamp in ("made", "ready"):
        (tmp_path / f".venv/.{stamp}-{here}").touch()
    return tmp_path


def planned(folder, *words):
    """Return what `make setup` would do."""
    done = subprocess.run(
        ["make", "-n", *words, "setup"], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_an_environment_that_is_ready_stays(checkout):
    assert "Nothing to be done" in planned(checkout)
    assert "Nothing to be done" in planned(checkout, f"PYTHON={sys.executable}")


def test_another_python_makes_it_anew(checkout):
    other = checkout / "other"
    other.write_text("#!/bin/sh\necho '(3, 99)'\n")
    other.chmod(0o755)
    assert 'test -z "yes" && test -e' in planned(checkout, f"PYTHON={other}")
    assert f"{other} -m venv --clear .venv" in planned(checkout, f"PYTHON={other}")
