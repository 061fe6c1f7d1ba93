"""What the commands of rules are given: `--spec`, and the names of `--inputs`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from multiarea.errors import InputError, did_you_mean, prefixed
from multiarea.experiment.validation import shown, validate
from multiarea.parameters import Block

BlockType = TypeVar("BlockType", bound=Block)


def check_spec(spec: Any, *keys: str) -> None:
    """Raise InputError unless `spec` is a dictionary with all `keys`."""
    expected = (
        f"expected a JSON object with {', '.join(keys)}" if keys else "expected a JSON object"
    )
    hint = "The parameters.json beside a result of the same kind holds one."
    if not isinstance(spec, dict):
        raise InputError(f"--spec: {expected}, got {shown(spec)}. {hint}")
    for key in keys:
        if key not in spec:
            raise InputError(f"--spec: no key '{key}'; {expected}.{did_you_mean(key, spec)} {hint}")


def block_of(kind: type[BlockType], content: Any, place: str = "--spec: parameters") -> BlockType:
    """Return the parameters of class `kind` that `content` holds; messages name its `place`.

    Raises InputError if a key is unknown or has a wrong value.
    """
    with prefixed(place):
        return validate(kind, content, is_record=True)


def check_known(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise InputError unless the `name` of a `kind` of thing is among those `known`."""
    known = list(known)
    if name not in known:
        raise InputError(
            f"unknown {kind} '{name}'.{did_you_mean(name, known)} Valid names: {', '.join(known)}"
        )


def check_inputs(
    name: str, given: Iterable[str], needs: Sequence[str], extras: Sequence[str] = ()
) -> None:
    """Raise InputError unless the inputs `given` are those that the measure or figure `name` reads.

    It `needs` some; `extras` may be given, too.
    """
    given = list(given)
    for one in given:
        if one not in (*needs, *extras):
            hint = did_you_mean(one, needs)
            raise InputError(f"--inputs: '{name}' does not read '{one}'.{hint}")
    for one in needs:
        if one not in given:
            raise InputError(f"--inputs: '{name}' needs {one}=PATH")


def check_outputs(given: Sequence[Path], *expected: str) -> None:
    """Raise InputError unless `given`, the files of --to, are as many as `expected`, of these ends.

    Each of the `expected` is the end of a name, such as `.csv` or `provenance.json`.
    """
    names = ", ".join(f"*{end}" if end.startswith(".") else end for end in expected)
    if len(given) != len(expected):
        raise InputError(f"--to: {len(given)} files; expected {len(expected)}: {names}")
    for path, end in zip(given, expected, strict=True):
        if not path.name.endswith(end):
            raise InputError(f"--to: {path}: expected a name that ends with {end}; all: {names}")
