"""A run with its records, guard and checkpoints."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multiarea.errors import InputError
from multiarea.files.provenance import Spent
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.guard import Guard, RunawayError
from multiarea.simulation.interruption import InterruptedRunError, interruption, signals
from multiarea.simulation.journal import Journal
from multiarea.simulation.kept import Story
from multiarea.simulation.procedural import continuation
from multiarea.simulation.procedural.checkpoint import (
    Header,
    checkpoint_path,
    identity,
    read_checkpoint,
    write_checkpoint,
)
from multiarea.simulation.procedural.collector import Collector
from multiarea.simulation.procedural.engine import Activity, Engine
from multiarea.simulation.recorded import potentials_per_population, recorded_nodes, recording
from multiarea.simulation.report import Reporter
from multiarea.spikes.potentials import write_potentials
from multiarea.spikes.writer import write_spikes

log = logging.getLogger(__name__)

PIECE = 10.0
"""Simulated time between two checks of signals and clock [ms]."""
WATCHED = 100.0
"""Longest piece of simulated time over which the guard takes the rates [ms]."""
TRANSIENT = 500.0
"""Simulated time after which the speed is measured, in runs that are longer [ms]."""


@dataclass(frozen=True)
class Saving:
    """Where a run writes, and how often.

    Attributes
    ----------
    results : list of Path
        The file of spikes and, if they are recorded, of potentials.
    interval : float
        Wall time between two checkpoints [s].
    start : (float, float)
        `clocks()` when this process began with the simulation.
    """

    results: list[Path]
    interval: float
    start: tuple[float, float]


class Run:
    """A run of an `engine`, on the CPU or a GPU, with its records, guard and checkpoints.

    It simulates the `network` with the `parameters` until their end, and writes results and
    checkpoints as `saving` says.
    """

    def __init__(
        self, network: Network, parameters: SimulationParameters, engine: Engine, saving: Saving
    ) -> None:
        self.network, self.parameters = network, parameters
        self.engine, self.results = engine, saving.results
        self.earlier: Spent | None = None
        self.guard = Guard(network, parameters)
        self.journal: Journal | None = None
        self.n_checkpoints = 0
        self.seconds_per_second = float("nan")
        self._identity = identity(network, parameters)
        self._step = parameters.sim_resolution
        self._stop = round(parameters.t_sim / self._step)
        self._sampling = round(parameters.rec_V_int / self._step)
        self._watched: list[np.ndarray] = []
        self._late: dict[str, dict[str, list[Any]]] = {}
        self._saving, self._last = saving, time.monotonic()
        self._mark: tuple[int, float] | None = None
        self.collector = self._begin()
        self.begun_at = min(engine.step, self._stop) * self._step

    # ------------------------------------------------------------------------------- beginning

    def _begin(self) -> Collector:
        """Begin, or continue from a checkpoint or from the end of a shorter run."""
        own = checkpoint_path(self.results[0])
        found = continuation.own(own, self._identity, self._stop)
        if found is not None:
            read_checkpoint(own, self.engine)
            collector = Collector(self.results, found.spools)
            self.guard.resume(found.guard)
            self.earlier = found.spent
            self._watched = [self._recent(collector, found.step)]
            log.info("simulate: goes on at %g ms, from a checkpoint", found.step * self._step)
            return collector
        self._begin_journal()
        of_this = self._identity, self.parameters.t_sim, self.engine.device
        shorter = continuation.shorter(self.results[0], *of_this)
        self.collector = collector = Collector(self.results)
        if shorter is not None:
            header, path = shorter
            read_checkpoint(path, self.engine)
            sources = [path.with_name(result.name) for result in self.results]
            continuation.copy_records(sources, collector, self.parameters)
            for k, late in header.late.items():
                self._append(int(k), {name: np.array(values) for name, values in late.items()})
            self.guard.resume(header.guard)
            self.earlier = header.spent
            self._watched = [self._recent(collector, header.step)]
            where = (header.t_sim, path.parent)
            log.info("simulate: goes on at %g ms, from the end of the run in %s", *where)
        return collector

    def _recent(self, collector: Collector, step: int) -> np.ndarray:
        """Return the neurons of the spikes that the guard has not checked."""
        start = step - step % self._watch_steps()
        collector.flush()
        return continuation.nodes_after(collector.paths[0], start)

    # --------------------------------------------------------------------------------- running

    def to_the_end(self, bar: Reporter) -> None:
        """Simulate what is missing.

        Raises
        ------
        RunawayError, InterruptedRunError, InputError
        """
        watch, piece = self._watch_steps(), max(1, round(PIECE / self._step))
        bar.start(self.begun_at / 1e3)
        with signals() as asked:
            while self.engine.step < self._stop:
                start = self.engine.step
                stop = min(start - start % piece + piece, self._stop)
                n_spikes = self._keep(self.engine.advance(stop))
                self._measure()
                step = self.engine.step
                if start // watch != step // watch or step >= self._stop:
                    self._look((start // watch) * watch, min(step, self._stop))
                bar.update(
                    min(step, self._stop) * self._step / 1e3, self._note(n_spikes, start, step)
                )
                if asked:
                    self._interrupt(asked[0])
                if time.monotonic() - self._last > self._saving.interval and step < self._stop:
                    self._save(is_end=False)
                    self.n_checkpoints += 1
        bar.close()

    def _watch_steps(self) -> int:
        """Return the steps over which the guard takes the rates, a multiple of the slice."""
        length = self.engine.plan.slice_steps
        return max(1, round(WATCHED / self._step / length)) * length

    def _keep(self, done: Activity) -> int:
        """Append the activity to the files, and return the number of spikes.

        What is after the end is kept for longer runs.
        """
        spikes = {"node": done.nodes.astype(np.int64), "step": done.steps.astype(np.int64)}
        self._append(0, spikes)
        self._watched.append(spikes["node"][spikes["step"] <= self._stop])
        if len(self.results) > 1 and len(done.samples):
            nodes = self._sampled_nodes()
            rows = self.engine.sampled_steps // self._sampling
            samples = {
                "node": np.tile(nodes, len(rows)),
                "step": np.repeat(rows, len(nodes)),
                "value": done.samples.reshape(-1),
            }
            self._append(1, samples)
        return len(done.nodes)

    def _append(self, k: int, records: dict[str, np.ndarray]) -> None:
        is_inside = records["step"] * (1, self._sampling)[k] <= self._stop
        self.collector.append(k, **{name: column[is_inside] for name, column in records.items()})
        if not is_inside.all():
            late = {name: column[~is_inside].tolist() for name, column in records.items()}
            self._late[str(k)] = late

    def _sampled_nodes(self) -> np.ndarray:
        numbers = potentials_per_population(self.network, self.parameters)
        return recorded_nodes(self.network.n_neurons, numbers)

    def _look(self, start: int, stop: int) -> None:
        """Let the guard check the spikes of a piece of time."""
        nodes = np.concatenate(self._watched) if self._watched else np.zeros(0, np.int64)
        self._watched = []
        if self.journal is not None:
            self.collector.flush()
            self.journal.reached(stop)
        try:
            self.guard.check(nodes, start * self._step, stop * self._step)
        except RunawayError as error:
            self.collector.close()
            checkpoint_path(self.results[0]).unlink(missing_ok=True)
            if self.journal is None:
                self._begin_journal()
                self.journal.reached(stop)
            raise self.end_early(error) from None

    def end_early(self, error: BaseException) -> BaseException:
        """Keep what was simulated when an `error` ends the run; return the error to raise."""
        self.collector.close()
        return error if self.journal is None else self.journal.end_early(error)

    def _begin_journal(self) -> None:
        """Begin to note how far the run is, as long as no checkpoint tells it."""
        story = Story.of(self.network, self.parameters, self.results, identity=self._identity)
        self.journal = Journal(self.results[0].parent, story)

    def _measure(self) -> None:
        """Measure the speed from the end of the transient on."""
        now, step = time.perf_counter(), self.engine.step
        begin = round(TRANSIENT / self._step)
        if self._mark is None:
            if step >= min(begin, self._stop // 2):
                self._mark = (step, now)
        elif step > self._mark[0]:
            simulated = (step - self._mark[0]) * self._step / 1e3
            self.seconds_per_second = (now - self._mark[1]) / simulated

    def _note(self, n_spikes: int, start: int, step: int) -> str:
        """Return the mean rate of the last piece."""
        seconds = (step - start) * self._step / 1e3
        return f"{n_spikes / seconds / self.network.n_neurons.sum():.3g} spikes/s per neuron"

    # ------------------------------------------------------------------------- saving and ending

    def _save(self, is_end: bool) -> None:
        """Write a checkpoint."""
        spools = () if is_end else self.collector.state()
        header = Header(
            self._identity,
            self.engine.step,
            is_end,
            self.parameters.t_sim,
            spools,
            self.guard.state,
            self._late,
            Spent.since(self._saving.start).after(self.earlier),
        )
        write_checkpoint(checkpoint_path(self.results[0]), self.engine, header)
        if self.journal is not None:
            self.journal.forget()
            self.journal = None
        self._last = time.monotonic()

    def _interrupt(self, number: int) -> None:
        if self.engine.step < self._stop:
            self._save(is_end=False)
            told = interruption(number, self.engine.step * self._step, self.parameters.t_sim)
            raise InterruptedRunError(
                f"{told} Its state is kept: run the same command again, and it goes on from there."
            )

    def write(self) -> int:
        """Write the results and the state at the end; return the number of spikes."""
        whole = recording(self.network, self.parameters, self.parameters.t_sim)
        n_spikes = write_spikes(self.results[0], whole, [self.collector.paths[0]])
        if len(self.results) > 1:
            chosen = self.parameters
            sampling = chosen.rec_V_int, [self.collector.paths[1]], chosen.rec_V_start
            write_potentials(self.results[1], self._sampled_nodes(), *sampling)
        try:
            self._save(is_end=True)
        except InputError as error:
            log.warning("the state at the end is not kept for longer runs: %s", error)
            checkpoint_path(self.results[0]).unlink(missing_ok=True)
            if self.journal is not None:
                self.journal.forget()
        self.collector.remove()
        return n_spikes
