"""`bash snakemake_slurm.sh -n`: a table of the SLURM jobs that would be submitted."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multiarea.cli.messages import say
from multiarea.cli.run import hidden_output, problems_of
from multiarea.cli.stage_lines import StageLines
from multiarea.errors import InputError, show_warnings
from multiarea.files.project import project_root
from multiarea.workflow.call import prepare

HERE = frozenset({"all", "collect", "record", "record_plots", "record_figures", "page"})
"""Rules that run where the command is given."""
TITLES = ("jobs", "rules", "nodes", "tasks x cpus", "time", "memory of a node")


@dataclass(frozen=True)
class Row:
    """Jobs that are alike: the rules in each, and what each asks for."""

    rules: str
    nodes: int
    tasks: int
    cpus: int
    minutes: int | None
    megabytes: int | None

    @classmethod
    def of(cls, rules: Counter[str], resources: Mapping[str, Any]) -> Row:
        """Return the row of a job with the numbers of its `rules` and its `resources`."""
        names = [rule if n == 1 else f"{rule} ({n})" for rule, n in sorted(rules.items())]
        numbers = [resources.get(name, 1) for name in ("nodes", "tasks", "cpus_per_task")]
        limits = resources.get("runtime"), resources.get("mem_mb")
        return cls(", ".join(names), *map(int, numbers), *(int(n) if n else None for n in limits))

    def cells(self, count: int) -> tuple[str, ...]:
        """Return the cells of this row for a number of jobs."""
        minutes = self.minutes or 0
        time = f"{minutes // 60:02}:{minutes % 60:02}:00" if minutes else "the site's"
        memory = "the site's" if self.megabytes is None else f"{self.megabytes / 1024:.3g} GB"
        return str(count), self.rules, str(self.nodes), f"{self.tasks} x {self.cpus}", time, memory


class Planned:
    """The jobs of a dry run, from what Snakemake logs."""

    def __init__(self) -> None:
        self.jobs: Counter[Row] = Counter()
        self.here: Counter[str] = Counter()

    def __call__(self, record: logging.LogRecord) -> bool:
        """Take note of a job or a group of jobs."""
        event = str(getattr(record, "event", "") or "").lower()
        if event == "group_info":
            self._add_group(list(record.jobs))  # type: ignore[attr-defined]
        elif event == "job_info" and not record.indent:  # type: ignore[attr-defined]
            self._add(record)
        return True

    def _add(self, record: Any) -> None:
        if record.rule_name in HERE:
            self.here[record.rule_name] += 1
        else:
            row = Row.of(Counter([record.rule_name]), dict(record.resources.items()))
            self.jobs[row] += 1

    def _add_group(self, jobs: list[Any]) -> None:
        """Add a group with what its job would ask of SLURM; in a dry run it does not itself."""
        from snakemake.resources import GroupResources

        group = jobs[0].dag.get_job_group(jobs[0])
        resources = GroupResources.basic_layered(
            toposorted_jobs=group.toposorted,
            constraints=group.global_resources,
            run_local=False,
            additive_resources=["runtime"],
            sortby=["runtime"],
        )
        rules = Counter(job.rule.name.partition("_")[0] for job in jobs)
        self.jobs[Row.of(rules, {name: str(value) for name, value in resources.items()})] += 1


def table(planned: Planned) -> str:
    """Return the jobs that are `planned` as text, and their totals."""
    if not planned.jobs:
        return "no SLURM job would be submitted: all results that need one exist\n"
    rows = [TITLES, *(row.cells(count) for row, count in planned.jobs.items())]
    widths = [max(len(row[i]) for row in rows) for i in range(len(TITLES))]
    lines = ["  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows]
    known = [(row, n) for row, n in planned.jobs.items() if row.minutes is not None]
    hours = sum(n * row.tasks * row.cpus * (row.minutes or 0) / 60 for row, n in known)
    total = f"total: {planned.jobs.total()} SLURM jobs"
    total += f"; at most {hours:,.0f} core hours if each takes all of its time" if known else ""
    text = "\n".join(line.rstrip() for line in [*lines, total])
    if planned.here:
        text += f"\nand {planned.here.total()} short steps where the command is given"
    return f"{text}\nSnakemake's own list of all jobs: bash snakemake_slurm.sh -n -p\n"


def show(words: Sequence[str]) -> None:
    """Print the table for a dry run of Snakemake with `words`.

    Raises InputError with all problems of configuration, experiments and cluster's file.
    """
    sys.stderr.write("reading the experiments, and looking for results that exist\n")
    planned = Planned()
    with contextlib.chdir(project_root()):
        call = prepare([*words, "--dry-run"], {})
        with hidden_output() as (stream, hidden), StageLines(stream, is_dry=True) as lines:
            logger = logging.getLogger("snakemake.logging")
            logger.addFilter(planned)
            try:
                succeeded = call.execute()
            finally:
                logger.removeFilter(planned)
    if not succeeded:
        raise InputError("\n".join(problems_of(lines) or [hidden()]))
    sys.stdout.write(table(planned))


def main() -> int:
    """Show what would be submitted with the words of this process; return its exit status."""
    show_warnings()
    try:
        show(sys.argv[1:])
    except InputError as error:
        say("error", error)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
