# Every target sets up .venv itself. Options: CORES=4 (default: all), PYTHON=python3.12, ARGS="..." (passed on).
PYTHON ?= python3
CORES ?= $(shell env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
ARGS ?=

# The stamp carries the folder: a checkout that was moved is installed anew.
VENV := .venv
READY := $(VENV)/.ready$(subst /,-,$(CURDIR))
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

.PHONY: help run full-scale figures test lint docs benchmark lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

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
	@$(VENV)/bin/uv pip compile --quiet --upgrade --python-version 3.11 --extra test --extra dev \
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
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --use-pep517 --requirement requirements.lock
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-* && touch $@

$(VENV)/.docs: $(READY)
	@$(PY) -m pip install --quiet --no-build-isolation --constraint requirements.lock --editable '.[docs]'
	@touch $@
