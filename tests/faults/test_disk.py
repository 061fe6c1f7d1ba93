"""A full or read-only disk: one message; afterwards the same command makes the same results."""

import os
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest
from faulty_project import CHECKOUT, copy_of

from multiarea.errors import InputError
from multiarea.files.atomic import atomic_path, disk_problems

ADVICE = {"full": "No space left on device. Free some space", "read-only": "Read-only file system"}


def mount(*words):
    return subprocess.run(["mount", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def disk(tmp_path):
    """Mount a file system in memory on a folder; return what mounts it, or changes its options."""
    mounted = []

    def change(folder, options):
        if folder in mounted:
            assert mount("-o", f"remount,{options}", str(folder)).returncode == 0
            return
        folder.mkdir(parents=True, exist_ok=True)
        done = mount("-t", "tmpfs", "-o", options, "tmpfs", str(folder))
        if done.returncode:
            pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
        mounted.append(folder)

    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    yield change
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def assert_one_message(status, text, problem):
    """Check that a stage failed with one message and no traceback."""
    assert status == 1, text
    assert "Traceback" not in text
    assert "Logging error" not in text
    errors = [line for line in text.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, text
    assert ADVICE[problem] in errors[0]
    assert errors[0].endswith("then run the same command again.")


def check_stage(undisturbed, folder, disk, stage, options):
    project = copy_of(undisturbed, folder)
    command, names = project.commands[stage]
    outputs = [project.folder / name for name in names]
    place = outputs[0].parent
    shutil.rmtree(place)
    disk(place, "size=64m")
    (place / "logs").mkdir()
    for problem, option in options:
        disk(place, option)
        assert_one_message(*project.shell(command), problem)
        assert project.results().items() <= undisturbed.results().items(), "complete or absent"
        assert project.left_overs() == []
        disk(place, "rw,size=64m")
    status, text = project.shell(command)
    assert status == 0, text
    assert all(path.is_file() for path in outputs)
    assert project.results().items() <= undisturbed.results().items()


def test_a_full_disk_while_it_simulates(undisturbed, tmp_path, disk):
    check_stage(undisturbed, tmp_path / "project", disk, "simulate", [("full", "size=8k")])


@pytest.mark.long
@pytest.mark.parametrize("stage", ["network", "theory", "simulate", "analyse", "plot"])
def test_every_stage(undisturbed, tmp_path, disk, stage):
    options = [("read-only", "ro"), ("full", "size=4k"), ("full", "size=8k")]
    check_stage(undisturbed, tmp_path / "project", disk, stage, options)


@pytest.mark.parametrize(("problem", "option"), [("full", "size=8k"), ("read-only", "ro")])
def test_a_file(tmp_path, disk, problem, option):
    disk(tmp_path / "disk", "size=64k")
    path = tmp_path / "disk" / "rates.csv"
    path.write_text("old")
    disk(tmp_path / "disk", option)
    with pytest.raises(InputError, match=ADVICE[problem]), atomic_path(path) as temporary:
        temporary.write_bytes(bytes(32_000))
    assert path.read_text() == "old"
    assert [p.name for p in path.parent.iterdir()] == ["rates.csv"]


@pytest.mark.parametrize("size", [8, 100])
def test_an_hdf5_file(tmp_path, disk, size):
    """The HDF5 library itself does not survive a full disk."""
    disk(tmp_path / "disk", f"size={size}k")
    values = np.random.default_rng(1).random(20_000)
    code = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from multiarea.files.hdf5 import new_hdf5\n"
        "with new_hdf5(Path(sys.argv[1])) as file:\n"
        "    for name in 'abcdefgh':\n"
        "        file.create_dataset(name, data=np.random.default_rng(1).random(20_000), "
        "compression='gzip', chunks=(1000,))\n"
    )
    path = tmp_path / "disk" / "arrays.h5"
    words = [sys.executable, "-c", code, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "src")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "InputError" in done.stderr.splitlines()[-1]
    assert "Exception ignored" not in done.stderr
    assert list(path.parent.iterdir()) == []
    disk(tmp_path / "disk", "size=2m")
    assert subprocess.run(words, env=environment).returncode == 0
    with h5py.File(path) as file:
        assert sorted(file) == list("abcdefgh")
        assert all(np.array_equal(file[name], values) for name in file)


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(OSError, match="damaged"), disk_problems(tmp_path):
        raise OSError("damaged")


@pytest.mark.long
@pytest.mark.parametrize(("problem", "option"), [("full", "size=200k"), ("read-only", "ro")])
def test_the_whole_workflow(undisturbed, tmp_path, disk, problem, option):
    project = copy_of(undisturbed, tmp_path / "project")
    shutil.rmtree(project.folder / "out")
    disk(project.folder / "out", "size=64m")
    disk(project.folder / "out", option)
    status, text = project.run()
    assert status != 0
    assert ADVICE[problem].split(".")[0] in text
    assert "Traceback" not in text
    disk(project.folder / "out", "rw,size=64m")
    project.finish()
    assert project.results() == undisturbed.results()
