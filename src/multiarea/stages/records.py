"""The records of what stages made, and the rules `record` and `record_pictures`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from multiarea.experiment.results import RECORDS, results
from multiarea.files.atomic import write_json
from multiarea.files.provenance import Provenance, unreadable
from multiarea.stages.inputs import Inputs
from multiarea.stages.specs import check_outputs, check_spec


class Record(NamedTuple):
    """What a folder of results says of itself."""

    parameters: Mapping[str, Any]
    provenance: Mapping[str, Any]


def read_record(folder: Path) -> Record:
    """Return the content of `parameters.json` and `provenance.json` of a `folder`.

    Raises InputError if one of them is absent or damaged.
    """
    return Record(*(_read_json(folder / name) for name in RECORDS))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if isinstance(content, dict):
            return content
    except (OSError, ValueError) as error:
        raise unreadable(path, "record", error) from error
    raise unreadable(path, "record", "no JSON object")


def record_folder(
    outputs: Sequence[Path], spec: dict[str, Any], provenance: Provenance, **facts: Any
) -> None:
    """Write `spec` and `provenance` with more `facts` to the last two of the `outputs`."""
    *results, parameters, _ = outputs
    write_json(parameters, spec)
    provenance.write(parameters.parent, [*results, parameters], **facts)


def record_picture(
    path: Path, spec: dict[str, Any], provenance: Provenance, pictures: Sequence[Path]
) -> None:
    """Write `spec` and `provenance` of the `pictures` of one figure to the file `path`."""
    write_json(path, {"parameters": spec, "provenance": provenance.record(pictures)})


def record_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain the folder of an analysis with the parameters `spec`.

    `inputs` has the file of each stage and measure, whose records are in the same folder; `outputs`
    are the records.
    """
    check_spec(spec)
    check_outputs(outputs, *RECORDS)
    provenance = Provenance("record")
    files = {n: paths[0] for n, paths in inputs.items() if results()[n].level == "analysis"}
    measures = {name: read_record(path.parent).provenance for name, path in files.items()}
    write_json(outputs[0], spec)
    provenance.write(outputs[0].parent, files.values(), measures=measures)


def record_pictures_stage(inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain a folder of pictures: `inputs` has what `record_picture` wrote, by figure.

    `outputs` are the records of the folder.
    """
    check_outputs(outputs, *RECORDS)
    provenance = Provenance("record_pictures")
    records = {name: [_picture_record(path) for path in paths] for name, paths in inputs.items()}
    made_by = {name: [one["provenance"] for one in found] for name, found in records.items()}
    folder = outputs[0].parent
    pictures = [folder / p for found in made_by.values() for one in found for p in one["outputs"]]
    write_json(outputs[0], {name: found[0]["parameters"] for name, found in records.items()})
    provenance.write(folder, pictures, figures=made_by)


def _picture_record(path: Path) -> dict[str, Any]:
    """Read what `record_picture` wrote."""
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if {"parameters", "provenance"} <= record.keys() and record["provenance"]["outputs"]:
            return record
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(path, "record", error) from error
    raise unreadable(path, "record", "no record of a picture")
