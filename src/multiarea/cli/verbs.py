"""What each command does. Each imports what it needs itself: `--help` must not wait for NumPy."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from multiarea.cli.messages import say
from multiarea.errors import InputError, one_line


def run_list(chosen: argparse.Namespace) -> None:
    """Show experiments and what exists of them; InputError if a file in experiments/ is wrong."""
    from multiarea.cli.listing import list_experiments

    text, problems = list_experiments(chosen.results, chosen.experiment, chosen.out)
    sys.stdout.write(text)
    if problems:
        raise InputError("\n".join(problems))


def run_run(chosen: argparse.Namespace) -> None:
    """Run experiments; InputError if something is wrong, or a job fails."""
    sys.stderr.write("run: reading the experiments, and looking for results that exist\n")
    from multiarea.cli.run import run_experiments

    words = ["--cores", chosen.cores, *(["--dry-run"] if chosen.dry_run else [])]
    wanted = {"figure": chosen.figure, "measure": chosen.measure}
    words += chosen.snakemake
    run_experiments(chosen.experiment, wanted, chosen.out, words, chosen.verbose)


def run_parameters(chosen: argparse.Namespace) -> None:
    """Show parameters with unit, default, range and place."""
    from multiarea.experiment.catalogue import parameters_page

    sys.stdout.write(parameters_page(chosen.word))


def run_tables(chosen: argparse.Namespace) -> None:
    """Write a network as CSV tables."""
    from multiarea.cli.tables import write_tables

    write_tables(chosen.experiment, chosen.to)


def run_theory(chosen: argparse.Namespace) -> None:
    """Write mean-field rates of an experiment, or of a saved network."""
    if (chosen.network is None) == (chosen.experiment is None):
        raise InputError("theory: name either an experiment or --network FILE")
    if chosen.network is not None:
        from multiarea.stages.theory import theory_stage

        theory_stage(chosen.network, chosen.to)
    else:
        from multiarea.cli.tables import write_theory

        starts = chosen.starts if chosen.stability else None
        report = write_theory(chosen.experiment, chosen.to[0], starts)
        sys.stdout.write(report)


def run_stabilise(chosen: argparse.Namespace) -> None:
    """Write the in-degrees that keep a state stable."""
    if (chosen.network is None) == (not chosen.experiment):
        raise InputError("stabilise: name either two experiments or --network LOW HIGH")
    if chosen.network is not None:
        from multiarea.stages.stabilise import stabilise_stage

        stabilise_stage(chosen.network, chosen.to)
    else:
        from multiarea.cli.tables import write_stabilised

        write_stabilised(chosen.experiment, chosen.to[0])


def run_stability(chosen: argparse.Namespace) -> None:
    """Find states, basins and modes of a saved network."""
    from multiarea.stages.stability import stability_stage

    stability_stage(chosen.network, chosen.to)


def run_estimate(chosen: argparse.Namespace) -> None:
    """Predict a simulation's cost; InputError if it cannot fit."""
    from multiarea.estimate.experiment import estimate_experiment

    report, problems = estimate_experiment(
        chosen.experiment, chosen.cluster, chosen.rate, chosen.out
    )
    sys.stdout.write(report)
    if problems and not chosen.force:
        raise InputError("\n".join(problems))
    for problem in problems:
        say("warning", problem)


def run_doctor(chosen: argparse.Namespace) -> None:
    """Tell what this machine has; InputError if it lacks what all need."""
    from multiarea.cli.doctor import examine, report

    findings = examine()
    sys.stdout.write(report(findings))
    if any(finding.advice and finding.needed for finding in findings):
        raise InputError("something that everything needs is missing")


def run_verify(chosen: argparse.Namespace) -> None:
    """Compare results with their checksums; InputError if any differs."""
    from multiarea.cli.verify import default_folders, verify_folders

    named = [folder for folder in (chosen.folder, chosen.out) if folder is not None]
    folders = named or default_folders()
    if not folders:
        raise InputError("verify: there are no results yet")
    findings = verify_folders(folders)
    sys.stdout.write(findings.report)
    if findings.problems:
        raise InputError(findings.summary)
    sys.stdout.write(f"{findings.summary}\n")


def run_recover(chosen: argparse.Namespace) -> None:
    """Keep what killed simulations have left; InputError if the folder does not exist."""
    from multiarea.experiment.config import load_config
    from multiarea.files.project import resolve
    from multiarea.simulation.journal import advice, recover

    folder = chosen.folder or Path(os.path.relpath(resolve(load_config().out)))
    if chosen.folder is not None and not folder.is_dir():
        raise InputError(f"recover: {one_line(folder)} is not a folder")
    kept = None
    for kept in recover(folder):
        sys.stdout.write(f"{advice(kept)}\n")
    if kept is None:
        where = one_line(folder)
        sys.stdout.write(f"nothing to recover: no killed simulation has left spikes in {where}\n")


def run_summarise(chosen: argparse.Namespace) -> None:
    """Write a summary of an experiment."""
    from multiarea.summary import RUN
    from multiarea.summary.folder import summarise

    tables = summarise(chosen.experiment, chosen.to, chosen.only, chosen.out)
    sys.stdout.write(f"{chosen.to}: {', '.join(('README.md', RUN, *tables))}\n")


def run_compare(chosen: argparse.Namespace) -> None:
    """Write what differs between experiments, or between the runs that a rule names."""
    from multiarea.comparison.stage import compare_stage

    if chosen.spec is not None:
        compare_stage(chosen.spec, inputs_of(chosen), chosen.to)
        return
    from multiarea.experiment.config import load_config, project_config
    from multiarea.workflow.comparison import OUTPUTS, Comparison
    from multiarea.workflow.selection import Selection

    config = load_config({**project_config(chosen.out), "experiments": chosen.experiment})
    comparison = Comparison(Selection(config))
    comparison.results()
    outputs = [chosen.to[0] / name for name in OUTPUTS]
    compare_stage(comparison.facts, comparison.require(), outputs)


def run_export(chosen: argparse.Namespace) -> None:
    """Write experiments as an RO-Crate."""
    from multiarea.export.crate import export_crate

    export_crate(chosen.crate, chosen.experiment, chosen.author, chosen.license, chosen.out)


def run_export_spikes(chosen: argparse.Namespace) -> None:
    """Write spikes as NWB."""
    from multiarea.export.nwb import export_spikes

    export_spikes(chosen.experiment, chosen.to, chosen.out)


def run_network(chosen: argparse.Namespace) -> None:
    """Build a network."""
    from multiarea.stages.network import network_stage

    network_stage(chosen.spec, inputs_of(chosen), chosen.to)


def run_simulate(chosen: argparse.Namespace) -> None:
    """Simulate a network."""
    from multiarea import machine
    from multiarea.stages.simulate import simulate_stage

    if chosen.force:
        os.environ[machine.UNCHECKED] = "no"
    options = {"threads": chosen.threads, "checkpoint_interval": 60 * chosen.checkpoint}
    options |= {"device": chosen.device or os.environ.get(machine.DEVICE, "cpu")}
    simulate_stage(chosen.network, chosen.spec, chosen.to, chosen.guard, **options)


def run_import_spikes(chosen: argparse.Namespace) -> None:
    """Take the spikes of a file."""
    from multiarea.stages.import_spikes import import_stage

    import_stage(chosen.spec, inputs_of(chosen), chosen.to)


def run_analyse(chosen: argparse.Namespace) -> None:
    """Compute a measure."""
    from multiarea.stages.analyse import analyse_stage

    analyse_stage(chosen.measure, chosen.spec, inputs_of(chosen), chosen.to)


def run_record(chosen: argparse.Namespace) -> None:
    """Write parameters and provenance of an analysis."""
    from multiarea.stages.records import record_stage

    record_stage(chosen.spec, inputs_of(chosen), chosen.to)


def run_plot(chosen: argparse.Namespace) -> None:
    """Draw a figure of an experiment."""
    from multiarea.stages.plot import plot_stage

    plot_stage(chosen.figure, chosen.spec, inputs_of(chosen), chosen.to, chosen.names)


def run_page(chosen: argparse.Namespace) -> None:
    """Write the page on an experiment."""
    from multiarea.stages.experiment_page import page_stage

    page_stage(chosen.spec, inputs_of(chosen), chosen.to, chosen.names)


def run_record_pictures(chosen: argparse.Namespace) -> None:
    """Write parameters and provenance of pictures."""
    from multiarea.stages.records import record_pictures_stage

    record_pictures_stage(inputs_of(chosen), chosen.to)


def inputs_of(chosen: argparse.Namespace) -> dict[str, list[Path]]:
    """Return the files of `--inputs` by name."""
    inputs: dict[str, list[Path]] = {}
    for name, path in chosen.inputs:
        inputs.setdefault(name, []).append(path)
    return inputs
