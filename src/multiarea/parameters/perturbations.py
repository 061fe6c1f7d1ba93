"""What changes a model's network and its input from outside: lesions and stimuli."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from multiarea.parameters.blocks import AreaNames, Block, Names, NonNegative, p

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
