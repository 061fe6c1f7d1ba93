"""Small jobs in processes that are forked from one that has imported the libraries."""

from multiarea.forkserver.job import SNAKEMAKE, offer, run_forked

__all__ = ["SNAKEMAKE", "offer", "run_forked"]
