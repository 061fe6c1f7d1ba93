"""Measure every stage of the pipeline beside the same work done the published way.

Run: `make benchmark`, or `python benchmarks [--quick] [--only NAME ...] [--repeats N]`.

First all stages (benchmarks/stages/), their sides in turn, each in a fresh process, and a profile
of ours (profiles.py); then running beside a bare script and with limits on delays, in turns
(simulation.py), the time of starting (start_up.py), small jobs forked and by themselves (jobs.py),
cost against scale (scales.py) and the procedural simulator beside NEST (procedural.py).
Results are kept in benchmarks/results/<date>/: tables, facts of the machine and a plot. With
`--reference` they go to benchmarks/results/reference/ and into docs/performance.md.
"""

from __future__ import annotations

import argparse
import importlib
import tempfile
import time
from pathlib import Path

from harness import HERE, Case, alternate, facts, medians, run_child, write_csv

STAGES = (
    "tables",
    "theory",
    "theory_strong",
    "transfer_function",
    "building",
    "recording",
    "measures",
    "pictures",
)
OTHERS = ("simulation", "start_up", "jobs", "scales", "procedural")
REPEATS = {"theory_strong": 1}
"""Fewer than asked for where one repeat takes a minute."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one repeat of small cases, to try")
    parser.add_argument("--only", nargs="+", choices=(*STAGES, *OTHERS), metavar="NAME")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--reference", action="store_true", help="the results that docs show")
    parser.add_argument("--child", nargs=3, metavar=("STAGE", "SIDE", "FOLDER"))
    return parser.parse_args()


def run_stages(names: list[str], options: argparse.Namespace, results: Path) -> None:
    """Measure the stages named; print and keep what is known after each."""
    if not names:
        return
    rows: list[dict] = []
    profiles: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        importlib.import_module("reference_run").make(Path(folder), options.quick)
        case = Case(Path(folder), options.quick)
        for name in names:
            repeats = 1 if options.quick else REPEATS.get(name, options.repeats)
            start = time.perf_counter()
            own = alternate(name, case, repeats)
            rows += own
            write_csv(results / "measurements.csv", rows)
            write_csv(results / "stages.csv", medians(rows))
            print(f" {name}: {time.perf_counter() - start:.0f} s\n{table(own)}")
            profiles.append(importlib.import_module("profiles").profile(name, case))
            write_csv(results / "profiles.csv", profiles)
            print(f"    of ours: {profiles[-1]['packages']}\n", flush=True)


def table(rows: list[dict]) -> str:
    """Return medians as text, the ratio of each side to this project."""
    head = f"{'':44s} {'wall s':>9s} {'CPU s':>9s} {'MB':>8s} {'ratio':>7s} {'of CPU':>7s}"
    lines, last = [head], ""
    for row in medians(rows):
        if row["stage"] != last:
            last = row["stage"]
            lines.append(importlib.import_module(f"stages.{last}").TITLE)
        lines.append(
            f"    {row['side']:40s} {row['seconds']:9.3f} {row['cpu_s']:9.3f} "
            f"{row['memory_MB']:8.0f} {row['ratio']:7.2f} {row['ratio_cpu']:7.2f}"
        )
    return "\n".join(lines)


def facts_files(wanted: list[str]) -> list[str]:
    """Return where to keep the facts of the machine: the procedural simulator has its own."""
    others = [name for name in wanted if name != "procedural"]
    return ["facts.csv"] * bool(others) + ["facts_procedural.csv"] * ("procedural" in wanted)


def main() -> None:
    """Measure, print and keep the results."""
    options = parse()
    if options.child:
        stage, side, folder = options.child
        return run_child(stage, side, Case(Path(folder), options.quick))
    wanted = options.only or [*STAGES, *OTHERS]
    about = facts()
    date = time.strftime("%Y-%m-%d_%H-%M-%S", time.gmtime())
    folder = HERE / "results" / ("reference" if options.reference else date)
    folder.mkdir(parents=True, exist_ok=True)
    for file in facts_files(wanted):
        write_csv(folder / file, [{"fact": k, "value": v} for k, v in about.items()])
    print("\n".join(f"{key:15s} {value}" for key, value in about.items()), flush=True)
    stages = [name for name in STAGES if name in wanted]
    run_stages(stages, options, folder)
    for name in OTHERS:
        if name in wanted:
            importlib.import_module(name).main(folder, options.quick)
    if options.reference:
        importlib.import_module("report").update_page(folder)
    print(f"results: {folder}")


if __name__ == "__main__":
    main()
