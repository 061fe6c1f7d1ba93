"""What a simulation will cost, before it runs; whether it fits."""

from multiarea.estimate.costs import COSTS, Costs, Estimate, Workload, estimate
from multiarea.estimate.fit import Place, limit_problems, misfits, smallest_nodes

__all__ = [
    "COSTS",
    "Costs",
    "Estimate",
    "Place",
    "Workload",
    "estimate",
    "limit_problems",
    "misfits",
    "smallest_nodes",
]
