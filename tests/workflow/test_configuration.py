"""Snakemake's command line: experiments by name, and messages that tell of the right file."""

import re
import shutil

import pytest
from small_project import CHECKOUT, TINY, Project

from multiarea.errors import InputError
from multiarea.workflow.call import prepare

LINES_OF_CODE = re.compile(r'Snakefile"?, line|File "|Traceback|WorkflowError')
"""What Snakemake writes around an exception."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("configured")
    for name in ("Snakefile", "humam.yml"):
        shutil.copy(CHECKOUT / name, folder)
    (folder / "experimental_data").symlink_to(CHECKOUT / "experimental_data")
    (folder / "experiments").mkdir()
    project = Project(folder)
    project.write_experiment("tiny", TINY)
    (folder / "experiments/sw.py").write_text(f"{TINY}\nsweep = {{'chi': [1.0, 1.5, 2.0]}}")
    return project


def test_a_point_of_a_sweep_on_the_command_line(project):
    assert project.jobs("--config", "experiments=sw@chi=1.5")["simulate"] == 1
    assert project.jobs("--config", "experiments=[sw@chi=1.5,tiny]")["simulate"] == 2
    assert project.jobs("--config", "experiments=sw")["simulate"] == 3


@pytest.mark.parametrize(
    ("own", "words", "expected"),
    [
        ("virtual_processes: 0", (), "own.yaml: virtual_processes: expected a value > 0, got 0"),
        ("figure: all", (), "own.yaml: figure: unknown key. Did you mean 'figures'?"),
        ("figures: rater", (), "own.yaml: figures: unknown figure 'rater'."),
        (
            "experimental_data: {model: hunan}",
            (),
            "own.yaml: experimental_data.model: unknown model 'hunan'",
        ),
        ("out: own", ("--config", "figures=rater"), "--config: figures: unknown figure 'rater'."),
        ("out: own", ("--config", "experiments=sw@chi=7"), "sw@chi=7: a sweep; name one of its"),
    ],
)
def test_errors_are_told_of_their_place(project, own, words, expected):
    (project.folder / "own.yaml").write_text(own)
    done = project.snakemake("--dry-run", "--configfile", "own.yaml", *words)
    assert done.returncode != 0
    text = done.stdout + done.stderr
    said = [line for line in text.splitlines() if expected in line]
    assert len(said) == 1 and said[0].startswith(f"error: {expected}"), text
    assert "config.yaml: " not in text
    assert not LINES_OF_CODE.search(text)


def test_warnings_are_told_of_their_place(project):
    (project.folder / "jureca.yaml").write_text("BASE_PATH: /path/to/humam\n")
    done = project.snakemake("--dry-run", "--configfile", "jureca.yaml")
    said = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert said[0].startswith("warning: jureca.yaml: BASE_PATH has no effect"), done.stderr
    assert not any("config.yaml: " in line for line in said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("out: [a\nb: 1\n", "own.yaml: not readable as YAML: "),
        ("- out\n", "own.yaml: expected 'key: value' lines"),
        (None, "own.yaml: no such file"),
    ],
)
def test_run_names_a_configuration_file_that_is_not_sound(
    checkout, monkeypatch, tmp_path, text, expected
):
    if text is not None:
        (tmp_path / "own.yaml").write_text(text)
    monkeypatch.chdir(checkout)
    with pytest.raises(InputError, match=re.escape(f"{tmp_path}/{expected}")):
        prepare(["-n", "--configfile", f"{tmp_path}/own.yaml"], {})


@pytest.mark.parametrize(
    ("experiments", "expected"),
    [
        ("[]", "config.yaml: experiments: no experiment is named, so none is run"),
        ("nothing/*.py", "nothing/*.py: no file fits"),
        ("tiny.py", "tiny.py: no such experiment file"),
    ],
)
def test_nothing_to_run_is_an_error(project, experiments, expected):
    done = project.snakemake("--config", f"experiments={experiments}")
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert text.splitlines()[-1].startswith(f"error: {expected}"), text
    assert not LINES_OF_CODE.search(text)


def test_the_device_reaches_the_simulation_and_is_no_part_of_its_identity(project):
    """Without a card by the message; results that exist are not made again."""
    from multiarea.simulation.procedural.gpu import device

    tiny = TINY.replace('"t_sim": 900.0', '"simulator": "procedural", "t_sim": 1.0')
    (project.folder / "experiments/gpu.py").write_text(tiny)
    words = ("--until", "simulate", "--config", "experiments=gpu")
    folder = project.folder / "out"
    try:
        device.require()
    except InputError as error:
        done = project.snakemake("--show-failed-logs", *words, "device=gpu")
        assert done.returncode != 0
        assert str(error).split(" (")[0] in done.stdout + done.stderr
        assert not list(folder.glob("*/*/spikes.h5"))
    done = project.snakemake(*words)
    assert done.returncode == 0, done.stderr
    assert len(list(folder.glob("*/*/spikes.h5"))) == 1
    assert "simulate" not in project.jobs("--config", "experiments=gpu", "device=gpu")
