"""The rule `analyse`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.experiment.results import RECORDS
from multiarea.files.provenance import Provenance
from multiarea.parameters import AnalysisParameters
from multiarea.stages.inputs import Inputs, blamed_on_foreign, flat, load_inputs
from multiarea.stages.records import record_folder
from multiarea.stages.specs import block_of, check_inputs, check_known, check_outputs, check_spec


def analyse_stage(
    measure: str, spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]
) -> None:
    """Compute `measure` as `spec` says from `inputs`; `outputs`: its file and the records.

    Raises InputError if there is no such measure, or it cannot be computed from these inputs.
    """
    from multiarea.analysis import compute, measures
    from multiarea.analysis.results import save

    check_known("measure", measure, measures())
    check_spec(spec, "model", "parameters")
    check_inputs(measure, inputs, measures()[measure].needs)
    check_outputs(outputs, Path(measures()[measure].file).suffix, *RECORDS)
    parameters = block_of(AnalysisParameters, spec["parameters"])
    provenance = Provenance("analyse", flat(inputs))
    loaded = load_inputs(spec["model"], inputs)
    with blamed_on_foreign(inputs, f"the measure '{measure}' cannot be computed"):
        result = compute(measure, loaded, parameters)
    save(outputs[0], result)
    record_folder(outputs, spec, provenance)
