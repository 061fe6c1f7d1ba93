"""The gain of `delay_min` and `delay_max`, and the share of synapses that they touch.

One run of the down-scaled human network per setting, in turn, each in a fresh process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import HERE, ROOT, child_environment, write_csv

SETTINGS = {
    "off": {},
    "delay_max 50": {"delay_max": 50.0},
    "delay_min 0.5": {"delay_min": 0.5},
    "delay_min 0.5, delay_max 50": {"delay_min": 0.5, "delay_max": 50.0},
}


def one(setting: str, t_sim: float) -> dict[str, float]:
    """Simulate once in this process."""
    from reference_run import scaled_network

    from multiarea.parameters import SimulationParameters
    from multiarea.simulation import simulate

    network = scaled_network(0.005, 0.005)
    parameters = SimulationParameters(t_sim=t_sim, **SETTINGS[setting])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spikes.h5"
        report = simulate(network, parameters, virtual_processes=2, spikes_path=path)
    return {
        "shortest_ms": report.min_delay,
        "longest_ms": report.max_delay,
        "raised_percent": 100 * report.share_delay_min,
        "lowered_percent": 100 * report.share_delay_max,
        "run_s": report.seconds_run,
        "memory_MB": report.peak_memory * 1.048576,
    }


def main(folder: Path, quick: bool) -> None:
    """Print and keep the medians."""
    found: dict[str, list[dict]] = {setting: [] for setting in SETTINGS}
    for _ in range(1 if quick else 3):
        for setting in SETTINGS:
            command = [sys.executable, str(HERE / "delays.py"), setting, "100" if quick else "500"]
            output = subprocess.check_output(command, env=child_environment(), text=True, cwd=ROOT)
            found[setting].append(json.loads(output.splitlines()[-1]))
    rows = []
    for setting, runs in found.items():
        row = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        rows.append({"setting": setting, **row})
    write_csv(folder / "delays.csv", rows)
    print("\nlimits on delays, N = K = 0.005, 2 threads")
    for row in rows:
        gain = rows[0]["run_s"] / row["run_s"]
        print(
            f"    {row['setting']:30s} delays {row['shortest_ms']:4.1f} to {row['longest_ms']:6.1f}"
            f" ms, touched {row['raised_percent']:5.2f} % and {row['lowered_percent']:5.2f} %, run "
            f"{row['run_s']:6.2f} s ({gain:.2f} times faster), {row['memory_MB']:6.0f} MB"
        )


if __name__ == "__main__":
    print(json.dumps(one(sys.argv[1], float(sys.argv[2]))))
