"""How far a simulation is, so that what was simulated can be kept however the run ends.

The journal is a hidden file beside the spool files. It holds a line of JSON with the `Story` of the
run, then for each chunk whose records are in the spool files of all ranks a line with the number of
steps until its end. No NEST here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from multiarea.errors import InputError, one_line
from multiarea.files.atomic import disk_problems
from multiarea.simulation.guard import ADVICE as RUNAWAY_ADVICE
from multiarea.simulation.guard import RunawayError
from multiarea.simulation.interruption import InterruptedRunError
from multiarea.simulation.kept import Story, keep
from multiarea.spikes.spool import left_spools, open_alone
from multiarea.spikes.store import Spikes

log = logging.getLogger(__name__)

NAME = "journal"
"""End of the name of a journal, where a spool file has the number of its rank."""
ADVICE = (
    'With "t_sim": {time:.10g} in sim_params they are the result, and nothing is simulated again. '
    "The same command without this change begins at 0 ms."
)
"""How to go on after an interruption."""


class Journal:
    """The journal of a run, which the first rank writes into `folder`, with its `story`.

    If another process still simulates into the folder, this one waits until it ends. What a killed
    run has left is kept first.
    """

    def __init__(self, folder: Path, story: Story) -> None:
        self.folder, self.story, self.steps = folder, story, 0
        self.path = journal_path(folder / story.results[0])
        with disk_problems(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open_alone(self.path)
        kept = _recover(self.path)
        if kept is not None:
            log.warning("an earlier run was killed; its spikes are kept in %s", kept)
        self._file.truncate(0)
        self._write(json.dumps(asdict(story)))

    def reached(self, steps: int) -> None:
        """Note that the spool files of all ranks hold the records of the first `steps`."""
        self._write(str(steps))
        self.steps = steps

    def end_early(self, error: BaseException) -> BaseException:
        """Keep what has been noted when an `error` ends the run; return the error to raise.

        Of a runaway or an interruption it says where the spikes are, and how to go on; after any
        other a warning does. Where they cannot be written the spool files stay, for `recover`.
        """
        if not self.steps:
            self.remove()
            return error
        try:
            if isinstance(error, KeyboardInterrupt):
                raise error  # asked twice: at once
            kept = keep(self.folder, self.story, self.steps)
        except (Exception, KeyboardInterrupt):
            log.warning(
                "what was simulated can be kept as a spike file: python -m multiarea recover %s",
                one_line(self.folder),
            )
            return error
        self.remove()
        if isinstance(error, RunawayError):
            return RunawayError(f"{error} {where(kept)} {RUNAWAY_ADVICE}", error.t_stop)
        if isinstance(error, InterruptedRunError):
            return InterruptedRunError(f"{error} {advice(kept)}")
        log.warning("%s", advice(kept))
        return error

    def remove(self) -> None:
        """Remove the journal and the spool files."""
        _remove(self.folder, self.story)
        self._file.close()

    def forget(self) -> None:
        """Remove the journal alone: something else tells how to go on."""
        self.path.unlink(missing_ok=True)
        self._file.close()

    def _write(self, line: str) -> None:
        with disk_problems(self.path):
            self._file.write(line.encode() + b"\n")
            self._file.flush()


def journal_path(result: Path) -> Path:
    """Return the hidden file next to `result` that is the journal of its simulation."""
    return result.with_name(f".{result.stem}.spool-{NAME}")


def where(kept: Path) -> str:
    """Return the sentence on where the spikes so far were `kept`."""
    return f"The spikes so far are in {one_line(kept)}."


def advice(kept: Path) -> str:
    """Return where the spikes so far were `kept`, and how to go on."""
    with Spikes(kept) as spikes:
        return f"{where(kept)} {ADVICE.format(time=spikes.t_stop)}"


def recover(folder: Path) -> Iterator[Path]:
    """Yield the spike file of each killed run below `folder`, which is made of what it has left.

    Raises InputError if a process still writes into the folder of a run.
    """
    for path in sorted(folder.rglob(f".*.spool-{NAME}")):
        file = open_alone(path, wait=False)
        if file is None:
            raise InputError(f"{one_line(path.parent)}: a simulation writes into this folder now")
        with file:
            kept = _recover(path)
            story, _ = _read(path)
            _remove(path.parent, story)
            path.unlink(missing_ok=True)
        if kept is not None:
            yield kept


def _recover(journal: Path) -> Path | None:
    """Keep what the killed run of a `journal` has simulated; return None if it is nothing."""
    story, steps = _read(journal)
    return keep(journal.parent, story, steps) if story is not None and steps else None


def _read(journal: Path) -> tuple[Story | None, int]:
    """Return what a `journal` tells of its run, and the number of steps."""
    first, *lines = journal.read_bytes().decode("utf-8", "replace").split("\n")
    whole = [line for line in lines[:-1] if line.isdecimal()]
    try:
        return Story(**json.loads(first)), int(whole[-1]) if whole else 0
    except (ValueError, TypeError):
        return None, 0


def _remove(folder: Path, story: Story | None) -> None:
    """Remove the files of a run that are not its results."""
    for name in story.results if story is not None else ():
        for path in left_spools(folder / name):
            path.unlink(missing_ok=True)
