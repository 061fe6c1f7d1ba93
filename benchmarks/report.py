"""The results of a benchmark as text for docs/performance.md."""

from __future__ import annotations

import csv
import importlib
import shutil
from pathlib import Path

from harness import ROOT

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "benchmark_scales.png"
BEGIN, END = "<!-- benchmark: begin -->\n", "<!-- benchmark: end -->"


def update_page(folder: Path) -> None:
    """Put the results of a folder between the marks of the page, and its plot beside it."""
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    parts = [make(folder) for make in PARTS]
    text = "\n\n".join(part for part in parts if part)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{after}", "utf-8")
    if (folder / "scales.png").exists():
        shutil.copy(folder / "scales.png", PICTURE)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table; none if it was not made."""
    if not path.exists():
        return []
    with path.open() as file:
        return list(csv.DictReader(file))


def machine(folder: Path, file: str = "facts.csv") -> str:
    """Say where and with what."""
    about = {row["fact"]: row["value"] for row in read(folder / file)}
    return (
        f"{about['date']}, {about['cores']} cores of {about['cpu']}, {about['memory_GB']} GB, load "
        f"{about['load_at_start']} at the start; Python {about['python']}, NEST "
        f"{about['nest-simulator']}, NumPy {about['numpy']}, SciPy {about['scipy']}, Matplotlib "
        f"{about['matplotlib']}; commit {about['commit']}."
    )


def stages(folder: Path) -> str:
    """Return the table of ratios."""
    lines = ["| stage | side | wall (s) | CPU (s) | memory (MB) | wall, ratio | CPU, ratio |"]
    lines.append("|---|---|---|---|---|---|---|")
    last = ""
    for row in read(folder / "stages.csv"):
        title = importlib.import_module(f"stages.{row['stage']}").TITLE
        shown = [f"{float(row[name]):.3g}" for name in ("seconds", "cpu_s")]
        shown.append(f"{float(row['memory_MB']):.0f}")
        shown += [f"{float(row[name]):.2f}" for name in ("ratio", "ratio_cpu")]
        lines.append(f"| {title if title != last else ''} | {row['side']} | {' | '.join(shown)} |")
        last = title
    return "\n".join(lines) if last else ""


def start_up(folder: Path) -> str:
    """Return the processor time of starting."""
    rows = read(folder / "start_up.csv")
    if not rows:
        return ""
    lines = ["| start | CPU (s) |", "|---|---|"]
    lines += [f"| {row['start']} | {float(row['cpu_s']):.2f} |" for row in rows]
    return "\n".join(lines)


def jobs(folder: Path) -> str:
    """Return the processor time from spikes to all figures."""
    rows = read(folder / "jobs.csv")
    if not rows:
        return ""
    lines = ["| from spikes to all figures | CPU (s) | CPU ratio |", "|---|---:|---:|"]
    for row in rows:
        lines.append(
            f"| {row['side']} | {float(row['cpu_s']):.0f} | {float(row['ratio_cpu']):.2f} |"
        )
    return "\n".join(lines)


def profiles(folder: Path) -> str:
    """Return where the time goes."""
    rows = read(folder / "profiles.csv")
    if not rows:
        return ""
    lines = ["| profile of ours | own time by package | by function |", "|---|---|---|"]
    for row in rows:
        title = importlib.import_module(f"stages.{row['stage']}").TITLE
        lines.append(f"| {title} | {row['packages']} | `{row['functions']}` |")
    return "\n".join(lines)


def scales(folder: Path) -> str:
    """Return cost against scale: the picture, and what it says of full scale."""
    rows = read(folder / "fits.csv")
    if not rows:
        return ""
    largest = max(read(folder / "scales.csv"), key=lambda row: float(row["synapses"]))
    costs = importlib.import_module("scales").COSTS
    lines = ["![Cost against scale](images/benchmark_scales.png)", ""]
    lines.append("| cost | against | exponent | at scale 1 of it, the other as in the plot |")
    lines.append("|---|---|---|---|")
    for row in rows:
        lines.append(
            f"| {costs[row['cost']]} | {row['series']} | {float(row['exponent']):.2f} | "
            f"{float(row['at_full_scale']):.3g} |"
        )
    lines += ["", (folder / "memory_law.txt").read_text().strip()]
    lines.append(
        f"The largest network: {float(largest['synapses']):.2e} synapses, "
        f"{float(largest['connect_B_per_synapse']):.1f} bytes per synapse when connected, "
        f"{float(largest['peak_B_per_synapse']):.1f} for the whole process at its peak."
    )
    return "\n".join(lines)


def simulation(folder: Path) -> str:
    """Return running in turns with a bare script, and with limits on delays."""
    rows = read(folder / "simulation.csv")
    if not rows:
        return ""
    lines = [
        "| simulation, in turns | side | delays (ms) | raised, lowered (%) | s per s "
        "| wall, ratio | CPU, ratio | memory (MB) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    last = ""
    for row in rows:
        number = {k: float(v) for k, v in row.items() if k not in ("scale", "side")}
        lines.append(
            f"| {row['scale'] if row['scale'] != last else ''} | {row['side']} | "
            f"{number['shortest_ms']:.1f} to {number['longest_ms']:.1f} | "
            f"{number['raised_percent']:.2f}, {number['lowered_percent']:.2f} | "
            f"{number['wall_per_s']:.2f} | {number['ratio']:.2f} | "
            f"{number['ratio_cpu']:.2f} | {number['memory_MB']:.0f} |"
        )
        last = row["scale"]
    return "\n".join(lines)


def procedural(folder: Path) -> str:
    """Return the procedural simulator beside NEST, and where its time goes."""
    rows = read(folder / "procedural.csv")
    if not rows:
        return ""
    lines = [
        machine(folder, "facts_procedural.csv"),
        "",
        "| network | simulator | threads | prepare (s) | s per s of model time, best piece "
        "(median) | memory, peak (GB) | after the transient (GB) |",
        "|---|---|---|---|---|---|---|",
    ]
    last = ""
    for row in rows:
        number = {name: float(row[name]) for name in NUMBERS}
        size = f"{int(row['neurons'])} neurons, {float(row['synapses']):.3g} synapses"
        name = f"{row['network']}: {size}"
        lines.append(
            f"| {name if name != last else ''} | {row['simulator']} | {row['threads']} | "
            f"{number['prepare_s']:.1f} | {number['s_per_s']:.2f} "
            f"({number['s_per_s_median']:.2f}) | {number['peak_GB']:.2f} | "
            f"{number['end_GB']:.2f} |"
        )
        last = name
    parts = {name: row[name] for row in rows for name in PARTS_OF_KERNEL if row.get(name)}
    if parts:
        lines += [
            "",
            "| part of the kernel, human model at full scale, one core | ns |",
            "|---|---|",
        ]
        lines += [
            f"| {PARTS_OF_KERNEL[name]} | {float(value):.2f} |" for name, value in parts.items()
        ]
    return "\n".join(lines)


NUMBERS = ("prepare_s", "s_per_s", "s_per_s_median", "peak_GB", "end_GB")
PARTS_OF_KERNEL = {
    "draw_ns_per_event": "drawing a synapse and appending it, per event",
    "add_ns_per_event": "adding an event that is due",
    "neuron_ns_per_update": "external spikes, potential and current, per neuron and step",
}
PARTS = (machine, stages, simulation, start_up, jobs, profiles, scales, procedural)
