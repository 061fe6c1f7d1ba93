#!/usr/bin/env bash
# The procedural simulator on a GPU, in at most 8 minutes (benchmarks/gpu.py says what is measured).
#
#   bash benchmarks/gpu.sh prepare    on any machine with this project set up: networks, packages
#   bash benchmarks/gpu.sh [OPTIONS]  on a machine with an NVIDIA card, which needs no network:
#                                     any Python 3.12 with PyTorch's packages, numba and numba-cuda
#
# Between the two, take along this folder with benchmarks/results/gpu. Results: gpu.json in $OUT, or
# in that folder. PYTHON chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=benchmarks/results/gpu

if [ "${1:-}" = prepare ]; then
    exec "${PYTHON:-.venv/bin/python}" benchmarks/gpu.py prepare "$folder"
fi

python=${PYTHON:-python3}
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
if ! "$python" -c "import pydantic" 2>/dev/null; then
    "$python" -m pip install -q --no-index --no-deps --no-compile --target "$site" "$folder"/wheels/*.whl
fi
export PYTHONPATH="$PWD/src:$site" PYTHONUNBUFFERED=1 OPENBLAS_NUM_THREADS=1
# numba-cuda takes the compiler of CUDA from a package, else from here
if [ -z "${CUDA_HOME:-}" ] && nvcc=$(command -v nvcc); then
    CUDA_HOME=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
    export CUDA_HOME
fi
nvidia-smi --query-gpu=name,driver_version,memory.total,memory.free --format=csv 2>/dev/null || true
"$python" -c "import numba, numba_cuda, numpy; print('numba', numba.__version__, 'numba-cuda', numba_cuda.__version__, 'numpy', numpy.__version__)"
timeout 480 "$python" benchmarks/gpu.py run "$folder" --to "${OUT:-$folder}" "$@"
