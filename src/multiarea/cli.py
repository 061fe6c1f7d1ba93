"""`python -m multiarea`: verbs for people, and the verbs that the Snakefile calls."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from multiarea import __version__
from multiarea.errors import InputError, did_you_mean, show_warnings

DESCRIPTION = "Reproducible, large-scale spiking models of cortex."
EXAMPLES = """\
examples:
  make run                                                  everything, to the figures
  python -m multiarea list                                  what there is
  python -m multiarea tables experiments/downscaled_base.py --to tables
  python -m multiarea theory experiments/full_scale/base.py --to rates.csv
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (0: done, 1: mistake of the user)."""
    parser = build_parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser.parse_args(words)
    show_warnings()
    with ExitStack() as stack:
        if chosen.log is not None:
            chosen.log.parent.mkdir(parents=True, exist_ok=True)
            if mpi_rank() == 0:
                chosen.log.write_bytes(b"")
            file = stack.enter_context(chosen.log.open("a", encoding="utf-8"))
            sys.stderr = Tee(sys.stderr, file)
            stack.callback(setattr, sys, "stderr", sys.stderr.streams[0])
        logging.basicConfig(format="%(message)s", stream=sys.stderr, force=True)
        level = logging.INFO if mpi_rank() == 0 else logging.WARNING
        logging.getLogger("multiarea").setLevel(level)
        try:
            chosen.run(chosen)
        except InputError as error:
            _say("error", error)
            return 1
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            if error.filename is None and error.errno is None:
                raise
            _say("error", error)
            return 1
    return 0


def mpi_rank() -> int:
    """Return this process's MPI rank as its launcher tells it, without starting MPI."""
    names = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)


class Tee:
    """A text stream that writes to several."""

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        """Write to all streams."""
        for stream in self.streams:
            stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush all streams."""
        for stream in self.streams:
            stream.flush()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="python -m multiarea",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"multiarea {__version__}")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write messages here too")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_people(verbs)
    _add_stages(verbs)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints name the nearest valid command or option."""

    def error(self, message: str) -> Any:
        """Print one message and exit with status 2."""
        word = message.split("'")[1] if message.count("'") >= 2 else ""  # noqa: PLR2004
        if "invalid choice" in message:
            choices = [c.strip(" '()") for c in message.split("choose from")[-1].split(",")]
            message = f"unknown command '{word}'.{did_you_mean(word, choices)}"
        elif message.startswith("unrecognized arguments: -"):
            option = message.split(": ")[1].split()[0].split("=")[0]
            message = f"unknown option '{option}'." + did_you_mean(option, sorted(self._options()))
        self.exit(2, f"error: {message}\nTry: {self.prog} --help\n")

    def _options(self) -> set[str]:
        """Return the options of this parser and of its commands."""
        names: set[str] = set()
        for action in self._actions:
            names.update(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                names.update(*(verb._options() for verb in action.choices.values()))
        return names


def _add_people(verbs: Any) -> None:
    """Add the verbs for people."""
    verb = _add(verbs, "list", _list, "show experiments, their hashes and folders, and what exists")
    verb.add_argument("--results", action="store_true", help="only where results and pictures are")
    verb = _add(verbs, "tables", _tables, "write the network of an experiment as CSV tables")
    verb.add_argument("experiment", help="experiment file or name")
    verb.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder to write into")
    verb = _add(verbs, "theory", _theory, "write the mean-field rates of each fixed point as CSV")
    verb.add_argument("experiment", nargs="?", help="experiment file or name")
    verb.add_argument("--network", type=Path, help="a saved network instead (used by the rule)")
    verb.add_argument("--to", type=Path, required=True, nargs="+", metavar="FILE", help="output")
    verb = _add(verbs, "estimate", _estimate, "predict memory, time and output of a simulation")
    verb.add_argument("experiment", help="experiment file or name")
    verb.add_argument("--cluster", metavar="FILE", help="compare with cluster.json, not with here")
    verb.add_argument("--rate", type=float, metavar="HZ", help="mean rate, not from theory")
    verb.add_argument("--force", action="store_true", help="only warn if it cannot fit")
    _add(verbs, "doctor", _doctor, "tell what this machine has, and what is missing")


def _add_stages(verbs: Any) -> None:
    """Add the verbs that the rules call."""
    verb = _add(verbs, "network", _network, "[rule] build a network")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "simulate", _simulate, "[rule] simulate a network with NEST")
    verb.add_argument("--network", type=Path, required=True, help="network.h5")
    _add_stage_options(verb, "--spec")
    verb = _add(verbs, "analyse", _analyse, "[rule] compute a measure")
    verb.add_argument("measure", help="name of the measure")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "record", _record, "[rule] explain the folder of an analysis")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "plot", _plot, "[rule] draw a figure of an experiment")
    verb.add_argument("figure", help="name of the figure")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "paper_figure", _paper_figure, "[rule] draw a figure of the publication")
    verb.add_argument("figure", help="name of the figure")
    _add_stage_options(verb, "--spec", "--inputs")


def _add_stage_options(verb: argparse.ArgumentParser, *options: str) -> None:
    if "--spec" in options:
        verb.add_argument("--spec", type=_json, required=True, metavar="JSON")
    if "--inputs" in options:
        verb.add_argument("--inputs", nargs="*", default=[], type=_named, metavar="NAME=PATH")
    verb.add_argument("--to", type=Path, required=True, nargs="+", metavar="FILE")


HELP_EXAMPLES = {
    "estimate": "estimate experiments/full_scale/base.py --cluster cluster.json",
    "doctor": "doctor",
    "list": "list --results",
    "tables": "tables experiments/downscaled_base.py --to tables",
    "theory": "theory experiments/full_scale/base.py --to rates.csv",
}


def _add(
    verbs: Any, name: str, run: Callable[[argparse.Namespace], None], text: str
) -> argparse.ArgumentParser:
    example = HELP_EXAMPLES.get(name)
    verb = verbs.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example: python -m multiarea {example}" if example else "Called by Snakemake.",
    )
    verb.set_defaults(run=run)
    return verb


def _json(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected JSON: {error}") from None


def _named(word: str) -> tuple[str, Path]:
    name, separator, path = word.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"expected NAME=PATH, got {word!r}")
    return name, Path(path)


def _inputs(chosen: argparse.Namespace) -> dict[str, list[Path]]:
    inputs: dict[str, list[Path]] = {}
    for name, path in chosen.inputs:
        inputs.setdefault(name, []).append(path)
    return inputs


def _say(kind: str, message: object) -> None:
    sys.stderr.write("".join(f"{kind}: {line}\n" for line in str(message).splitlines()))


# Each verb imports what it needs itself: `--help` must not wait for NumPy.


def _list(chosen: argparse.Namespace) -> None:
    from multiarea.listing import list_experiments

    sys.stdout.write(list_experiments(only_results=chosen.results))


def _tables(chosen: argparse.Namespace) -> None:
    from multiarea.tables import write_tables

    write_tables(chosen.experiment, chosen.to)


def _theory(chosen: argparse.Namespace) -> None:
    if (chosen.network is None) == (chosen.experiment is None):
        raise InputError("theory: name either an experiment or --network FILE")
    if chosen.network is not None:
        from multiarea.stages import theory_stage

        theory_stage(chosen.network, chosen.to)
    else:
        from multiarea.tables import write_theory

        write_theory(chosen.experiment, chosen.to[0])


def _estimate(chosen: argparse.Namespace) -> None:
    from multiarea.sizing import estimate_experiment

    report, problems = estimate_experiment(chosen.experiment, chosen.cluster, chosen.rate)
    sys.stdout.write(report)
    if problems and not chosen.force:
        raise InputError("\n".join(problems))
    for problem in problems:
        _say("warning", problem)


def _doctor(chosen: argparse.Namespace) -> None:
    from multiarea.doctor import examine, report

    findings = examine()
    sys.stdout.write(report(findings))
    if any(finding.advice and finding.needed for finding in findings):
        raise InputError("something that everything needs is missing")


def _network(chosen: argparse.Namespace) -> None:
    from multiarea.stages import network_stage

    network_stage(chosen.spec, _inputs(chosen), chosen.to)


def _simulate(chosen: argparse.Namespace) -> None:
    from multiarea.stages import simulate_stage

    simulate_stage(chosen.network, chosen.spec, chosen.to)


def _analyse(chosen: argparse.Namespace) -> None:
    from multiarea.stages import analyse_stage

    analyse_stage(chosen.measure, chosen.spec, _inputs(chosen), chosen.to)


def _record(chosen: argparse.Namespace) -> None:
    from multiarea.stages import record_stage

    record_stage(chosen.spec, _inputs(chosen), chosen.to)


def _plot(chosen: argparse.Namespace) -> None:
    from multiarea.stages import plot_stage

    plot_stage(chosen.figure, chosen.spec, _inputs(chosen), chosen.to)


def _paper_figure(chosen: argparse.Namespace) -> None:
    from multiarea.paper_figures.stage import paper_stage

    paper_stage(chosen.figure, chosen.spec, _inputs(chosen), chosen.to)
