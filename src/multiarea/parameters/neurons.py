"""Parameters of neurons and delays that all models share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from multiarea.parameters.blocks import Block, NonNegative, Positive, p


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

    @classmethod
    def also_needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the keys of iaf_psc_exp that are not in `given`, unless it has that of mat2."""
        return () if "omega" in given else tuple(k for k in ("V_th", "V_reset") if k not in given)

    def check(self, neuron_model: str) -> None:
        """Raise ValueError unless the block fits the neuron model."""
        needed, other = ("V_th", "V_reset"), ("omega",)
        if neuron_model == "mat2_psc_exp":
            needed, other = other, needed
        if lacking := [key for key in needed if getattr(self, key) is None]:
            raise ValueError(f"{neuron_model} needs {', '.join(map(repr, lacking))}")
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
