"""How NEST draws the weights and delays of a projection."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from multiarea.network.network import ConnectionRules
from multiarea.network.synapses import lognormal_parameters
from multiarea.simulation.delays import DelayLimits
from multiarea.simulation.nest.kernel import nest


@dataclass
class SynapseDraws:
    """NEST's random parameters of weights and delays, each distribution made once.

    A fresh parameter object for each projection would cost as much time as a small projection.
    """

    rules: ConnectionRules
    limits: DelayLimits
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def weight(self, mean: float, sd: float) -> Any:
        """Return the weight with a `mean` and `sd` [pA]: a number, or NEST's random parameter."""
        if not sd > 0:
            return mean
        return self._once(_draw_weight, mean, sd, self.rules.weight_distribution)

    def delay(self, mean: float, sd: float, is_between_areas: bool) -> Any:
        """Return the delay with a `mean` and `sd` [ms]: a number, or NEST's random parameter.

        Its limits depend on whether the synapse `is_between_areas`.
        """
        floor = self.limits.model(is_between_areas)
        if not sd > 0:
            return self.limits.fixed(max(mean, floor))
        return self._once(_draw_delay, mean, sd, floor, self.rules.delay_distribution, self.limits)

    def _once(self, make: Callable[..., Any], *arguments: Any) -> Any:
        key = (make, *arguments)
        if key not in self._known:
            self._known[key] = make(*arguments)
        return self._known[key]


def _draw_weight(mean: float, sd: float, distribution: str) -> Any:
    """Return a random weight [pA] with the sign of its mean.

    Lognormal, or normal and clipped at 0 or drawn again.
    """
    if distribution == "lognormal":
        mu, sigma = lognormal_parameters(abs(mean), sd)
        drawn = nest.random.lognormal(float(mu), float(sigma))
        return drawn if mean >= 0 else -1.0 * drawn
    normal = nest.random.normal(mean, sd)
    if distribution == "normal_redrawn":
        low, high = (0.0, math.inf) if mean >= 0 else (-math.inf, 0.0)
        return nest.math.redraw(normal, min=low, max=high)
    return nest.math.max(normal, 0.0) if mean >= 0 else nest.math.min(normal, 0.0)


def _draw_delay(
    mean: float, sd: float, floor: float, distribution: str, limits: DelayLimits
) -> Any:
    """Return a random delay [ms] at or above `floor`, and within the options' limits."""
    if distribution == "lognormal_clipped":
        mu, sigma = lognormal_parameters(mean, sd)
        drawn = nest.math.max(nest.random.lognormal(float(mu), float(sigma)), floor)
    elif distribution == "normal_clipped":
        drawn = nest.math.max(nest.random.normal(mean, sd), floor)
    else:
        drawn = nest.math.redraw(nest.random.normal(mean, sd), min=floor, max=math.inf)
    if limits.lowest > floor:
        drawn = nest.math.max(drawn, limits.lowest)
    if math.isfinite(limits.highest):
        drawn = nest.math.min(drawn, limits.highest)
    return drawn
