"""The ways the literature scales content and style losses, side by side.

Formulas differ only by constants for one pair of images, but those constants decide
what a weight of 1000 means, and whether it means the same at another size.
"""

from __future__ import annotations

from typing import Literal

from impasto.errors import OptionError

Normalization = Literal["relative", "gatys", "mean", "tutorial"]
"""How losses are scaled; F, P are features, G, A Gram matrices divided by positions.

===========  ======================  ========================  =====================================
name         content                 style, one layer          source
===========  ======================  ========================  =====================================
relative     Σ(F−P)² / ΣP²           Σ(G−A)² / ΣA²             ours: free of scale, layer and size
gatys        ½ Σ(F−P)²               Σ(G−A)² / 4N²             Gatys et al. 2016, eqs. 1 and 4
mean         Σ(F−P)² / NM            Σ(G−A)² / N²              Makow, Hernandez: both over C·H·W
tutorial     Σ(F−P)² / NM            Σ(G−A)² / N⁴              PyTorch's tutorial; Dwivedi et al.
===========  ======================  ========================  =====================================
"""

NORMALIZATIONS: tuple[Normalization, ...] = ("relative", "gatys", "mean", "tutorial")


def check_normalization(name: str) -> None:
    """Raise :class:`~impasto.errors.OptionError` if ``name`` is not a normalisation."""
    if name not in NORMALIZATIONS:
        raise OptionError(
            f"normalization: expected one of {', '.join(NORMALIZATIONS)}, got {name!r}."
        )
