"""Parameters of neurons and delays that all models share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, SerializeAsAny

from multiarea.errors import did_you_mean, one_line
from multiarea.parameters.blocks import Block, NonNegative, Positive, fits_float, p

LIF = "iaf_psc_exp"
"""NEST's neuron model that all simulators and the theory know."""
MAT2 = "mat2_psc_exp"
THRESHOLDS = ("omega", "V_T_star", "V_th")
"""What NEST's neuron models call their resting threshold."""
LEAKS = ("tau_m", "g_L", "g")
"""What they have for the leak: a time constant [ms], or a conductance [nS]."""


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

    @property
    def membrane_time_constant(self) -> float:
        """Membrane time constant [ms]."""
        return self.tau_m

    @property
    def tau_syn(self) -> tuple[float, float]:
        """Time constants of excitatory and inhibitory currents [ms]."""
        return self.tau_syn_ex, self.tau_syn_in

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


class NestNeuron(NeuronParameters):
    """Parameters of a neuron model of NEST, with the names that NEST has for them.

    NEST itself checks them when an experiment is loaded; what is not given has NEST's default.
    """

    model_config = ConfigDict(extra="allow")

    E_L: Any = None
    V_th: Any = None
    V_reset: Any = None
    C_m: Any = None
    tau_m: Any = None
    tau_syn_ex: Any = None
    tau_syn_in: Any = None
    t_ref: Any = None
    omega: Any = None

    @property
    def own(self) -> dict[str, Any]:
        """The parameters that are given, with NEST's names."""
        return {name: value for name, value in self.model_dump().items() if value is not None}

    @property
    def threshold(self) -> float:
        """Resting threshold [mV]."""
        return next(self.own[name] for name in THRESHOLDS if name in self.own)

    @property
    def membrane_time_constant(self) -> float:
        """Membrane time constant [ms]: that of the model, or C_m / the leak conductance."""
        name = next(name for name in LEAKS if name in self.own)
        return self.own[name] if name == "tau_m" else self.own["C_m"] / self.own[name]

    @property
    def tau_syn(self) -> tuple[float, float]:
        """Time constants of excitatory and inhibitory currents [ms]."""
        own = self.own
        return tuple(own["tau_syn"]) if "tau_syn" in own else (own["tau_syn_ex"], own["tau_syn_in"])

    def check(self, neuron_model: str) -> None:
        """Raise ValueError unless the block has what every network needs of `neuron_model`."""
        own = self.own
        synapses = ("tau_syn",) if neuron_model == "glif_psc" else ("tau_syn_ex", "tau_syn_in")
        needed = [(name,) for name in ("E_L", "C_m", "t_ref", *synapses)] + [THRESHOLDS, LEAKS]
        lacking = [" or ".join(map(repr, names)) for names in needed if not set(names) & set(own)]
        if lacking:
            raise ValueError(f"{neuron_model} needs {', '.join(lacking)}")
        for name, value in own.items():
            check_value(name, value, is_needed=any(name in names for names in needed))
        if "tau_syn" in own and len(_listed(own["tau_syn"])) != 2:
            raise ValueError("tau_syn: expected two values, of excitatory and inhibitory currents")
        for name in ("C_m", *synapses, *(name for name in LEAKS if name in own)):
            if min(_listed(own[name])) <= 0:
                raise ValueError(f"{name}: expected a value > 0, got {own[name]!r}")
        if self.threshold <= self.E_L:
            raise ValueError("the threshold must lie above E_L")


class Spread(Block):
    """Spread of one parameter over the neurons of a population."""

    distribution: Literal["lognormal"] = p("lognormal", "", "distribution")
    rel_sd: NonNegative = p(0.0, "1", "standard deviation / mean")


class NeuronSpread(Block):
    """Spread over neurons; for V_th the lognormal applies to V_th - E_L."""

    V_th: Spread = p(Spread(), "", "spread of V_th - E_L")
    C_m: Spread = p(Spread(), "", "spread of the membrane capacitance")
    tau_m: Spread = p(Spread(), "", "spread of the membrane time constant")


NeuronBlock = SerializeAsAny[NeuronParameters]
"""A block of neuron parameters, of any model."""


def with_neuron_blocks(data: Any, ends: tuple[str, ...]) -> Any:
    """Return the `data` of network parameters with blocks that fit their neuron models.

    `ends` are those of the keys neuron_model and neuron_params.
    """
    if not isinstance(data, dict):
        return data
    blocks = {
        f"neuron_params{end}": neuron_block(data.get(f"neuron_model{end}", LIF), given)
        for end in ends
        if (given := data.get(f"neuron_params{end}")) is not None
    }
    return {**data, **blocks}


def neuron_block(neuron_model: Any, given: Any) -> Any:
    """Return what is `given` as a block of parameters of a `neuron_model`.

    Other models than iaf_psc_exp have a `NestNeuron`, and so has mat2_psc_exp with parameters of
    its adaptation; all else is returned as it is.
    """
    is_block = isinstance(given, dict) and all(isinstance(name, str) for name in given)
    if not is_block or not isinstance(neuron_model, str) or neuron_model == LIF:
        return given
    is_plain = neuron_model == MAT2 and set(given) <= set(NeuronParameters.model_fields)
    return given if is_plain else NestNeuron.model_validate(given)


def check_neurons(neuron_model: str, neuron: NeuronParameters, spread: NeuronSpread | None) -> None:
    """Raise ValueError unless the parameters of a `neuron` fit its `neuron_model`.

    `spread`, if there is one, is that of its parameters over neurons.
    """
    if neuron_model not in (LIF, MAT2) and not isinstance(neuron, NestNeuron):
        raise ValueError(
            f"expected the parameters of {neuron_model}, with NEST's names; the default block is "
            f"that of {LIF}.{did_you_mean(neuron_model, (LIF, MAT2))}"
        )
    neuron.check(neuron_model)
    if spread is not None and spread.tau_m.rel_sd > 0 and neuron.tau_m is None:
        raise ValueError(f"{neuron_model} has no tau_m whose values could differ between neurons")


def _listed(value: Any) -> list[Any]:
    """Return a `value` as a list: itself, or with itself as the only entry."""
    return list(value) if isinstance(value, list | tuple) else [value]


def check_value(name: str, value: Any, is_needed: bool = False) -> None:
    """Raise ValueError unless the `value` of the parameter `name` is one that NEST may take.

    That is a number, a truth value, or a list of these. If it `is_needed` by every network, it is
    one number; the time constants `tau_syn` are a list of numbers.
    """
    listed = _listed(value)
    is_right, expected = bool(listed) and all(map(fits_float, listed)), "a number"
    if is_needed:
        is_right = is_right and not any(isinstance(one, bool) for one in listed)
    if is_needed and name != "tau_syn":
        is_right = is_right and not isinstance(value, list | tuple)
    else:
        expected += ", or a list of numbers"
    if not is_right:
        raise ValueError(f"{name}: expected {expected}, got {one_line(repr(value), 60)}")


class DelayParameters(Block):
    """Delays of local and of inter-area connections."""

    delay_e: Positive = p(1.5, "ms", "mean delay of local excitatory connections")
    delay_i: Positive = p(0.75, "ms", "mean delay of local inhibitory connections")
    delay_rel: NonNegative = p(0.5, "1", "standard deviation / mean")
    interarea_speed: Positive = p(3.5, "mm/ms", "conduction speed between areas")
    distribution: Literal["lognormal_clipped", "normal_clipped", "normal_redrawn"] = p(
        "lognormal_clipped", "", "distribution; below the resolution: clipped, or drawn again"
    )
