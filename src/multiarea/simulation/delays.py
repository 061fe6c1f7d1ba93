"""Lower and upper limits of delays, and the synapses that they change. No NEST here.

NEST's ring buffers are as long as the longest delay and its communication interval is the shortest
delay, so that the tails of the delay distributions decide memory and speed. `delay_min` and
`delay_max` cut these tails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import SimulationParameters


@dataclass(frozen=True)
class DelayLimits:
    """Limits of the delays of a network, multiples of the resolution [ms]."""

    model_local: float
    """The model's own lower limit within areas: the resolution."""
    model_between: float
    """The model's own lower limit between areas: `delay_cc_min`."""
    lowest: float
    """Option `delay_min`; 0: off."""
    highest: float
    """Option `delay_max`; inf: off."""
    resolution: float

    @classmethod
    def of(cls, parameters: SimulationParameters) -> DelayLimits:
        """Return the limits that the parameters ask for.

        Raises InputError if the upper limit lies below a lower one.
        """
        step = parameters.sim_resolution

        def on_grid(time: float) -> float:
            return max(1, round(time / step)) * step

        between = on_grid(parameters.delay_cc_min)
        lowest = on_grid(parameters.delay_min) if parameters.delay_min > 0 else 0.0
        highest = np.inf if parameters.delay_max is None else on_grid(parameters.delay_max)
        if highest < max(between, lowest):
            raise InputError(
                f"sim_params['delay_max'] = {parameters.delay_max} ms: must not be smaller than "
                f"'delay_min' = {parameters.delay_min} or 'delay_cc_min' = "
                f"{parameters.delay_cc_min} ms."
            )
        return cls(step, between, lowest, float(highest), step)

    def model(self, is_between_areas: bool) -> float:
        """Return the model's own lower limit of a projection [ms]."""
        return self.model_between if is_between_areas else self.model_local

    def fixed(self, delay: float) -> float:
        """Return a delay that is not drawn, within the limits and on the grid [ms]."""
        steps = max(1, round(delay / self.resolution))
        return min(max(steps * self.resolution, self.lowest), self.highest)


def touched_shares(network: Network, parameters: SimulationParameters) -> tuple[float, float]:
    """Return the shares of synapses of `network` that the limits in `parameters` change.

    They are (raised by `delay_min`, lowered by `delay_max`): expectations over the model's own
    distributions of delays, including their limits and NEST's rounding to the resolution.
    """
    limits = DelayLimits.of(parameters)
    synapses, floor, is_below = _drawn_delays(network, limits)
    if not len(synapses):
        return 0.0, 0.0
    half = limits.resolution / 2
    weights = synapses / synapses.sum()
    raised = lowered = np.zeros(len(floor))
    if limits.lowest > 0:
        raised = np.where(floor < limits.lowest, is_below(limits.lowest - half), 0)
    if np.isfinite(limits.highest):
        lowered = 1 - is_below(limits.highest + half)
    return float(weights @ raised), float(weights @ lowered)


def longest_delay(
    network: Network, parameters: SimulationParameters, quantile: float = 0.5
) -> float:
    """Return a `quantile` of the longest delay drawn in `network`, by default the median [ms].

    With n_p synapses and the distribution F_p of each projection p, the longest delay is below d
    with the probability prod_p F_p(d)^n_p. The `parameters` have the limits of delays.
    """
    limits = DelayLimits.of(parameters)
    step = limits.resolution
    external = network.populations["delay_ext"].to_numpy()
    shortest = max(step, limits.lowest, np.nanmax(np.append(external, 0.0)))
    synapses, floor, is_below = _drawn_delays(network, limits)
    if not len(synapses):
        return min(shortest, limits.highest)

    def is_enough(delay: float) -> bool:
        return synapses @ (1 - is_below(delay)) <= -np.log(quantile)

    longest_mean = float(network.delay[network.synapses > 0].max())
    low, high = shortest, max(shortest, float(floor.max()), longest_mean) + step
    while not is_enough(high):
        low, high = high, 2 * high
    while high - low > step / 2:
        middle = (low + high) / 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return min(max(round(high / step) * step, shortest), limits.highest)


def step_probabilities(
    law: str,
    moments: tuple[float, float, float],
    limits: DelayLimits,
    lost: float,
    most: int = 1 << 22,
) -> tuple[int, np.ndarray]:
    """Return the shortest delay [steps], and the exact probabilities of it and of each longer one.

    The distribution is `law` (`ConnectionRules.delay_distribution`) with the `moments` mean,
    standard deviation and the model's own lower limit [ms], within the `limits` of the options.
    Longer delays with a probability of `lost` may be left out: the sum is 1 minus that.

    Raises InputError if delays take more than `most` steps.
    """
    mean, sd, floor = moments
    step = limits.resolution
    if not sd > 0:
        return _in_steps(limits.fixed(max(mean, floor)), step, most), np.ones(1)
    first = _in_steps(max(floor, limits.lowest), step, most)
    arrays = tuple(np.array([value]) for value in (mean, sd, floor))

    def above(steps: np.ndarray | float) -> np.ndarray:
        """Return the probability of more than `steps` steps."""
        return 1 - _cdf((steps + 0.5) * step, law, *arrays)

    last = first
    while above(last)[0] > lost / 2:
        last = _in_steps((2 * last + 8) * step, step, most)
    if np.isfinite(limits.highest):
        last = min(last, round(limits.highest / step))
    tail = above(np.arange(first, last, dtype=float))
    chances = -np.diff(np.concatenate([[1.0], tail, [0.0]]))
    if not np.isfinite(limits.highest):
        chances[-1] = max(tail[-1] - above(last)[0], 0) if len(tail) else 1.0
    used = np.flatnonzero(np.cumsum(chances[::-1])[::-1] > lost / 2)
    return first, chances[: used[-1] + 1]


def _drawn_delays(
    network: Network, limits: DelayLimits
) -> tuple[np.ndarray, np.ndarray, Callable[[float], np.ndarray]]:
    """Return synapses, own lower limit and P(delay < x) of each projection that has synapses."""
    used = network.synapses > 0
    floor = np.where(network.is_between_areas, limits.model_between, limits.model_local)[used]
    law, mean, sd = network.rules.delay_distribution, network.delay[used], network.delay_sd[used]
    return network.synapses[used], floor, lambda delay: _cdf(delay, law, mean, sd, floor)


def _in_steps(delay: float, step: float, most: int) -> int:
    """Return a delay as a number of steps, at least 1."""
    steps = max(1, round(delay / step))
    if steps > most:
        raise InputError(
            f"sim_params['sim_resolution'] = {step:g} ms: delays of {delay:.4g} ms are {steps} "
            f"steps, but the procedural simulator takes at most {most}. Choose a coarser "
            "resolution, or limit the delays with 'delay_max'."
        )
    return steps


def _cdf(
    delay: float, distribution: str, mean: np.ndarray, sd: np.ndarray, floor: np.ndarray
) -> np.ndarray:
    """Return P(drawn delay < `delay`) for `delay` above each projection's own lower limit."""
    spread = np.where(sd > 0, sd, 1.0)
    if distribution.startswith("lognormal"):
        mu, sigma = lognormal_parameters(mean, spread)
        below = ndtr((np.log(delay) - mu) / sigma)
    else:
        below = ndtr((delay - mean) / spread)
    if distribution == "normal_redrawn":
        rejected = ndtr((floor - mean) / spread)
        below = np.clip((below - rejected) / (1 - rejected), 0, 1)
    return np.where(sd > 0, below, np.maximum(mean, floor) < delay)
