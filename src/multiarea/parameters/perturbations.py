"""What changes a model's network and its input from outside: lesions and stimuli."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from multiarea.parameters.blocks import AreaNames, Block, Names, NonNegative, Positive, p
from multiarea.parameters.neurons import LIF, NeuronParameters, check_value, neuron_block

ALL = "*"
"""Stands for all names of a kind."""


def _canonical(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError(f"expected at least one name, or '{ALL}' for all")
    return (ALL,) if ALL in names else tuple(sorted(set(names)))


SomeNames = Annotated[Names, AfterValidator(_canonical)]
"""Names, or `ALL`."""


class Populations(Block):
    """Populations, by the names of their areas, layers and kinds."""

    areas: SomeNames = p((ALL,), "", "names of areas; '*': all")
    layers: SomeNames = p((ALL,), "", "names of layers; '*': all")
    populations: SomeNames = p((ALL,), "", "'E', 'I'; '*': both")


class NeuronType(Populations):
    """Neurons whose parameters differ from those of their model's block, or all or some of them."""

    share: float = p(1.0, "1", "share of the neurons of each population: its last ones", gt=0, le=1)
    neuron_model: str | None = p(
        None, "", "NEST's neuron model; None: that of the others, with the `params` that differ"
    )
    params: dict[str, Any] = Field(description="parameters, with NEST's names")

    def of(self, neuron_model: str, neuron: NeuronParameters) -> tuple[str, Any]:
        """Return what a `neuron` with its `neuron_model` becomes: the model, and its parameters.

        These are a dictionary for iaf_psc_exp, and for mat2_psc_exp where that has no other
        parameters.
        """
        if self.neuron_model is not None:
            return self.neuron_model, neuron_block(self.neuron_model, dict(self.params))
        given = {name: value for name, value in neuron.model_dump().items() if value is not None}
        return neuron_model, neuron_block(neuron_model, {**given, **self.params})

    @property
    def needs_nest(self) -> bool:
        """Whether these are neurons that only NEST simulates, and that the theory leaves out."""
        return self.share < 1 or self.neuron_model not in (None, LIF)

    @model_validator(mode="after")
    def _check_params(self) -> Self:
        if not self.params:
            raise ValueError("params: expected at least one parameter")
        for name, value in self.params.items():
            check_value(f"params.{name}", value)
        return self


class ChangedProjections(Block):
    """Projections that a lesion cuts or weakens."""

    source: Populations = Populations()
    target: Populations = Populations()
    only_between_areas: bool = p(False, "", "leave those within an area as they are")
    synapses: NonNegative | None = p(
        None, "1", "factor on the number of synapses; without it and without weights: 0, cut"
    )
    weights: NonNegative | None = p(None, "1", "factor on the weights")

    @property
    def factors(self) -> tuple[float, float]:
        """Factors on the number of synapses and on the weights."""
        if self.synapses is None and self.weights is None:
            return 0.0, 1.0
        return tuple(1.0 if one is None else one for one in (self.synapses, self.weights))


class Lesions(Block):
    """Parts of the network that are put out of action."""

    areas: AreaNames = p(
        (), "", "areas that are silenced: without synapses to, from and within, without any input"
    )
    projections: tuple[ChangedProjections, ...] = Field(
        (), description="projections that are cut or scaled, one after the other", strict=False
    )

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.areas and not self.projections:
            raise ValueError("expected 'areas' or 'projections'")
        return self


def _pulse_table(value: Any) -> Any:
    """Turn lists into tuples, and one pulse (start, stop) into a table with one row."""
    is_table = isinstance(value, list | tuple)
    is_one = is_table and len(value) == 2 and not any(map(_is_pair, value))
    rows = [value] if is_one else value
    if not is_table or not rows or not all(map(_is_pair, rows)):
        raise ValueError(f"expected (start, stop) in ms, or a list of these, got {value!r}")
    return tuple(map(tuple, rows))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


Pulses = Annotated[
    tuple[tuple[NonNegative, Positive], ...], Field(strict=False), BeforeValidator(_pulse_table)
]
"""Start and stop of each pulse [ms]."""


class Stimulus(Populations):
    """Poisson spikes or a current into chosen neurons, in pulses."""

    times: Pulses = Field(description="(start, stop) of a pulse, or a list of these [ms]")
    rate: NonNegative | None = p(
        None, "spikes/s", "Poisson spikes: rate of each of the `synapses` during a pulse"
    )
    synapses: Positive = p(
        1.0, "1", "number per neuron of synapses with Poisson spikes; as strong as external ones"
    )
    current: float | None = p(None, "pA", "current during a pulse")
    fraction: float = p(1.0, "1", "share of the neurons of each population", gt=0, le=1)
    seed: int = p(1, "", "seed of the choice of these neurons", ge=0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.rate is None) == (self.current is None):
            raise ValueError("expected 'rate' (Poisson spikes) or 'current', one of the two")
        if self.rate is None and self.synapses != 1:
            raise ValueError("'synapses' belongs to Poisson spikes: expected 'rate', too")
        for start, stop in self.times:
            if stop <= start:
                raise ValueError(f"times: stop = {stop} must be later than start = {start}")
        for (_, stop), (start, _) in itertools.pairwise(self.times):
            if start < stop:
                raise ValueError(f"times: the pulse from {start} begins before that to {stop} ends")
        return self
