"""Clusters: what the jobs of each rule ask of SLURM, and how the simulation starts there."""

from multiarea.cluster.jobs import Job, job_problem, load_cluster
from multiarea.cluster.launch import launcher

__all__ = ["Job", "job_problem", "launcher", "load_cluster"]
