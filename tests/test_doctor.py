import re
from importlib.metadata import version

import pytest

from multiarea.cli.doctor import Finding, examine, report


def test_doctor_finds_what_this_machine_has():
    found = {finding.what: finding for finding in examine()}
    assert not found["snakemake"].advice
    assert re.match(r"[\d.]+ GB free of [\d.]+ GB", found["memory"].found)


def test_doctor_finds_nest():
    pytest.importorskip("nest")
    found = {finding.what: finding for finding in examine()}
    assert found["nest"].found.split()[0] == version("nest-simulator")
    assert found["nest with threads"].found == "yes"


def test_doctor_finds_a_card(monkeypatch):
    """In the simulator of numba-cuda; without a card it says so, and that is not a fault."""
    pytest.importorskip("numba_cuda")
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    found = {finding.what: finding for finding in examine()}["gpu"]
    assert found.found.startswith("none: no NVIDIA card") and not found.advice
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    found = {finding.what: finding for finding in examine()}["gpu"]
    assert re.fullmatch(r"simulated device, \S+ GB free", found.found)


def test_doctor_lists_what_is_missing_last():
    text = report([Finding("nest", "not usable", "install it", True), Finding("cpus", "2")])
    assert text.splitlines() == [
        "nest  not usable",
        "cpus  2",
        "",
        "Missing:",
        "  nest (needed for everything): install it",
    ]
    assert report([Finding("cpus", "2")]).endswith("Nothing is missing.\n")
