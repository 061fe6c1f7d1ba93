"""The environments that users set up: the lock file for pip, humam.yml for conda."""

import re
import tomllib

import yaml

CONDA_NAMES = {"matplotlib": "matplotlib-base", "snakemake": "snakemake-minimal"}


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower()


def wanted(checkout):
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    return {name_of(requirement) for requirement in project["dependencies"]}


def test_the_conda_environment_has_all_that_the_package_needs(checkout):
    content = yaml.safe_load((checkout / "humam.yml").read_text())
    *packages, with_pip = content["dependencies"]
    names = {name_of(package) for package in (*packages, *with_pip["pip"])}
    assert {CONDA_NAMES.get(name, name) for name in wanted(checkout)} <= names
    assert content["channels"][0] == "conda-forge"


def test_its_nest_has_mpi(checkout):
    packages = yaml.safe_load((checkout / "humam.yml").read_text())["dependencies"]
    (nest,) = [p for p in packages if isinstance(p, str) and name_of(p) == "nest-simulator"]
    name, version, build = nest.split()
    assert (version, build) == (">=3.10", "mpi_openmpi*")


def test_the_lock_file_pins_all_that_the_package_needs(checkout):
    lines = (checkout / "requirements.lock").read_text().splitlines()
    pinned = {name_of(line) for line in lines if "==" in line}
    assert wanted(checkout) <= pinned
