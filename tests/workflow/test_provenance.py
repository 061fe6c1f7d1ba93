"""What the records in each folder of a real run say."""

import json
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from multiarea.files.atomic import checksum

CHECKOUT = Path(__file__).resolve().parents[2]
KEYS = {
    *("stage", "command", "started", "wall_time_s", "cpu_time_s", "peak_memory_bytes"),
    *("virtual_processes", "inputs", "outputs", "versions", "git", "host"),
}
STAGES = {"network", "theory", "simulate", "analyse", "record", "record_pictures"}


@pytest.fixture
def records(finished):
    """Return the records of all result folders by folder."""
    found = (finished.folder / "out").rglob("provenance.json")
    return {path.parent: json.loads(path.read_text()) for path in found}


def test_every_result_folder_has_its_records(finished, records):
    """A result folder is one that holds anything but logs and the records of single pictures."""
    files = [path for path in (finished.folder / "out").rglob("*") if path.is_file()]
    folders = {path.parent for path in files if path.suffix not in (".log", ".tsv")}
    results = {folder for folder in folders if folder.name not in ("logs", "records")}
    assert results == set(records)
    assert all((folder / "parameters.json").is_file() for folder in results)
    assert {record["stage"] for record in records.values()} == STAGES


def test_every_record_is_complete(records):
    head = subprocess.run(
        ["git", "-C", CHECKOUT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    for folder, record in records.items():
        assert set(record) >= KEYS, folder
        assert record["command"].startswith("python -m multiarea ")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["started"])
        assert 0 <= record["wall_time_s"] < 3600
        assert 10e6 < record["peak_memory_bytes"] < 100e9
        assert record["versions"]["nest-simulator"] == version("nest-simulator")
        assert record["versions"]["multiarea"]
        assert record["host"]["name"] and record["host"]["cpu"] and record["host"]["n_cpus"] >= 1
        if head.returncode == 0:
            assert re.fullmatch("[0-9a-f]{40}", record["git"]["commit"])
            assert record["git"]["dirty"] in (True, False)
        assert record["virtual_processes"] == (2 if record["stage"] == "simulate" else 1)


def test_the_loaded_nest_is_named(records):
    (record,) = (record for record in records.values() if record["stage"] == "simulate")
    assert record["versions"]["nest"] == version("nest-simulator")


def test_checksums_are_those_of_the_files(finished, records):
    n_checked = 0
    for folder, record in records.items():
        for name, value in record["outputs"].items():
            assert checksum(folder / name) == value, folder / name
            n_checked += 1
        for name, value in record["inputs"].items():
            assert checksum(finished.folder / name) == value, name
            n_checked += 1
        if record["stage"] in ("network", "theory", "simulate", "analyse"):
            assert record["inputs"] and record["outputs"]
    assert n_checked > 80


def test_pictures_are_explained(finished, records):
    ((folder, record),) = ((f, r) for f, r in records.items() if r["stage"] == "record_pictures")
    kinds = (".png", ".pdf", ".gif", ".md")
    pictures = {path.name for path in folder.iterdir() if path.suffix in kinds}
    assert pictures == set(record["outputs"])
    parameters = json.loads((folder / "parameters.json").read_text())
    assert set(parameters) == set(record["figures"]) == {Path(name).stem for name in pictures}
    assert parameters["raster_areas"]["t_sim"] == 900.0
    (one,) = record["figures"]["raster_areas"]
    assert one["stage"] == "plot" and set(one) >= KEYS
    assert any(name.endswith("/spikes.h5") for name in one["inputs"])


def test_parameters_stand_beside_every_result(records):
    for folder, record in records.items():
        content = json.loads((folder / "parameters.json").read_text())
        assert content, folder
        if record["stage"] == "network":
            assert content["model"] == "human"
            assert content["parameters"]["K_scaling"] in (0.02, 1.0)
