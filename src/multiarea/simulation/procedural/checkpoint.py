"""The state of a simulation on disk: to continue after a kill, or to simulate for longer.

A file holds a line of JSON with a checksum, then the arrays of the state one after the other.
It belongs to one network, one set of parameters except the simulated time, and one version of the
engine; it is written completely or not at all.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from multiarea.errors import InputError, one_line
from multiarea.files.atomic import atomic_path
from multiarea.files.provenance import Spent
from multiarea.network.network import Network
from multiarea.parameters import SimulationParameters
from multiarea.simulation.identity import simulation_identity
from multiarea.simulation.procedural.engine import Engine

VERSION = 2
"""Version of the engine, raised when the same parameters give other spikes."""
FORMAT = "multiarea checkpoint 1"


@dataclass(frozen=True)
class Header:
    """The description of a checkpoint at its beginning.

    Attributes
    ----------
    identity : str
        Hash of the network, the parameters and the version of the engine.
    step : int
        Steps simulated.
    is_end : bool
        Whether the simulation was complete, and its spike file has been written.
    t_sim : float
        Simulated time of the run that wrote it [ms].
    spools : tuple of (int, str)
        Length [bytes] and SHA-256 of what each spool file held.
    guard : dict
        State of the guard.
    late : dict
        Records after the end of the run, if its last slice went beyond it: number of the spool
        file -> column -> values.
    spent : Spent or None
        What the run had taken until then; None: written by a version that did not note it.
    checksum : str
        SHA-256 of the arrays.
    arrays : list of [name, dtype, shape]
    """

    identity: str
    step: int
    is_end: bool
    t_sim: float
    spools: tuple[tuple[int, str], ...]
    guard: dict[str, Any]
    late: dict[str, dict[str, list[Any]]]
    spent: Spent | None = None
    checksum: str = ""
    arrays: tuple[Any, ...] = ()


def checkpoint_path(result: Path) -> Path:
    """Return the hidden file next to a spike file that holds the state of its simulation."""
    return result.with_name(f".{result.stem}.checkpoint")


def identity(network: Network, parameters: SimulationParameters) -> str:
    """Return the hash of `network` and of the `parameters` that decide the state at any time."""
    return simulation_identity(network, parameters, f"engine {VERSION}")


def write_checkpoint(path: Path, engine: Engine, header: Header) -> None:
    """Write the state of `engine` to `path`, with `header` completed by checksum and arrays.

    Raises
    ------
    InputError
        If the disk is full or cannot be written; an earlier checkpoint is then kept.
    """
    arrays = engine.saved()
    digest = hashlib.sha256()
    for values in arrays.values():
        digest.update(values.data)
    described = tuple(
        (name, np.lib.format.dtype_to_descr(values.dtype), values.shape)
        for name, values in arrays.items()
    )
    header = dataclasses.replace(header, checksum=digest.hexdigest(), arrays=described)
    content = {"format": FORMAT, **dataclasses.asdict(header)}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(json.dumps(content).encode() + b"\n")
        for values in arrays.values():
            file.write(values.data)


def read_header(path: Path) -> Header:
    """Return the header of a checkpoint.

    Raises
    ------
    InputError
        If the file is damaged or not a checkpoint.
    """
    try:
        with path.open("rb") as file:
            return _header(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(path, f"damaged: {one_line(error)}") from error


def _header(file: BinaryIO) -> Header:
    content = json.loads(file.readline())
    if content.pop("format") != FORMAT:
        raise ValueError("another format")
    content["spools"] = tuple((int(n), str(digest)) for n, digest in content["spools"])
    spent = content.get("spent")
    return Header(**content | {"spent": spent and Spent(**spent)})


def device_of(header: Header) -> str:
    """Return the kind of processor, 'cpu' or 'gpu', of the state that a `header` describes."""
    return "gpu" if any(name == "kept_node" for name, *_ in header.arrays) else "cpu"


def read_checkpoint(path: Path, engine: Engine) -> None:
    """Set the state of an engine.

    Parameters
    ----------
    path : Path
        Written by `write_checkpoint`; the caller has compared its identity.
    engine : Engine
        Of the same network and parameters.

    Raises
    ------
    InputError
        If the file is damaged, is of another device, or holds more events than there is memory for.
    """
    try:
        with path.open("rb") as file:
            header = _header(file)
            arrays, digest = {}, hashlib.sha256()
            for name, kind, shape in header.arrays:
                dtype = np.dtype([tuple(one) for one in kind] if isinstance(kind, list) else kind)
                values = np.fromfile(file, dtype, int(np.prod(shape))).reshape(shape)
                digest.update(values.data)
                arrays[name] = values
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(path, f"damaged: {one_line(error)}") from error
    if digest.hexdigest() != header.checksum:
        raise _refused(path, "damaged: its checksum is another one")
    if device_of(header) != engine.device:
        made = device_of(header)
        raise _refused(path, f"made with device: {made}, which goes on from it (config.yaml)")
    try:
        engine.restore(arrays)
    except InputError as error:
        raise InputError(f"{one_line(path)}: {error}") from None


def _refused(path: Path, why: str) -> InputError:
    return InputError(
        f"{one_line(path)}: {why}. This file holds the state of an interrupted simulation; remove "
        "it, and the simulation begins again."
    )


def check_identity(path: Path, header: Header, wanted: str) -> None:
    """Raise InputError if the `header` of a checkpoint in `path` has not the `wanted` identity."""
    if header.identity != wanted:
        raise _refused(path, "made with other parameters, another network or another version")
