"""Every parameter once: frozen pydantic models, unit and meaning in each field's description.

What all models share stands here; the network parameters of one model stand beside that model
(`models/human/parameters.py`). Key names are those of HuMAM's `net_params`, `sim_params` and
`ana_params`; times in ms.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]
Names = Annotated[
    tuple[str, ...],
    Field(strict=False),
    BeforeValidator(lambda v: () if v is None else (v,) if isinstance(v, str) else v),
]
Recorders = Annotated[
    tuple[Literal["spike_recorder", "voltmeter"], ...],
    Field(strict=False),
    AfterValidator(lambda names: tuple(sorted(set(names)))),
]
AreaNames = Annotated[Names, AfterValidator(lambda names: tuple(sorted(set(names))))]
PathText = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, Path) else v)]


#: Smallest time that NEST tells apart [ms].
TIC = 0.001


def is_multiple(time: float, step: float) -> bool:
    """Return whether a time is 1, 2, 3, ... steps, up to rounding."""
    steps = time / step
    if not 0.5 < steps < 1e15:  # noqa: PLR2004
        return False
    return math.isclose(steps, round(steps), rel_tol=1e-12, abs_tol=1e-6)


class Block(BaseModel):
    """A block of parameters: frozen, no unknown keys, no silent conversion, no nan or inf."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True
    )


def p(default: Any, unit: str, meaning: str, **limits: Any) -> Any:
    """Return a field with its default, unit and meaning."""
    return Field(default, description=f"{meaning} [{unit}]" if unit else meaning, **limits)


# ----------------------------------------------------------------------------- neurons, synapses


class NeuronParameters(Block):
    """Parameters of one neuron type; a block in an experiment file replaces the default whole."""

    E_L: float = Field(description="leak potential [mV]")
    V_th: float | None = p(None, "mV", "threshold of iaf_psc_exp")
    V_reset: float | None = p(None, "mV", "reset potential of iaf_psc_exp")
    C_m: Positive = Field(description="membrane capacitance [pF]")
    tau_m: Positive = Field(description="membrane time constant [ms]")
    tau_syn_ex: Positive = Field(description="time constant of excitatory currents [ms]")
    tau_syn_in: Positive = Field(description="time constant of inhibitory currents [ms]")
    t_ref: NonNegative = Field(description="absolute refractory time [ms]")
    omega: float | None = p(None, "mV", "resting threshold of mat2_psc_exp")

    @property
    def threshold(self) -> float:
        """Threshold [mV] of either neuron model."""
        return self.V_th if self.V_th is not None else self.omega  # type: ignore[return-value]

    def check(self, neuron_model: str) -> None:
        """Raise ValueError unless the block fits the neuron model."""
        needed = {"iaf_psc_exp": ("V_th", "V_reset"), "mat2_psc_exp": ("omega",)}[neuron_model]
        other = {"iaf_psc_exp": ("omega",), "mat2_psc_exp": ("V_th", "V_reset")}[neuron_model]
        for key in needed:
            if getattr(self, key) is None:
                raise ValueError(f"{neuron_model} needs the key '{key}'")
        for key in other:
            if getattr(self, key) is not None:
                raise ValueError(f"{neuron_model} has no key '{key}'; it needs {needed}")
        if self.threshold <= self.E_L:
            raise ValueError("the threshold must lie above E_L")
        if self.V_reset is not None and self.V_reset >= self.threshold:
            raise ValueError("V_reset must lie below the threshold")


class Spread(Block):
    """Spread of one parameter over the neurons of a population."""

    distribution: Literal["lognormal"] = p("lognormal", "", "distribution")
    rel_sd: NonNegative = p(0.0, "1", "standard deviation / mean")


class NeuronSpread(Block):
    """Spread over neurons; for V_th the lognormal applies to V_th - E_L."""

    V_th: Spread = p(Spread(), "", "spread of V_th - E_L")
    C_m: Spread = p(Spread(), "", "spread of the membrane capacitance")
    tau_m: Spread = p(Spread(), "", "spread of the membrane time constant")


class DelayParameters(Block):
    """Delays of local and of inter-area connections."""

    delay_e: Positive = p(1.5, "ms", "mean delay of local excitatory connections")
    delay_i: Positive = p(0.75, "ms", "mean delay of local inhibitory connections")
    delay_rel: NonNegative = p(0.5, "1", "standard deviation / mean")
    interarea_speed: Positive = p(3.5, "mm/ms", "conduction speed between areas")
    distribution: Literal["lognormal_clipped", "normal_clipped", "normal_redrawn"] = p(
        "lognormal_clipped", "", "distribution; below the resolution: clipped, or drawn again"
    )


def _stimulus_table(value: Any) -> Any:
    """Turn {(area, layer, population): amplitude, or (amplitude, start, stop)} into a tuple."""
    if isinstance(value, list | tuple):
        return tuple(tuple(entry) if isinstance(entry, list) else entry for entry in value)
    if not isinstance(value, dict):
        return value
    rows = []
    for key, given in sorted(value.items(), key=str):
        if not isinstance(key, tuple) or [type(part) for part in key] != [str, str, str]:
            raise ValueError(f"keys must be (area, layer, population), not {key!r}")
        parts = tuple(given) if isinstance(given, list | tuple) else (given,)
        if not 1 <= len(parts) <= 3:  # noqa: PLR2004
            raise ValueError(f"{key}: expected an amplitude, or (amplitude, start, stop)")
        rows.append((*key, *parts, *(0.0, None)[len(parts) - 1 :]))
    return tuple(rows)


#: area, layer, population, amplitude [pA], start and stop [ms].
StimulusTable = Annotated[
    tuple[tuple[str, str, str, float, NonNegative, Positive | None], ...],
    Field(strict=False),
    BeforeValidator(_stimulus_table),
]

ReplacementMode = Literal["hom_poisson_stat", "het_poisson_stat", "het_current_nonstat", "nothing"]
NEEDS_RATES = ("het_poisson_stat", "het_current_nonstat")


def is_path(key: str) -> bool:
    """Return whether a key of the network parameters names a file or folder."""
    return key.endswith("_path") or key in ("fullscale_rates", "replace_cc_input_source")


class NetworkParameters(Block):
    """What the network parameters of every model have: down-scaling and simulation modes."""

    #: Keys that belong to the identity only where they are used.
    OPTIONAL: ClassVar[frozenset[str]] = frozenset(
        {"areas_simulated", "replace_non_simulated_areas", "replace_cc"}
        | {"replace_cc_input_source", "dc_stimulus"}
    )

    N_scaling: float = p(1.0, "1", "factor on population sizes", gt=0, le=1)
    K_scaling: float = p(1.0, "1", "factor on in-degrees", gt=0, le=1)
    scaling_type: Literal["linear", "sqrt"] = p(
        "linear", "", "weights / K_scaling, or weights / sqrt(K_scaling) and a constant current"
    )
    fullscale_rates: PathText | None = p(
        None, "", "rates of the full-scale network (.csv); None: the workflow computes them"
    )
    areas_simulated: AreaNames = p((), "", "areas of the network that is simulated; (): all")
    replace_non_simulated_areas: ReplacementMode | None = p(
        None, "", "what stands for the projections from the other areas"
    )
    replace_cc: Annotated[
        ReplacementMode | None, BeforeValidator(lambda v: None if v is False else v)
    ] = p(None, "", "what stands for the projections between simulated areas; None: themselves")
    replace_cc_input_source: PathText | None = p(
        None,
        "",
        "rates of the projections that are replaced (.csv), or rates as functions of time (.h5, "
        ".csv); None: the mean-field rates of the whole network",
    )
    dc_stimulus: StimulusTable = p(
        (), "pA", "{(area, layer, population): current, or (current, start, stop)}"
    )

    @model_validator(mode="after")
    def _check_stimulus(self) -> Self:
        for *target, _, start, stop in self.dc_stimulus:
            if stop is not None and stop <= start:
                where = f"dc_stimulus: {tuple(target)}"
                raise ValueError(f"{where}: stop = {stop} must be later than start = {start}")
        return self

    @property
    def is_scaled(self) -> bool:
        """Whether the network is smaller than the full-scale one."""
        return self.N_scaling < 1 or self.K_scaling < 1

    @property
    def needs_rates(self) -> bool:
        """Whether down-scaling has to know the rates of the full-scale network."""
        return self.scaling_type == "sqrt" and self.K_scaling < 1

    @property
    def modes(self) -> tuple[str, ...]:
        """What stands for projections, of areas that are not simulated and of others."""
        chosen = (self.replace_non_simulated_areas, self.replace_cc)
        return tuple(mode for mode in chosen if mode is not None)

    @property
    def needs_source_rates(self) -> bool:
        """Whether replaced projections need the rates of the whole network."""
        return any(mode in NEEDS_RATES for mode in self.modes)

    @property
    def has_theory(self) -> bool:
        """Whether the mean-field theory covers the neuron models."""
        return True

    @property
    def full_scale(self) -> Self:
        """The same parameters at full scale."""
        return self.model_copy(update={"N_scaling": 1.0, "K_scaling": 1.0, "fullscale_rates": None})

    @property
    def whole(self) -> Self:
        """The same parameters at full scale, with all areas and projections, without stimulus."""
        fields = type(self).model_fields
        return self.full_scale.model_copy(
            update={name: fields[name].default for name in self.OPTIONAL}
        )

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the network's tables: nothing that has no effect on them."""
        fields = type(self).model_fields
        unused = {name for name in self.OPTIONAL if getattr(self, name) == fields[name].default}
        if not self.needs_rates:
            unused.add("fullscale_rates")
        if self.K_scaling == 1:
            unused.add("scaling_type")
        return self.model_dump(mode="json", exclude=unused)


# ------------------------------------------------------------------------------------ simulation


#: When a run is stopped.
GUARD = ("rate_limit", "rate_limit_window")
#: Options of recording, which belong to the identity only where they are used.
RECORDING = ("areas_recorded", "rec_start", "rec_V_start", "rec_V_stop", "Nrec_vm_fraction")


class SimulationParameters(Block):
    """`sim_params`: everything about a run of NEST."""

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

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if not is_multiple(self.sim_resolution, TIC):
            raise ValueError(
                f"'sim_resolution' = {self.sim_resolution} ms must be a multiple of NEST's {TIC} ms"
            )
        for key in ("t_sim", "rec_V_int"):
            if not is_multiple(getattr(self, key), self.sim_resolution):
                raise ValueError(
                    f"'{key}' = {getattr(self, key)} ms must be a multiple of "
                    f"sim_resolution = {self.sim_resolution} ms"
                )
        self._check_recording()
        if "spike_recorder" not in self.rec_dev:
            raise ValueError("'rec_dev' must contain 'spike_recorder': the analysis needs spikes")
        return self

    def _check_recording(self) -> None:
        for key, step in (("rec_start", "sim_resolution"), ("rec_V_start", "rec_V_int")):
            time = getattr(self, key)
            if time >= self.t_sim:
                raise ValueError(
                    f"'{key}' = {time} ms must be earlier than t_sim = {self.t_sim} ms"
                )
            if time and not is_multiple(time, getattr(self, step)):
                raise ValueError(
                    f"'{key}' = {time} ms must be a multiple of {step} = {getattr(self, step)} ms"
                )
        if self.rec_V_stop is not None and self.rec_V_stop <= self.rec_V_start:
            raise ValueError(
                f"'rec_V_stop' = {self.rec_V_stop} ms must be later than "
                f"rec_V_start = {self.rec_V_start} ms"
            )

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the results: all that has an effect, options only where they are used."""
        fields = type(self).model_fields
        unused = {name for name in RECORDING if getattr(self, name) == fields[name].default}
        unused |= {"overwrite_files", "print_time", *GUARD}
        return self.model_dump(mode="json", exclude=unused)

    @property
    def guard(self) -> dict[str, Any]:
        """When a run is stopped; a run that is finished does not depend on it."""
        return self.model_dump(mode="json", include=set(GUARD))


# -------------------------------------------------------------------------------------- analysis


class TimeWindow(Block):
    """A window of the simulated time."""

    t_start: NonNegative = p(500.0, "ms", "start")
    t_stop: Positive | None = p(None, "ms", "end; None: the end of the simulation")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.t_stop is not None and self.t_stop <= self.t_start:
            raise ValueError(f"t_stop = {self.t_stop} must be later than t_start = {self.t_start}")
        return self


class RateHistogram(TimeWindow):
    """Rate histograms."""

    binsize: Positive = p(1.0, "ms", "bin width")


class Irregularity(TimeWindow):
    """CV of inter-spike intervals, and LvR."""

    min_spikes: int = p(10, "spikes", "fewest spikes that a neuron must have", ge=3)


class Correlation(Block):
    """Pairwise correlation coefficients of spike counts."""

    subsample: int = p(2000, "neurons", "largest number of neurons per population", ge=2)
    tbin: Positive = p(1.0, "ms", "bin width")
    tmin: NonNegative = p(500.0, "ms", "start")
    tmax: Positive | None = p(None, "ms", "end; None: the end of the simulation")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.tmax is not None and self.tmax <= self.tmin:
            raise ValueError(f"tmax = {self.tmax} must be later than tmin = {self.tmin}")
        return self


class Start(Block):
    """The transient to leave out."""

    tmin: NonNegative = p(500.0, "ms", "start")


class ExcludeDiagonal(Block):
    """Correlation of functional connectivities."""

    exclude_diagonal: bool = p(True, "", "leave the diagonal of ones out")


class Grid(Block):
    """A figure with a panel per area."""

    num_col: Count = p(4, "", "panels per row")


class BoldPlot(Start):
    """The BOLD figure."""

    stepSize: Positive = p(1.0, "ms", "time step shown")


class Raster(Block):
    """Raster plots."""

    fraction: float = p(0.03, "1", "share of the neurons shown", gt=0, le=1)
    low: NonNegative = p(500.0, "ms", "start")
    high: Positive = p(750.0, "ms", "end")
    areas: Names = p((), "", "areas of the multi-area raster; (): chosen by the model")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"high = {self.high} must be later than low = {self.low}")
        return self


class SpikeCountBins(Block):
    """Histograms of spikes per neuron."""

    bins: Count = p(250, "", "number of bins")
    num_col: Count = p(4, "", "panels per row of the figure")


class RateSimilarity(Block):
    """Kolmogorov-Smirnov comparison of rate distributions."""

    remove_zeros: bool = p(True, "", "compare active neurons only")


class MaxRate(Block):
    """The figure of binned spike rates."""

    max_rate: Positive = p(40.0, "spikes/s", "right end of the axis")


class AnalysisParameters(Block):
    """`ana_params`: windows, bins and thresholds of the measures, and options of the plots."""

    mplstyles: Names = p((), "", "more matplotlib styles, on top of the product's")
    extension: Literal["png", "pdf", "svg", "eps", "jpg", "tif"] = p(
        "png", "", "picture format beside png and pdf"
    )
    seed: int = p(2903, "", "seed of subsampling", ge=0)
    python_sort: bool = p(True, "", "accepted for HuMAM files; spikes are always sorted")
    rate_histogram: RateHistogram = RateHistogram()
    meanFiringRate: TimeWindow = TimeWindow()
    individualFiringRate: TimeWindow = TimeWindow()
    correlation_coefficient: Correlation = Correlation()
    compute_louvain: Start = Start()
    cv: Irregularity = Irregularity()
    lvr: Irregularity = Irregularity()
    functconn_corr: ExcludeDiagonal = ExcludeDiagonal()
    plotAllFiringRatesSummary: Grid = Grid()
    plotAllSynapticCurrentsSummary: Grid = Grid()
    plotAllBOLDSignalSummary: Grid = Grid()
    plotConnectivities: Start = Start()
    plotBOLD: BoldPlot = BoldPlot()
    plotRasterArea: Raster = Raster()
    binned_spikerates_per_neuron: SpikeCountBins = SpikeCountBins()
    rate_distribution_similarity: RateSimilarity = RateSimilarity()
    plot_binned_spikerates_per_neuron: MaxRate = MaxRate()

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the results: all but the options of plots."""
        exclude = {**dict.fromkeys(PLOT_ONLY, True), **PLOT_OPTIONS}
        return self.model_dump(mode="json", exclude=exclude)

    def subset(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the named blocks as plain data: what one figure depends on."""
        return self.model_dump(mode="json", include=set(keys))

    def identity_of(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the named blocks without the options of plots: what a measure depends on."""
        return self.model_dump(mode="json", include=set(keys), exclude=PLOT_OPTIONS)


#: Options of pictures inside blocks that measures use.
PLOT_OPTIONS = {"binned_spikerates_per_neuron": {"num_col"}}

#: Blocks that only change pictures: they belong to no hash.
PLOT_ONLY = frozenset(
    {"mplstyles", "extension", "python_sort", "plotRasterArea", "plotBOLD"}
    | {"plotAllFiringRatesSummary", "plotAllSynapticCurrentsSummary", "plotAllBOLDSignalSummary"}
    | {"plot_binned_spikerates_per_neuron"}
)
