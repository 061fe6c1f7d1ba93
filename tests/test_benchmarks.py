"""The benchmarks' own arithmetic, and that each stage is measured."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
OWN = ("gpu", "harness", "profiles", "report", "scales", "simulation", "stages", "turns")


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    loaded = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - loaded:
        if name in (
            "gpu",
            "harness",
            "profiles",
            "report",
            "scales",
            "simulation",
            "stages",
            "turns",
        ):
            del sys.modules[name]


def test_every_stage_has_a_title_and_sides_and_is_measured():
    main = ast.parse((FOLDER / "__main__.py").read_text())
    stages = next(
        ast.literal_eval(node.value)
        for node in main.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "STAGES"
    )
    files = {path.stem for path in (FOLDER / "stages").glob("*.py")} - {"__init__"}
    assert set(stages) == files
    for name in stages:
        text = (FOLDER / "stages" / f"{name}.py").read_text()
        assert "\nTITLE = " in text
        assert "\nSIDES = {" in text


def test_medians_and_ratios_by_hand(module):
    harness = module("harness")
    rows = [
        {"stage": "s", "side": side, "seconds": t, "cpu_s": 2 * t, "memory_MB": 1.0}
        for side, times in (("multiarea", (1, 2, 9)), ("other", (8, 6, 100)))
        for t in times
    ]
    first, second = harness.medians(rows)
    assert (first["seconds"], first["ratio"], first["repeats"]) == (2, 1, 3)
    assert (second["seconds"], second["ratio"], second["ratio_cpu"]) == (8, 4, 4)


def test_a_power_law_is_found_in_the_upper_half(module):
    scales = module("scales")
    rows = [
        {"series": "N_scaling", "N_scaling": x, "run_s": max(0.01, 2 * x**1.5)}
        for x in (0.001, 0.002, 0.1, 0.2, 0.4)
    ]
    law = scales.fit(rows, "N_scaling", "run_s")
    assert law["exponent"] == pytest.approx(1.5)
    assert law["at_full_scale"] == pytest.approx(2.0)


def test_the_memory_law_of_made_up_scales(module):
    scales = module("scales")
    rows = [
        {
            "neurons": n,
            "longest_delay_ms": d,
            "synapses": s,
            "memory_GB": (2e8 + (6e3 + 320 * d) * n + 25 * s) / 1e9,
        }
        for n, d, s in ((7e3, 150, 1e6), (1e4, 200, 1e7), (3e4, 250, 1e8), (1e4, 300, 4e7))
    ]
    text = scales.memory_law(rows)
    assert "Memory = 200 MB + 6.0 kB per neuron + 25.0 B per synapse + 320 B per neuron" in text
    expected = ((6e3 + 320 * 400) * 3_468_839 + 25 * 42_777_924_462) / 1e12
    assert f"{expected:.1f} TB" in text


def test_results_go_between_the_marks_of_the_page(module, tmp_path, monkeypatch):
    harness, report = module("harness"), module("report")
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}old\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PAGE", page)
    facts = [{"fact": key, "value": value} for key, value in harness.facts().items()]
    harness.write_csv(tmp_path / "facts.csv", facts)
    row = {"scale": "N", "shortest_ms": 0.1, "longest_ms": 200, "raised_percent": 0}
    row |= {"lowered_percent": 0, "wall_per_s": 4, "cpu_per_s": 8, "memory_MB": 9}
    sides = [("x", 1.5, 1.25), ("multiarea", 1, 1)]
    rows = [{**row, "side": x, "ratio": r, "ratio_cpu": c} for x, r, c in sides]
    harness.write_csv(tmp_path / "simulation.csv", rows)
    report.update_page(tmp_path)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "| N | x | 0.1 to 200.0 | 0.00, 0.00 | 4.00 | 1.50 | 1.25 | 9 |" in text


def test_ratios_are_those_of_slices_that_follow_each_other(module):
    simulation = module("simulation")
    # the machine is ten times slower in the second turn
    times = {"multiarea": (1, 10, 1.1), "x": (2, 20, 2.1)}
    slices = [
        {"side": side, "seconds": t, "cpu_s": 3 * t} for side, own in times.items() for t in own
    ]
    assert simulation.summary(slices, "x")["ratio"] == 2.0
    assert simulation.summary(slices, "x")["ratio_cpu"] == 2.0
    assert simulation.summary(slices, "multiarea")["ratio"] == 1.0


def test_programs_take_turns(module, tmp_path):
    turns = module("turns")
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, time\n"
        f"sys.path.insert(0, {str(FOLDER)!r})\n"
        "from turns import Turns\n"
        "turns = Turns()\n"
        "for k in range(3):\n"
        "    turns.update(k)\n"
        "    print('not JSON')\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2])\n"
        "turns.close()\n"
        "print('{\"end\": 1}')\n"
    )
    order = tmp_path / "order"
    commands = {name: [str(program), str(order), name] for name in "ab"}
    rows, ends = turns.take_turns(commands, 3)
    assert order.read_text() == "abbaab"
    assert [(row["side"], row["turn"]) for row in rows][:3] == [("a", 0), ("b", 0), ("b", 1)]
    assert ends == {"a": {"end": 1}, "b": {"end": 1}}


def test_packages_of_a_profile(module):
    profiles = module("profiles")
    assert profiles.package("/x/site-packages/numpy/lib.py", "f") == "numpy"
    assert profiles.package("/x/src/multiarea/theory/siegert.py", "f") == "multiarea"
    assert profiles.package("~", "<built-in method nestkernel_api.llapi_connect>") == "NEST kernel"
    assert profiles.package("~", "<method 'sort' of 'numpy.ndarray' objects>") == "numpy"
    assert profiles.package("/usr/lib/python3.11/json/decoder.py", "f") == "Python's library"


@pytest.mark.long
def test_a_stage_is_measured_side_by_side():
    command = [sys.executable, str(FOLDER), "--quick", "--only", "measures"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    folder = Path(done.stdout.splitlines()[-1].removeprefix("results: "))
    assert "published way" in done.stdout
    assert (folder / "stages.csv").read_text().count("\n") == 3
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_the_networks_of_the_gpu_are_prepared(module):
    gpu = module("gpu")
    prepared = {"small", "small_general", *gpu.CASES, *(f"chi_{chi:g}" for chi in gpu.SWEEP)}
    asked = gpu.cases(quick=False)
    assert {name for _, name, *_ in asked} == prepared
    assert asked[0][0] is gpu.same_spikes and gpu.cases(quick=True)[0][1] in prepared
    for file in gpu.CASES.values():
        assert (FOLDER.parent / "experiments" / f"{file}.py").is_file()
