"""Mean-field theory: stationary rates of LIF populations, their stability and stabilisation."""

from multiarea.theory.basins import Basins, basins_of, random_starts
from multiarea.theory.flow import rate_flow
from multiarea.theory.separatrix import border, border_state
from multiarea.theory.stabilisation import stabilise, with_indegree
from multiarea.theory.stability import Modes, Projections, modes, modes_at, project
from multiarea.theory.stationary import (
    FixedPoint,
    FixedPoints,
    NotConvergedError,
    fixed_points,
    fixed_points_table,
    stationary_rates,
)
from multiarea.theory.transfer import (
    MeanField,
    firing_rates,
    gain_matrix,
    mean_field,
    mean_input,
    working_point,
)

__all__ = [
    "Basins",
    "FixedPoint",
    "FixedPoints",
    "MeanField",
    "Modes",
    "NotConvergedError",
    "Projections",
    "basins_of",
    "border",
    "border_state",
    "firing_rates",
    "fixed_points",
    "fixed_points_table",
    "gain_matrix",
    "mean_field",
    "mean_input",
    "modes",
    "modes_at",
    "project",
    "random_starts",
    "rate_flow",
    "stabilise",
    "stationary_rates",
    "with_indegree",
    "working_point",
]
