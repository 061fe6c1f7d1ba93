"""The words of the command line: commands for people, and those that the Snakefile calls."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from multiarea import __version__
from multiarea.cli import verbs as do
from multiarea.errors import did_you_mean
from multiarea.files.project import why_not_made

DESCRIPTION = "Reproducible, large-scale spiking models of cortex."
EXAMPLES = """\
examples:
  python -m multiarea run downscaled_base                   everything, to the figures
  python -m multiarea list                                  what there is
  python -m multiarea tables experiments/downscaled_base.py --to tables
  python -m multiarea theory experiments/full_scale/base.py --to rates.csv
"""
PROGRAM = "python -m multiarea"
HELP_EXAMPLES = {
    "run": "run downscaled_base --figure raster_areas",
    "summarise": "summarise downscaled_base --to summary",
    "compare": "compare downscaled_base chi_sweep_downscaled --to comparison",
    "export": "export crate.zip experiments/downscaled_base.py",
    "export-spikes": "export-spikes experiments/downscaled_base.py --to spikes.nwb",
    "estimate": "estimate experiments/full_scale/base.py --cluster cluster.json",
    "doctor": "doctor",
    "verify": "verify out",
    "recover": "recover out",
    "list": "list --results",
    "parameters": "parameters delay",
    "tables": "tables experiments/downscaled_base.py --to tables",
    "theory": "theory experiments/full_scale/base.py --to rates.csv",
    "stabilise": "stabilise macaque_low_drive macaque_high_drive --to indegree.csv",
}
"""Commands for people, with the words after `python -m multiarea` of one example."""
EXPERIMENT = "experiment file or name"
EXPERIMENTS = "files or names; none: those of config.yaml"
OUT = "folder of the results; none: that of config.yaml"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"multiarea {__version__}")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write messages here too")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_people(verbs)
    _add_exports(verbs)
    _add_stages(verbs)
    return parser


class Parser(argparse.ArgumentParser):
    """A parser whose complaints name the nearest valid command or option."""

    def error(self, message: str) -> Any:
        """Print one message and exit with status 2."""
        word = message.split("'")[1] if message.count("'") >= 2 else ""
        if "invalid choice" in message:
            choices = [c.strip(" '()") for c in message.split("choose from")[-1].split(",")]
            message = f"unknown command '{word}'.{did_you_mean(word, choices)}"
        elif message.startswith("unrecognized arguments: -"):
            option = message.split(": ")[1].split()[0].split("=")[0]
            message = self._unknown(option)
        elif "required: " in message and "--spec" in message:
            what = {"plot": " --figure NAME", "analyse": " --measure NAME"}
            what = what.get(self.prog.split()[-1], "")
            message += f". The Snakefile gives them; type: {PROGRAM} run EXPERIMENT{what}"
        self.exit(2, f"error: {message}\nTry: {self.prog} --help\n")

    def _unknown(self, option: str) -> str:
        """Return what to say of an `option` that this parser or the command given does not have."""
        if option in self._options():
            return f"this command has no option '{option}', which others have"
        from snakemake.cli import get_argument_parser

        hint = did_you_mean(option, sorted(self._options()))
        if option in get_argument_parser()._option_string_actions:
            hint = f" Snakemake has it: {PROGRAM} run EXPERIMENT --snakemake {option} ..."
        return f"unknown option '{option}'.{hint}"

    def _verbs(self) -> dict[str, Parser]:
        """Return the parsers of commands."""
        kind = argparse._SubParsersAction
        return next((dict(one.choices) for one in self._actions if isinstance(one, kind)), {})

    def _options(self) -> set[str]:
        """Return the options of this parser and of its commands."""
        names = {name for action in self._actions for name in action.option_strings}
        return names.union(*(verb._options() for verb in self._verbs().values()))


def _add_people(verbs: Any) -> None:
    """Add the verbs for people."""
    verb = _add(verbs, "run", "run experiments, or make only the figures and measures named")
    verb.add_argument("experiment", nargs="*", help=f"{EXPERIMENTS}; points and patterns, too")
    for kind in ("figure", "measure"):
        verb.add_argument(
            f"--{kind}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"only this {kind}; may be repeated",
        )
    verb.add_argument("--cores", type=_cores, default="all", metavar="N", help="for all jobs; all")
    verb.add_argument("-v", "--verbose", action="store_true", help="show Snakemake's own output")
    verb.add_argument("-n", "--dry-run", action="store_true", help="only show what would run")
    verb.add_argument("--out", type=Path, metavar="FOLDER", help=OUT)
    verb.add_argument(
        "--snakemake",
        nargs=argparse.REMAINDER,
        default=[],
        metavar="...",
        help="all that follows is for Snakemake",
    )
    verb = _add(verbs, "list", "show experiments, their hashes and folders, and what exists")
    verb.add_argument("experiment", nargs="*", help=EXPERIMENTS)
    verb.add_argument("--results", action="store_true", help="only where results and pictures are")
    _add_out(verb)
    verb = _add(verbs, "parameters", "show parameters: where to set them, default, unit, range")
    verb.add_argument("word", nargs="?", help="a key, a part of one, or a word of its meaning")
    verb = _add(verbs, "tables", "write the network of an experiment as CSV tables")
    verb.add_argument("experiment", help=EXPERIMENT)
    verb.add_argument("--to", type=_new_folder, required=True, metavar="DIR", help="folder for it")
    verb = _add(verbs, "theory", "write the mean-field rates of each fixed point as CSV")
    verb.add_argument("experiment", nargs="?", help=EXPERIMENT)
    verb.add_argument("--network", type=Path, help="a saved network instead (used by the rule)")
    verb.add_argument("--stability", action="store_true", help="show eigenvalues and basins, too")
    verb.add_argument(
        "--starts", type=int, default=60, metavar="N", help="random starts of --stability; 60"
    )
    add_stage_options(verb)
    verb = _add(verbs, "stabilise", "change in-degrees so that the low state stays stable")
    verb.add_argument("experiment", nargs="*", help="two, which differ only in drive: low, high")
    verb.add_argument("--network", type=Path, nargs=2, help="saved networks (used by the rule)")
    add_stage_options(verb)
    verb = _add(verbs, "estimate", "predict memory, time and output of a simulation")
    verb.add_argument("experiment", help=EXPERIMENT)
    verb.add_argument("--cluster", metavar="FILE", help="cluster.json, in place of this machine")
    verb.add_argument("--rate", type=float, metavar="HZ", help="mean rate, not from theory")
    verb.add_argument("--force", action="store_true", help="only warn if it cannot fit")
    _add_out(verb)
    _add(verbs, "doctor", "show what this machine has, and what is missing")
    verb = _add(verbs, "verify", "compare all results with the checksums in their records")
    verb.add_argument("folder", nargs="?", type=Path, help="default: all results and figures")
    _add_out(verb)
    verb = _add(verbs, "recover", "keep the spikes of simulations that were killed")
    verb.add_argument("folder", nargs="?", type=Path, help="default: all results")


def _add_exports(verbs: Any) -> None:
    """Add the verbs that write results for others."""
    verb = _add(verbs, "summarise", "condense the results of an experiment into tables")
    verb.add_argument("experiment", help=EXPERIMENT)
    verb.add_argument("--to", type=_new_folder, required=True, metavar="DIR", help="folder for it")
    verb.add_argument("--only", nargs="+", default=[], metavar="TABLE", help="not all tables")
    _add_out(verb)
    verb = _add(verbs, "compare", "write what differs between experiments or points of a sweep")
    verb.add_argument("experiment", nargs="*", help="files, names, points or patterns: two or more")
    verb.add_argument("--to", type=_new, required=True, nargs="+", metavar="DIR", help="new folder")
    verb.add_argument("--spec", type=_json, metavar="JSON", help="used by the rule")
    verb.add_argument("--inputs", nargs="*", default=[], type=_named, help=argparse.SUPPRESS)
    _add_out(verb)
    verb = _add(verbs, "export", "write experiments with all they need as an RO-Crate")
    verb.add_argument("crate", type=_new, help="new folder, or .zip file")
    verb.add_argument("experiment", nargs="*", default=[], help=EXPERIMENTS)
    verb.add_argument("--author", action="append", default=[], help="Name, or 'Name <ORCID>'")
    verb.add_argument("--license", metavar="SPDX", help="licence of the results; CC-BY-4.0")
    _add_out(verb)
    verb = _add(verbs, "export-spikes", "write the spikes of an experiment as NWB")
    verb.add_argument("experiment", help=EXPERIMENT)
    verb.add_argument("--to", type=_new_file, required=True, metavar="FILE.nwb", help="output")
    _add_out(verb)


def _add_out(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--out", type=_folder, metavar="FOLDER", help=OUT)


def _add_stages(verbs: Any) -> None:
    """Add the verbs that the rules call."""
    verb = _add(verbs, "network", "[rule] build a network")
    add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "stability", "[rule] find states, their basins and modes")
    add_stage_options(verb, "--network")
    verb = _add(verbs, "simulate", "[rule] simulate a network")
    verb.add_argument("--guard", type=_json_object, default={}, metavar="JSON", help="when to stop")
    verb.add_argument("--threads", type=int, metavar="N", help="of the procedural simulator; 1")
    verb.add_argument(
        "--checkpoint", type=float, default=10.0, metavar="MIN", help="between two checkpoints; 10"
    )
    verb.add_argument("--device", choices=("cpu", "gpu"), help="likewise; cpu")
    verb.add_argument("--force", action="store_true", help="even where memory does not suffice")
    add_stage_options(verb, "--network", "--spec")
    verb = _add(verbs, "import_spikes", "[rule] take the spikes of a file, not of a simulation")
    add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "analyse", "[rule] compute a measure")
    verb.add_argument("measure", help="name of the measure")
    add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "record", "[rule] explain the folder of an analysis")
    add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "plot", "[rule] draw a figure of an experiment")
    verb.add_argument("figure", help="name of the figure")
    _add_drawn(verb)
    verb = _add(verbs, "page", "[rule] write the page on an experiment")
    _add_drawn(verb)
    verb = _add(verbs, "record_pictures", "[rule] explain a folder of pictures")
    add_stage_options(verb, "--inputs")


def _add_drawn(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--names", nargs="*", default=[], help="of the experiments")
    add_stage_options(verb, "--spec", "--inputs")


def add_stage_options(verb: argparse.ArgumentParser, *options: str) -> None:
    """Add `--to` to `verb`, and those of `--network`, `--spec` and `--inputs` in `options`."""
    if "--network" in options:
        verb.add_argument("--network", type=Path, required=True, help="network.h5")
    if "--spec" in options:
        verb.add_argument("--spec", type=_json, required=True, metavar="JSON")
    if "--inputs" in options:
        verb.add_argument("--inputs", nargs="*", default=[], type=_named, metavar="NAME=PATH")
    verb.add_argument("--to", type=_new_file, required=True, nargs="+", metavar="FILE")


def _add(verbs: Any, name: str, text: str) -> argparse.ArgumentParser:
    """Add a command whose work is `run_<name>` in `verbs.py`."""
    example = HELP_EXAMPLES.get(name)
    verb = verbs.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example: python -m multiarea {example}" if example else "Called by Snakemake.",
    )
    verb.set_defaults(run=getattr(do, f"run_{name.replace('-', '_')}"))
    return verb


def _folder(word: str) -> Path:
    if not Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"{word!r} is not a folder")
    return Path(word)


def _new(word: str) -> Path:
    """Return the path of what is to be written, where its folder can be made."""
    if (reason := why_not_made(Path(word).parent)) is not None:
        raise argparse.ArgumentTypeError(f"{word!r} cannot be written: {reason}")
    return Path(word)


def _new_file(word: str) -> Path:
    if Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"expected the name of a file; {word!r} is a folder")
    return _new(word)


def _new_folder(word: str) -> Path:
    if Path(word).exists() and not Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"{word!r} is not a folder")
    return _new(word)


def _cores(word: str) -> str:
    if word != "all" and not (word.isdecimal() and int(word) > 0):
        raise argparse.ArgumentTypeError(f"expected a number of cores from 1 on, or all: {word!r}")
    return word


def _json(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected JSON: {error}") from None


def _json_object(word: str) -> dict[str, Any]:
    content = _json(word)
    if not isinstance(content, dict):
        raise argparse.ArgumentTypeError(f"expected a JSON object, got {word!r}")
    return content


def _named(word: str) -> tuple[str, Path]:
    name, separator, path = word.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"expected NAME=PATH, got {word!r}")
    return name, Path(path)
