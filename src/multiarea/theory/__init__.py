"""Mean-field theory: stationary rates of LIF populations, their stability and stabilisation."""

from multiarea.theory.basins import basins_of, random_starts
from multiarea.theory.evoked import rates_during
from multiarea.theory.stabilisation import stabilise, with_indegree
from multiarea.theory.stability import modes, modes_at, project
from multiarea.theory.stationary import (
    FixedPoints,
    NotConvergedError,
    fixed_points,
    fixed_points_table,
    stationary_rates,
)
from multiarea.theory.transfer import (
    firing_rates,
    gain_matrix,
    mean_field,
    mean_input,
    working_point,
)

__all__ = [
    "FixedPoints",
    "NotConvergedError",
    "basins_of",
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
    "rates_during",
    "stabilise",
    "stationary_rates",
    "with_indegree",
    "working_point",
]
