"""The rule `compare`, and the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiarea.comparison.picture import draw_comparison
from multiarea.comparison.tables import (
    Run,
    distances_table,
    groups,
    parameters_table,
    populations_table,
    statistics_table,
)
from multiarea.figures.kinds.drawing import house_style
from multiarea.figures.kinds.saving import save_figure
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.stages.inputs import Inputs, load_inputs
from multiarea.stages.inputs import flat as paths_of
from multiarea.stages.records import record_folder
from multiarea.stages.specs import check_spec
from multiarea.workflow.comparison import run_of

TABLES = (parameters_table, statistics_table, populations_table, distances_table)
"""What makes the tables among the outputs."""


def compare_stage(spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path]) -> None:
    """Compare runs.

    Parameters
    ----------
    spec : dict
        `runs`: name, model and parameters of each.
    inputs : dict
        The files of measures of run n as `run_<n>_<measure>`.
    outputs : sequence of Path
        `multiarea.workflow.comparison.OUTPUTS`.

    Raises
    ------
    InputError
        If an input is absent or damaged.
    """
    check_spec(spec, "runs")
    provenance = Provenance("compare", paths_of(inputs))
    runs = []
    for n, facts in enumerate(spec["runs"]):
        own = {run_of(name)[1]: paths for name, paths in inputs.items() if run_of(name)[0] == n}
        runs.append(Run.of(facts, load_inputs(facts["model"], own)))
    for path, make in zip(outputs, TABLES, strict=False):
        with atomic_path(path) as temporary:
            make(runs).to_csv(temporary, index=False, float_format="%.6g")
    with house_style():
        save_figure(draw_comparison(groups(runs)), outputs[len(TABLES) : -2])
    record_folder(outputs, spec, provenance)
