"""`run`: the workflow for named experiments, figures and measures, with few lines."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from multiarea.cli.messages import say
from multiarea.cli.stage_lines import Job, StageLines
from multiarea.errors import InputError
from multiarea.experiment.config import project_config
from multiarea.experiment.finding import written_in_project
from multiarea.experiment.links import named_folder, whereabouts
from multiarea.experiment.results import results
from multiarea.files.project import project_root
from multiarea.workflow.alone import alone
from multiarea.workflow.call import Call, prepare
from multiarea.workflow.rules import Workflow

QUIET_WORDS = ("--config", "--configfile", "--configfiles", "-n", "--dry-run", "--dryrun")
"""Options of Snakemake with which its own output is not shown."""
LOCKED = "Directory cannot be locked"
"""How Snakemake says that another of its processes is there."""
MOST_NAMES = 3
"""Number of experiments that a message names."""

Wanted = Mapping[str, Sequence[str]]
"""Names of figures and measures."""


def run_experiments(
    names: Sequence[str],
    wanted: Wanted,
    out: Path | None,
    words: Sequence[str],
    verbose: bool = False,
) -> None:
    """Run experiments through the Snakefile, and tell where the results are.

    Parameters
    ----------
    names : sequence of str
        Files, names, points of sweeps or patterns; none: those of config.yaml.
    wanted : dict
        Names by "figure" and "measure"; none: all of an experiment.
    out : Path, optional
        Folder of the results; that of config.yaml.
    words : sequence of str
        For Snakemake; with options that change what it prints, its output is shown.
    verbose : bool
        Whether to show Snakemake's output in place of a line for each stage.

    Raises
    ------
    InputError
        With all problems of configuration and names, or with the errors of jobs that failed.
    """
    changes: dict[str, Any] = {}
    if names:
        changes["experiments"] = [written_in_project(name) for name in names]
    if out is not None:
        changes["out"] = project_config(out)["out"]
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    verbose = verbose or not set(options) <= {*QUIET_WORDS, "--cores"}
    with contextlib.chdir(project_root()):
        call = prepare(words, changes)
        call.aim_at(call.flow.chosen(wanted["figure"], wanted["measure"]))
        with contextlib.ExitStack() as stack:
            if not call.is_dry:
                experiments = call.flow.experiments.values()
                stack.enter_context(alone(experiments, call.flow.out, project_root()))
            _run_loudly(call) if verbose else _run_quietly(call)
        if not call.is_dry:
            call.flow.link()
    if not call.is_dry:
        sys.stdout.write(_report(call, wanted))


def _run_loudly(call: Call) -> None:
    if not call.execute():
        raise InputError("the run has not succeeded; the reasons stand above")


def _run_quietly(call: Call) -> None:
    with hidden_output() as (stream, hidden):
        with StageLines(stream, call.is_dry) as lines:
            succeeded = call.execute()
    if call.is_dry and succeeded:
        jobs = [f"{stage}: {count}\n" for stage, count in lines.planned.items()]
        sys.stdout.write("".join(["jobs that would run:\n", *jobs] if jobs else "nothing to do\n"))
    elif not succeeded:
        failed = [job for job in lines.failed if job.reason() != "interrupted"]
        # Snakemake may notice that a job was interrupted before it is itself
        is_interrupted = lines.is_interrupted or any(job.is_interrupted for job in lines.failed)
        failed = [job for job in failed if job.said("error")] or failed
        reasons = [text for job in failed for text in _reasons(job, call.flow)]
        if is_interrupted:
            say("error", "\n".join(reasons))
            raise KeyboardInterrupt
        raise InputError("\n".join(reasons or problems_of(lines) or [hidden()]))


def problems_of(lines: StageLines) -> list[str]:
    """Return what Snakemake says is wrong, in lines."""
    if any(LOCKED in text for text in lines.problems):
        return [
            "another run that makes or reads the same files is going on in this folder. If there "
            "is none (it was killed): python -m multiarea run --snakemake --unlock, then the same "
            "command again"
        ]
    return [line for text in lines.problems for line in _without_traceback(text)]


def _without_traceback(text: str) -> list[str]:
    """Return the lines of a `text` that tell what is wrong: not where in the code, nor a class."""
    lines = [line for line in text.splitlines() if line.strip()]
    if any(line.startswith("Traceback ") for line in lines):
        lines = lines[-1:]
    return [line for line in lines if not line.endswith(("Error:", "Exception:"))] or lines


def _reasons(job: Job, flow: Workflow) -> list[str]:
    """Return the lines that tell why a job failed."""
    parts = tuple(job.wildcards[key] for key in ("net", "sim", "ana") if key in job.wildcards)
    names = [
        experiment.name
        for experiment in flow.experiments.values()
        if experiment.analysis_folder.parts[: len(parts)] == parts
    ]
    shown = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    what = job.wildcards.get("measure") or job.wildcards.get("figure")
    words = [job.stage, *([what] if what else []), *(["of", shown] if parts and names else [])]
    return [f"{' '.join(words)}: {job.reason()}", *(f"its log: {log}" for log in job.logs)]


def _report(call: Call, wanted: Wanted) -> str:
    """Return where the results are that were asked for."""
    flow, text = call.flow, ""
    if not any(wanted.values()):
        if call.has_targets:
            return ""
        return "".join(whereabouts(one, flow.out) for one in flow.experiments.values())
    for one in flow.experiments.values():
        plots, analysis = (named_folder(one, name, flow.out) for name in ("plots", "analysis"))
        paths = [plots / f"{name}.png" for name in wanted["figure"]]
        paths += [analysis / results()[name].file for name in wanted["measure"]]
        text += "".join(f"{path}\n" for path in paths)
    return text


@contextlib.contextmanager
def hidden_output() -> Iterator[tuple[TextIO, Any]]:
    """Keep what this process and its jobs write from the terminal.

    Yields a stream to standard error as it was, and a function that returns what was written.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    text: list[str] = []
    with tempfile.TemporaryFile() as file, os.fdopen(os.dup(2), "w") as stream:
        try:
            for number in (1, 2):
                os.dup2(file.fileno(), number)
            yield stream, lambda: "".join(text).strip()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, number)
                os.close(copy)
            file.seek(0)
            text.append(file.read().decode("utf-8", errors="replace"))
