"""The rule `page`: one page on an experiment, which needs no other file and no network."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from multiarea.analysis.bold import too_short
from multiarea.experiment.results import results
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Provenance
from multiarea.models import get_model, shown_areas
from multiarea.parameters import AnalysisParameters, Raster
from multiarea.stages.inputs import Inputs, flat, load_inputs
from multiarea.stages.page.numbers import averages, sizes
from multiarea.stages.page.panels import matrix_panels, raster_panel
from multiarea.stages.page.parameters import parameter_rows
from multiarea.stages.page.pictures import read_pictures
from multiarea.stages.records import Record, read_record
from multiarea.stages.specs import block_of, check_spec

FOLDER = Path(__file__).parent
FOLDERS = ("analysis", "plots")
"""Inputs that are the records of folders, not results."""


@dataclass(frozen=True)
class Material:
    """What the page is made from."""

    names: Sequence[str]
    """Of the experiments that have these results."""
    model: str
    records: Mapping[str, Record]
    """Of network, spikes and analysis, and of theory and plots where there are any."""
    results: Mapping[str, Any]
    """Network, spikes, theory, measures and data, as far as there are any."""
    raster: Raster
    """What the raster plots show."""
    pictures: Sequence[Path]
    """Named after their figures."""


def page_stage(
    spec: dict[str, Any], inputs: Inputs, outputs: Sequence[Path], names: Sequence[str] = ()
) -> None:
    """Write the page on an experiment.

    Parameters
    ----------
    spec : dict
        model and parameters (the block `plotRasterArea`).
    inputs : dict
        network, spikes, theory and measures, as far as there are any; `analysis` and `plots`: the
        provenance.json of these folders; `pictures`: the pictures, named after their figures.
    outputs : sequence of Path
        experiment.html
    names : sequence of str
        Of the experiments with these results.

    Raises
    ------
    InputError
        If an input is absent or damaged, or is not the one that its record tells of.
    """
    check_spec(spec, "model", "parameters")
    parameters = block_of(AnalysisParameters, spec["parameters"])
    Provenance("page", flat(inputs))
    known = {n: p for n, p in inputs.items() if n not in (*FOLDERS, "pictures")}
    records = {n: read_record(p[0].parent) for n, p in inputs.items() if _has_record(n)}
    material = Material(
        names,
        spec["model"],
        records,
        load_inputs(spec["model"], known),
        parameters.plotRasterArea,
        inputs.get("pictures", []),
    )
    write_page(outputs[0], material)


def write_page(path: Path, material: Material) -> None:
    """Write the page that is made from the `material` to `path`."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("experiment_page.html").render(_content(material))
    with atomic_path(path) as temporary:
        temporary.write_text(text, "utf-8")


def _content(material: Material) -> dict[str, Any]:
    """Return what the template shows."""
    from multiarea.figures.kinds.drawing import Context

    model, records, found = material.model, material.records, material.results
    module, simulation = get_model(model), records["spikes"].parameters
    areas = records["network"].parameters.get("areas", module.AREAS)
    context = Context(
        model=model,
        areas=tuple(areas),
        layers=module.LAYERS,
        populations=module.POPULATIONS,
        shown_areas=shown_areas(module, areas),
        scale="",
        t_sim=simulation["t_sim"],
    )
    parameters = [records[name].parameters for name in ("network", "spikes", "analysis")]
    rows, windows = parameter_rows(model, *parameters), parameters[-1]
    fc_time = simulation["t_sim"] - windows["plotConnectivities"]["tmin"]
    shown = {n: one for n, one in found.items() if n != "fc_bold" or not too_short(fc_time)}
    return {
        "names": material.names,
        "model": model,
        "about_model": module.__doc__.splitlines()[0],
        "differing": [row for section in rows.values() for row in section if row.differs],
        "sizes": sizes(found, simulation),
        "averages": averages(found, fc_time),
        "has_theory": "theory" in found,
        "start": windows["meanFiringRate"]["t_start"],
        "panels": {
            "matrices": matrix_panels(shown, context),
            "raster": raster_panel(found["spikes"], material.raster, context),
        },
        "pictures": list(read_pictures(material.pictures)),
        "runs": list(_runs(records)),
        "parameters": rows,
        "software": list(_where(records["analysis"].provenance)),
        "files": _files(records),
        "library": compressed_library(),
    }


def compressed_library() -> str:
    """Return the script of Plotly at 40 % of its size: gzip, as base64.

    Nothing else of the package is used.
    """
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return base64.b64encode(gzip.compress(script, mtime=0)).decode()


def _has_record(name: str) -> bool:
    """Return whether the record beside an input is one of a stage."""
    return name in FOLDERS or (name in results() and results()[name].level != "analysis")


def _runs(records: Mapping[str, Record]) -> Iterator[tuple[str, ...]]:
    """Yield how each result was made."""
    for name, record in records.items():
        if name not in FOLDERS:
            yield _run(name, record.provenance)
    for name, provenance in records["analysis"].provenance["measures"].items():
        yield _run(name, provenance)
    if "plots" in records:
        for name, made in records["plots"].provenance["figures"].items():
            yield from (_run(f"picture {name}", provenance) for provenance in made)


def _run(name: str, provenance: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        name,
        provenance["started"][:19].replace("T", " "),
        f"{provenance['wall_time_s']:.1f}",
        f"{provenance['cpu_time_s']:.1f}",
        f"{provenance['peak_memory_bytes'] / 1e6:.0f}",
    )


def _where(provenance: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    git = provenance["git"]
    yield "commit", (git["commit"] or "unknown") + (", with changes" if git["dirty"] else "")
    yield "machine", ", ".join(str(value) for value in provenance["host"].values())
    yield from provenance["versions"].items()


def _files(records: Mapping[str, Record]) -> dict[str, dict[str, str]]:
    """Return the checksums of the files that were read, and of those that were written."""
    made = [record.provenance for record in records.values()]
    made += records["analysis"].provenance["measures"].values()
    return {
        "read": {path: one for entry in made for path, one in entry["inputs"].items()},
        "written": {name: one for entry in made for name, one in entry["outputs"].items()
                    if not name.endswith(".json")},
    }  # fmt: skip
