"""The procedural simulator on a GPU: the same spikes as on the CPU, then speed at full scale.

`benchmarks/gpu.sh` starts it: `prepare` writes the networks and what a bare machine lacks into a
folder, `run` measures with them. After each case the results are written, as gpu.json.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

#: Name of a case -> experiment.
CASES = {
    "microcircuit": "full_scale/microcircuit",
    "human_base": "full_scale/base",
    "human_best_fit": "full_scale/best_fit",
}
SWEEP = (1.5, 1.7, 1.9, 2.1, 2.3, 3.0)
"""Points of the scan over chi that are simulated in the time that is left."""
RINGS = (256, 512, 1024, 2048)
"""Lengths of the ring that are tried beside the one that memory allows [steps]."""
WHEELS = ("pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection")
"""Packages that PyTorch's Python lacks."""


# ------------------------------------------------------------------------------------- prepare


def prepare(folder: Path) -> None:
    """Write the networks and the missing packages into a folder."""
    from multiarea.build.pipeline import build_network
    from multiarea.experiment.loading import load_experiments
    from multiarea.models import human
    from multiarea.network.network import save_network

    folder.mkdir(parents=True, exist_ok=True)
    tau = {"tau_syn_in": 1.3}
    (one,) = load_experiments(["experiments/downscaled_base.py"])
    small = build_network(one.model, one.network)
    save_network(small, folder / "small.h5")
    general = small.replace(populations=small.populations.assign(**tau))
    save_network(general, folder / "small_general.h5")
    for name, file in CASES.items():
        (one,) = load_experiments([f"experiments/{file}.py"])
        save_network(build_network(one.model, one.network), folder / f"{name}.h5")
    for chi in SWEEP:
        chosen = human.Parameters(
            scaling_factors_recurrent={"cc_scalingEtoE": chi, "cc_scalingEtoI": 2 * chi}
        )
        save_network(build_network("human", chosen), folder / f"chi_{chi:g}.h5")
    _download(folder / "wheels")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size / 2**20:.1f} MiB")


def _download(folder: Path) -> None:
    """Download the packages that are missing, in the versions of this environment."""
    from importlib.metadata import version

    platforms = [f"--platform=manylinux{name}_x86_64" for name in ("2014", "_2_17", "_2_28")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder)]
    target = ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp", *platforms]
    names = [f"{name}=={version(name)}" for name in WHEELS]
    subprocess.run([*command, *target, *names], check=True)


# ------------------------------------------------------------------------------------- measure

_plans: dict[str, tuple] = {}
"""The network that was prepared last."""


def planned(folder: Path, name: str) -> tuple:
    """Return a network, its parameters and its plan, and the seconds that the plan took."""
    from multiarea.network.network import load_network
    from multiarea.parameters import SimulationParameters
    from multiarea.simulation.procedural.tables import make_plan

    if name not in _plans:
        _plans.clear()
        network = load_network(folder / f"{name}.h5")
        parameters = SimulationParameters(simulator="procedural", master_seed=2903)
        start = time.perf_counter()
        plan = make_plan(network, parameters, os.cpu_count() or 1)
        _plans[name] = network, parameters, plan, time.perf_counter() - start
    return _plans[name]


def free_memory() -> float:
    """Return the memory of the card that is free, after earlier engines have given theirs back."""
    from numba import cuda

    from multiarea.simulation.procedural.gpu import device

    gc.collect()
    deallocations = getattr(cuda.current_context(), "deallocations", None)
    if deallocations is not None:
        deallocations.clear()
    return min(device.free_memory(), 1e15)


def advanced(engine, steps: int) -> tuple[float, list]:
    """Advance an engine; return the wall time [s] and what happened."""
    start, stop, done = time.perf_counter(), engine.step + steps, []
    while engine.step < stop:
        done.append(engine.advance(stop))
    return time.perf_counter() - start, done


def spikes_of(done: list) -> np.ndarray:
    """Return nodes and steps of all calls, (2, n)."""
    return np.concatenate([np.stack([part.nodes, part.steps]) for part in done], axis=1)


def same_spikes(folder: Path, name: str, steps: int, most_slots: int | None) -> dict:
    """Simulate a network on the CPU and on the GPU, and compare spikes and potentials.

    After half of the steps the state on the GPU is saved and restored.
    """
    from multiarea.simulation.procedural.engine import Engine
    from multiarea.simulation.procedural.gpu.engine import GpuEngine

    network, parameters, plan, _ = planned(folder, name)
    free_memory()
    gpu = GpuEngine(plan, network, parameters, most_slots)
    gpu.compile()
    cpu = Engine(plan, network, parameters, os.cpu_count() or 1, 1 << 20)
    seconds, expected = advanced(cpu, steps)
    seconds_gpu, found = advanced(gpu, steps // 2)
    gpu.restore(gpu.saved())
    more, later = advanced(gpu, steps - steps // 2)
    expected, found = spikes_of(expected), spikes_of(found + later)
    V, V_cpu = gpu.arrays.V.copy_to_host(), cpu.state.V
    first, size = plan.tables.units["first"], plan.tables.units["size"]
    same_V = (
        np.array_equal(V[f : f + n], V_cpu[f : f + n]) for f, n in zip(first, size, strict=True)
    )
    differ = (
        np.flatnonzero((expected != found).any(axis=0)) if expected.shape == found.shape else [0]
    )
    return {
        "same_spikes": bool(np.array_equal(expected, found)),
        "same_potentials": all(same_V),
        "n_spikes": [expected.shape[1], found.shape[1]],
        "first_difference": expected[:, differ[:1]].ravel().tolist() if len(differ) else None,
        "ring": gpu.ring.n_slots,
        "turns": gpu.ring.n_turns,
        "cpu_s": seconds,
        "gpu_s": seconds_gpu + more,
    }


def speed(folder: Path, name: str, most_slots: int | None, times: tuple, profiled: bool) -> dict:
    """Simulate a network for `times`, transient and what is measured [steps]."""
    from multiarea.simulation.procedural.gpu.arrays import sizes_of
    from multiarea.simulation.procedural.gpu.engine import GpuEngine

    network, parameters, plan, plan_s = planned(folder, name)
    before, start = free_memory(), time.perf_counter()
    engine = GpuEngine(plan, network, parameters, most_slots)
    engine.compile()
    upload_s = time.perf_counter() - start
    begin, _ = advanced(engine, times[0])
    seconds, done = advanced(engine, times[1])
    after = free_memory()
    model_time, nodes = times[1] * 1e-4, spikes_of(done)[0]
    population = np.searchsorted(np.cumsum(network.n_neurons), nodes, side="right")
    fired = np.bincount(population, minlength=len(network))
    n_events = float(fired @ (network.synapses.sum(axis=0) / network.n_neurons))
    sizes = sizes_of(plan)
    return {
        "plan_s": plan_s,
        "upload_s": upload_s,
        "neurons": int(network.n_neurons.sum()),
        "synapses": float(network.synapses.sum()),
        "ring": engine.ring.n_slots,
        "turns": engine.ring.n_turns,
        "graph": engine.launches.is_graph,
        "transient_s_per_s": begin / (times[0] * 1e-4),
        "s_per_s": seconds / model_time,
        "rate": len(nodes) / model_time / float(network.n_neurons.sum()),
        "events_per_s": n_events / model_time,
        "memory_GB": (before - after) / 1e9,
        "predicted_GB": (sizes.beside + engine.ring.n_slots * sizes.slot) / 1e9,
        "kernels_us": profile(engine) if profiled else {},
    }


def profile(engine, n: int = 200) -> dict[str, float]:
    """Return the time of each kernel in a slice [us], the mean of `n`, measured on the device."""
    from numba import cuda

    launches, sums, usual = engine.launches, {}, engine.launches.start

    def start(count: int) -> None:
        for _ in range(count):
            marks = [cuda.event() for _ in range(len(launches.kernels) + 1)]
            marks[0].record(launches.stream)
            for (function, arguments), mark in zip(launches.kernels, marks[1:], strict=True):
                function(*arguments)
                mark.record(launches.stream)
            launches.stream.synchronize()
            for name, one, next_ in zip(launches.names, marks, marks[1:], strict=False):
                elapsed = cuda.event_elapsed_time(one, next_)
                sums[name] = sums.get(name, 0.0) + 1e3 * elapsed / n

    launches.start = start
    advanced(engine, n * engine.plan.slice_steps)
    launches.start = usual
    return sums


def cases(quick: bool) -> list[tuple]:
    """Return function, name and arguments of each case, the most important ones first."""
    if quick:
        return [(same_spikes, "small", 8, None)]
    return [
        (same_spikes, "small", 2000, None),
        (same_spikes, "small", 2000, 200),
        (same_spikes, "small_general", 2000, None),
        (speed, "microcircuit", None, (1000, 20_000), True),
        (speed, "human_base", None, (2000, 5000), True),
        *((speed, "human_base", slots, (500, 1000), True) for slots in RINGS),
        (same_spikes, "human_base", 100, None),
        (speed, "human_best_fit", None, (2000, 5000), True),
        (same_spikes, "microcircuit", 1000, None),
        *((speed, f"chi_{chi:g}", None, (5000, 5000), False) for chi in SWEEP),
    ]


def run(folder: Path, output: Path, seconds: float, quick: bool) -> None:
    """Measure all cases for which there is time, and write the results after each."""
    from multiarea.simulation.procedural.gpu import device

    device.require()
    start, results, longest = time.perf_counter(), [], 0.0
    facts = {"card": device.name(), "free_GB": free_memory() / 1e9}
    output.mkdir(parents=True, exist_ok=True)
    for work, name, *arguments in cases(quick):
        begin = time.perf_counter()
        if results and begin - start + longest > seconds:
            print(f"{name}: no time left", flush=True)
            continue
        try:
            found = work(folder, name, *arguments)
        except Exception as error:  # the other cases are measured all the same
            found = {"error": f"{type(error).__name__}: {error}"[:3000]}
        took = time.perf_counter() - begin
        longest = max(longest if len(results) > 1 else 0.0, took)  # the first case compiles
        results.append({"case": work.__name__, "name": name, "took_s": took, **found})
        print(json.dumps(results[-1]), flush=True)
        (output / "gpu.json").write_text(json.dumps({**facts, "results": results}, indent=1))


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("prepare", "run"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", type=Path, default=Path("benchmarks/results/gpu"))
    parser.add_argument("--seconds", type=float, default=440.0)
    parser.add_argument("--quick", action="store_true", help="only small networks, for a moment")
    chosen = parser.parse_args()
    if chosen.what == "prepare":
        prepare(chosen.folder)
    else:
        run(chosen.folder, chosen.to, chosen.seconds, chosen.quick)


if __name__ == "__main__":
    main()
