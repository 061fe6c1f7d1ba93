"""The one function that turns parameters into a hash."""

from __future__ import annotations

import json
from typing import Any

from dicthash.dicthash import generate_hash_from_dict


def canonical_json(content: Any) -> str:
    """Return one text for equal content: sorted keys, no spaces, no nan."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parameter_hash(content: Any) -> str:
    """Return the hash of validated parameters (plain data), 32 hexadecimal digits.

    dicthash 0.0.2 collides on nested input ({'a': [1, 23]} and {'a': [12, 3]} are one to it), so
    it is given the canonical JSON text.
    """
    return generate_hash_from_dict({"canonical": canonical_json(content)})
