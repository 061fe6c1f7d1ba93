"""The rules `record` and `record_pictures`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.experiment.results import results
from multiarea.files.atomic import write_json
from multiarea.files.provenance import Provenance
from multiarea.stages.inputs import Inputs


def record_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain the folder of an analysis.

    Parameters
    ----------
    spec : dict
        Parameters of the analysis.
    inputs : dict
        Result of a stage or measure -> its file, with the records beside.
    outputs : sequence of Path
        experiment.html, parameters.json, provenance.json.
    """
    from multiarea.stages.experiment_page import Record, read_record, write_experiment_page

    provenance = Provenance("record")
    records = {name: read_record(paths[0].parent) for name, paths in inputs.items()}
    levels = {name: results()[name].level for name in records}
    stages = {level: records.pop(n) for n, level in levels.items() if level != "analysis"}
    measures = {name: record.provenance for name, record in records.items()}
    page, parameters, _ = outputs
    write_json(parameters, spec)
    files = [inputs[name][0] for name in measures]
    provenance.write(parameters.parent, files, measures=measures)
    stages["analysis"] = Record(spec, provenance.record([]))
    write_experiment_page(stages, measures, page)


def record_pictures_stage(inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Explain a folder of pictures from the records of its figures.

    Parameters
    ----------
    inputs : dict
        Figure -> what `record_picture` wrote.
    outputs : sequence of Path
        parameters.json, provenance.json.
    """
    provenance = Provenance("record_pictures")
    records = {
        name: [json.loads(path.read_text("utf-8")) for path in paths]
        for name, paths in inputs.items()
    }
    made_by = {name: [one["provenance"] for one in found] for name, found in records.items()}
    folder = outputs[0].parent
    pictures = [folder / p for found in made_by.values() for one in found for p in one["outputs"]]
    write_json(outputs[0], {name: found[0]["parameters"] for name, found in records.items()})
    provenance.write(folder, pictures, figures=made_by)
