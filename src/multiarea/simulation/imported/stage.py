"""From a file of spikes to the spike store that a simulation would have written."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from multiarea.errors import InputError, one_line
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters, SpikesFrom
from multiarea.parameters.blocks import TIC
from multiarea.simulation.imported.members import Members, members_of, only_areas
from multiarea.simulation.imported.nwb import nwb
from multiarea.simulation.imported.spike_file import MILLISECONDS, SpikeBlock, SpikeFile, sonata
from multiarea.simulation.imported.table import array_table, text_table
from multiarea.spikes.spool import SPIKE, Spool, spool_path
from multiarea.spikes.writer import Recording, write_spikes

KEY = "sim_params.spikes_from"
LONGEST = (2**32 - 1) * TIC
"""Longest time that steps of a spool can count [ms]."""


@dataclass
class ImportReport:
    """What became of the spikes of a file."""

    n_spikes: int = 0
    """Spikes that were taken."""
    n_neurons: int = 0
    """Recorded neurons, silent ones included."""
    n_of_others: int = 0
    """Spikes left out because their neurons are in no population."""
    n_at_other_times: int = 0
    """Spikes left out because they lie before or after the imported time."""
    last: float = 0.0
    """Time of the last spike that was taken [ms]."""


def import_spikes(
    network: Network,
    parameters: SimulationParameters,
    file: Path,
    neurons: Path | None,
    spikes_path: Path,
) -> ImportReport:
    """Write the spikes of a file as if `network` had been simulated; return what became of them.

    Times are rounded to 0.001 ms. They are taken in blocks; 0.13 GB are sorted at once.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
        With `spikes_from`.
    file, neurons : Path
        The file of spikes and, where there is one, the table of its neurons.
    spikes_path : Path
        The spike store that is written.

    Raises
    ------
    InputError
        If the file or the table is damaged or wrong, or they and the parameters do not fit.
    """
    given = parameters.spikes_from
    if given is None:
        raise InputError("sim_params: no key 'spikes_from'")
    if parameters.t_sim > LONGEST:
        raise InputError(f"sim_params.t_sim: expected at most {LONGEST:g} ms with spikes_from")
    with _opened(file) as spikes:
        factor = MILLISECONDS[_unit(spikes, given)]
        members = members_of(spikes, network.populations, neurons, given.neurons)
        if parameters.areas_recorded:
            members = only_areas(members, parameters.areas_recorded)
        _check_end(spikes, given, parameters.t_sim)
        report = ImportReport(n_neurons=int(members.n_neurons.sum()))
        recording = Recording(
            members.n_neurons, parameters.t_sim, TIC, members.n_neurons.to_numpy() > 0
        )
        spool = Spool(spool_path(spikes_path, 0), SPIKE)
        try:
            with spool:
                _copy(spikes, factor, members, parameters, (spool, report))
            _tell(report, one_line(file), parameters)
            write_spikes(spikes_path, recording, [spool.path])
        finally:
            spool.path.unlink(missing_ok=True)
    return report


@contextmanager
def _opened(path: Path) -> Iterator[SpikeFile]:
    """Open a file of spikes of any kind."""
    with ExitStack() as stack:
        with _reading(path):
            spikes = _read(path, stack)
        yield spikes


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what libraries raise on a damaged file into an InputError that names it."""
    try:
        yield
    except InputError:
        raise
    except (OSError, KeyError, TypeError, RuntimeError, ValueError) as error:
        reason = one_line(error, 200)
        raise InputError(f"{one_line(path)}: not a readable file of spikes ({reason})") from error


def _blocks(spikes: SpikeFile) -> Iterator[SpikeBlock]:
    with _reading(spikes.path):
        yield from spikes.blocks()


def _read(path: Path, stack: ExitStack) -> SpikeFile:
    with path.open("rb") as stream:
        start = stream.read(8)
    if start[:6] == b"\x93NUMPY":
        return array_table(path)
    if start[:4] == b"PAR1":
        raise InputError(f"{one_line(path)}: Parquet is not read; write the table as .csv or .npy")
    if not h5py.is_hdf5(path):
        return text_table(path)
    file = stack.enter_context(h5py.File(path, "r"))
    if "units" in file or "nwb_version" in file.attrs:
        return nwb(path, file)
    if "spikes" in file:
        return sonata(path, file)
    raise InputError(
        f"{one_line(path)}: neither SONATA nor NWB: it has neither /spikes nor /units, but "
        f"{', '.join(one_line(name, 40) for name in list(file)[:8]) or 'nothing'}"
    )


def _unit(spikes: SpikeFile, given: SpikesFrom) -> str:
    """Return the unit of the times in a file."""
    if spikes.unit is None and given.unit is None:
        raise InputError(
            f"{KEY}.unit: expected 'ms' or 's', because {one_line(spikes.path)} does not tell the "
            "unit of its times (a column time_ms or time_s would)"
        )
    if None not in (spikes.unit, given.unit) and spikes.unit != given.unit:
        raise InputError(
            f"{KEY}.unit: '{given.unit}', but times in {one_line(spikes.path)} are in {spikes.unit}"
        )
    return str(spikes.unit or given.unit)


def _check_end(spikes: SpikeFile, given: SpikesFrom, t_sim: float) -> None:
    end = (given.start or 0.0) + t_sim
    if spikes.t_stop is not None and end > spikes.t_stop + TIC:
        raise InputError(
            f"sim_params.t_sim = {t_sim:g} ms: {one_line(spikes.path)} ends at {spikes.t_stop:g} "
            f"ms{'' if given.start is None else f', and spikes_from.start is {given.start:g} ms'}"
        )


def _copy(
    spikes: SpikeFile,
    factor: float,
    members: Members,
    parameters: SimulationParameters,
    into: tuple[Spool, ImportReport],
) -> None:
    """Copy the spikes of known neurons in the imported time; `factor` turns times into ms."""
    spool, report = into
    start = parameters.spikes_from.start if parameters.spikes_from is not None else None
    end, first = round(parameters.t_sim / TIC), round(parameters.rec_start / TIC)
    for block in _blocks(spikes):
        times = block.times * factor - (start or 0.0)
        _check_times(spikes, times, start)
        with np.errstate(over="ignore"):
            steps = np.rint(times / TIC)
        in_time = (steps >= 0) & (steps <= end) & ((steps > first) | (first == 0))
        nodes = members.nodes(block)
        keep = in_time & (nodes >= 0)
        report.n_of_others += int((nodes < 0).sum())
        report.n_at_other_times += int((~in_time & (nodes >= 0)).sum())
        report.n_spikes += int(keep.sum())
        report.last = max(report.last, float(steps[keep].max(initial=0) * TIC))
        spool.append(node=nodes[keep], step=steps[keep])


def _check_times(spikes: SpikeFile, times: np.ndarray, start: float | None) -> None:
    if not np.isfinite(times).all():
        raise InputError(f"{one_line(spikes.path)}: a time is not a finite number")
    if start is None and len(times) and times.min() < 0:
        raise InputError(
            f"{one_line(spikes.path)}: a spike at {times.min():g} ms; expected times from 0, or "
            f"{KEY}.start, the time at which the imported time begins [ms]"
        )


def _tell(report: ImportReport, file: str, parameters: SimulationParameters) -> None:
    """Warn of spikes that are left out, and of a recording that seems to end early.

    Raises InputError if all spikes are left out.
    """
    left_out = []
    if report.n_of_others:
        left_out.append(f"{report.n_of_others} spikes of neurons that are in no population")
    if report.n_at_other_times:
        begin, end = parameters.rec_start, parameters.t_sim
        if parameters.spikes_from is not None and parameters.spikes_from.start is not None:
            begin, end = (time + parameters.spikes_from.start for time in (begin, end))
        left_out.append(
            f"{report.n_at_other_times} spikes that are not between {begin:g} and {end:g} ms"
        )
    if left_out and not report.n_spikes:
        raise InputError(f"{file}: nothing is left without {' and '.join(left_out)}")
    if left_out:
        warnings.warn(f"{file}: left out: {' and '.join(left_out)}", stacklevel=2)
    if report.last < parameters.t_sim / 2:
        warnings.warn(
            f"{file}: the last spike taken is at {report.last:g} ms, but t_sim is "
            f"{parameters.t_sim:g} ms: rates are means over all of that time",
            stacklevel=2,
        )
