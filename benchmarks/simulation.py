"""Running the down-scaled human network, against a bare NEST script, and with limits on delays.

All take turns. Ours includes emptying the recorders into a file and looking for runaway activity
after each slice; the sorted spikes are written at the end.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from harness import HERE, OURS, free_memory, resident, write_csv
from turns import Turns, take_turns

BARE = "bare NEST script"
LIMITS: dict[str, dict[str, float]] = {
    OURS: {},
    "delay_max 50": {"delay_max": 50.0},
    "delay_min 0.5": {"delay_min": 0.5},
    "delay_min 0.5, delay_max 50": {"delay_min": 0.5, "delay_max": 50.0},
    "delay_min 1, delay_max 50": {"delay_min": 1.0, "delay_max": 50.0},
}
SCALES = {"N = K = 0.005": (0.005, 0.005), "N = 0.004, K = 0.08": (0.004, 0.08)}
MEMORY = {"N = K = 0.005": 8e9, "N = 0.004, K = 0.08": 10e9}
"""Of all programs at once [bytes]."""
TURNS = 20
T_SIM = 400.0
"""Of one program [ms]; `run` cuts it into as many slices as there are turns."""
ROUNDS = 3
"""Programs are started anew: where the memory of one lies makes a few percent."""


def ours(side: str, scale: str) -> dict[str, float]:
    """Simulate in turns with this package."""
    from reference_run import scaled_network

    from multiarea.parameters import SimulationParameters
    from multiarea.simulation import simulate

    class Quiet(Turns):
        def update(self, done: float = 0.0) -> None:
            pass

        close = update

    parameters = SimulationParameters(t_sim=T_SIM, **LIMITS[side])
    with tempfile.TemporaryDirectory() as folder:
        report = simulate(
            scaled_network(*SCALES[scale]),
            parameters,
            virtual_processes=2,
            spikes_path=Path(folder) / "spikes.h5",
            progress=lambda stage, *_: Turns() if stage == "simulate" else Quiet(),
        )
    return {
        "shortest_ms": report.min_delay,
        "longest_ms": report.max_delay,
        "raised_percent": 100 * report.share_delay_min,
        "lowered_percent": 100 * report.share_delay_max,
        "write_s": report.seconds_write,
        "memory_MB": report.peak_memory * 1.048576,
    }


def bare(scale: str) -> dict[str, float]:
    """Simulate in turns with a bare NEST script."""
    from reference_run import scaled_network
    from stages.building import build_bare

    from multiarea.simulation.nest.kernel import nest

    network = scaled_network(*SCALES[scale])
    build_bare(network)
    nest.Prepare()
    turns = Turns()
    for _ in range(TURNS):
        turns.update()
        nest.Run(T_SIM / TURNS)
    turns.close()
    nest.Cleanup()
    return {
        "shortest_ms": nest.min_delay,
        "longest_ms": nest.max_delay,
        "raised_percent": 0.0,
        "lowered_percent": 0.0,
        "write_s": 0.0,
        "memory_MB": resident("VmHWM") / 1e6,
    }


def main(folder: Path, quick: bool) -> None:
    """Print and keep the medians."""
    rows, slices = [], []
    for scale in list(SCALES)[: 1 if quick else None]:
        if free_memory() < MEMORY[scale]:
            print(f"\nsimulation, {scale}: left out, needs {MEMORY[scale] / 1e9:.0f} GB")
            continue
        start = time.perf_counter()
        found = []
        for round_ in range(1 if quick else ROUNDS):
            commands = {
                side: [str(HERE / "simulation.py"), side, scale] for side in (BARE, *LIMITS)
            }
            turns, facts = take_turns(commands, TURNS)
            found += [{"scale": scale, "round": round_, **turn} for turn in turns]
        slices += found
        rows += [
            {"scale": scale, "side": side, **summary(found, side), **facts[side]} for side in facts
        ]
        write_csv(folder / "simulation.csv", rows)
        write_csv(folder / "simulation_slices.csv", slices)
        print(f"\nsimulation, {scale}, in turns: {time.perf_counter() - start:.0f} s")
        print(table([row for row in rows if row["scale"] == scale]), flush=True)


def summary(slices: list[dict], side: str) -> dict[str, float]:
    """Return times per simulated second and the medians of ratios to ours, slice by slice."""

    def times(name: str, of: str) -> list[float]:
        return [one[name] for one in slices if one["side"] == of]

    def ratio(name: str) -> float:
        pairs = zip(times(name, side), times(name, OURS), strict=True)
        return statistics.median(own / other for own, other in pairs)

    per_second = 1e3 * TURNS / T_SIM
    return {
        "wall_per_s": statistics.median(times("seconds", side)) * per_second,
        "cpu_per_s": statistics.median(times("cpu_s", side)) * per_second,
        "ratio": ratio("seconds"),
        "ratio_cpu": ratio("cpu_s"),
    }


def table(rows: list[dict]) -> str:
    """Return one line per side."""
    lines = []
    for row in rows:
        lines.append(
            f"    {row['side']:30s} delays {row['shortest_ms']:.1f} to {row['longest_ms']:5.1f} ms"
            f", touched {row['raised_percent']:5.2f} and {row['lowered_percent']:4.2f} %, "
            f"{row['wall_per_s']:6.2f} s per second ({row['cpu_per_s']:.2f} of CPU), ratio "
            f"{row['ratio']:.2f} ({row['ratio_cpu']:.2f} of CPU), {row['memory_MB']:.0f} MB"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    side, scale = sys.argv[1:]
    print(json.dumps(bare(scale) if side == BARE else ours(side, scale)))
