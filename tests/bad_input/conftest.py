"""A project in a temporary folder, and the command line inside this process."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from multiarea.cli import main
from multiarea.experiment import running as experiment_files

GOOD = "net_params = {'N_scaling': 0.001, 'K_scaling': 0.1}\n"


@dataclass
class Said:
    """What a command left behind."""

    status: int
    message: str
    """What it wrote to standard error."""
    files: set[str]
    """Files that were not there before."""


@dataclass
class SmallProject:
    """A folder with the data of the checkout and one experiment."""

    folder: Path
    capture: pytest.CaptureFixture

    def run(self, *words: str) -> Said:
        """Run `python -m multiarea` with these words."""
        before = self.files()
        self.capture.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as exit_:
            status = exit_.code
        message = self.capture.readouterr().err
        return Said(status, message, self.files() - before)

    def files(self) -> set[str]:
        """Return all files of the project, links included, hidden ones too."""
        found = set()
        for parent, folders, names in os.walk(self.folder):
            found |= {str(Path(parent, name)) for name in (*folders, *names)}
        return found


@pytest.fixture
def project(tmp_path, checkout, monkeypatch, capsys):
    (tmp_path / "Snakefile").touch()
    for name in ("experimental_data", "simulated_data"):
        (tmp_path / name).symlink_to(checkout / name)
    (tmp_path / "config.yaml").write_text("experiments: [experiments/good.py]\n")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "good.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(experiment_files, "LONGEST_RUN", 0.2)
    return SmallProject(tmp_path, capsys)
