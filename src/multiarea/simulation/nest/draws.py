"""How NEST draws the weights and delays of a projection."""

from __future__ import annotations

import math
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
        """Return the weight [pA]: a number, or normally distributed and never of the other sign."""
        if not sd > 0:
            return mean
        key = ("weight", mean, sd)
        if key not in self._known:
            self._known[key] = draw_weight(mean, sd, self.rules.weight_distribution)
        return self._known[key]

    def delay(self, mean: float, sd: float, is_between_areas: bool) -> Any:
        """Return the delay [ms]: a number, or a random parameter within all limits."""
        floor = self.limits.model(is_between_areas)
        if not sd > 0:
            return self.limits.fixed(max(mean, floor))
        key = ("delay", mean, sd, floor)
        if key not in self._known:
            law = self.rules.delay_distribution
            self._known[key] = draw_delay(mean, sd, floor, law, self.limits)
        return self._known[key]


def draw_weight(mean: float, sd: float, distribution: str) -> Any:
    """Return a normal weight [pA], clipped at 0 or drawn again until it has the mean's sign."""
    normal = nest.random.normal(mean, sd)
    if distribution == "normal_redrawn":
        low, high = (0.0, math.inf) if mean >= 0 else (-math.inf, 0.0)
        return nest.math.redraw(normal, min=low, max=high)
    return nest.math.max(normal, 0.0) if mean >= 0 else nest.math.min(normal, 0.0)


def draw_delay(mean: float, sd: float, floor: float, distribution: str, limits: DelayLimits) -> Any:
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
