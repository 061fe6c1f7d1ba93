"""Where a key belongs: an unknown key is looked up in all blocks of an experiment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from types import ModuleType
from typing import Any

from multiarea.errors import did_you_mean, nearest_name
from multiarea.experiment.old_names import KEYS
from multiarea.experiment.old_names import SECTIONS as OLD_SECTIONS
from multiarea.experiment.validation import nearest_key
from multiarea.models import get_model, model_names
from multiarea.parameters import AnalysisParameters, Block, SimulationParameters, key_paths
from multiarea.parameters.config import CONFIG_FILE, Config

SECTIONS = ("net_params", "sim_params", "ana_params")
"""The dictionaries of an experiment file."""
CERTAINLY, CLEARLY = 0.85, 0.1
"""Likeness from which a key of the same block is meant; how much more like another one must be."""


def section_kinds(module: ModuleType) -> dict[str, type[Block]]:
    """Return the class of each section of an experiment of the model `module`."""
    kinds = (module.Parameters, SimulationParameters, AnalysisParameters)
    return dict(zip(SECTIONS, kinds, strict=True))


def blocks_of(module: ModuleType) -> dict[str, list[str]]:
    """Return {key: the blocks that have it} of an experiment of the model `module`.

    Blocks are dotted paths, such as `net_params.connection_params`.
    """
    found: dict[str, list[str]] = {}
    for section, kind in section_kinds(module).items():
        for path, _ in key_paths(kind, section):
            block, _, key = path.rpartition(".")
            found.setdefault(key, []).append(block)
    for name in module.SHORT_NAMES:
        found.setdefault(name, ["net_params"])
    return found


class Lookup:
    """Advice about unknown keys in an experiment of the model `module`."""

    def __init__(self, module: ModuleType) -> None:
        self._blocks = blocks_of(module)
        self._top, self._short = list(module.Parameters.model_fields), list(module.SHORT_NAMES)

    def __call__(self, key: str, valid: Sequence[str]) -> str:
        """Return what is to be done about an unknown `key` in a block with the keys `valid`."""
        if key in KEYS and key not in self._blocks:
            return f" {KEYS[key]}"
        if (place := self._outside(key)) or (meant := _with_word(key, valid)):
            return place or f"{did_you_mean(meant, valid)} Valid keys: {', '.join(valid)}"
        if list(valid) == self._top:
            valid = [*valid, *self._short]
        here = nearest_name(key, valid)
        likeness = _likeness(key, here)
        if likeness < 1 and key in self._blocks:
            advice = self.place(key)
        elif likeness < CERTAINLY and (elsewhere := self.place(key)):
            advice = elsewhere
        else:
            there = nearest_name(key, self._blocks)
            if _likeness(key, there) < likeness + CLEARLY:
                return nearest_key(key, valid)
            advice = f" Did you mean '{there}'?{self.place(str(there))}"
        return advice if "belongs" in advice else f"{advice} Valid keys: {', '.join(valid)}"

    def stray(self, name: str, content: Any, valid: Sequence[str]) -> str:
        """Return where a value `name` belongs that an experiment file has for itself, or ''.

        `valid` are the names that the file may define; `content` is a dictionary, whose keys may
        tell where it belongs, or a number or text.
        """
        if name in self._blocks:
            return self.place(name)
        if not isinstance(content, dict):
            return ""
        if self.is_old(name):
            return f" {OLD_SECTIONS[name]}"
        blocks = [path for one in self._blocks.values() for path in one if path.count(".") == 1]
        meant = nearest_name(name, [*valid, *(path.partition(".")[2] for path in blocks)])
        if meant is not None:
            return f" Did you mean '{meant}'?{'' if meant in valid else self.place(meant)}"
        if elsewhere := self.place(name):
            return elsewhere
        known = [key for key in content if isinstance(key, str) and key in self._blocks]
        return f" '{known[0]}':{self.place(known[0])}" if known else ""

    def is_old(self, name: str) -> bool:
        """Return whether the published codes call a dictionary `name` that this model has, too."""
        blocks = re.findall(r"\['(\w+)'\]", OLD_SECTIONS.get(name, ""))
        return name in OLD_SECTIONS and all(block in self._blocks for block in blocks)

    def place(self, key: str) -> str:
        """Return ' It belongs in ...' for a `key` of this model, or of another one, or ''."""
        if key in self._blocks:
            return f" It {_belongs(self._blocks[key])}."
        if place := self._outside(key):
            return place
        for name in model_names():
            if key in (blocks := blocks_of(get_model(name))):
                return f" In the model '{name}' it {_belongs(blocks[key])}."
        return ""

    def _outside(self, key: str) -> str:
        """Return ' It belongs in ...' for a `key` of config.yaml, or of the file itself, or ''."""
        block = _OUTSIDE.get(key) if key not in self._blocks else None
        return f" It belongs in {block}." if block else ""


_OUTSIDE = {
    path.rpartition(".")[2]: " of ".join([*reversed(path.split(".")[1:-1]), CONFIG_FILE])
    for path, _ in key_paths(Config, CONFIG_FILE.partition(".")[0])
} | {
    "model": "the file itself, outside of the dictionaries: model = 'macaque'",
    "sweep": "the file itself, outside of the dictionaries: sweep = {...}",
}
"""Where each key is that is not in a section."""


def _with_word(key: str, valid: Sequence[str]) -> str:
    """Return the one of the `valid` keys of which `key` is a word, as of `master_seed`, or ''."""
    found = [name for name in valid if key in name.split("_") and key != name]
    return found[0] if len(found) == 1 else ""


def _likeness(key: str, name: str | None) -> float:
    return 0.0 if name is None else SequenceMatcher(None, key.lower(), name.lower()).ratio()


def _belongs(blocks: Sequence[str]) -> str:
    if len(blocks) == 1:
        return f"belongs in {blocks[0]}"
    return f"is a key of {', '.join(blocks[:-1])} and {blocks[-1]}"
