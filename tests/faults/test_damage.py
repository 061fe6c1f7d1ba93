"""Result files that were cut or changed: one message says what to do, and `verify` finds them."""

import random
import shutil

import pytest
from faulty_project import copy_of

#: A result, and a stage that reads it.
READERS = {
    "out/*/network.h5": "simulate",
    "out/*/*/spikes.h5": "analyse",
    "out/*/*/measures/rates-*/rates.csv": "plot",
}


def cut(content, rng):
    return content[: rng.randrange(len(content))]


def flip(content, rng):
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def empty(content, rng):
    return b""


def damaged_file(project, pattern, command):
    """Return the file that fits a pattern and that a command reads."""
    return next(
        p for p in project.folder.glob(pattern) if str(p.relative_to(project.folder)) in command
    )


def check_damage(undisturbed, folder, pattern, damages):
    project = copy_of(undisturbed, folder)
    command = project.commands[READERS[pattern]][0]
    path = damaged_file(project, pattern, command)
    whole = path.read_bytes()
    rng = random.Random(pattern)
    for damage in damages:
        path.write_bytes(damage(whole, rng))
        status, text = project.shell(command)
        assert status == 1, text
        assert "Traceback" not in text
        name = path.relative_to(project.folder)
        assert f"error: {name}: changed or damaged since it was made" in text
        assert "Delete it and run the same command again." in text
        verified = project.multiarea("verify")
        assert verified.returncode == 1
        assert f"changed     {name}: " in verified.stdout
        assert str(name) in verified.stderr.split("To repair")[1]
    path.unlink()
    project.targets += (str(name),)
    return project


def test_a_flipped_bit_in_the_spikes(undisturbed, tmp_path):
    check_damage(undisturbed, tmp_path / "project", "out/*/*/spikes.h5", [flip])


@pytest.mark.long
@pytest.mark.parametrize("pattern", READERS)
def test_every_kind_of_damage(undisturbed, tmp_path, pattern):
    damages = [cut, flip, empty, cut, flip]
    project = check_damage(undisturbed, tmp_path / "project", pattern, damages)
    project.finish()
    assert project.results() == undisturbed.results()


@pytest.mark.long
def test_a_file_without_a_record_is_still_checked_as_it_is_read(finished):
    """Where provenance.json is gone, too, a cut HDF5 file is still found as it is opened."""
    for pattern, stage in list(READERS.items())[:2]:
        command = finished.commands[stage][0]
        path = damaged_file(finished, pattern, command)
        whole, record = path.read_bytes(), path.with_name("provenance.json")
        shutil.move(record, record.with_suffix(".away"))
        path.write_bytes(whole[: len(whole) // 2])
        status, text = finished.shell(command)
        path.write_bytes(whole)
        shutil.move(record.with_suffix(".away"), record)
        assert status == 1, text
        assert "Traceback" not in text
        assert f"error: {path.relative_to(finished.folder)}: " in text
