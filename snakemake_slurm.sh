#!/usr/bin/env bash
# Run the pipeline with each rule as a SLURM job: bash snakemake_slurm.sh [any option of Snakemake]
#   bash snakemake_slurm.sh -n                                        what would be submitted
#   bash snakemake_slurm.sh --config virtual_processes=768 cluster=experiments/full_scale/cluster.json
# The jobs' resources stand in cluster.json, how NEST starts in config.yaml; see docs/cluster.md.
# Environment: MULTIAREA_SLURM_CHECK=40, seconds before the first look at submitted jobs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usable() { python -c 'import multiarea, snakemake_executor_plugin_slurm' 2>/dev/null; }
if ! usable; then
    export PATH="$PWD/.venv/bin:$PATH"
    usable || { echo "error: no active environment with multiarea and snakemake-executor-plugin-slurm; activate one (humam.yml), or let 'make test' set up .venv" >&2; exit 1; }
fi

# Our own cluster=... goes first into each --config of the user, so that theirs wins.
arguments=() configured=false
for word in "$@"; do
    arguments+=("$word")
    if [[ $word == --config || $word == -C ]]; then arguments+=("cluster=cluster.json") configured=true; fi
done
$configured || arguments=(--config cluster=cluster.json "${arguments[@]}")

options=(
    --executor slurm --jobs 100 --rerun-incomplete --show-failed-logs --latency-wait 30
    --slurm-init-seconds-before-status-checks "${MULTIAREA_SLURM_CHECK:-40}"
)
# Without accounting sacct answers nothing, and Snakemake would wait for ever.
sacct --noheader --allocations --user "$(id -un)" >/dev/null 2>&1 || options+=(--slurm-status-command squeue)

dry=false
for word in "$@"; do
    case $word in -n | --dry-run | --dryrun | --unlock | --help | -h | --lint) dry=true ;; esac
done

if ! $dry; then
    command -v sbatch >/dev/null || { echo "error: no sbatch on this machine: SLURM is not installed here (python -m multiarea doctor)" >&2; exit 1; }
    mkdir -p .snakemake
    exec 9>.snakemake/slurm.lock
    flock -n 9 || { echo "error: another snakemake_slurm.sh is running in this folder" >&2; exit 1; }
    if [[ -e .snakemake/slurm.running ]]; then
        # A call before this one was killed: its jobs may still run, and Snakemake's lock is left.
        left() { squeue --noheader --user "$(id -un)" --format '%A %Z %k' | awk -v folder="$PWD" '$2 == folder && $3 ~ /^rule_/ {print $1}' | xargs; }
        while jobs=$(left) && [[ -n $jobs ]]; do
            [[ $jobs == "${said:-}" ]] || echo "Waiting for jobs of a call that was killed (to start them anew instead: scancel $jobs)" >&2
            said=$jobs
            sleep 5
        done
        python -m snakemake "${arguments[@]}" --unlock 9>&- >/dev/null 2>&1 || true
    fi
    touch .snakemake/slurm.running
fi
status=0
python -m snakemake "${options[@]}" "${arguments[@]}" || status=$?
$dry || rm -f .snakemake/slurm.running
exit "$status"
