"""An experiment as an RO-Crate 1.3: its files, how they were made, licence and authors."""

from __future__ import annotations

import getpass
import json
import logging
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

import multiarea
from multiarea.errors import InputError, one_line
from multiarea.export.contents import Contents, collect
from multiarea.export.description import SHARE_ALIKE, About, describe
from multiarea.files.atomic import checksum, disk_problems
from multiarea.files.project import project_root

log = logging.getLogger(__name__)

METADATA = "ro-crate-metadata.json"
HOW_TO = Path(__file__).with_name("crate_readme.md")
LICENCE = "CC-BY-4.0"
AUTHOR = re.compile(r"(?P<name>[^<>=]+?)\s*(?:<(?P<orcid>[^<>]*)>)?")
ORCID = re.compile(r"(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


def export_crate(
    target: Path,
    names: Iterable[str],
    authors: Sequence[str] = (),
    licence: str | None = None,
    out: Path | None = None,
) -> None:
    """Write experiments with their inputs, results and pictures as an RO-Crate.

    Parameters
    ----------
    target : Path
        A folder that does not exist yet, or a file `<name>.zip`.
    names : iterable of str
        Experiment files or names; none: those of config.yaml.
    authors : sequence of str
        `Name` or `Name <ORCID>`; none: git's user.name, or the login.
    licence : str, optional
        SPDX identifier of the licence of the results.
    out : Path, optional
        Folder of the results; that of config.yaml.

    Raises
    ------
    InputError
        If a result is absent or was changed after it was made, or the target exists.
    """
    target = Path(target)
    if target.exists() or target.is_symlink():
        raise InputError(f"{target}: exists already; name a new folder or .zip file")
    people = tuple(map(_author, authors)) or ((_user(), None),)
    contents = collect(names, out)
    about = About(people, _licence(licence, contents))
    sums = {place: checksum(file) for place, file in contents.files.items()}
    texts = _texts(contents, about, sums)
    write = _write_zip if target.suffix.lower() == ".zip" else _write_folder
    with disk_problems(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
            new = Path(name, target.name)
            write(new, contents.files, texts)
            new.rename(target)
    log.info(
        "%s: %d files, licence %s (change: --license), author %s (change: --author)",
        *(target, len(sums) + len(texts), about.licence, ", ".join(name for name, _ in people)),
    )


def _author(text: str) -> tuple[str, str | None]:
    match = AUTHOR.fullmatch(text.strip())
    orcid = ORCID.fullmatch(match["orcid"].strip()) if match and match["orcid"] else None
    if match is None or not text.isprintable() or (match["orcid"] is not None and orcid is None):
        raise InputError(
            f"--author: expected 'Name' or 'Name <0000-0000-0000-0000>' with an ORCID, got "
            f"{one_line(repr(text), 100)}"
        )
    return match["name"], f"https://orcid.org/{orcid[1]}" if orcid else None


def _user() -> str:
    with suppress(OSError, subprocess.SubprocessError):
        words = ["git", "-C", str(project_root()), "config", "user.name"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
        if done.stdout.strip():
            return done.stdout.strip()
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"


def _licence(given: str | None, contents: Contents) -> str:
    folder, share_alike = SHARE_ALIKE
    bound = any(place.startswith(f"{folder}/") for place in contents.inputs)
    if given is None:
        return share_alike if bound else LICENCE
    if not SPDX.fullmatch(given):
        raise InputError(
            f"--license: expected an SPDX identifier such as {LICENCE}, got "
            f"{one_line(repr(given), 60)}"
        )
    if bound and given != share_alike:
        raise InputError(
            f"--license: the tables in {folder} ask that what is derived from them keeps their "
            f"licence: {share_alike}"
        )
    return given


def _texts(contents: Contents, about: About, sums: dict[str, str]) -> dict[str, str]:
    """Return the files that are made for the crate."""
    names = ", ".join(experiment.name for experiment in contents.experiments)
    texts = {
        "config.yaml": yaml.safe_dump(contents.config, sort_keys=False, allow_unicode=True),
        "README.md": HOW_TO.read_text("utf-8").format(
            names=names, version=multiarea.__version__, metadata=METADATA
        ),
    }
    described = describe(contents, about, sums, texts)
    texts[METADATA] = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return texts


def _write_folder(folder: Path, files: dict[str, Path], texts: dict[str, str]) -> None:
    for place, file in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, folder / place)
    for place, text in texts.items():
        (folder / place).write_text(text, "utf-8")


def _write_zip(path: Path, files: dict[str, Path], texts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for place, text in texts.items():
            archive.writestr(place, text)
        for place, file in files.items():
            archive.write(file, place)
