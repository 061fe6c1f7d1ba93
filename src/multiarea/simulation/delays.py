"""Lower and upper limits of delays, and the synapses that they touch. No NEST here.

NEST's ring buffers are as long as the longest delay and its communication interval is the shortest
delay, so that the tails of the delay distributions decide memory and speed. `delay_min` and
`delay_max` cut these tails.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from multiarea.errors import InputError
from multiarea.network.network import Network
from multiarea.network.synapses import lognormal_parameters
from multiarea.parameters import SimulationParameters


@dataclass(frozen=True)
class DelayLimits:
    """Limits of the delays of a network, multiples of the resolution [ms].

    Attributes
    ----------
    model_local, model_between : float
        Lower limits that belong to the model: the resolution, and `delay_cc_min` between areas.
    lowest : float
        Option `delay_min`; 0: off.
    highest : float
        Option `delay_max`; inf: off.
    resolution : float
    """

    model_local: float
    model_between: float
    lowest: float
    highest: float
    resolution: float

    @classmethod
    def of(cls, parameters: SimulationParameters) -> DelayLimits:
        """Return the limits that the parameters ask for.

        Raises
        ------
        InputError
            If the upper limit lies below a lower one.
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
    """Return the shares of recurrent synapses whose delay `delay_min` and `delay_max` change.

    The expectation over the model's own distributions of delays, including their limits and NEST's
    rounding to the resolution; the order of the two: (raised by delay_min, lowered by delay_max).
    """
    limits = DelayLimits.of(parameters)
    total = network.synapses.sum()
    if total == 0:
        return 0.0, 0.0
    used = network.synapses > 0
    floor = np.where(network.is_between_areas, limits.model_between, limits.model_local)[used]
    arguments = (network.rules.delay_distribution, network.delay[used], network.delay_sd[used])
    half = limits.resolution / 2
    weights = network.synapses[used] / total
    raised = lowered = np.zeros(len(floor))
    if limits.lowest > 0:
        raised = np.where(floor < limits.lowest, _cdf(limits.lowest - half, *arguments, floor), 0)
    if np.isfinite(limits.highest):
        lowered = 1 - _cdf(limits.highest + half, *arguments, floor)
    return float(weights @ raised), float(weights @ lowered)


def longest_delay(
    network: Network, parameters: SimulationParameters, quantile: float = 0.5
) -> float:
    """Return a quantile of the longest delay that will be drawn in a network [ms].

    With n_p synapses and the distribution F_p of each projection p, the longest delay is below d
    with the probability prod_p F_p(d)^n_p.

    Parameters
    ----------
    network : Network
    parameters : SimulationParameters
        Limits of the delays.
    quantile : float
        0.5: the median.
    """
    limits = DelayLimits.of(parameters)
    used = network.synapses > 0
    step = limits.resolution
    external = network.populations["delay_ext"].to_numpy()
    shortest = max(step, limits.lowest, np.nanmax(np.append(external, 0.0)))
    if not used.any():
        return min(shortest, limits.highest)
    floor = np.where(network.is_between_areas, limits.model_between, limits.model_local)[used]
    arguments = (network.rules.delay_distribution, network.delay[used], network.delay_sd[used])
    counts = network.synapses[used]

    def is_below(delay: float) -> bool:
        above = counts @ (1 - _cdf(delay, *arguments, floor))
        return above <= -np.log(quantile)

    low, high = shortest, max(shortest, float(floor.max()), float(network.delay[used].max())) + step
    while not is_below(high):
        low, high = high, 2 * high
    while high - low > step / 2:
        middle = (low + high) / 2
        low, high = (low, middle) if is_below(middle) else (middle, high)
    return min(max(round(high / step) * step, shortest), limits.highest)


def step_probabilities(
    law: str,
    moments: tuple[float, float, float],
    limits: DelayLimits,
    lost: float,
    most: int = 1 << 22,
) -> tuple[int, np.ndarray]:
    """Return the exact distribution of a delay in steps, as far as it matters.

    Parameters
    ----------
    law : str
        `ConnectionRules.delay_distribution`.
    moments : tuple of float
        Mean, standard deviation, and the model's own lower limit [ms].
    limits : DelayLimits
    lost : float
        Probability of longer delays that may be left out.
    most : int
        Most steps.

    Returns
    -------
    tuple
        Shortest delay [steps], and the probabilities of it and of each longer one, whose sum is 1
        less what is left out.

    Raises
    ------
    InputError
        If delays take more than `most` steps.
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
