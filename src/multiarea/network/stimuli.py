"""Input that a network gets in addition to its synapses and its external drive.

Each kind knows what down-scaling does to it (`with_synapses`, `with_weights`) and what is left of
it when populations are removed from the network (`onto`).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self, get_args

import numpy as np

Key = tuple[str, str, str]
"""(area, layer, population)."""


class _Targeted:
    """An input into one population, which scaling does not change unless a kind overrides this."""

    target: Key

    def with_synapses(self, n_scaling: float, k_scaling: float) -> Self:
        """Return the input if neurons scale with `n_scaling` and in-degrees with `k_scaling`."""
        return self

    def with_weights(self, factor: float) -> Self:
        """Return the input of a network whose weights are multiplied by a factor."""
        return self

    def onto(self, keys: Collection[Key]) -> Self | None:
        """Return the input if its target is one of `keys`."""
        return self if self.target in keys else None


class _Weighted(_Targeted):
    """An input through synapses of one weight."""

    def with_weights(self, factor: float) -> Self:
        """Return the input with its weight multiplied by a factor."""
        return replace(self, weight=self.weight * factor)


@dataclass(frozen=True)
class SpikeInput(_Weighted):
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


@dataclass(frozen=True)
class PoissonInput(_Weighted):
    """Poisson spikes into a population, independent for each neuron."""

    target: Key
    rate: float
    """Sum over the synapses of a neuron [spikes/s]."""
    weight: float
    """[pA]"""
    delay: float = 1.0
    """[ms]"""

    def with_synapses(self, n_scaling: float, k_scaling: float) -> PoissonInput:
        """Return the input with its rate times `k_scaling`; it does not depend on `n_scaling`."""
        return replace(self, rate=self.rate * k_scaling)


@dataclass(frozen=True, eq=False)
class CurrentInput(_Targeted):
    """A current into each neuron of a population, constant between given times.

    The theory of stationary states takes the last amplitude, which stays.
    """

    target: Key
    times: np.ndarray
    """(n,), increasing: when each amplitude begins [ms]; before the first there is no current."""
    amplitudes: np.ndarray
    """(n,) [pA]"""

    def __post_init__(self) -> None:
        """Turn lists into arrays, and make these read-only."""
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
class _Pulsed(_Targeted):
    """An input in pulses into a share of the neurons of a population.

    The theory of stationary states leaves it out, because it does not last.
    """

    target: Key
    pulses: tuple[tuple[float, float], ...]
    """Start and stop of each pulse [ms], in order."""
    fraction: float
    """Share of the neurons that get the input, at least one of them."""
    seed: int
    """Decides, with the target, which ones."""

    def neurons(self, n_neurons: int) -> np.ndarray:
        """Return the indices of those of the `n_neurons` of the target that get it, in order."""
        n_chosen = max(1, round(self.fraction * n_neurons))
        rng = np.random.default_rng([self.seed, zlib.crc32("|".join(self.target).encode())])
        return np.sort(rng.permutation(n_neurons)[:n_chosen])

    def course(self, value: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the times at which a quantity changes that is `value` in a pulse, else 0."""
        return np.ravel(self.pulses), np.tile([value, 0.0], len(self.pulses))


@dataclass(frozen=True)
class PulsedPoisson(_Pulsed, _Weighted):
    """Poisson spikes in pulses, independent for each neuron."""

    rate: float
    """Sum over the synapses of a neuron, during a pulse [spikes/s]."""
    weight: float
    """[pA]"""
    delay: float
    """[ms]"""

    def with_synapses(self, n_scaling: float, k_scaling: float) -> PulsedPoisson:
        """Return the input with its rate times `k_scaling`; it does not depend on `n_scaling`."""
        return replace(self, rate=self.rate * k_scaling)


@dataclass(frozen=True)
class PulsedCurrent(_Pulsed):
    """A current in pulses."""

    amplitude: float
    """[pA]"""


@dataclass(frozen=True)
class SourceProjection:
    """Synapses of the neurons of a `SourceInput` in one population."""

    target: Key
    synapses: int
    """Total number of synapses, drawn at random with repetition."""
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
        """Return the input of `n_scaling` times as many neurons, but at least one.

        The number of their synapses is multiplied by `n_scaling` x `k_scaling`.
        """
        projections = (
            replace(one, synapses=round(n_scaling * k_scaling * one.synapses))
            for one in self.projections
        )
        n_neurons = max(1, round(n_scaling * self.n_neurons))
        return replace(self, n_neurons=n_neurons, projections=tuple(projections))

    def with_weights(self, factor: float) -> SourceInput:
        """Return the input with its weights and their standard deviations times a factor."""
        projections = (
            replace(one, weight=one.weight * factor, weight_sd=one.weight_sd * factor)
            for one in self.projections
        )
        return replace(self, projections=tuple(projections))

    def onto(self, keys: Collection[Key]) -> SourceInput | None:
        """Return the input with its targets in `keys`, if there are any."""
        left = tuple(one for one in self.projections if one.target in keys)
        return replace(self, projections=left) if left else None


ExtraInput = SpikeInput | PoissonInput | CurrentInput | SourceInput | PulsedPoisson | PulsedCurrent


def pulses_of(inputs: Iterable[ExtraInput]) -> list[tuple[tuple[float, float], ...]]:
    """Return the different pulses, (start, stop) [ms], of the `inputs` that have some, in order."""
    return sorted({extra.pulses for extra in inputs if hasattr(extra, "pulses")})


_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(ExtraInput)}


def describe(extra: ExtraInput) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return an input as plain data, and its arrays by name."""
    values = {entry.name: getattr(extra, entry.name) for entry in fields(extra)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in asdict(extra).items() if name not in arrays}
    return {"kind": type(extra).__name__, **plain}, arrays


def from_description(plain: dict[str, Any], arrays: dict[str, np.ndarray]) -> ExtraInput:
    """Return the input from `plain` data, whose tuples may have become lists, and its `arrays`."""
    values = {name: _tuples(value) for name, value in plain.items() if name != "kind"}
    if "projections" in values:
        values["projections"] = tuple(
            SourceProjection(**{name: _tuples(value) for name, value in one.items()})
            for one in plain["projections"]
        )
    return _KINDS[plain["kind"]](**values, **arrays)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
