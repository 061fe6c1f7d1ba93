"""`python -m multiarea`: verbs for people, and the verbs that the Snakefile calls."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, TextIO

from multiarea import __version__
from multiarea.errors import InputError, did_you_mean, one_line, show_warnings

DESCRIPTION = "Reproducible, large-scale spiking models of cortex."
EXAMPLES = """\
examples:
  make run                                                  everything, to the figures
  python -m multiarea list                                  what there is
  python -m multiarea tables experiments/downscaled_base.py --to tables
  python -m multiarea theory experiments/full_scale/base.py --to rates.csv
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (0: done, 1: mistake of the user, 130: ctrl-c)."""
    parser = build_parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser.parse_args(words)
    show_warnings()
    with ExitStack() as stack:
        try:
            if chosen.log is not None:
                _copy_messages(chosen.log, stack)
            logging.basicConfig(format="%(message)s", stream=sys.stderr, force=True)
            level = logging.INFO if mpi_rank() == 0 else logging.WARNING
            logging.getLogger("multiarea").setLevel(level)
            chosen.run(chosen)
        except InputError as error:
            _say("error", error)
            return 1
        except KeyboardInterrupt:
            _say("error", "interrupted")
            return 130
        except MemoryError as error:
            _say("error", f"not enough memory: {error}")
            return 1
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            if error.filename is None and error.errno is None:
                raise
            _say("error", one_line(error))
            return 1
    return 0


def mpi_rank() -> int:
    """Return this process's MPI rank as its launcher tells it, without starting MPI."""
    names = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
    return next((int(os.environ[name]) for name in names if name in os.environ), 0)


def _copy_messages(log: Path, stack: ExitStack) -> None:
    """Write what goes to standard error into a file, too, until the stack is closed."""
    from multiarea.files import disk_problems

    with disk_problems(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        if mpi_rank() == 0:
            log.write_bytes(b"")
        file = log.open("a", encoding="utf-8")
    stack.callback(_close, file)
    stack.callback(setattr, sys, "stderr", sys.stderr)
    sys.stderr = Tee(sys.stderr, file)


def _close(file: TextIO) -> None:
    with suppress(OSError):
        file.close()


class Tee:
    """A text stream that also writes to others, as long as these can be written."""

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        """Write to all streams."""
        first, *others = self.streams
        for stream in others:
            with suppress(OSError):
                stream.write(text)
        return first.write(text)

    def flush(self) -> None:
        """Flush all streams."""
        first, *others = self.streams
        for stream in others:
            with suppress(OSError):
                stream.flush()
        first.flush()


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
    _add_exports(verbs)
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
    verb.add_argument("--stability", action="store_true", help="show eigenvalues and basins, too")
    verb.add_argument(
        "--starts", type=int, default=60, metavar="N", help="random starts of --stability; 60"
    )
    verb = _add(verbs, "stabilise", _stabilise, "change in-degrees so that a state survives drive")
    verb.add_argument("experiment", nargs="*", help="two: low drive, high drive; else the same")
    verb.add_argument("--network", type=Path, nargs=2, help="saved networks (used by the rule)")
    verb.add_argument("--to", type=Path, required=True, nargs="+", metavar="FILE", help="output")
    verb = _add(verbs, "estimate", _estimate, "predict memory, time and output of a simulation")
    verb.add_argument("experiment", help="experiment file or name")
    verb.add_argument("--cluster", metavar="FILE", help="compare with cluster.json, not with here")
    verb.add_argument("--rate", type=float, metavar="HZ", help="mean rate, not from theory")
    verb.add_argument("--force", action="store_true", help="only warn if it cannot fit")
    _add(verbs, "doctor", _doctor, "tell what this machine has, and what is missing")
    verb = _add(verbs, "verify", _verify, "compare all results with the checksums in their records")
    verb.add_argument("folder", nargs="?", type=Path, help="default: all results and figures")


def _add_exports(verbs: Any) -> None:
    """Add the verbs that write results for others."""
    verb = _add(verbs, "export", _export, "write experiments with all they need as an RO-Crate")
    verb.add_argument("crate", type=Path, help="new folder, or .zip file")
    verb.add_argument("experiment", nargs="*", help="files or names; none: those of config.yaml")
    verb.add_argument("--author", action="append", default=[], help="Name, or 'Name <ORCID>'")
    verb.add_argument("--license", metavar="SPDX", help="licence of the results; CC-BY-4.0")
    verb = _add(verbs, "export-spikes", _export_spikes, "write the spikes of an experiment as NWB")
    verb.add_argument("experiment", help="experiment file or name")
    verb.add_argument("--to", type=Path, required=True, metavar="FILE.nwb", help="output")


def _add_stages(verbs: Any) -> None:
    """Add the verbs that the rules call."""
    verb = _add(verbs, "network", _network, "[rule] build a network")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "stability", _stability, "[rule] find states, their basins and modes")
    verb.add_argument("--network", type=Path, required=True, help="network.h5")
    _add_stage_options(verb)
    verb = _add(verbs, "simulate", _simulate, "[rule] simulate a network with NEST")
    verb.add_argument("--network", type=Path, required=True, help="network.h5")
    verb.add_argument("--guard", type=_json, default={}, metavar="JSON", help="when to stop")
    _add_stage_options(verb, "--spec")
    verb = _add(verbs, "analyse", _analyse, "[rule] compute a measure")
    verb.add_argument("measure", help="name of the measure")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "record", _record, "[rule] explain the folder of an analysis")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "plot", _plot, "[rule] draw a figure of an experiment")
    verb.add_argument("figure", help="name of the figure")
    _add_stage_options(verb, "--spec", "--inputs")
    verb = _add(verbs, "record_pictures", _record_pictures, "[rule] explain a folder of pictures")
    _add_stage_options(verb, "--inputs")
    verb = _add(verbs, "paper_figure", _paper_figure, "[rule] draw a figure of a publication")
    verb.add_argument("figure", help="name of the figure")
    _add_stage_options(verb, "--spec", "--inputs")


def _add_stage_options(verb: argparse.ArgumentParser, *options: str) -> None:
    if "--spec" in options:
        verb.add_argument("--spec", type=_json, required=True, metavar="JSON")
    if "--inputs" in options:
        verb.add_argument("--inputs", nargs="*", default=[], type=_named, metavar="NAME=PATH")
    verb.add_argument("--to", type=Path, required=True, nargs="+", metavar="FILE")


HELP_EXAMPLES = {
    "export": "export crate.zip experiments/downscaled_base.py",
    "export-spikes": "export-spikes experiments/downscaled_base.py --to spikes.nwb",
    "estimate": "estimate experiments/full_scale/base.py --cluster cluster.json",
    "doctor": "doctor",
    "verify": "verify out",
    "list": "list --results",
    "tables": "tables experiments/downscaled_base.py --to tables",
    "theory": "theory experiments/full_scale/base.py --to rates.csv",
    "stabilise": "stabilise macaque_low_drive macaque_high_drive --to indegree.csv",
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

        starts = chosen.starts if chosen.stability else None
        report = write_theory(chosen.experiment, chosen.to[0], starts)
        sys.stdout.write(report)


def _stabilise(chosen: argparse.Namespace) -> None:
    if (chosen.network is None) == (not chosen.experiment):
        raise InputError("stabilise: name either two experiments or --network LOW HIGH")
    if chosen.network is not None:
        from multiarea.theory.stages import stabilise_stage

        stabilise_stage(chosen.network, chosen.to)
    else:
        from multiarea.tables import write_stabilised

        write_stabilised(chosen.experiment, chosen.to[0])


def _stability(chosen: argparse.Namespace) -> None:
    from multiarea.theory.stages import stability_stage

    stability_stage(chosen.network, chosen.to)


def _estimate(chosen: argparse.Namespace) -> None:
    from multiarea.estimate.experiment import estimate_experiment

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


def _verify(chosen: argparse.Namespace) -> None:
    from multiarea.verify import default_folders, verify_folders

    findings = verify_folders([chosen.folder] if chosen.folder else default_folders())
    sys.stdout.write(findings.report)
    if findings.problems:
        raise InputError(findings.summary)
    sys.stdout.write(f"{findings.summary}\n")


def _export(chosen: argparse.Namespace) -> None:
    from multiarea.export import export_crate

    export_crate(chosen.crate, chosen.experiment, chosen.author, chosen.license)


def _export_spikes(chosen: argparse.Namespace) -> None:
    from multiarea.export import export_spikes

    export_spikes(chosen.experiment, chosen.to)


def _network(chosen: argparse.Namespace) -> None:
    from multiarea.stages import network_stage

    network_stage(chosen.spec, _inputs(chosen), chosen.to)


def _simulate(chosen: argparse.Namespace) -> None:
    from multiarea.stages import simulate_stage

    simulate_stage(chosen.network, chosen.spec, chosen.to, chosen.guard)


def _analyse(chosen: argparse.Namespace) -> None:
    from multiarea.stages import analyse_stage

    analyse_stage(chosen.measure, chosen.spec, _inputs(chosen), chosen.to)


def _record(chosen: argparse.Namespace) -> None:
    from multiarea.stages import record_stage

    record_stage(chosen.spec, _inputs(chosen), chosen.to)


def _plot(chosen: argparse.Namespace) -> None:
    from multiarea.stages import plot_stage

    plot_stage(chosen.figure, chosen.spec, _inputs(chosen), chosen.to)


def _record_pictures(chosen: argparse.Namespace) -> None:
    from multiarea.stages import record_pictures_stage

    record_pictures_stage(_inputs(chosen), chosen.to)


def _paper_figure(chosen: argparse.Namespace) -> None:
    from multiarea.paper_figures.stage import paper_stage

    paper_stage(chosen.figure, chosen.spec, _inputs(chosen), chosen.to)
