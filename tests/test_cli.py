"""The command line: help, messages and exit codes."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from multiarea import __version__
from multiarea.cli import HELP_EXAMPLES, build_parser, main

STAGES = ("network", "simulate", "analyse", "record", "plot", "page")
QUICK = "net_params = {'N_scaling': 0.001, 'K_scaling': 0.1}"


@pytest.fixture
def run(checkout, tmp_path):
    """Run `python -m multiarea` in a folder of its own."""

    def run_command(*words):
        environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
        return subprocess.run(
            [sys.executable, "-m", "multiarea", *map(str, words)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run_command


def output_of_help(capsys, *words):
    with pytest.raises(SystemExit) as caught:
        main([*words, "--help"])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_help(capsys):
    text = output_of_help(capsys)
    for verb in (*HELP_EXAMPLES, *STAGES):
        assert f"    {verb} " in text
    assert "examples:\n" in text and "python -m multiarea list" in text


TO = ["--to", "x.csv", "parameters.json", "provenance.json"]


@pytest.mark.parametrize("verb", HELP_EXAMPLES)
def test_help_of_each_verb_has_an_example_that_parses(capsys, verb):
    text = " ".join(output_of_help(capsys, verb).split())
    example = f"example: python -m multiarea {HELP_EXAMPLES[verb]}"
    assert example in text
    build_parser().parse_args(HELP_EXAMPLES[verb].split())


@pytest.mark.parametrize("verb", STAGES)
def test_help_of_each_stage(capsys, verb):
    assert "Called by Snakemake." in output_of_help(capsys, verb)


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"multiarea {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "error: the following arguments are required: COMMAND"),
        (["lst"], "error: unknown command 'lst'. Did you mean 'list'?"),
        (["plot", "cv_boxplot"], "type: python -m multiarea run EXPERIMENT --figure NAME\n"),
        (["analyse", "cv"], "type: python -m multiarea run EXPERIMENT --measure NAME\n"),
        (["theory", "x", "--to", "README.md/r"], "'README.md/r' cannot be written: "),
        (["theory", "x", "--to", "."], "--to: expected the name of a file; '.' is a folder"),
        (["compare", "--to", "README.md/x"], "argument --to: 'README.md/x' cannot be written: "),
        (["export", "README.md/c.zip"], "argument crate: 'README.md/c.zip' cannot be written: "),
        (["export"], "error: the following arguments are required: crate\n"),
        (["list", "--resluts"], "error: unknown option '--resluts'. Did you mean '--results'?"),
        (["--lgo=x", "list"], "error: unknown option '--lgo'. Did you mean '--log'?"),
        (
            ["run", "x", "--configfile", "a.yaml"],
            "error: unknown option '--configfile'. Snakemake has it: python -m multiarea run "
            "EXPERIMENT --snakemake --configfile ...",
        ),
        (["tables", "x", "--to=y", "--out=z"], "error: this command has no option '--out', which"),
        (["tables", "x"], "error: the following arguments are required: --to"),
        (["network", "--spec", "{", "--to", "x"], "error: argument --spec: expected JSON"),
        (
            ["plot", "a", "--spec", "{}", "--inputs", "x", "--to", "y"],
            "expected NAME=PATH, got 'x'",
        ),
    ],
)
def test_wrong_words(capsys, words, expected):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert expected in (text := capsys.readouterr().err) and "Try: python -m multiarea" in text


def test_all_problems_and_no_traceback(run, tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text("net_params = {'N_scalling': 1}\nsim_params = {'rec_dev': ['spike_detector']}")
    done = run("tables", path, "--to", tmp_path / "tables")
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith(f"error: {path}: ") for line in lines)
    assert "Did you mean 'N_scaling'?" in lines[0] and "'spike_recorder'" in lines[1]
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tables", "nowhere", "--to", "x"], "error: nowhere: no such experiment in experiments/."),
        (["theory", "--to", "x.csv"], "error: theory: name either an experiment or --network FILE"),
        (["theory", "--network", "no.h5", *TO], "error: no.h5: not a readable network"),
        (["theory", "/etc/passwd", "--to", "x.csv"], "error: /etc/passwd: an experiment"),
    ],
)
def test_exit_code_of_mistakes(capsys, tmp_path, monkeypatch, words, expected):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert capsys.readouterr().err.startswith(expected)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_code_stands_in_the_log(capsys, tmp_path, monkeypatch):
    def broken(word):
        return {}[word]

    monkeypatch.setattr("multiarea.experiment.catalogue.parameters_page", broken)
    assert main(["--log", str(tmp_path / "log"), "parameters", "chi"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told and "return {}[word]" in told
    last = told.splitlines()[-1]
    assert last.startswith("error: KeyError: 'chi' (") and "verbs.py, line " in last
    assert (tmp_path / "log").read_text() == told


def test_output_that_cannot_be_written(capsys, tmp_path, write_experiment):
    path = write_experiment(QUICK)
    with pytest.raises(SystemExit):
        main(["tables", str(path), "--to", str(path)])
    assert f"error: argument --to: '{path}' is not a folder\n" in capsys.readouterr().err
    assert path.read_text() == QUICK


def test_list(run):
    done = run("list")
    assert done.returncode == 0 and done.stderr == ""
    configured, others = done.stdout.split("Others in experiments/:")
    assert "  downscaled_base  " in configured and "  macaque_base  " in others
    assert len(done.stdout.splitlines()) < 60


def test_tables_and_log(run, tmp_path, write_experiment):
    path = write_experiment(QUICK)
    done = run("--log", "logs/tables.log", "tables", path, "--to", "tables")
    assert done.returncode == 0, done.stderr
    assert len(pd.read_csv(tmp_path / "tables/populations.csv")) == 254
    message = "tables: populations.csv, synapses.csv, weights.csv, delays.csv, areas.csv"
    assert message in done.stderr
    assert message in (tmp_path / "logs/tables.log").read_text()


def test_closed_pipe(checkout, tmp_path):
    """`multiarea list | head -1` ends quietly."""
    command = f"{sys.executable} -m multiarea list | head -1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr and len(done.stdout.splitlines()) == 1
