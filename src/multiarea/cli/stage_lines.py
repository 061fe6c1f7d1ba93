"""One line for each stage of a run, from what Snakemake and the logs of its jobs tell."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from multiarea.errors import one_line
from multiarea.progress import duration

STAGES = ("network", "theory", "simulate", "import", "analyse", "collect", "plot", "record")
"""Beginnings of the names of rules that are one stage together; other rules are stages."""
PROGRESS = re.compile(r"^\w+: ((\d+) %  .*)$", re.MULTILINE)
"""What a job writes into its log; see `multiarea.progress`."""
TAIL = 1 << 16
"""Length of the end of a log that is looked at [bytes]."""
ON_TERMINAL, IN_FILE = 0.5, 60.0
"""Time between two looks at the jobs that run [s]."""
INTERRUPTED = "Terminating processes on user request"


@dataclass
class Job:
    """A job that runs, or has failed."""

    rule: str
    wildcards: Mapping[str, str]
    logs: list[str]

    @property
    def stage(self) -> str:
        """The stage that it is a part of."""
        first = self.rule.partition("_")[0]
        return first if first in STAGES else self.rule

    def progress(self) -> tuple[str, float]:
        """Return what it says of its progress last, and the share of the work that is done."""
        found = PROGRESS.findall(_tail(self.logs))
        return (found[-1][0], int(found[-1][1]) / 100) if found else ("", 0.0)

    def said(self, kind: str) -> list[str]:
        """Return the lines of its log that are of a `kind`: error or warning."""
        start = f"{kind}: "
        lines = _tail(self.logs).splitlines()
        return [
            one_line(line.removeprefix(start), 1000) for line in lines if line.startswith(start)
        ]

    def reason(self) -> str:
        """Return the last error in its log, or what else it said last."""
        if errors := self.said("error"):
            return errors[-1]
        lines = [line for line in _tail(self.logs).splitlines() if line.strip()]
        last = f"; the last line of its log: {lines[-1].strip()}" if lines else ""
        return one_line(f"it ended without an error message{last}", 1000)


@dataclass
class Stage:
    """Jobs of one stage: how many there are, and are done, and when they began [s]."""

    total: int = 0
    done: int = 0
    begun: float = field(default_factory=time.monotonic)


class StageLines:
    """Lines on the stages of one call of Snakemake, written to a stream.

    On a terminal the last line is that of the stages that run, and changes; into a file, a stage
    has a line when it is done, and one every minute before.

    Attributes
    ----------
    planned : dict of str to int
        Jobs that run, by stage.
    failed : list of Job
    problems : list of str
        What Snakemake says is wrong, apart from jobs.
    is_interrupted : bool
    """

    def __init__(self, stream: TextIO) -> None:
        self.planned: dict[str, int] = {}
        self.failed: list[Job] = []
        self.problems: list[str] = []
        self.is_interrupted = False
        self._stream, self._is_terminal = stream, stream.isatty()
        self._running: dict[int, Job] = {}
        self._stages: dict[str, Stage] = {}
        self._shown, self._warnings = "", set[str]()
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> StageLines:
        logging.getLogger("snakemake.logging").addFilter(self._see)
        self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("snakemake.logging").removeFilter(self._see)
        self._stop.set()
        self._ticker.join()
        self._rewrite("")

    def _see(self, record: logging.LogRecord) -> bool:
        """Take note of what Snakemake logs; let its own log have it, too."""
        event = str(getattr(record, "event", "") or "").lower()
        react: Callable[[Any], None] | None = getattr(self, f"_on_{event}", None)
        with self._lock:
            if react is not None:
                react(record)
            elif record.levelno >= logging.ERROR:
                self.problems.append(record.getMessage())
            elif INTERRUPTED in str(record.msg):
                self.is_interrupted = True
        return True

    def _on_run_info(self, record: Any) -> None:
        self.planned = {}
        for rule, count in record.stats.items():
            if rule not in ("total", "all"):
                stage = Job(rule, {}, []).stage
                self.planned[stage] = self.planned.get(stage, 0) + count

    def _on_job_info(self, record: Any) -> None:
        job = Job(record.rule_name, dict(record.wildcards or {}), list(record.log or []))
        self._running[record.jobid] = job
        if job.stage not in self._stages:
            self._stages[job.stage] = Stage(self.planned.get(job.stage, 1))

    def _on_job_finished(self, record: Any) -> None:
        job = self._running.pop(record.job_id, None)
        if job is None or job.rule == "all":
            return
        stage = self._stages[job.stage]
        stage.done += 1
        for text in job.said("warning"):
            if text not in self._warnings:
                self._warnings.add(text)
                self._rewrite("", f"warning: {text}\n")
        if stage.done == stage.total:
            took = duration(time.monotonic() - stage.begun)
            jobs = f"{stage.total} jobs  " if stage.total > 1 else ""
            self._rewrite("", f"{job.stage}: 100 %  {jobs}in {took}\n")

    def _on_job_error(self, record: Any) -> None:
        job = self._running.pop(record.jobid, None)
        if job is not None:
            self.failed.append(job)

    def _tick(self) -> None:
        while not self._stop.wait(ON_TERMINAL if self._is_terminal else IN_FILE):
            with self._lock:
                lines = [self._line(name) for name in {job.stage: 0 for job in self._jobs()}]
                if self._is_terminal and lines:
                    self._rewrite("   ".join(lines))
                elif lines:
                    self._stream.write("".join(f"{line}\n" for line in lines))
                    self._stream.flush()

    def _jobs(self) -> list[Job]:
        return [job for job in self._running.values() if job.rule != "all"]

    def _line(self, name: str) -> str:
        stage = self._stages[name]
        told = [job.progress() for job in self._jobs() if job.stage == name]
        if stage.total == 1 and told and told[0][0]:
            return f"{name}: {told[0][0]}"
        share = (stage.done + sum(done for _, done in told)) / stage.total
        elapsed = time.monotonic() - stage.begun
        rest = f"  ETA {duration(elapsed * (1 - share) / share)}" if share else ""
        return f"{name}: {int(100 * share)} %  {stage.done} of {stage.total}{rest}"

    def _rewrite(self, line: str, lasting: str = "") -> None:
        """Put `line` in the place of the line that changes, after a `lasting` one."""
        if line == self._shown and not lasting:
            return
        with suppress(OSError):
            line = line[: shutil.get_terminal_size().columns - 1]
            clear = f"\r{' ' * len(self._shown)}\r" if self._shown else ""
            self._stream.write(f"{clear}{lasting}{line}")
            self._stream.flush()
            self._shown = line


def _tail(paths: list[str]) -> str:
    """Return the end of the first file that can be read."""
    for path in paths:
        with suppress(OSError):
            return Path(path).read_bytes()[-TAIL:].decode("utf-8", errors="replace")
    return ""
