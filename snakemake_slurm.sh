#!/usr/bin/env bash
# Run the pipeline with each rule as a SLURM job: bash snakemake_slurm.sh [any option of Snakemake]
#   bash snakemake_slurm.sh -n                                        what would be submitted
#   bash snakemake_slurm.sh --config virtual_processes=768 cluster=experiments/full_scale/cluster.json
# The jobs' resources stand in cluster.json, how NEST starts in config.yaml; see docs/cluster.md.
# Environment: MULTIAREA_SLURM_CHECK=40, seconds before the first look at submitted jobs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "error: $1" >&2; exit 1; }

usable() { python -c 'import multiarea, snakemake_executor_plugin_slurm' 2>/dev/null; }
usable || export PATH="$PWD/.venv/bin:$PATH"
usable || fail "no active environment with multiarea and snakemake-executor-plugin-slurm; activate one (humam.yml), or let 'make test' set up .venv"

# Snakemake takes the last --config only: ours is put first into each of the user's, so that theirs wins.
ours=cluster=cluster.json
arguments=() dry=false
for word in "$@"; do
    case $word in
        --config=* | -C?*) arguments+=(--config "$ours" "${word#*[=C]}") ;;
        --config | -C) arguments+=(--config "$ours") ;;
        *) arguments+=("$word") ;;
    esac
    case $word in -n | --dry-run | --dryrun | --unlock | --help | -h | --lint) dry=true ;; esac
done

options=(
    --config "$ours" --executor slurm --jobs 100 --rerun-incomplete --show-failed-logs --latency-wait 30
    --slurm-init-seconds-before-status-checks "${MULTIAREA_SLURM_CHECK:-40}"
)
# Without accounting sacct answers nothing, and Snakemake would wait for ever.
sacct --noheader --allocations --user "$(id -un)" >/dev/null 2>&1 || options+=(--slurm-status-command squeue)

if $dry; then exec python -m snakemake "${options[@]}" "${arguments[@]}"; fi

command -v sbatch >/dev/null || fail "no sbatch on this machine: SLURM is not installed here (python -m multiarea doctor)"
mkdir -p .snakemake
exec 9>.snakemake/slurm.lock
flock -n 9 || fail "another snakemake_slurm.sh is running in this folder"
if [[ -e .snakemake/slurm.running ]]; then
    # A call before this one was killed: its jobs may still run, and Snakemake's lock is left.
    told=
    while true; do
        queue=$(squeue --noheader --user "$(id -un)" --format '%A|%k|%Z') || fail "squeue does not answer; try again later"
        jobs=$(awk -F'|' -v folder="$PWD" '$3 == folder && $2 ~ /^rule_/ {print $1}' <<<"$queue" | xargs)
        [[ -n $jobs ]] || break
        [[ $jobs == "$told" ]] || echo "Waiting for jobs of a call that was killed (to start them anew instead: scancel $jobs)" >&2
        told=$jobs
        sleep 5
    done
    python -m snakemake "${options[@]}" --unlock "${arguments[@]}" >/dev/null 2>&1 || true
fi
touch .snakemake/slurm.running
status=0
python -m snakemake "${options[@]}" "${arguments[@]}" || status=$?
rm -f .snakemake/slurm.running
exit "$status"
