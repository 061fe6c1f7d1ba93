#!/usr/bin/env bash
# Run the pipeline with each rule as a SLURM job: bash snakemake_slurm.sh [any option of Snakemake]
#   bash snakemake_slurm.sh -n                                        a table of what would be submitted
#   bash snakemake_slurm.sh --config virtual_processes=768 cluster=experiments/full_scale/cluster.json
# The jobs' resources stand in cluster.json, how NEST starts in config.yaml; see docs/cluster.md.
# Environment: MULTIAREA_SLURM_CHECK=40, seconds before the first look at submitted jobs.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "error: $1" >&2; exit 1; }

usable() { python -c 'import multiarea, snakemake_executor_plugin_slurm' 2>/dev/null; }
usable || export PATH="$PWD/.venv/bin:$PATH"
usable || fail "no active environment with multiarea and snakemake-executor-plugin-slurm; activate one (humam.yml), or let 'make test' set up .venv"

# Snakemake takes the last --config only: ours is put first into each of the user's, so that theirs wins.
ours=cluster=cluster.json
arguments=() dry=false table=false
for word in "$@"; do
    case $word in
        --config=* | -C?*) arguments+=(--config "$ours" "${word#*[=C]}") ;;
        --config | -C) arguments+=(--config "$ours") ;;
        *) arguments+=("$word") ;;
    esac
    case $word in -n* | -pn | --dry-run | --dryrun | --unlock | --help | -h | --lint) dry=true ;; esac
    case $word in -n | --dry-run | --dryrun) table=true ;; esac
done
# A dry run prints a table; with options for what Snakemake prints, Snakemake's own output.
for word in "$@"; do
    case $word in -p | --printshellcmds | --verbose | --unlock | --help | -h | --lint | --dag | --rulegraph | --summary) table=false ;; esac
done

# Measures and pictures of a simulation are one job, at most three of them at once in it.
first_look=${MULTIAREA_SLURM_CHECK:-40}
options=(
    --config "$ours" --executor slurm --jobs 100 --rerun-incomplete --show-failed-logs --latency-wait 30
    --slurm-init-seconds-before-status-checks "$first_look"
    --cores 3 --group-components 'analysis-{sim}=1000'
)
# Snakemake puts the path of its Python into the jobs' commands without quotes: where that has unusual
# characters, Python starts by a link to its environment.
environment=$(dirname "$(dirname "$(command -v python)")")
if [[ $PWD == *[\"\$\`\\]* ]]; then
    fail "Snakemake cannot submit jobs from a path with one of \" \$ \` \\; rename the folder $PWD"
elif ! [[ $environment =~ ^[[:alnum:]_./+@%,:=-]*$ ]]; then
    link="${XDG_CACHE_HOME:-$HOME/.cache}/multiarea/environment-$(cksum <<<"$environment" | cut -d ' ' -f 1)"
    mkdir -p "$(dirname "$link")"
    ln -sfn "$environment" "$link"
    export PATH="$link/bin:$PATH"
fi
if $table; then exec python -m multiarea.cli.submission "${options[@]}" "${arguments[@]}"; fi
if $dry; then exec python -m snakemake "${options[@]}" "${arguments[@]}"; fi

command -v sbatch >/dev/null || fail "no sbatch on this machine: SLURM is not installed here (python -m multiarea doctor)"
[[ $(timeout 20 scontrol ping 2>/dev/null) == *[\ /]UP* ]] || fail "SLURM's controller does not answer (scontrol ping): nothing was submitted; start SLURM, or ask your site"
# Without accounting sacct answers nothing; squeue does, for as long as it remembers a job.
# Snakemake waits up to 180 s between two looks, and for ever for a job that is gone by then.
if ! sacct --noheader --allocations --user "$(id -un)" >/dev/null 2>&1; then
    options+=(--slurm-status-command squeue)
    remembered=$(scontrol show config | awk '$1 == "MinJobAge" {print $3}')
    needed=$((3 * first_look > 200 ? 3 * first_look : 200))
    ((${remembered:-0} >= needed)) || fail "this SLURM keeps no accounts and forgets finished jobs after ${remembered:-0} s; Snakemake needs MinJobAge >= $needed in slurm.conf"
fi

jobs_of_this_folder() {
    local queue
    queue=$(squeue --noheader --user "$(id -un)" --format '%A|%k|%Z') || return 1
    awk -F'|' -v folder="$PWD" '$3 == folder && $2 ~ /^rule_/ {print $1}' <<<"$queue" | xargs
}

mkdir -p .snakemake
exec 9>.snakemake/slurm.lock
running=.snakemake/slurm.running
# Not every file system of a cluster has locks; status 75: it has, and another call holds this one.
flock --nonblock --conflict-exit-code 75 9 || [[ $? != 75 ]] || fail "another snakemake_slurm.sh is running in this folder"
if [[ -e $running ]]; then
    # A call before this one was killed: its jobs may still run, and Snakemake's lock is left.
    host=$(<"$running")
    [[ $host == "$HOSTNAME" ]] || fail "a call on $host has not ended; give this one there, or delete $PWD/$running if that one is gone"
    told=
    while true; do
        jobs=$(jobs_of_this_folder) || fail "squeue does not answer; try again later"
        [[ -n $jobs ]] || break
        [[ $jobs == "$told" ]] || echo "Waiting for jobs of a call that was killed (to start them anew instead: scancel $jobs)" >&2
        told=$jobs
        sleep 5
    done
    python -m snakemake "${options[@]}" --unlock "${arguments[@]}" >/dev/null 2>&1 || true
fi
echo "$HOSTNAME" >"$running"
started=$(date +%s)
status=0
interrupted=false
trap 'interrupted=true' INT
python -m snakemake "${options[@]}" "${arguments[@]}" || status=$?
# Snakemake cancels its jobs, but not those whose state it was asking for at that moment.
if $interrupted && jobs=$(jobs_of_this_folder) && [[ -n $jobs ]]; then scancel $jobs || true; fi
rm -f "$running"
# What SLURM did to jobs stands in nested logs: one last sentence says what to change.
if ((status)); then python -m multiarea.cluster.ends "$started"; fi
exit "$status"
