"""Responses to stimuli: rates aligned to their onset, latencies, and rates while they last."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from multiarea.analysis.results import Arrays, Content, population_labels
from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.stimuli import pulses_of
from multiarea.parameters import AnalysisParameters
from multiarea.parameters.analysis import EvokedResponse
from multiarea.spikes import windows
from multiarea.spikes.store import Spikes

MEASURES = {
    "evoked_response": {
        "needs": ("spikes", "stimulated_network"),
        "uses": ("evoked_response",),
        "file": "evoked_response.h5",
        "version": 1,
    }
}

TAIL = 100.0
"""Time that is shown after a pulse [ms]."""
SETTLING = 100.0
"""Time after which a response is taken to be stationary, and that it must then last [ms]."""
Pulses = tuple[tuple[float, float], ...]


def evoked_response(
    *, spikes: Spikes, stimulated_network: Network, parameters: AnalysisParameters
) -> Arrays:
    """Return the mean response of `spikes` to the pulses of a stimulus of `stimulated_network`.

    Window and bins are those of the block `evoked_response` of `parameters`. Pulses whose window
    is not within the run are left out; if that is all of them, the window of the first one is cut.

    The latency of an area is the left edge of its first bin from the onset on in which its rate
    exceeds the mean of the bins before the onset by `n_sd` of their standard deviations.

    Rates during a stimulus are the means from 100 ms after the onset to the end of the pulse, only
    if that is at least 100 ms later; beside them are those that the mean-field theory predicts
    for the network with the stimulus lasting.

    Raises InputError if there are fewer stimuli than `stimulus` says.

    Returns
    -------
    Arrays
        population_rate (population, time) and area_rate (area, time), spikes/s; time (time): left
        edges of the bins from the onset on [ms]; onset (onset) [ms]; duration: of the first pulse
        [ms]; area: names; baseline, baseline_sd (area) [spikes/s]; latency (area) [ms], nan: no
        response; rate_before, rate_during, theory_before, theory_during (population) [spikes/s],
        nan: not stationary, or no theory; n_neurons (population); labels of the populations.
    """
    block = parameters.evoked_response
    pulses = _chosen(stimulated_network, block.stimulus)
    aligned = _aligned(pulses, block, spikes.t_stop)
    index, sizes = spikes.populations.index, spikes.populations["n_neurons"].to_numpy(float)
    totals = np.array([aligned.counts(trains.times) for _, trains in spikes.items()])
    population_rate = totals / sizes[:, None]
    of_area = index.get_level_values("area").to_numpy(str)
    areas = list(dict.fromkeys(of_area))
    in_area = np.array([of_area == area for area in areas], float)
    area_rate = in_area @ totals / (in_area @ sizes)[:, None]
    before = aligned.time < -windows.TOLERANCE
    mean, sd = area_rate[:, before].mean(axis=1), area_rate[:, before].std(axis=1)
    exceeds = (area_rate > (mean + block.n_sd * sd)[:, None]) & ~before
    latency = np.where(exceeds.any(axis=1), aligned.time[exceeds.argmax(axis=1)], np.nan)
    rates = {"rate_before": population_rate[:, before].mean(axis=1)}
    rates["rate_during"] = _rate_during(spikes, pulses, aligned.onsets)
    rates |= _theory(stimulated_network, pulses, index)
    content: Content = {
        "population_rate": (population_rate, ("population", "time"), "spikes/s"),
        "area_rate": (area_rate, ("area", "time"), "spikes/s"),
        "time": (aligned.time, ("time",), "ms"),
        "onset": (aligned.onsets, ("onset",), "ms"),
        "duration": (np.array(pulses[0][1] - pulses[0][0]), (), "ms"),
        "area": (np.array(areas), ("area",), ""),
        "baseline": (mean, ("area",), "spikes/s"),
        "baseline_sd": (sd, ("area",), "spikes/s"),
        "latency": (latency, ("area",), "ms"),
        "n_neurons": (sizes, ("population",), "1"),
        **population_labels(index),
    }
    more = {name: (values, ("population",), "spikes/s") for name, values in rates.items()}
    return Arrays(content | more)


@dataclass(frozen=True)
class _Aligned:
    """Windows around onsets."""

    onsets: np.ndarray
    """(n,) [ms]"""
    window: tuple[float, float]
    """Start and stop from each onset on [ms]."""
    binsize: float

    @property
    def time(self) -> np.ndarray:
        """Left edges of the bins [ms]; one of them is the onset."""
        n_bins = windows.n_bins(self.window, self.binsize)
        return self.window[0] + self.binsize * np.arange(n_bins)

    def counts(self, times: np.ndarray) -> np.ndarray:
        """Return the mean number of spikes at `times` in each bin per second, (bins,)."""
        window = (self.window[0], self.window[0] + self.binsize * len(self.time))
        total = np.zeros(len(self.time))
        for onset in self.onsets:
            inside = times[windows.inside(times - onset, window)] - onset
            bins = windows.bin_index(inside, window, self.binsize)
            total += np.bincount(bins, minlength=len(total))
        return total * (1000 / self.binsize / len(self.onsets))


def _chosen(network: Network, number: int) -> Pulses:
    """Return the pulses of the stimulus with a `number`, from 1 on, of `network`."""
    known = pulses_of(network.extra_inputs)
    if number > len(known):
        raise InputError(
            f"ana_params: evoked_response.stimulus = {number}, but the network has {len(known)} "
            "with different times"
        )
    return known[number - 1]


def _aligned(pulses: Pulses, block: EvokedResponse, t_stop: float) -> _Aligned:
    """Return the windows that lie within the run, or as much of the first one as does.

    Raises InputError if there is no bin before, or none after the onset.
    """
    onsets = np.array([start for start, _ in pulses])
    after = block.after
    if after is None:
        longest = max(stop - start for start, stop in pulses) + TAIL
        after = min(longest, float(np.diff(onsets).min(initial=np.inf)))
    is_whole = (onsets >= block.before) & (onsets + after <= t_stop + windows.TOLERANCE)
    onsets = onsets[is_whole] if is_whole.any() else onsets[:1]
    steps = [
        int(t / block.binsize + windows.TOLERANCE)
        for t in (min(block.before, onsets[0]), min(after, t_stop - onsets[-1]))
    ]
    if not all(steps):
        raise InputError(
            f"ana_params: evoked_response: the stimulus at {onsets[0]:g} ms has no bin of "
            f"{block.binsize:g} ms before or after it in the run of {t_stop:g} ms"
        )
    return _Aligned(onsets, (-steps[0] * block.binsize, steps[1] * block.binsize), block.binsize)


def _rate_during(spikes: Spikes, pulses: Pulses, onsets: np.ndarray) -> np.ndarray:
    """Return the mean rate while pulses, those that begin at `onsets`, are stationary, (P,)."""
    parts = [
        (start + SETTLING, min(stop, spikes.t_stop)) for start, stop in pulses if start in onsets
    ]
    parts = [(start, stop) for start, stop in parts if stop - start >= SETTLING]
    if not parts:
        return np.full(len(spikes.populations), np.nan)
    seconds = sum(stop - start for start, stop in parts) / 1000
    numbers = [
        sum(windows.inside(trains.times, part).sum() for part in parts)
        for _, trains in spikes.items()
    ]
    return np.array(numbers) / seconds / spikes.populations["n_neurons"].to_numpy()


def _theory(network: Network, pulses: Pulses, index: pd.MultiIndex) -> dict[str, np.ndarray]:
    """Return the predicted rates of the populations `index` before and during the stimulus.

    They are nan if pulses are too short to be stationary, or the theory has no answer.
    """
    from multiarea.theory import NotConvergedError, rates_during, stationary_rates

    names = ("theory_before", "theory_during")
    found = pd.DataFrame(np.nan, network.populations.index, names)
    if max(stop - start for start, stop in pulses) >= 2 * SETTLING:
        try:
            found["theory_before"] = stationary_rates(network).rates
            before = found["theory_before"].to_numpy()
            found["theory_during"] = rates_during(network, pulses, before)
        except (InputError, NotConvergedError) as error:
            warnings.warn(f"evoked_response: no prediction: {error}", stacklevel=2)
    return {name: found[name].reindex(index).to_numpy() for name in names}
