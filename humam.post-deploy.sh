#!/usr/bin/env bash
# Snakemake runs this in the environment that --use-conda made of humam.yml: it adds the code of this checkout.
set -euo pipefail
[[ -f src/multiarea/__init__.py ]] || { echo "error: --use-conda works in the folder of the checkout only, not in $PWD" >&2; exit 1; }
python -m pip install --quiet --no-deps --no-build-isolation --editable .
