"""One page on an experiment: its parameters, and how each of its results was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Template

from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import unreadable


class Record(NamedTuple):
    """What a folder of results says of itself."""

    parameters: Mapping[str, Any]
    provenance: Mapping[str, Any]


def read_record(folder: Path) -> Record:
    """Return the content of `parameters.json` and `provenance.json` of a `folder`.

    Raises InputError if one of them is absent or damaged.
    """
    return Record(*(_read_json(folder / name) for name in ("parameters.json", "provenance.json")))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if isinstance(content, dict):
            return content
    except (OSError, ValueError) as error:
        raise unreadable(path, "record", error) from error
    raise unreadable(path, "record", "no JSON object")


def write_experiment_page(
    records: Mapping[str, Record], measures: Mapping[str, Mapping[str, Any]], path: Path
) -> None:
    """Write the page to `path`; it needs no other file.

    `records` has the record of each level (`experiment.results.Result`), `measures` the provenance
    of the folder of each measure.
    """
    made = {stage: record.provenance for stage, record in records.items()} | dict(measures)
    last = list(records.values())[-1].provenance
    files = {k: v for record in records.values() for k, v in record.provenance["inputs"].items()}
    template = Template(Path(__file__).with_suffix(".html").read_text("utf-8"), autoescape=True)
    text = template.render(
        results=[_run(name, entry) for name, entry in made.items()],
        parameters={stage: list(_parameters(record)) for stage, record in records.items()},
        software=list(_where(last)),
        files=list(files.items()),
    )
    with atomic_path(path) as temporary:
        temporary.write_text(text, "utf-8")


def flattened(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys, after `prefix`, and values of the nested parameters `content`."""
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _parameters(record: Record) -> Iterator[tuple[str, str]]:
    for key, value in flattened(record.parameters):
        text = value if isinstance(value, str) else json.dumps(value)
        yield key.removeprefix("parameters."), text


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
