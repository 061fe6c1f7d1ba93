"""The metadata of a crate: each file, what made it from what, licence and authors."""

from __future__ import annotations

import datetime
import json
import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

import multiarea
from multiarea.errors import InputError
from multiarea.export.contents import Contents, in_crate, in_out

SHARE_ALIKE = ("experimental_data/macaque", "CC-BY-NC-SA-4.0")
"""Tables whose licence also holds for what is derived from them."""
KINDS = {".h5": "application/x-hdf5", ".yaml": "application/yaml", ".yml": "application/yaml"}
KINDS |= {".md": "text/markdown", ".csv": "text/csv"}
"""Media types by suffix, where `mimetypes` may not know them."""
HOMES = {"python": "https://www.python.org/", "nest": "https://www.nest-simulator.org/"}
"""Web pages of software; of other packages, that on PyPI."""


@dataclass(frozen=True)
class About:
    """What a user says of a crate.

    Attributes
    ----------
    authors : tuple of (name, ORCID or None)
    licence : str
        SPDX identifier.
    """

    authors: tuple[tuple[str, str | None], ...]
    licence: str


def describe(
    contents: Contents, about: About, sums: dict[str, str], texts: dict[str, str]
) -> dict[str, Any]:
    """Return the content of ro-crate-metadata.json for `contents`, and what is said `about` it.

    `sums` has the SHA-256 of each file by its place, `texts` the files that are made for the crate.

    Raises InputError if a file is not the one that the records describe.
    """
    return _Description(contents, about, sums, texts).crate.metadata.generate()


class _Description:
    def __init__(
        self, contents: Contents, about: About, sums: dict[str, str], texts: dict[str, str]
    ) -> None:
        self.crate = ROCrate()
        self._contents, self._sums, self._texts = contents, sums, texts
        self._files: dict[str, Any] = {}
        self._needs: dict[str, dict[str, Any]] = {}
        self._describe(about)
        for place in [*texts, *contents.files]:
            self._add_file(place)
        for place, file in contents.results.items():
            if PurePosixPath(place).name == "provenance.json":
                self._add_actions(place, json.loads(file.read_text("utf-8")))

    def _describe(self, about: About) -> None:
        crate, experiments = self.crate, self._contents.experiments
        names = ", ".join(experiment.name for experiment in experiments)
        models = ", ".join(dict.fromkeys(experiment.model for experiment in experiments))
        crate.name = f"multiarea: {names}"
        crate.description = (
            f"Simulation of cortex ({models} model) with multiarea {multiarea.__version__}: "
            "experiment files, data tables, networks, spikes, measures and figures."
        )
        crate.license = self._licence(about.licence)
        self._authors = [
            self._entity(orcid or f"#author-{number}", "Person", name)
            for number, (name, orcid) in enumerate(about.authors, 1)
        ]
        crate.root_dataset["author"] = _single(self._authors)
        crate.root_dataset["keywords"] = "neuroscience, cortex, spiking neural network, NEST"

    def _licence(self, name: str) -> ContextEntity:
        return self._entity(f"https://spdx.org/licenses/{name}", "CreativeWork", name)

    def _entity(self, name: str, kind: str, title: str, **more: Any) -> ContextEntity:
        properties = {"@type": kind, "name": title, **more}
        new = ContextEntity(self.crate, name, properties=properties)
        return self.crate.get(name) or self.crate.add(new)

    def _add_file(self, place: str) -> None:
        name, suffix = PurePosixPath(place).name, PurePosixPath(place).suffix
        kind = KINDS.get(suffix) or mimetypes.guess_type(place)[0] or "text/plain"
        properties: dict[str, Any] = {"name": name, "encodingFormat": kind}
        file = self._contents.files.get(place)
        if file is None:
            properties["contentSize"] = str(len(self._texts[place].encode("utf-8")))
        else:
            properties |= {"contentSize": str(file.stat().st_size), "sha256": self._sums[place]}
        folder, licence = SHARE_ALIKE
        if place.startswith(f"{folder}/"):
            properties["license"] = self._licence(licence)
        self._files[place] = self.crate.add_file(dest_path=place, properties=properties)

    def _add_actions(self, place: str, record: dict[str, Any]) -> None:
        self._add_action(place, record, record["stage"])
        for figure, made in record.get("figures", {}).items():
            for number, one in enumerate(made):
                self._add_action(place, one, f"plot {figure}" + f" {number}" * bool(number))

    def _source(self, path: str, value: str) -> str:
        """Return the place in the crate of what was read at `path`, with the checksum `value`.

        An own table may have been moved since: its content decides results, not its place.
        """
        inputs, out = self._contents.inputs, self._contents.out
        if path not in inputs and not in_out(path, out):
            path = next((place for place in inputs if self._sums.get(place) == value), path)
        return in_crate(path, out)

    def _add_action(self, place: str, record: dict[str, Any], title: str) -> None:
        """Add the run that made files of a folder."""
        folder = PurePosixPath(place).parent
        results = {str(folder / name): value for name, value in record["outputs"].items()}
        sources = {self._source(*one): one[1] for one in record["inputs"].items()}
        for name, value in {**sources, **results}.items():
            if self._sums.get(name, value) != value:
                raise InputError(
                    f"{name}: not the file that {place} describes; run the experiment again "
                    "(python -m multiarea run) before the export"
                )
        started = datetime.datetime.fromisoformat(record["started"])
        before = record.get("spent_before", {}).get("wall_time_s", 0.0)
        ended = started + datetime.timedelta(seconds=record["wall_time_s"] - before)
        used, made = (
            _single([self._files[name] for name in names if name in self._files])
            for names in (sources, results)
        )
        action = self.crate.add_action(
            self._software(record),
            identifier=f"#{folder}/{title}".replace(" ", "-"),
            object=used,
            result=made,
            properties={
                "@type": "CreateAction",
                "name": title,
                "description": record["command"],
                "startTime": record["started"],
                "endTime": ended.isoformat(timespec="seconds"),
            },
        )
        action["agent"] = self._authors[0]
        action["subjectOf"] = self._files[place]
        self.crate.root_dataset.append_to("mentions", action)

    def _software(self, record: dict[str, Any]) -> ContextEntity:
        versions, commit = record["versions"], record["git"]["commit"]
        version = versions["multiarea"]
        needs = [
            self._program(f"#{name}-{number}", name, number)
            for name, number in versions.items()
            if name != "multiarea" and number != "not installed"
        ]
        identifier = f"#multiarea-{version}" + (f"-{commit}" if commit else "")
        state = f"git commit {commit}, {'changed' if record['git']['dirty'] else 'unchanged'}"
        state = state if commit else "installed without git"
        software = self._program(identifier, "multiarea", version, description=state)
        known = self._needs.setdefault(identifier, {})
        known |= {need.id: need for need in needs}
        software["softwareRequirements"] = _single(list(known.values()))
        return software

    def _program(self, identifier: str, name: str, version: str, **more: Any) -> ContextEntity:
        url = HOMES.get(name, f"https://pypi.org/project/{name}/")
        more |= {"version": version, "url": url}
        return self._entity(identifier, "SoftwareApplication", name, **more)


def _single(values: list[Any]) -> Any:
    """Return the one value of a list, or the list."""
    return values[0] if len(values) == 1 else values
