"""Blocks of parameters from plain data; errors name key, expected value and nearest valid name."""

from __future__ import annotations

import copy
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from multiarea.errors import InputError, did_you_mean, one_line
from multiarea.parameters import Block, inner_block, item_block

MOST_VALUES = 100_000
"""Largest number of values in a section; a few references can stand for billions."""
_EXPECTED = {
    "float_type": "a number",
    "int_type": "an integer",
    "bool_type": "True or False",
    "string_type": "a text",
    "finite_number": "a finite number",
    "model_type": "a dictionary",
    "model_attributes_type": "a dictionary",
    "dict_type": "a dictionary",
    "tuple_type": "a list",
    "list_type": "a list",
    "invalid_key": "a text as key",
    "recursion_loop": "data that do not contain themselves",
}
_LIMITS = {
    "greater_than": ">",
    "greater_than_equal": ">=",
    "less_than": "<",
    "less_than_equal": "<=",
}
BlockType = TypeVar("BlockType", bound=Block)
MEANT = re.compile(r"Did you mean '(\w+)'")
"""The key that an unknown one may stand for, in a message."""
SEVERAL = re.compile(r"expected (?:a number|an integer), got \[.*\] \(list\)$")
"""The end of a message on a list in the place of a number, in a section of an experiment."""
SWEEP = r"\g<0>. Several values are a sweep: sweep = {...}"
"""What is said then, too."""
Advice = Callable[[str, Sequence[str]], str]
"""From an unknown key and the valid ones to what a message says after 'unknown key.'."""


def nearest_key(key: str, valid: Sequence[str]) -> str:
    """Return the advice about an unknown `key`: the nearest one of the `valid` keys, and all."""
    return f"{did_you_mean(key, valid)} Valid keys: {', '.join(valid)}"


def plain(value: Any) -> Any:
    """Return nested data with NumPy's scalars and arrays as numbers and lists.

    Raises InputError if the data contain themselves or an iterator, or have more than `MOST_VALUES`
    values.
    """
    try:
        return _plain(value, itertools.count())
    except RecursionError:
        raise InputError("the data are nested too deeply, or contain themselves") from None


def _plain(value: Any, count: Iterator[int]) -> Any:
    if next(count) > MOST_VALUES:
        raise InputError(f"more than {MOST_VALUES} values")
    if isinstance(value, Iterator):
        raise InputError(f"expected plain values, got {shown(value)}")
    if isinstance(value, dict):
        return {_plain(key, count): _plain(entry, count) for key, entry in dict.items(value)}
    if type(value) in (list, tuple):
        return type(value)(_plain(entry, count) for entry in value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        if getattr(value, "size", 1) > MOST_VALUES:
            raise InputError(f"more than {MOST_VALUES} values")
        converted = value.tolist()
        return converted if type(converted) is type(value) else _plain(converted, count)
    return value


def validate(
    kind: type[BlockType], content: Any, advice: Advice = nearest_key, is_record: bool = False
) -> BlockType:
    """Return the block of class `kind` that `content`, plain data, describes.

    They are data of Python, or of JSON if `is_record`. `advice` tells what to do about an unknown
    key.

    Raises InputError with a line `.key.path: problem` for each problem.
    """
    if not isinstance(content, dict):
        raise InputError(f": expected a dictionary, got {shown(content)}")
    try:
        return kind.of_record(content) if is_record else kind.model_validate(content)
    except ValidationError as error:
        raise InputError("\n".join(_lines(kind, error.errors(), advice))) from None


@dataclass
class Part(Generic[BlockType]):
    """What is right in a section, and what is wrong.

    Attributes
    ----------
    block : Block
        What is right in it; all else has its default.
    content : dict
        The data of that.
    problems : list of str
        Lines `.key.path: problem`.
    wrong : set of str
        The keys that are wrong, and those that may have been meant.
    """

    block: BlockType
    content: dict[Any, Any]
    problems: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)


def right_part(kind: type[BlockType], content: Any, advice: Advice) -> Part[BlockType]:
    """Return what is right in `content`, plain data of a block of class `kind`, and all problems.

    What concerns several keys can be checked only where each of them is right. So what is wrong is
    left out, and the rest is checked again; problems that concern what was left out do not count.
    `advice` tells what to do about an unknown key.
    """
    if not isinstance(content, dict):
        keys = set(kind.model_fields)
        return Part(kind(), {}, [f": expected a dictionary, got {shown(content)}"], keys)
    part = Part(kind.model_construct(), content)
    while True:
        try:
            part.block = kind.model_validate(part.content)
            return part
        except ValidationError as error:
            entries = error.errors()
        lines = _lines(kind, entries, advice)
        news = [line for line in lines if part.wrong.isdisjoint(words_of(line))]
        part.problems += [SEVERAL.sub(SWEEP, line) for line in news]
        part.wrong |= {word for line in news for word in MEANT.findall(line)}
        part.content = copy.deepcopy(part.content)
        for entry in entries:
            part.wrong |= set(map(str, _leave_out(part.content, entry)))


def words_of(problem: str) -> set[str]:
    """Return the words of the text of a problem."""
    return set(re.findall(r"\w+", problem))


def _leave_out(content: dict[Any, Any], entry: Any) -> list[Any]:
    """Delete from `content` what an error of pydantic tells of; return the keys of that."""
    place, path = content, []
    for part in entry["loc"]:
        if not isinstance(place, dict) or part not in place:
            break
        path.append((place, part))
        place = place[part]
    if path:
        place, key = path[-1]
        del place[key]
        return [key]
    named = words_of(str(entry["msg"]))
    keys = [key for key in content if key in named] or list(content)
    for key in keys:
        del content[key]
    return keys


def _lines(kind: type[BaseModel], entries: Sequence[Any], advice: Advice) -> list[str]:
    """Return a line for each error of pydantic; one for all keys that a block lacks.

    Nothing is told of what a block lacks that has only unknown keys: it may not be needed.
    """
    lacking: dict[tuple[Any, ...], list[str]] = {}
    given_keys: dict[tuple[Any, ...], int] = {}
    for entry in entries:
        if entry["type"] == "missing":
            given, block = entry["input"], _block_at(kind, entry["loc"][:-1])
            given_keys[entry["loc"][:-1]] = len(given)
            names = lacking.setdefault(entry["loc"][:-1], [*block.also_needed(given)])
            names.insert(len(names) - len(block.also_needed(given)), str(entry["loc"][-1]))
    others = [entry for entry in entries if entry["type"] != "missing"]
    unknown = Counter(one["loc"][:-1] for one in others if one["type"] == "extra_forbidden")
    told = [
        f"{_path(place)}: {_lacks(place, names)}"
        for place, names in lacking.items()
        if unknown[place] == 0 or unknown[place] < given_keys[place]
    ]
    return told + [f"{_path(one['loc'])}: {_problem(kind, one, advice)}" for one in others]


def _lacks(place: Sequence[Any], names: Sequence[str]) -> str:
    text = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} missing"
    is_item = int in map(type, place)  # of a list: it has no default
    return text if is_item else f"{text}; this block replaces the default block as a whole"


def _path(location: Sequence[Any]) -> str:
    parts = [part for part in location if not str(part).startswith("function-before[")]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return one_line(path, 200)


def _problem(kind: type[BaseModel], entry: Any, advice: Advice) -> str:
    code, context, given = entry["type"], entry.get("ctx", {}), shown(entry["input"])
    if code == "extra_forbidden":
        valid = list(_block_at(kind, entry["loc"][:-1]).model_fields)
        return f"unknown key.{advice(str(entry['loc'][-1]), valid)}"
    if code == "literal_error":
        choices = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        best = did_you_mean(str(entry["input"]), choices)
        return f"expected {context['expected']}, got {given}.{best}"
    if code == "value_error":
        return one_line(context["error"])
    if code in _LIMITS:
        limit = next(iter(context.values()))
        return f"expected a value {_LIMITS[code]} {limit:g}, got {given}"
    return f"expected {_EXPECTED.get(code, entry['msg'])}, got {given}"


def _block_at(kind: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel]:
    for part in location:
        if isinstance(part, str):  # a number is that of an item
            annotation = kind.model_fields[part].annotation
            kind = inner_block(annotation) or item_block(annotation) or kind
    return kind


def shown(value: Any) -> str:
    """Return a value and its type for a message."""
    try:
        text = repr(value)
    except Exception:  # the value is the user's object
        text = "something"
    return f"{one_line(text, 60)} ({type(value).__name__})"
