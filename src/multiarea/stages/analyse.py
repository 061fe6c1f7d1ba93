"""The rule `analyse`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.files.provenance import Provenance
from multiarea.parameters import AnalysisParameters
from multiarea.stages.inputs import Inputs, flat, load_inputs
from multiarea.stages.records import record_folder


def analyse_stage(
    measure: str, spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]
) -> None:
    """Compute `measure` as `spec` says from `inputs`; `outputs`: its file and the records."""
    from multiarea.analysis import compute
    from multiarea.analysis.results import save

    provenance = Provenance("analyse", flat(inputs))
    parameters = AnalysisParameters.of_record(spec["parameters"])
    save(outputs[0], compute(measure, load_inputs(spec["model"], inputs), parameters))
    record_folder(outputs, spec, provenance)
