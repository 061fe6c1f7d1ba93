"""`config.yaml`, read and checked."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from multiarea.errors import InputError, Problems, did_you_mean, nearest_name, one_line
from multiarea.experiment.lookup import Lookup
from multiarea.experiment.validation import nearest_key, plain, validate
from multiarea.files.project import is_project, project_root, relative, resolve, why_not_made
from multiarea.files.text import read_small_text
from multiarea.models import get_model
from multiarea.parameters.config import CONFIG_FILE, Config

OF_HUMAM = {
    "BASE_PATH": "the folder is that of the Snakefile",
    "INFOMAP_PATH": "Infomap is installed with the other packages",
}
"""Keys of HuMAM's configuration that are accepted without effect, and why."""


def load_config(content: dict[str, Any] | None = None, file: str = CONFIG_FILE) -> Config:
    """Validate `content` as a configuration that messages call `file`; by default, read that file.

    Raises InputError if the file is absent or not YAML, or a key is unknown or has a wrong value.
    """
    if content is None:
        content = read_config(file)
    try:
        config = validate(Config, plain(_without_unused(content, file)), _place_of)
    except InputError as error:
        lines = [f"{file}: {line.lstrip('.')}" for line in str(error).splitlines()]
        raise InputError("\n".join(lines)) from None
    _check_figures(config, file)
    return config


def _place_of(key: str, valid: Sequence[str]) -> str:
    """Return what is to be done about an unknown `key`: it may be one of an experiment file."""
    place = "" if nearest_name(key, valid) else Lookup(get_model("human")).place(key)
    return f"{place[:-1]} of an experiment file." if place else nearest_key(key, valid)


def read_config(file: str = CONFIG_FILE) -> dict[str, Any]:
    """Return the content of the configuration `file`; empty outside of a project without one.

    Raises InputError if a project has none, or it is not sound YAML.
    """
    path = resolve(file)
    return read_yaml(path) if path.exists() or is_project(project_root()) else {}


def project_config(out: str | Path | None = None) -> dict[str, Any]:
    """Return the content of config.yaml, with the folder of the results that `--out` names.

    `out` is a path from the current folder; None: the folder is that of config.yaml.

    Raises InputError if config.yaml is absent or not sound YAML, or `out` is not a usable path.
    """
    content = read_config()
    if out is not None:
        content["out"] = relative(Path(out).absolute())
        try:
            validate(Config, {"out": content["out"]})
        except InputError as error:
            raise InputError(f"--{str(error).lstrip('.')}") from None
        check_folder(out, "--out")
    return content


def check_folder(out: str | Path, key: str) -> None:
    """Raise InputError that names the `key` if the folder `out` of the results cannot be made."""
    if (reason := why_not_made(Path(out))) is not None:
        raise InputError(f"{key}: the folder for the results cannot be made: {reason}")


def _without_unused(content: Mapping[str, Any], file: str) -> dict[str, Any]:
    for key in OF_HUMAM.keys() & content.keys():
        warnings.warn(f"{file}: {key} has no effect: {OF_HUMAM[key]}", stacklevel=3)
    return {key: value for key, value in content.items() if key not in OF_HUMAM}


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises InputError if the file is absent or holds something else.
    """
    text = read_small_text(path)
    try:
        _check_nodes(path, yaml.compose(text, Loader=yaml.SafeLoader))
        content = yaml.safe_load(text)
    except InputError:
        raise
    except RecursionError:
        raise InputError(f"{path}: not readable as YAML: nested too deeply") from None
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not readable as YAML: {one_line(reason)}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected 'key: value' lines")
    return content


def _check_nodes(path: Path, node: yaml.Node | None) -> None:
    """Raise InputError for an alias (a few can stand for gigabytes) and for a repeated key."""
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise InputError(
                f"{path}, line {node.start_mark.line + 1}: expected no anchors and aliases (&, *); "
                "repeat the value instead"
            )
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            repeated = next((key for key, times in Counter(keys).items() if times > 1), None)
            if repeated is not None:
                raise InputError(f"{path}: the key '{repeated}' occurs twice")
            waiting.extend(child for pair in node.value for child in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)


def _check_figures(config: Config, file: str) -> None:
    from multiarea.figures import figures

    valid = ["all", *figures()]
    Problems(
        f"{file}: figures: unknown figure '{one_line(name, 60)}'."
        f"{did_you_mean(name, valid)} Valid names: {', '.join(valid)}"
        for name in config.figures
        if name not in valid
    ).raise_any()
