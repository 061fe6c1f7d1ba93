"""All parameters of all models, from the classes that validate them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.experiment.lookup import section_kinds
from multiarea.models import get_model, model_names
from multiarea.parameters import inner_block, item_block
from multiarea.parameters.config import CONFIG_FILE, Config

LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
KINDS = {"integer": "whole number", "boolean": "True, False", "null": "None"}
KINDS |= {"string": "text", "array": "list", "object": "dictionary"}


@dataclass(frozen=True)
class Parameter:
    """One parameter: where it is set, default, unit, meaning and what is allowed, as text."""

    place: str
    default: str
    unit: str
    meaning: str
    allowed: str


def parameters_of(kind: type[BaseModel], prefix: str = "") -> Iterator[Parameter]:
    """Yield the parameters of a block of class `kind`, their places beginning with `prefix`."""
    yield from _parameters(kind, kind(), prefix)


def catalogue() -> dict[str, dict[str, Parameter]]:
    """Return {place: {model: parameter}}; the model of those that all have is ''."""
    found: dict[str, dict[str, Parameter]] = {}
    for model in model_names():
        for section, kind in section_kinds(get_model(model)).items():
            name = model if section == "net_params" else ""
            for one in parameters_of(kind, f"{section}."):
                found.setdefault(one.place, {})[name] = one
    for one in parameters_of(Config, f"{CONFIG_FILE}: "):
        found[one.place] = {"": one}
    return found


def parameters_page(word: str | None = None) -> str:
    """Return the text that tells of all parameters, or of those that fit a `word`.

    It is looked for in keys, short names and meanings. Raises InputError if none fits.
    """
    every, short = catalogue(), _short_names()
    chosen = list(every)
    if word is not None:
        known = {place: _words(place, own, short.get(place, ())) for place, own in every.items()}
        chosen = [place for place, words in known.items() if word.lower() in words]
        chosen = chosen or [place for place in every if word.lower() in place.lower()]
    if not chosen:
        shown, keys = one_line(word, 60), [place.split(".")[-1] for place in every]
        raise InputError(f"no parameter fits '{shown}'.{did_you_mean(str(word), keys)}")
    return "\n".join(_entry(place, every[place], short.get(place, ())) for place in chosen)


def _parameters(kind: type[BaseModel], block: Any, prefix: str) -> Iterator[Parameter]:
    """Yield the parameters of a class; their defaults are those in `block`, if there is one."""
    schema = kind.model_json_schema()["properties"]
    for name, field in kind.model_fields.items():
        value = field.default if block is None else getattr(block, name)
        inner, place = inner_block(field.annotation), f"{prefix}{name}"
        if not isinstance(value, BaseModel):
            meaning, _, unit = (field.description or "").partition(" [")
            default = "none, must be given" if value is PydanticUndefined else repr(value)
            allowed = _allowed(schema[name])
            yield Parameter(place, default, unit.rstrip("]"), meaning, allowed)
        if inner is not None:
            yield from _parameters(inner, value, f"{place}.")
        if (item := item_block(field.annotation)) is not None:
            yield from _parameters(item, None, f"{place}[].")


def _allowed(schema: dict[str, Any]) -> str:
    """Return what a JSON schema allows in words."""
    if "anyOf" in schema:
        return " or ".join(filter(None, map(_allowed, schema["anyOf"])))
    if "const" in schema or "enum" in schema:
        return ", ".join(map(str, schema.get("enum") or [schema["const"]]))
    kind = "object" if "$ref" in schema else schema.get("type", "")
    limits = [f"{sign} {schema[key]:g}" for key, sign in LIMITS.items() if key in schema]
    return " ".join([KINDS.get(kind, kind), " and ".join(limits)]).strip()


def _short_names() -> dict[str, list[str]]:
    """Return {place: short names}."""
    found: dict[str, list[str]] = {}
    for model in model_names():
        for name, one in get_model(model).SHORT_NAMES.items():
            names = found.setdefault(f"net_params.{one.path}", [])
            names += [] if name in names else [name]
    return found


def _words(place: str, own: dict[str, Parameter], short: Sequence[str]) -> set[str]:
    """Return the words by which a parameter is found; `own` is {model: parameter}."""
    texts = [place, *short, *(one.meaning for one in own.values())]
    parts = (part for text in texts for part in re.split(r"[^\w/]|_", text))
    return {text.lower() for text in (*texts, *place.split("."), *parts) if text}


def _entry(place: str, own: dict[str, Parameter], short: Sequence[str]) -> str:
    """Return what is told of a parameter; `own` is {model: parameter}."""
    first = next(iter(own.values()))
    defaults: dict[str, list[str]] = {}
    for model, one in own.items():
        defaults.setdefault(one.default, []).append(model)
    everywhere = len(defaults) == 1 and (len(own) == len(model_names()) or "" in own)
    told = ", ".join(
        value if everywhere else f"{value} ({', '.join(models)})"
        for value, models in defaults.items()
    )
    unit = f" [{first.unit}]" if first.unit not in ("", "1") else ""
    lines = [f"{place}{unit}", first.meaning, f"default: {told}", f"allowed: {first.allowed}"]
    lines += [f"short name: net_params.{name}" for name in short]
    return "\n    ".join(lines) + "\n"
