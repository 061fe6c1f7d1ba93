"""One page on an experiment: its parameters, and how each of its results was made."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from multiarea.files.atomic import atomic_path

STYLE = """
body { font: 14px/1.4 sans-serif; margin: 1.5em; max-width: 60em; color: #222; }
h1 { font-size: 1.3em; }
h2 { font-size: 1.1em; margin: 1.5em 0 .4em; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .15em 1.2em .15em 0; }
th { border-bottom: 1px solid #999; font-weight: 600; }
td { border-bottom: 1px solid #eee; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
"""


class Record(NamedTuple):
    """What a folder of results says of itself."""

    parameters: Mapping[str, Any]
    provenance: Mapping[str, Any]


def read_record(folder: Path) -> Record:
    """Return the content of `parameters.json` and `provenance.json` of a folder."""
    names = ("parameters.json", "provenance.json")
    return Record(*(json.loads((folder / name).read_text("utf-8")) for name in names))


def write_experiment_page(
    records: Mapping[str, Record], measures: Mapping[str, Mapping[str, Any]], path: Path
) -> None:
    """Write the page to `path`; it needs no other file.

    `records` has the record of each level (`experiment.results.Result`), `measures` the provenance
    of the folder of each measure.
    """
    made = {stage: record.provenance for stage, record in records.items()} | dict(measures)
    parts = ["<h1>Parameters, provenance, run times</h1>", "<h2>How the results were made</h2>"]
    head = ("result", "started (UTC)", "wall time (s)", "CPU time (s)", "peak memory (MB)")
    parts.append(_table(head, (_run(name, entry) for name, entry in made.items())))
    for stage, record in records.items():
        parts.append(f"<h2>Parameters: {html.escape(stage)}</h2>")
        parts.append(_table(("parameter", "value"), _parameters(record)))
    last = list(records.values())[-1].provenance
    parts += ["<h2>Software and machine</h2>", _table(("", ""), _where(last))]
    files = {k: v for record in records.values() for k, v in record.provenance["inputs"].items()}
    parts += ["<h2>Files read</h2>", _table(("file", "SHA-256"), files.items())]
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Experiment</title><style>{STYLE}</style></head>\n"
        f"<body>{''.join(parts)}</body></html>\n"
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


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    def row(cells: Iterable[Any], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(c))}</{tag}>" for c in cells) + "</tr>\n"

    return f"<table>{row(head, 'th')}{''.join(row(cells, 'td') for cells in rows)}</table>\n"
