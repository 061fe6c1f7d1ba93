"""Input that a network gets beside its own synapses and its external drive.

Each kind knows what down-scaling does to it (`with_synapses`, `with_weights`) and what is left of
it when populations are taken out of the network (`onto`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

import numpy as np

Key = tuple[str, str, str]
"""(area, layer, population)."""


class _Targeted:
    """An input into one population; scaling leaves it as it is where it says nothing else."""

    target: Key

    def with_synapses(self, n_scaling: float, k_scaling: float) -> Self:
        """Return the input of a network with fewer neurons and synapses."""
        return self

    def with_weights(self, factor: float) -> Self:
        """Return the input of a network whose weights are multiplied by a factor."""
        return self

    def onto(self, keys: Collection[Key]) -> Self | None:
        """Return the input if its target is one of `keys`."""
        return self if self.target in keys else None


@dataclass(frozen=True)
class SpikeInput(_Targeted):
    """Spikes at given times into the first neurons of a population."""

    target: Key
    times: tuple[float, ...]
    """[ms]"""
    weight: float
    """[pA]"""
    delay: float = 1.0
    """[ms]"""
    n_targets: int = 1
    """Number of neurons that get the spikes; at most the whole population."""

    def with_weights(self, factor: float) -> SpikeInput:
        """Return the input with its weight times a factor."""
        return replace(self, weight=self.weight * factor)


@dataclass(frozen=True)
class PoissonInput(_Targeted):
    """Poisson spikes into a population, independent for each neuron."""

    target: Key
    rate: float
    """Sum over the synapses of a neuron [spikes/s]."""
    weight: float
    """[pA]"""
    delay: float = 1.0
    """[ms]"""

    def with_synapses(self, n_scaling: float, k_scaling: float) -> PoissonInput:
        """Return the input of `k_scaling` times as many synapses."""
        return replace(self, rate=self.rate * k_scaling)

    def with_weights(self, factor: float) -> PoissonInput:
        """Return the input with its weight times a factor."""
        return replace(self, weight=self.weight * factor)


@dataclass(frozen=True, eq=False)
class CurrentInput(_Targeted):
    """A current into each neuron of a population, constant between given times.

    The theory of stationary states takes the last amplitude, which stays.
    """

    target: Key
    times: np.ndarray
    """(n,), rising: from when on each amplitude holds [ms]; before the first there is none."""
    amplitudes: np.ndarray
    """(n,) [pA]"""

    def __post_init__(self) -> None:
        """Take lists as arrays, and make these read-only."""
        for name in ("times", "amplitudes"):
            values = np.array(getattr(self, name), float)
            values.flags.writeable = False
            object.__setattr__(self, name, values)

    def __eq__(self, other: object) -> bool:
        """Compare target, times and amplitudes."""
        return (
            isinstance(other, CurrentInput)
            and self.target == other.target
            and np.array_equal(self.times, other.times)
            and np.array_equal(self.amplitudes, other.amplitudes)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class SourceProjection:
    """Synapses of the neurons of a `SourceInput` in one population."""

    target: Key
    synapses: int
    """Number of synapses in all, drawn at random with repetition."""
    weight: float
    """[pA]"""
    weight_sd: float
    """[pA]"""
    delay: float
    """[ms]"""
    delay_sd: float
    """[ms]"""


@dataclass(frozen=True)
class SourceInput:
    """Neurons outside the network that fire Poisson spikes in pulses, each to many targets.

    The theory of stationary states leaves it out, because it does not last.
    """

    n_neurons: int
    rate: float
    """Rate of each of them during a pulse [spikes/s]."""
    pulses: tuple[tuple[float, float], ...]
    """Start and stop of each pulse [ms]."""
    projections: tuple[SourceProjection, ...]

    def with_synapses(self, n_scaling: float, k_scaling: float) -> SourceInput:
        """Return the input of fewer neurons with fewer synapses; at least one neuron is left."""
        return replace(
            self,
            n_neurons=max(1, round(n_scaling * self.n_neurons)),
            projections=tuple(
                replace(one, synapses=round(n_scaling * k_scaling * one.synapses))
                for one in self.projections
            ),
        )

    def with_weights(self, factor: float) -> SourceInput:
        """Return the input with its weights and their spread times a factor."""
        return replace(
            self,
            projections=tuple(
                replace(one, weight=one.weight * factor, weight_sd=one.weight_sd * factor)
                for one in self.projections
            ),
        )

    def onto(self, keys: Collection[Key]) -> SourceInput | None:
        """Return the input with the targets in `keys`, if there is one."""
        left = tuple(one for one in self.projections if one.target in keys)
        return replace(self, projections=left) if left else None


ExtraInput = SpikeInput | PoissonInput | CurrentInput | SourceInput

KINDS: dict[str, type] = {
    kind.__name__: kind for kind in (SpikeInput, PoissonInput, CurrentInput, SourceInput)
}


def describe(extra: ExtraInput) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return an input as plain data, and its arrays by name."""
    values = {entry.name: getattr(extra, entry.name) for entry in fields(extra)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in asdict(extra).items() if name not in arrays}
    return {"kind": type(extra).__name__, **plain}, arrays


def from_description(plain: dict[str, Any], arrays: dict[str, np.ndarray]) -> ExtraInput:
    """Return the input that `describe` described; tuples may have become lists."""
    values = {name: _tuples(value) for name, value in plain.items() if name != "kind"}
    if "projections" in values:
        values["projections"] = tuple(
            SourceProjection(**{name: _tuples(value) for name, value in one.items()})
            for one in plain["projections"]
        )
    return KINDS[plain["kind"]](**values, **arrays)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
