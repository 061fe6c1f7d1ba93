"""What all blocks of parameters are made of: types with limits, fields with units."""

from __future__ import annotations

import json
import math
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_SORTED = AfterValidator(lambda names: tuple(sorted(set(names))))

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]
Names = Annotated[
    tuple[str, ...],
    Field(strict=False),
    BeforeValidator(lambda v: () if v is None else (v,) if isinstance(v, str) else v),
]
Recorders = Annotated[
    tuple[Literal["spike_recorder", "voltmeter"], ...], Field(strict=False), _SORTED
]
AreaNames = Annotated[Names, _SORTED]
WeightDistribution = Literal["normal_clipped", "normal_redrawn", "lognormal"]
"""Of weights: normal, of the other sign set to 0 or drawn again; or lognormal."""
PathText = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, Path) else v)]

TIC = 0.001
"""NEST's resolution of time [ms]."""


def is_multiple(time: float, step: float) -> bool:
    """Return whether `time` is a positive multiple of `step`, up to rounding."""
    steps = time / step
    if not 0.5 < steps < 1e15:
        return False
    return math.isclose(steps, round(steps), rel_tol=1e-12, abs_tol=1e-6)


def fits_float(value: Any) -> bool:
    """Return whether `value` is a number that is finite as a float."""
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max


class Block(BaseModel):
    """A block of parameters: frozen, no unknown keys, no silent conversion, no nan or inf."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True
    )

    @classmethod
    def also_needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Return keys without a default of their own that a block with the keys `given` lacks."""
        return ()

    @classmethod
    def of_record(cls, content: Mapping[str, Any]) -> Self:
        """Return the parameters that a rule's command line or a record holds as JSON."""
        return cls.model_validate_json(json.dumps(content))


def p(default: Any, unit: str, meaning: str, **limits: Any) -> Any:
    """Return a field with its `default`, `unit` and `meaning`, and the `limits` of `Field`."""
    return Field(default, description=f"{meaning} [{unit}]" if unit else meaning, **limits)


def inner_block(annotation: Any) -> type[BaseModel] | None:
    """Return the block that a field with this type `annotation` holds, or may hold, or None."""
    options = [annotation, *typing.get_args(annotation)]
    if typing.get_origin(annotation) is tuple:
        return None
    return next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)


def item_block(annotation: Any) -> type[BaseModel] | None:
    """Return the block that each item of a field with this type `annotation` is, or None."""
    arguments = typing.get_args(annotation)
    return inner_block(arguments[0]) if typing.get_origin(annotation) is tuple else None


def key_paths(kind: type[BaseModel], prefix: str) -> Iterator[tuple[str, bool]]:
    """Yield each key of a block of class `kind` and of the blocks in it, a block before its keys.

    A key is given as a dotted path that begins with `prefix`, with whether it is a parameter: a
    block is one only if it may be None.
    """
    for name, field in kind.model_fields.items():
        inner = inner_block(field.annotation)
        yield f"{prefix}.{name}", inner is not field.annotation or inner is None
        if inner is not None:
            yield from key_paths(inner, f"{prefix}.{name}")
