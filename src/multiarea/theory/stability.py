"""Eigenmodes of a fixed point: how fast rates leave or approach it, and what moves it.

Schuecker et al. 2017, PLoS Comput Biol 13:e1005179.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eig

from multiarea.network.network import Network
from multiarea.theory.threads import one_thread
from multiarea.theory.transfer import gain_matrix


@dataclass(frozen=True)
class Modes:
    """Eigenmodes of a gain matrix M = sum_l lambda_l u_l v_l^T, largest real part first."""

    eigenvalues: np.ndarray
    """(P,) of complex"""
    right: np.ndarray
    """(P, P) of complex: eigenvectors u_l of length 1 as columns."""
    left: np.ndarray
    """(P, P) of complex: eigenvectors v_l as rows, with v_l u_l = 1."""

    @property
    def largest_real_part(self) -> float:
        """Largest real part of an eigenvalue: the state is stable if it is below 1."""
        return float(self.eigenvalues[0].real)

    @property
    def spectral_radius(self) -> float:
        """Largest absolute value of an eigenvalue (not a measure of the stability of the rates)."""
        return float(np.abs(self.eigenvalues).max())


@dataclass(frozen=True)
class Projections:
    """A fixed point and its shift, decomposed into modes; all arrays (P,) of complex."""

    drive: np.ndarray
    """a_l = v_l d: projection of the direct effect d of an input [spikes/s]."""
    rates: np.ndarray
    """n_l = v_l nu: projection of the rates [spikes/s]."""
    epsilon: np.ndarray
    """-a_l/n_l: change of eigenvalue l that compensates for the shift along mode l."""
    share: np.ndarray
    """eta_l: contribution of mode l to the shift; the real parts add up to 1."""


@one_thread
def modes(gain: np.ndarray) -> Modes:
    """Return the eigenmodes of a gain matrix, (P, P).

    Left eigenvectors of a repeated eigenvalue (such as the zeros of silent populations) need not
    be orthogonal to the other right eigenvectors of that eigenvalue.
    """
    values, left, right = eig(gain, left=True)
    order = np.lexsort((values.imag, -values.real))
    left, right = left[:, order].conj().T, right[:, order]
    overlap = np.einsum("lp,pl->l", left, right)
    overlap[np.abs(overlap) < np.finfo(float).tiny] = 1
    return Modes(values[order], right, left / overlap[:, None])


@one_thread
def modes_at(network: Network, rates: np.ndarray) -> Modes:
    """Return the eigenmodes of the gain matrix of `network` at `rates`, (P,) [spikes/s]."""
    return modes(gain_matrix(network, rates))


def project(found: Modes, effect: np.ndarray, rates: np.ndarray) -> Projections:
    """Decompose a fixed point, and its shift (1 - M)^-1 d, into modes.

    Parameters
    ----------
    found : Modes
        Of the gain matrix at the fixed point.
    effect : (P,) array
        Direct effect d of the changed input on the rates, phi' - phi [spikes/s].
    rates : (P,) array
        The fixed point [spikes/s].
    """
    drive, of_rates = found.left @ effect, found.left @ rates
    amplitude = drive / (1 - found.eigenvalues)
    moved = (found.right @ amplitude).real
    share = amplitude * (moved @ found.right) / (moved @ moved)
    epsilon = np.divide(-drive, of_rates, out=np.zeros_like(drive), where=of_rates != 0)
    return Projections(drive, of_rates, epsilon, share)
