# Every target sets up .venv itself. Options: CORES=4 (default: all), PYTHON=python3.12, ARGS="..." (passed on).
PYTHON ?= python3
CORES ?= $(shell env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
ARGS ?=

# The stamps carry a checksum of the folder's path, which may have any characters: in a checkout that
# was moved or copied, .venv belongs to the old place, and is made anew.
VENV := .venv
HERE := $(firstword $(shell pwd -P | cksum))
MADE := $(VENV)/.made-$(HERE)
READY := $(VENV)/.ready-$(HERE)
PY := $(VENV)/bin/python
SNAKEMAKE := $(PY) -m snakemake --quiet host reason --rerun-incomplete --show-failed-logs --cores $(CORES)

# Snakemake's jobs find python on PATH. One thread for linear algebra; NEST ignores OMP_NUM_THREADS
# (it warns when the variable is set) and takes its own threads from the configuration.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PYTHONNOUSERSITE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport OMP_NUM_THREADS PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
HUMAN := experiments/full_scale_on_one_computer.py

# Ends with 1 and names the condition in pyproject.toml where that leaves NEST out.
define HAS_NEST
import pathlib, sys, tomllib
from pip._vendor.packaging.requirements import Requirement
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
nest = next(r for r in map(Requirement, project["dependencies"]) if r.name == "nest-simulator")
nest.marker.evaluate() or sys.exit(f"""PyPI has no NEST for this machine; it has wheels where {nest.marker}
All else is installed. The procedural simulator runs every model without NEST: put
    simulator: procedural
into config.yaml. For NEST: make clean, then make PYTHON=python3.13 run, or conda (humam.yml).""")
endef
export HAS_NEST

.PHONY: help setup run full-scale figures test lint docs benchmark lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## set up the environment in .venv, anew where this folder was moved or copied

run: $(READY) ## run the experiments of config.yaml, then say where the results are
	@$(SNAKEMAKE) $(ARGS)
	@$(PY) -m multiarea list --results

full-scale: $(READY) ## simulate the human model at full scale on this machine: 4 GB, 5 to 15 minutes
	@$(PY) -m multiarea estimate $(HUMAN)
	@$(SNAKEMAKE) --config experiments='["$(HUMAN)"]' $(ARGS)
	@$(PY) -m multiarea list --results $(HUMAN)

figures: $(READY) ## draw the figures of the publication into figures/, running only what they need
	@$(SNAKEMAKE) figures $(ARGS)
	@$(PY) -m multiarea list --results

test: $(READY) ## run the tests (ARGS="-m long" for the long ones)
	@$(PY) -m pytest $(ARGS)

lint: $(READY) ## check style of the code and of the Snakefile
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m snakemake --lint

docs: $(VENV)/.docs ## build the documentation into site/
	@$(PY) -m mkdocs build --strict $(ARGS)

benchmark: $(READY) ## measure all stages beside the published way, 20 minutes (ARGS=--quick to try)
	@$(PY) benchmarks $(ARGS)

lock: $(READY) ## resolve the newest dependencies into requirements.lock
	@$(PY) -m pip install --quiet uv
	@$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test --extra dev \
	    --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean: ## remove .venv and caches; results in out/ and figures/ stay
	@rm -rf $(VENV) site build dist .pytest_cache .ruff_cache .hypothesis
	@find src tests experiments -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "$(PYTHON) is missing or older than Python 3.11; name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "$(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@test -e $(MADE) && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $(MADE)
	@$(PY) -c "$$HAS_NEST" || true
	@$(PY) -m pip install --quiet --use-pep517 --requirement requirements.lock
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-* && touch $@

$(VENV)/.docs: $(READY)
	@$(PY) -m pip install --quiet --no-build-isolation --constraint requirements.lock --editable '.[docs]'
	@touch $@
