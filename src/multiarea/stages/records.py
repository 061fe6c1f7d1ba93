"""The record of what a stage made: `parameters.json` and `provenance.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.files.atomic import write_json
from multiarea.files.provenance import Provenance


def record_picture(
    path: Path, spec: dict[str, Any], provenance: Provenance, pictures: Sequence[Path]
) -> None:
    """Write parameters and provenance of the pictures of one figure into one file."""
    write_json(path, {"parameters": spec, "provenance": provenance.record(pictures)})


def record_folder(
    outputs: Sequence[Path], spec: dict[str, Any], provenance: Provenance, **facts: Any
) -> None:
    """Write the two records of a folder."""
    *results, parameters, _ = outputs
    write_json(parameters, spec)
    provenance.write(parameters.parent, [*results, parameters], **facts)
