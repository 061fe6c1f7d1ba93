"""The package away from its checkout: a wheel in a clean environment, odd paths, moved folders.

Each environment takes minutes: make test ARGS="-m installation".
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.installation

PAGE = "docs/how-to/python.md"
ODD = "it's (one) & the other"


def clean():
    """Return the environment variables without an active environment."""
    here = str(Path(sys.executable).parent)
    path = [place for place in os.environ["PATH"].split(":") if place != here]
    dropped = ("PYTHONPATH", "VIRTUAL_ENV", "OPENBLAS_NUM_THREADS")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PATH": ":".join(path), "PYTHONNOUSERSITE": "1"}


def call(*words, cwd, **variables):
    """Run a program; return what it prints if it succeeds."""
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env={**clean(), **variables}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def tracked(checkout, folder):
    """Copy the tracked and new files of the checkout to a folder."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, call(*listed, cwd=checkout).split("\0")):
        if (checkout / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(checkout / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def python(checkout, tmp_path_factory):
    """Return the Python of an environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("clean")
    call(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, checkout, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    call(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    found = folder / "venv/bin/python"
    locked = ("--constraint", checkout / "requirements.lock")
    call(found, "-m", "pip", "install", "--quiet", *locked, f"{wheel}[neo]", cwd=folder)
    return found


def test_the_page_from_python_runs_as_it_stands(checkout, python, tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text(), re.S)
    assert len(code.splitlines()) < 20
    looks = """
assert len(network) == 8 and len(theory) == 8 and len(cv) == 8
assert len(times) == len(neurons) > 1000
assert set(table["layer"]) == {"V"}
assert len(trains) == 485 and sum(map(len, trains)) == (table["population"] == "E").sum()
assert picture.is_file() and "results" in picture.parts
print(multiarea.__file__)
"""
    place = call(python, "-c", code + looks, cwd=tmp_path).splitlines()[-1]
    assert Path(place).is_relative_to(python.parents[1])
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("words", ["list", "tables downscaled_base --to t", "doctor"])
def test_commands_work_in_any_folder(python, tmp_path, words):
    call(python, "-m", "multiarea", *words.split(), cwd=tmp_path)


def test_the_hashes_are_those_of_the_checkout(checkout, python, tmp_path):
    code = (
        "import multiarea as m; print(m.load_experiment('macaque_v1_downscaled').analysis_folder)"
    )
    here = call(sys.executable, "-c", code, cwd=checkout)
    assert call(python, "-c", code, cwd=tmp_path) == here


def test_origin_and_licence_of_the_data_travel_with_it(checkout, python):
    (package,) = python.parents[1].glob("lib/*/site-packages/multiarea")
    texts = [*checkout.glob("experimental_data/**/*.md")]
    assert len(texts) > 10
    for text in texts:
        assert (package / "shared" / text.relative_to(checkout)).read_bytes() == text.read_bytes()
    (about,) = package.parent.glob("multiarea-*.dist-info")
    assert (about / "licenses/LICENSE").is_file()
    assert (about / "licenses/experimental_data/macaque/LICENSE.md").is_file()


def test_an_environment_of_another_place_is_made_anew(checkout, tmp_path):
    """As after copying a checkout with its .venv, to a place with an odd path."""
    folder = tracked(checkout, tmp_path / ODD)
    call(sys.executable, "-m", "venv", folder / ".venv", cwd=folder)
    strange = folder / ".venv/of_another_place"
    strange.touch()
    call("make", f"PYTHON={sys.executable}", "setup", cwd=folder)
    assert not strange.exists()
    ours = {".venv", *(path.name for path in checkout.iterdir())}
    assert {path.name for path in folder.iterdir()} <= ours
    for program in ("multiarea", "snakemake"):
        assert str(folder) in (folder / ".venv/bin" / program).read_text()
    bin_first = f"{folder / '.venv/bin'}:{clean()['PATH']}"
    listed = call(folder / ".venv/bin/multiarea", "list", "microcircuit_downscaled", cwd=folder)
    assert "microcircuit_downscaled" in listed
    jobs = call(folder / ".venv/bin/snakemake", "--dry-run", cwd=folder, PATH=bin_first)
    assert "simulate" in jobs
    before = (folder / ".venv/bin/python").lstat().st_mtime_ns
    call("make", "setup", cwd=folder)
    assert (folder / ".venv/bin/python").lstat().st_mtime_ns == before


def test_the_post_deploy_script_adds_the_package_to_an_environment(checkout, tmp_path):
    """What --use-conda runs in the environment of humam.yml, which has the build tools."""
    folder = tracked(checkout, tmp_path / "checkout")
    call(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    call(python, "-m", "pip", "install", "--quiet", "hatchling", "editables", cwd=tmp_path)
    path = {"PATH": f"{python.parent}:{clean()['PATH']}"}
    call("bash", "humam.post-deploy.sh", cwd=folder, **path)
    found = call(python, "-c", "import multiarea; print(multiarea.__file__)", cwd=tmp_path)
    assert Path(found.strip()) == folder / "src/multiarea/__init__.py"
    done = subprocess.run(
        ["bash", folder / "humam.post-deploy.sh"], cwd=tmp_path, text=True, capture_output=True
    )
    assert done.returncode == 1 and "folder of the checkout only" in done.stderr
