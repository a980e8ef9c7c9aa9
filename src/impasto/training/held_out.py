"""Pictures that no training ever sees, so that what they measure is worth something."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

HELD_OUT_PAINTINGS = (
    "albrecht-durer_adam-and-eve",
    "claude-monet_water-lilies",
    "edvard-munch_the-scream",
    "ernst-ludwig-kirchner_lovers-the-kiss",
    "francis-picabia_edtaonisl",
    "franz-marc_the-fox-1913",
    "gustav-klimt_the-kiss",
    "hieronymus-bosch_garden-of-earthly-delights",
    "isaac-levitan_golden-autumn",
    "jmw-turner_the-shipwreck-of-the-minotaur",
    "juan-gris_portrait-of-madame-josette-gris-1916",
    "katsushika-hokusai_the-great-wave-off-kanagawa",
    "paul-klee_rose-garden-19201",
    "paul-signac_the-bay-1906",
    "piet-mondrian_composition-no-vii",
    "rembrandt_self-portrait-etching",
    "robert-delaunay_portrait-of-jean-metzinger",
    "uehara-konen_ocean-waves",
    "vincent-van-gogh_the-starry-night",
    "wassily-kandinsky_composition-vii",
)
"""Stems of the files of paintings that arbitrary-style networks are compared on."""

HELD_OUT_PHOTOGRAPHS = (
    "cc0_beacon-street-sunset",
    "cc0_blue-periwinkle",
    "cc0_canyon-wren",
    "cc0_oakland-zoo-otters",
    "cc0_roman-colosseum",
    "elementary_half-dome",
    "kodak04_woman-red-hat",
    "kodak08_timbered-houses",
    "kodak09_sailboats",
    "kodak19_lighthouse",
    "nst_blonde-girl-portrait",
    "nst_golden-gate-dusk",
    "nst_hoover-tower-night",
    "nst_kinkaku-ji-temple",
    "nst_shenyang-palace",
    "nst_stata-center",
    "nst_tubingen",
    "nst_venice-boats",
    "sunhays-025_autumn-creek",
    "urban100-053_timber-facade",
)
"""Stems of the files of photographs that they are compared on."""

_HELD_OUT = frozenset((*HELD_OUT_PAINTINGS, *HELD_OUT_PHOTOGRAPHS))


def seen_in_training(paths: Iterable[Path]) -> list[Path]:
    """Those of some files that are not held out.

    Example:
        >>> paths = [Path("claude-monet_water-lilies.jpg"), Path("a.jpg")]
        >>> [path.name for path in seen_in_training(paths)]
        ['a.jpg']
    """
    return [path for path in paths if path.stem not in _HELD_OUT]
