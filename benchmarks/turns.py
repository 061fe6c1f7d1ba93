"""Measure programs that take turns: all are alive, each works a slice while the others wait.

What disturbs a machine for seconds or minutes then disturbs all of them, and ratios of slices that
follow each other are good to a tenth where the times themselves differ by half.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from harness import ROOT, child_environment


class Turns:
    """In a program: waits for its turn before each slice of work, and tells what the last took.

    A progress report for `multiarea.simulation.simulate`.
    """

    def __init__(self) -> None:
        self._begun: tuple[float, float] | None = None

    def update(self, done: float = 0.0) -> None:
        """End a slice of work, and wait for the next turn."""
        self.close()
        sys.stdin.readline()
        self._begun = time.perf_counter(), time.process_time()

    def close(self) -> None:
        """End the last slice."""
        told: dict[str, float] = {}
        if self._begun is not None:
            wall, cpu = self._begun
            told = {"seconds": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        print(json.dumps(told), flush=True)


def take_turns(commands: dict[str, list[str]], turns: int) -> tuple[list[dict], dict[str, dict]]:
    """Run programs in turns, forwards and backwards.

    Parameters
    ----------
    commands : dict
        {name: words after `python`}. Each program prints what it has to say as its last line.
    turns : int
        Slices of each program.

    Returns
    -------
    tuple
        Rows with name, turn, seconds, cpu_s; and {name: last line}.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running: dict[str, subprocess.Popen] = {}
    rows: list[dict[str, Any]] = []
    for name, words in commands.items():
        program = subprocess.Popen(
            [sys.executable, *words], env=child_environment(), cwd=ROOT, **pipes
        )
        running[name] = program
        _answer(program)
    for turn in range(turns):
        for name in list(running) if turn % 2 == 0 else reversed(running):
            running[name].stdin.write("\n")
            running[name].stdin.flush()
            rows.append({"side": name, "turn": turn, **_answer(running[name])})
    return rows, {name: _answer(program) for name, program in running.items()}


def _answer(program: subprocess.Popen) -> dict[str, float]:
    """Return the next line of a program that is JSON; NEST prints others."""
    for line in program.stdout:
        if line.startswith("{"):
            return json.loads(line)
    raise RuntimeError(f"{program.args} ended with {program.wait()}")
