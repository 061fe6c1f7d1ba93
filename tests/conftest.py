"""What the tests of several folders share. Nothing is written into the checkout."""

import os
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path

# Matrices of some hundred rows: more threads only wait for each other. Before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

from multiarea.errors import InputError
from multiarea.experiment.loading import load_experiments
from multiarea.models import human

CHECKOUT = Path(__file__).resolve().parents[1]


class _WithoutNest:
    """Skips the test, or the module of tests, that imports NEST where it is not installed."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "nest":
            pytest.skip("needs NEST, which is not installed here", allow_module_level=True)


if find_spec("nest") is None:
    sys.meta_path.insert(0, _WithoutNest())

# Where SLURM is installed but does not answer, each start of Snakemake would ask it for 10 s.
# The tests in cluster/ that need SLURM start their own.
os.environ["SLURM_CONF"] = os.devnull


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def human_network():
    """The human model at full scale with its default parameters."""
    return human.build_network(human.Parameters())


class Clock:
    """Stands for time.monotonic; goes on when `now` [s] is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


@pytest.fixture
def write_experiment(tmp_path):
    """Write an experiment file into a temporary folder; return its path."""

    def write(text, name="one.py"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write


@pytest.fixture
def load(write_experiment):
    """Write an experiment file and load it."""

    def load_text(text, name="one.py", **options):
        return load_experiments([write_experiment(text, name)], **options)

    return load_text


@pytest.fixture
def problems(load):
    """Load a wrong experiment file; return the lines of its message without the file's name."""

    def problems_of(text, name="one.py"):
        with pytest.raises(InputError) as caught:
            load(text, name)
        lines = str(caught.value).splitlines()
        assert lines and all(name in line.split(": ")[0] for line in lines)
        return [line.split(f"{name}", 1)[1].removeprefix(": ") for line in lines]

    return problems_of


@pytest.fixture(scope="session")
def browser():
    """Yield headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs pip install '.[browser]'")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
