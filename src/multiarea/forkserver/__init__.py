"""Small jobs in processes that are forked from one that has imported the libraries."""

from multiarea.forkserver.job import offer, run_forked
from multiarea.forkserver.protocol import SNAKEMAKE

__all__ = ["SNAKEMAKE", "offer", "run_forked"]
