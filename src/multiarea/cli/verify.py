"""`verify`: compare the files of all result folders with the checksums in their records."""

from __future__ import annotations

import filecmp
import json
import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multiarea.errors import InputError, one_line
from multiarea.experiment.config import load_config
from multiarea.files.atomic import checksum, is_unfinished
from multiarea.files.project import resolve
from multiarea.files.provenance import RECORD

RESULTS = (".h5", ".csv")
"""Suffixes of files that a record must describe."""
HOW_ON = {
    ".spool-journal": "was killed, or goes on now; 'python -m multiarea recover' keeps its spikes",
    ".checkpoint": "was stopped, or goes on now; the same command continues it",
}
"""What became of a simulation that has not ended, by the end of the file that tells it."""
READERS = min(8, os.cpu_count() or 1)
"""Threads that compute checksums."""


@dataclass(frozen=True)
class Problem:
    """One file that is not as its record says.

    Attributes
    ----------
    kind : str
        missing, changed, outdated, damaged, unrecorded or unfinished.
    path : Path
    meaning : str
    delete : tuple of Path
        What to delete so that the next run makes it again.
    """

    kind: str
    path: Path
    meaning: str
    delete: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return one_line(f"{self.kind:<11} {self.path}: {self.meaning}")


@dataclass
class Findings:
    """What `verify_folders` found."""

    n_folders: int = 0
    n_files: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def report(self) -> str:
        """One line for each problem."""
        return "".join(f"{problem}\n" for problem in self.problems)

    @property
    def summary(self) -> str:
        """What was checked and, if something is wrong, what repairs it."""
        seen = f"{self.n_folders} result folders, {self.n_files} files"
        if not self.problems:
            return f"{seen}: all are as their records say"
        found = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        if all(problem.kind == "unfinished" and not problem.delete for problem in self.problems):
            return f"{seen}: as their records say; {found}: the command that began it goes on"
        delete = dict.fromkeys(str(p) for problem in self.problems for p in problem.delete)
        repair = f"rm -f {shlex.join(delete)} && make run" if delete else "make run"
        return f"{seen}: {found}. To repair, while no run is going on: {repair}"


def default_folders() -> list[Path]:
    """Return the folders of results and of the figures of publications, as far as they exist."""
    candidates = (resolve(load_config().out), resolve("figures"))
    return [Path(os.path.relpath(folder)) for folder in candidates if folder.is_dir()]


def verify_folders(folders: Iterable[Path]) -> Findings:
    """Compare all files below folders with the records of their result folders.

    Raises InputError if a folder does not exist or there is no result folder.
    """
    findings, records = Findings(), {}
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"verify: {folder} is not a folder")
        for here, _, names in os.walk(folder):
            findings.problems += _files_without_record(Path(here), sorted(names))
            if RECORD in names:
                records[Path(here)] = _read_record(Path(here) / RECORD)
    found = {here: record for here, record in records.items() if isinstance(record, dict)}
    findings.problems += [record for record in records.values() if isinstance(record, Problem)]
    sums = _checksums(found)
    intended = sums | _recorded(found)
    for here, record in found.items():
        findings.problems += [*_outputs(here, record, sums), *_inputs(here, record, intended)]
    findings.n_folders = len(records)
    findings.n_files = sum(len(record["outputs"]) for record in found.values())
    if not records and not findings.problems:
        raise InputError(f"verify: no result folder in {', '.join(map(str, folders))}")
    return findings


def _files_without_record(folder: Path, names: list[str]) -> Iterator[Problem]:
    unfinished = [name for name in names if is_unfinished(folder / name)]
    spools = [name for name in unfinished if ".spool-" in name]
    told = [how for end, how in HOW_ON.items() if any(name.endswith(end) for name in names)]
    if spools and told:
        yield Problem("unfinished", folder, f"a simulation that {told[0]}")
    for name in unfinished:
        if name not in spools or not told:
            meaning = "left by a killed run, or being written now"
            yield Problem("unfinished", folder / name, meaning, (folder / name,))
    results = [name for name in names if Path(name).suffix in RESULTS]
    whole = [name for name in results if not name.startswith(".") and "_stopped_at_" not in name]
    whole = [name for name in whole if not _is_copy_of_measure(folder / name)]
    if whole and RECORD not in names:
        yield Problem("unrecorded", folder, f"{', '.join(whole)} without {RECORD}")


def _is_copy_of_measure(path: Path) -> bool:
    """Return whether a result is the copy of a measure, which has its own record.

    The folder of an analysis has one when all its measures are made.
    """
    measures = path.parent.parent / "measures"
    found = sorted(measures.glob(f"{path.stem}-*/{path.name}"))
    return any(filecmp.cmp(path, measure, shallow=False) for measure in found)


def _read_record(path: Path) -> dict[str, Any] | Problem:
    try:
        record = json.loads(path.read_text("utf-8"))
        sums = [*record["inputs"].values(), *record["outputs"].values()]
        are_names = all(Path(name).name == name for name in record["outputs"])
        if are_names and all(isinstance(value, str) for value in sums):
            return record
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    is_ours = path.with_name("parameters.json").exists()  # each stage writes both
    return Problem("damaged", path, "not a readable record", (path,) if is_ours else ())


def _checksums(records: Mapping[Path, dict[str, Any]]) -> dict[Path, str | None]:
    """Return the checksum of each file that a record names; None where there is no such file."""
    paths = dict.fromkeys(
        path
        for folder, record in records.items()
        for path in (
            *(folder / name for name in record["outputs"]),
            *map(resolve, record["inputs"]),
        )
    )
    with ThreadPoolExecutor(READERS) as pool:
        return dict(zip(paths, pool.map(_checksum, paths), strict=True))


def _recorded(records: Mapping[Path, dict[str, Any]]) -> dict[Path, str]:
    """Return the checksum that each output should have."""
    return {
        Path(os.path.abspath(folder / name)): expected  # noqa: PTH100
        for folder, record in records.items()
        for name, expected in record["outputs"].items()
    }


def _checksum(path: Path) -> str | None:
    try:
        return checksum(path) if path.exists() else None
    except OSError as error:
        return f"unreadable: {error}"


def _outputs(
    folder: Path, record: dict[str, Any], sums: Mapping[Path, str | None]
) -> Iterator[Problem]:
    for name, expected in record["outputs"].items():
        path = folder / name
        if sums[path] is None:
            yield Problem("missing", path, f"named in {RECORD}")
        elif sums[path] != expected:
            yield Problem("changed", path, f"not the content recorded in {RECORD}", (path,))


def _inputs(
    folder: Path, record: dict[str, Any], intended: Mapping[Path, str | None]
) -> Iterator[Problem]:
    """Yield the inputs that were made again or edited since; damage shows in their own record."""
    for name, expected in record["inputs"].items():
        found = intended[resolve(name)]
        if found not in (None, expected):
            outputs = tuple(folder / output for output in record["outputs"])
            yield Problem("outdated", folder, f"made from another {name}", outputs)
