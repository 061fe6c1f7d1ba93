"""`ana_params`: windows, bins and thresholds of the measures, and options of the plots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.parameters.blocks import Block, Count, Names, NonNegative, Positive, key_paths, p

TRANSIENT = 500.0
"""When windows begin unless an experiment says otherwise [ms]."""


class _Window(Block):
    """A part of the simulated time."""

    LIMITS: ClassVar[tuple[str, str]]
    """Keys of start and end."""

    @property
    def limits(self) -> tuple[float, float | None]:
        """Start and end [ms]."""
        start, end = self.LIMITS
        return getattr(self, start), getattr(self, end)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        (start_key, end_key), (start, end) = self.LIMITS, self.limits
        if end is not None and end <= start:
            raise ValueError(f"{end_key} = {end} must be later than {start_key} = {start}")
        return self


class TimeWindow(_Window):
    """A window of the simulated time."""

    LIMITS = ("t_start", "t_stop")

    t_start: NonNegative = p(TRANSIENT, "ms", "start")
    t_stop: Positive | None = p(None, "ms", "end; None: the end of the simulation")


class RateHistogram(TimeWindow):
    """Rate histograms."""

    binsize: Positive = p(1.0, "ms", "bin width")


class Irregularity(TimeWindow):
    """CV of inter-spike intervals, and LvR."""

    min_spikes: int = p(10, "spikes", "fewest spikes that a neuron must have", ge=3)


class Correlation(_Window):
    """Pairwise correlation coefficients of spike counts."""

    LIMITS = ("tmin", "tmax")

    subsample: int = p(2000, "neurons", "largest number of neurons per population", ge=2)
    tbin: Positive = p(1.0, "ms", "bin width")
    tmin: NonNegative = p(TRANSIENT, "ms", "start")
    tmax: Positive | None = p(None, "ms", "end; None: the end of the simulation")


class Start(Block):
    """The transient to leave out."""

    tmin: NonNegative = p(TRANSIENT, "ms", "start")


class EvokedResponse(Block):
    """Rates aligned to the onset of a stimulus."""

    stimulus: Count = p(1, "", "which of the stimuli that have different times, by their beginning")
    binsize: Positive = p(1.0, "ms", "bin width")
    before: Positive = p(100.0, "ms", "time shown before the onset: the baseline")
    after: Positive | None = p(
        None, "ms", "time shown from the onset on; None: the pulse and 100 ms, or until the next"
    )
    n_sd: Positive = p(
        4.0, "1", "standard deviations above the baseline from which a bin is a response"
    )


class ExcludeDiagonal(Block):
    """Correlation of functional connectivities."""

    exclude_diagonal: bool = p(True, "", "leave the diagonal of ones out")


class Grid(Block):
    """A figure with a panel per area."""

    num_col: Count = p(4, "", "panels per row")


class BoldPlot(Start):
    """The BOLD figure."""

    stepSize: Positive = p(1.0, "ms", "time step shown")


class Raster(_Window):
    """Raster plots."""

    LIMITS = ("low", "high")

    fraction: float = p(0.03, "1", "share of the neurons shown", gt=0, le=1)
    low: NonNegative = p(TRANSIENT, "ms", "start")
    high: Positive = p(750.0, "ms", "end")
    areas: Names = p((), "", "areas of the multi-area raster; (): chosen by the model")


class BrainMaps(Block):
    """Values of areas on maps of the brain's surface."""

    fc_area: str | None = p(
        None, "", "area with which functional connectivity is shown; None: chosen by the model"
    )


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

    mplstyles: Names = p((), "", "more matplotlib styles, applied after the product's")
    extension: Literal["png", "pdf", "svg", "eps", "jpg", "tif"] = p(
        "png", "", "picture format in addition to png and pdf"
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
    evoked_response: EvokedResponse = EvokedResponse()
    functconn_corr: ExcludeDiagonal = ExcludeDiagonal()
    plotAllFiringRatesSummary: Grid = Grid()
    plotAllSynapticCurrentsSummary: Grid = Grid()
    plotAllBOLDSignalSummary: Grid = Grid()
    plotConnectivities: Start = Start()
    plotBOLD: BoldPlot = BoldPlot()
    plotRasterArea: Raster = Raster()
    plotBrainMaps: BrainMaps = BrainMaps()
    binned_spikerates_per_neuron: SpikeCountBins = SpikeCountBins()
    rate_distribution_similarity: RateSimilarity = RateSimilarity()
    plot_binned_spikerates_per_neuron: MaxRate = MaxRate()

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the results: all but options of plots, and but `OPTIONAL` at defaults."""
        unused = (name for name in OPTIONAL if getattr(self, name) == type(getattr(self, name))())
        exclude = {**dict.fromkeys((*PLOT_ONLY, *unused), True), **PLOT_OPTIONS}
        return self.model_dump(mode="json", exclude=exclude)

    def subset(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the blocks named by `keys` as plain data: what one figure depends on."""
        return self.model_dump(mode="json", include=set(keys))

    def identity_of(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the named blocks without the options of plots: what a measure depends on."""
        return self.model_dump(mode="json", include=set(keys), exclude=PLOT_OPTIONS)

    def window_starts(self) -> Iterator[tuple[str, str, float]]:
        """Yield block, key and time [ms] of the start of each window of a measure."""
        return self._limits(WINDOW_STARTS)

    @classmethod
    def with_starts(cls, content: dict[str, Any], start: float) -> dict[str, Any]:
        """Return `content`, plain data, with `start` [ms] where it does not say when to begin."""
        filled = dict(content)
        for path, _ in key_paths(cls, ""):
            _, block, key = f"{path}.".split(".")[:3]
            given = content.get(block, {})
            if key in WINDOW_STARTS and isinstance(given, dict):
                filled[block] = {key: start, **given}
        return filled

    def late_windows(self, t_sim: float) -> Iterator[tuple[str, str, float]]:
        """Yield block, key and time [ms] of each limit that a run of `t_sim` ms does not reach."""
        yield from (limit for limit in self._limits(WINDOW_STARTS) if limit[2] >= t_sim)
        yield from (limit for limit in self._limits(WINDOW_STOPS) if limit[2] > t_sim + ROUNDING)

    def _limits(self, keys: tuple[str, ...]) -> Iterator[tuple[str, str, float]]:
        for name, block in self:
            if name not in PLOT_ONLY and isinstance(block, Block):
                yield from ((name, k, t) for k, t in block if k in keys and t is not None)


WINDOW_STARTS, WINDOW_STOPS = ("t_start", "tmin"), ("t_stop", "tmax")
"""Keys of the limits of windows, whatever their block."""


def check_blocks(user: str, names: Iterable[str]) -> None:
    """Raise InputError if `user`, a measure or figure, uses `names` that `ana_params` lack."""
    valid = list(AnalysisParameters.model_fields)
    for name in names:
        if name not in valid:
            raise InputError(
                f"{user}: 'uses' names '{one_line(name, 60)}', which is no key of ana_params."
                f"{did_you_mean(name, valid)} Valid keys: {', '.join(valid)}"
            )


ROUNDING = 1e-6
"""How much later than the end of a run a window may end [ms]."""

OPTIONAL = ("evoked_response",)
"""Blocks that belong to the identity only where they are used."""

PLOT_OPTIONS = {"binned_spikerates_per_neuron": {"num_col"}}
"""Options of pictures inside blocks that measures use."""

PLOT_ONLY = frozenset(
    {"mplstyles", "extension", "python_sort", "plotRasterArea", "plotBrainMaps", "plotBOLD"}
    | {"plotAllFiringRatesSummary", "plotAllSynapticCurrentsSummary", "plotAllBOLDSignalSummary"}
    | {"plot_binned_spikerates_per_neuron"}
)
"""Blocks that only change pictures: they belong to no hash."""
