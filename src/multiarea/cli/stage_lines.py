"""One line for each stage of a run, from what Snakemake and the logs of its jobs tell."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from multiarea.errors import one_line
from multiarea.progress import duration

STAGES = ("network", "theory", "simulate", "import", "analyse", "collect", "plot", "record")
"""Beginnings of the names of rules that are one stage together; other rules are stages."""
PROGRESS = re.compile(r"^(\w+): ((\d+) %  .*)$", re.MULTILINE)
"""What a job writes into its log of a part of its work; see `multiarea.progress`."""
NOTE = re.compile(r"^\w+: (?:goes on at|nothing to do|compiling) .+$", re.MULTILINE)
"""What it writes there of why it takes less time, or more."""
TAIL = 1 << 16
"""Length of the end of a log that is looked at [bytes]."""
LOOK = 0.5
"""Time between two looks at the jobs that run [s]."""
FIRST_IN_FILE, LAST_IN_FILE, SHARE = 5.0, 60.0, 0.1
"""Time between two lines in a file: it grows with this share of the time, between limits [s]."""
FILES_CLOCK = 0.1
"""What the clock of files may be behind that of a process [s]."""
INTERRUPTED = "Terminating processes on user request"


@dataclass
class Job:
    """A job that runs, or has failed."""

    rule: str
    wildcards: Mapping[str, str]
    logs: list[str]
    begun: float = field(default_factory=time.time)
    told: set[str] = field(default_factory=set)

    @property
    def stage(self) -> str:
        """The stage that it is a part of."""
        first = self.rule.partition("_")[0]
        return first if first in STAGES else self.rule

    def progress(self) -> tuple[str, float]:
        """Return what it says of its progress last, and the share of the work that is done.

        A part of the work, such as connecting before simulating, is named, and counts for nothing.
        """
        found = PROGRESS.findall(self._log())
        if not found:
            return "", 0.0
        part, text, share = found[-1]
        return (text, int(share) / 100) if part == self.stage else (f"{part} {text}", 0.0)

    def news(self) -> list[str]:
        """Return what it says for the first time: notes, and parts of the work that are done."""
        log = self._log()
        notes = NOTE.findall(log)
        parts = [f"{p}: {text}" for p, text, share in PROGRESS.findall(log) if share == "100"]
        new = [line for line in (*notes, *parts) if line not in self.told]
        self.told.update(new)
        return list(dict.fromkeys(new))

    @property
    def is_told_of(self) -> bool:
        """Whether it has said itself that its work, or the last part of it, is done."""
        return any(line.startswith(f"{self.stage}: 100 %") for line in self.told)

    def _log(self) -> str:
        """Return the end of its log, which has nothing of a job before."""
        return _tail(self.logs, self.begun - FILES_CLOCK)

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

    @property
    def is_interrupted(self) -> bool:
        """Whether it says that it was interrupted at the terminal; a simulation says when."""
        reason = self.reason()
        return reason == "interrupted" or "interrupted (SIGINT)" in reason


@dataclass
class Stage:
    """Jobs of one stage: how many there are, are done and run, and for how long one has run [s]."""

    total: int = 0
    done: int = 0
    running: int = 0
    _before: float = 0.0
    _since: float = 0.0

    @property
    def took(self) -> float:
        """The time in which at least one job has run, without that in which all waited [s]."""
        return self._before + (time.monotonic() - self._since if self.running else 0.0)

    def start(self) -> None:
        """Count one more job that runs."""
        if not self.running:
            self._since = time.monotonic()
        self.running += 1

    def end(self) -> None:
        """Count one job less that runs."""
        took = self.took
        self.running -= 1
        if not self.running:
            self._before = took


class StageLines:
    """Lines on the stages of one call of Snakemake, written to a stream; none of a dry run.

    On a terminal the last line is that of the stages that run, and changes; into a file, a stage
    has a line when it is done, and some before: every few seconds at first, then every minute.

    Attributes
    ----------
    planned : dict of str to int
        Jobs that run, by stage.
    failed : list of Job
    problems : list of str
        What Snakemake says is wrong, apart from jobs.
    is_interrupted : bool
    """

    def __init__(self, stream: TextIO, is_dry: bool = False) -> None:
        self._is_dry = is_dry
        self.planned: dict[str, int] = {}
        self.failed: list[Job] = []
        self.problems: list[str] = []
        self.is_interrupted = False
        self._stream, self._is_terminal = stream, stream.isatty()
        self._running: dict[int, Job] = {}
        self._stages: dict[str, Stage] = {}
        self._shown, self._said = "", set[str]()
        self._begun = self._written = time.monotonic()
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> StageLines:
        logging.getLogger("snakemake.logging").addFilter(self._see)
        if not self._is_dry:
            self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("snakemake.logging").removeFilter(self._see)
        self._stop.set()
        if not self._is_dry:
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
        stage = self._stages.setdefault(job.stage, Stage(self.planned.get(job.stage, 1)))
        stage.start()

    def _on_job_finished(self, record: Any) -> None:
        job = self._running.pop(record.job_id, None)
        if job is None or job.rule == "all":
            return
        stage = self._stages[job.stage]
        stage.done += 1
        stage.end()
        self._tell(f"warning: {text}" for text in job.said("warning"))
        self._tell_news(job)
        if stage.done == stage.total and not (stage.total == 1 and job.is_told_of):
            jobs = f"{stage.total} jobs  " if stage.total > 1 else ""
            self._tell([f"{job.stage}: 100 %  {jobs}in {duration(stage.took)}"])

    def _on_job_error(self, record: Any) -> None:
        job = self._running.pop(record.jobid, None)
        if job is not None:
            self.failed.append(job)
            self._stages[job.stage].end()

    def _tick(self) -> None:
        while not self._stop.wait(LOOK):
            with self._lock:
                self._look()

    def _look(self) -> None:
        """Show what the jobs that run have said."""
        for job in self._jobs():
            self._tell_news(job)
        lines = [self._line(name) for name in {job.stage: 0 for job in self._jobs()}]
        if self._is_terminal:
            self._rewrite("   ".join(lines))
        elif lines and self._is_due():
            self._rewrite("", "".join(f"{line}\n" for line in lines))

    def _is_due(self) -> bool:
        """Return whether it is time for the next line in a file."""
        now = time.monotonic()
        pause = min(max(FIRST_IN_FILE, SHARE * (now - self._begun)), LAST_IN_FILE)
        return now - self._written >= pause

    def _tell_news(self, job: Job) -> None:
        """Write what a job says for the first time; of several jobs of a stage only notes."""
        is_alone = self._stages[job.stage].total == 1
        self._tell(line for line in job.news() if is_alone or not PROGRESS.match(line))

    def _tell(self, lines: Iterable[str]) -> None:
        """Write lines that stay, each once."""
        new = [line for line in dict.fromkeys(lines) if line not in self._said]
        self._said.update(new)
        if new:
            self._rewrite("", "".join(f"{line}\n" for line in new))

    def _jobs(self) -> list[Job]:
        return [job for job in self._running.values() if job.rule != "all"]

    def _line(self, name: str) -> str:
        stage = self._stages[name]
        told = [job.progress() for job in self._jobs() if job.stage == name]
        if stage.total == 1 and told and told[0][0]:
            return f"{name}: {told[0][0]}"
        share = (stage.done + sum(done for _, done in told)) / stage.total
        rest = f"{duration(stage.took)} so far"
        if share:
            rest = f"ETA {duration(stage.took * (1 - share) / share)}"
        return f"{name}: {int(100 * share)} %  {stage.done} of {stage.total}  {rest}"

    def _rewrite(self, line: str, lasting: str = "") -> None:
        """Put `line` in the place of the line that changes, after a `lasting` one."""
        if line == self._shown and not lasting:
            return
        self._written = time.monotonic()
        with suppress(OSError):
            line = line[: shutil.get_terminal_size().columns - 1]
            clear = f"\r{' ' * len(self._shown)}\r" if self._shown else ""
            self._stream.write(f"{clear}{lasting}{line}")
            self._stream.flush()
            self._shown = line


def _tail(paths: list[str], since: float = 0.0) -> str:
    """Return the end of the first file that can be read; '' if it was last changed before."""
    for path in paths:
        with suppress(OSError):
            if Path(path).stat().st_mtime < since:
                return ""
            return Path(path).read_bytes()[-TAIL:].decode("utf-8", errors="replace")
    return ""
