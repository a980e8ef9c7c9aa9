"""Measures that need weights which may not be here: loaded, or left out by name with the reason."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.weights.catalog import get_weights
from impasto.weights.store import locate

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.encoders.art_inception import ArtInception
    from impasto.metrics.perceptual_distance import PerceptualJudge

FilePath = str | os.PathLike[str]

ART_INCEPTION = "https://huggingface.co/matthias-wright/art_inception"


@dataclass(frozen=True, kw_only=True, eq=False)
class LearnedMeasures:
    """Judges that were trained, as far as their weights are here.

    Attributes:
        perceptual: What LPIPS is computed on.
        inception: What ArtFID compares paintings by; ``None`` where it is not here.
        left_out: By measure, why it is not given.
    """

    perceptual: Sequence[PerceptualJudge] = ()
    inception: ArtInception | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_art_fid(self) -> bool:
        """Whether ArtFID can be computed: its network and LPIPS on AlexNet."""
        return self.inception is not None and any(
            each.backbone == "alex" for each in self.perceptual
        )


def load_learned_measures(
    *,
    alexnet: FilePath | None = None,
    art_inception: FilePath | None = None,
    device: DeviceChoice | None = None,
) -> LearnedMeasures:
    """Load what is here; nothing is downloaded, and nothing approximated.

    Args:
        alexnet: torchvision's ``alexnet-owt-7be5be79.pth``.
        art_inception: ``art_inception.pth`` of ArtFID.
        device: Where they run.

    Raises:
        WeightsNotFoundError: if a file that was named is not there.
        WeightsDamagedError: if a file is not what it should be.
    """
    from impasto.encoders.art_inception import load_art_inception
    from impasto.metrics.perceptual_judges import load_alex_judge, load_vgg_judge

    perceptual, left_out = [], {}
    backbone = get_weights("vgg16")
    if locate(backbone) is None:
        left_out["lpips"] = (
            f"its backbone, the weights vgg16 ({backbone.size_bytes / 2**20:.0f} MiB), is not on "
            "this machine; fetch it with `impasto weights vgg16`"
        )
    else:
        perceptual.append(load_vgg_judge(device=device))
    missing = []
    if alexnet is None:
        missing.append("torchvision's alexnet-owt-7be5be79.pth, given with `--alexnet`")
        left_out["lpips_alex"] = f"it needs {missing[0]}"
    else:
        perceptual.append(load_alex_judge(alexnet, device=device))
    inception = None
    if art_inception is None:
        missing.append(f"art_inception.pth from {ART_INCEPTION}, given with `--art-inception`")
    else:
        inception = load_art_inception(Path(art_inception))
        if device is not None:
            inception = inception.to(device.device)
    if missing:
        left_out["art_fid"] = f"it needs {' and '.join(missing)}"
    return LearnedMeasures(perceptual=perceptual, inception=inception, left_out=left_out)
