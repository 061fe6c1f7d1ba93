"""`sim_params`: everything about a simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from multiarea.parameters.blocks import (
    TIC,
    AreaNames,
    Block,
    Count,
    Fraction,
    NonNegative,
    PathText,
    Positive,
    Recorders,
    is_multiple,
    p,
)

GUARD = ("rate_limit", "rate_limit_window")
"""Options that decide when a run is stopped."""
RECORDING = ("areas_recorded", "rec_start", "rec_V_start", "rec_V_stop", "Nrec_vm_fraction")
"""Options of recording, which belong to the identity only where they are used."""

IMPORTED = ("t_sim", "spikes_from", "areas_recorded", "rec_start")
"""Options that have an effect where the spikes are those of a file."""
NETWORK_ORDER = "network"
"""In place of a table of neurons: they are numbered through the network."""


class SpikesFrom(Block):
    """Spikes of a file, in place of a simulation."""

    file: PathText = p(
        ...,
        "",
        "SONATA or NWB file, or table (.csv, .tsv, .npy) with the columns neuron and time, time_ms "
        "or time_s",
    )
    neurons: PathText | None = p(
        None,
        "",
        "table (.csv) with the columns neuron, or first and last, then area, layer, population, "
        "and node_population where a SONATA file has several; 'network': numbered from 0 in the "
        "order of the network; None: as the file says",
    )
    unit: Literal["ms", "s"] | None = p(
        None, "", "unit of the times in the file; None: as the file says"
    )
    start: float | None = p(
        None, "ms", "time in the file at which the imported time begins; None: 0, no earlier spikes"
    )

    @property
    def paths(self) -> dict[str, str]:
        """The files by key."""
        table = self.neurons not in (None, NETWORK_ORDER)
        return {"file": self.file, **({"neurons": str(self.neurons)} if table else {})}


class SimulationParameters(Block):
    """`sim_params`: everything about a simulation."""

    simulator: Literal["nest", "procedural"] | None = p(
        None,
        "",
        "'nest', or 'procedural': synapses drawn again at each spike, the full scale on one "
        "computer; None: as config.yaml says",
    )
    t_sim: Positive = p(1000.0, "ms", "simulated time")
    sim_resolution: Positive = p(0.1, "ms", "time step")
    master_seed: int = p(55, "", "seed of the simulation", gt=0, lt=2**31)
    rec_V_int: Positive = p(1.0, "ms", "sampling interval of the voltmeter")
    overwrite_files: bool = p(True, "", "accepted for HuMAM files; the workflow decides")
    print_time: bool = p(False, "", "accepted for HuMAM files; progress is always shown")
    V0_mean: float = p(-150.0, "mV", "mean initial potential")
    V0_sd: NonNegative = p(50.0, "mV", "standard deviation of the initial potential")
    connection_rule: Literal["fixed_total_number", "fixed_indegree"] = p(
        "fixed_total_number", "", "NEST's rule for drawing connections"
    )
    delay_cc_min: NonNegative = p(
        0.0, "ms", "lower limit of delays between areas; 0: the resolution"
    )
    rec_dev: Recorders = p(("spike_recorder",), "", "recorders")
    areas_recorded: AreaNames = p((), "", "areas of which spikes and potentials are kept; (): all")
    rec_start: NonNegative = p(0.0, "ms", "when the recording of spikes begins")
    rec_V_start: NonNegative = p(0.0, "ms", "when the recording of potentials begins")
    rec_V_stop: Positive | None = p(
        None, "ms", "when the recording of potentials ends; None: at the end"
    )
    Nrec_vm_fraction: Fraction | None = p(
        None, "1", "share of each population with recorded potentials; None: 100 neurons"
    )
    virtual_processes: Count | None = p(
        None, "", "MPI tasks x threads, part of the identity; None: as config.yaml says"
    )
    delay_min: NonNegative = p(0.0, "ms", "lower limit of all delays; 0: the resolution")
    delay_max: Positive | None = p(None, "ms", "upper limit of all delays; None: no limit")
    rate_limit: Positive | None = p(
        150.0, "spikes/s", "mean rate of an area at which a run is stopped; None: never"
    )
    rate_limit_window: NonNegative = p(
        500.0, "ms", "how long an area may stay above `rate_limit` before a run is stopped"
    )

    spikes_from: SpikesFrom | None = p(
        None, "", "spikes of a file, in place of a simulation: file, neurons, unit, start"
    )

    @field_validator("spikes_from", mode="before")
    @classmethod
    def _check_spikes_from(cls, value: Any) -> Any:
        if isinstance(value, str | Path):
            raise ValueError(f"expected a dictionary: write {{'file': {str(value)!r}}}")
        return value

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if not is_multiple(self.sim_resolution, TIC):
            raise ValueError(
                f"'sim_resolution' = {self.sim_resolution} ms must be a multiple of NEST's {TIC} ms"
            )
        steps = dict.fromkeys(("t_sim", "rec_V_int", "rec_start"), "sim_resolution")
        for key, unit in (steps | {"rec_V_start": "rec_V_int"}).items():
            time, step = getattr(self, key), getattr(self, unit)
            if time and not is_multiple(time, step):
                raise ValueError(f"'{key}' = {time} ms must be a multiple of {unit} = {step} ms")
        for key in ("rec_start", "rec_V_start"):
            time, end = getattr(self, key), self.t_sim
            if time >= end:
                raise ValueError(f"'{key}' = {time} ms must be earlier than t_sim = {end} ms")
        if self.rec_V_stop is not None and self.rec_V_stop <= self.rec_V_start:
            raise ValueError(
                f"'rec_V_stop' = {self.rec_V_stop} ms must be later than "
                f"rec_V_start = {self.rec_V_start} ms"
            )
        if "spike_recorder" not in self.rec_dev:
            raise ValueError("'rec_dev' must contain 'spike_recorder': the analysis needs spikes")
        return self

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the results: all that has an effect, options only where they are used."""
        if self.spikes_from is not None:
            return self.model_dump(mode="json", include=set(IMPORTED) - self._unused_recording)
        unused = {"spikes_from", "overwrite_files", "print_time", *GUARD, *self._unused_recording}
        # The spikes of the procedural simulator do not depend on threads; NEST was there first.
        unused.add("virtual_processes" if self.simulator == "procedural" else "simulator")
        return self.model_dump(mode="json", exclude=unused)

    @property
    def _unused_recording(self) -> set[str]:
        fields = type(self).model_fields
        return {name for name in RECORDING if getattr(self, name) == fields[name].default}

    @property
    def has_potentials(self) -> bool:
        """Whether membrane potentials are recorded; a file of spikes has none."""
        return "voltmeter" in self.rec_dev and self.spikes_from is None

    def window_start(self, transient: float) -> float:
        """Return when a window of the recorded time begins [ms].

        That is after a `transient` [ms], or in the middle of a run that is not longer than it; and
        not before the recording.
        """
        start = transient if self.t_sim > transient else float(self.t_sim // 2)
        return max(start, self.rec_start)

    @property
    def guard(self) -> dict[str, Any]:
        """Options that decide when a run is stopped; a finished run does not depend on them."""
        return self.model_dump(mode="json", include=set(GUARD))
