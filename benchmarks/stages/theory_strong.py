"""The same as `theory` at chi = 2.5, where the rate dynamics is slow."""

from __future__ import annotations

from harness import OURS

from stages.theory import lsoda_at, ours_at

TITLE = "theory, chi = 2.5, full scale"

SIDES = {OURS: ours_at(2.5), "published way, equal accuracy": lsoda_at(2.5)}
