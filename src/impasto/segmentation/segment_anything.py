"""Segment Anything (SAM and SAM 2) through the package ``transformers``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from impasto.errors import CancelledError, MissingPackageError, OptionError, WeightsNotFoundError
from impasto.progress import ProgressEvent, Stopwatch
from impasto.segmentation.automatic_masks import (
    CUT,
    MOST_MASKS,
    point_grid,
    stability,
    suppress,
)
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import Masks
from impasto.segmentation.segment_anything_input import input_of, is_second

if TYPE_CHECKING:
    import torch

    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback

MODELS = {
    "sam-vit-base": "facebook/sam-vit-base",
    "sam-vit-large": "facebook/sam-vit-large",
    "sam-vit-huge": "facebook/sam-vit-huge",
    "sam2-tiny": "facebook/sam2.1-hiera-tiny",
    "sam2-large": "facebook/sam2.1-hiera-large",
}
STABILITY_OFFSET = 1.0
AT_ONCE = 16


@dataclass(frozen=True, kw_only=True)
class SegmentAnythingOptions:
    """Which model, and how masks without prompts are found.

    Attributes:
        model: A key of :data:`MODELS`, the name of a model on the Hugging Face hub, or a folder
            that ``save_pretrained`` wrote.
        device: A torch device.
        points_across: Points of the automatic grid along the longest side.
        least_quality: Automatic masks expected to overlap less are dropped.
        least_stability: Automatic masks that change more with the threshold are dropped.

    Raises:
        OptionError: if a number is outside its range.
    """

    model: str = "sam-vit-base"
    device: str = "cpu"
    points_across: int = 16
    least_quality: float = 0.8
    least_stability: float = 0.85

    def __post_init__(self) -> None:
        if not 1 <= self.points_across <= 64:
            raise OptionError(f"points_across: expected 1 to 64, got {self.points_across}.")
        for name in ("least_quality", "least_stability"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise OptionError(f"{name}: expected 0 to 1, got {value}.")


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentAnythingEmbedding:
    """What the model knows of a photograph.

    Attributes:
        size: (H, W) of the photograph.
        image: The model's image embeddings: a tensor, or a list of them for SAM 2.
    """

    size: tuple[int, int]
    image: Any


class SegmentAnythingSegmenter:
    """SAM by Kirillov et al. 2023 and SAM 2 by Ravi et al. 2024; needs impasto[sam].

    Raises:
        MissingPackageError: if ``transformers`` is not installed.
        WeightsNotFoundError: if the model is neither here nor to be had from the hub.
    """

    def __init__(self, options: SegmentAnythingOptions | None = None) -> None:
        self.options = options or SegmentAnythingOptions()
        self._model = _load(self.options)
        self._input = input_of(self._model)

    def embed(
        self,
        picture: Picture,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> SegmentAnythingEmbedding:
        """See :meth:`impasto.segmentation.protocol.Segmenter.embed`."""
        import torch

        tell = partial(_tell, Stopwatch(), on_progress, cancellation)
        tell(0)
        with torch.inference_mode():
            pixels = self._input.pixels(picture).to(self.options.device)
            image = self._model.get_image_embeddings(pixels)
        tell(1)
        return SegmentAnythingEmbedding(size=picture.size, image=image)

    def predict(self, embedding: SegmentAnythingEmbedding, prompts: Prompts) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.predict`.

        One click gives three candidates, more prompts one mask: Kirillov et al. 2023, §3.
        """
        prompts.check(embedding.size)
        several = len(prompts.all_points) == 1 and prompts.box is None
        given = self._input.prompts(prompts, embedding.size)
        logits, quality = self._decode(embedding, given, several=several)
        order = np.argsort(-quality[0], kind="stable")
        return Masks(masks=logits[0][order] > 0, quality=np.clip(quality[0][order], 0, 1))

    def all_masks(self, embedding: SegmentAnythingEmbedding) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.all_masks`."""
        found: list[npt.NDArray[np.bool_]] = []
        qualities: list[npt.NDArray[np.float32]] = []
        grid = point_grid(embedding.size, self.options.points_across)
        for start in range(0, len(grid), AT_ONCE):
            points = grid[start : start + AT_ONCE, None]
            signs = np.ones(points.shape[:2], np.int64)
            given = self._input.points(points, signs, embedding.size)
            logits, quality = self._decode(embedding, given, several=True)
            flat = logits.reshape(-1, *embedding.size)
            masks, quality = flat > 0, quality.ravel()
            share = masks.mean(axis=(1, 2))
            good = (quality >= self.options.least_quality) & (share >= CUT) & (share < 1)
            good &= stability(flat, STABILITY_OFFSET) >= self.options.least_stability
            found.append(masks[good])
            qualities.append(quality[good])
        masks, quality = np.concatenate(found), np.concatenate(qualities)
        order = np.argsort(-quality, kind="stable")
        kept = [int(order[i]) for i in suppress(masks[order])][:MOST_MASKS]
        return Masks(masks=masks[kept], quality=np.clip(quality[kept], 0, 1))

    def _decode(
        self,
        embedding: SegmentAnythingEmbedding,
        given: dict[str, torch.Tensor],
        *,
        several: bool,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Logits (B, N, H, W) and quality (B, N) for B sets of prompts."""
        import torch

        there = {name: each.to(self.options.device) for name, each in given.items()}
        with torch.inference_mode():
            output = self._model(
                image_embeddings=embedding.image, multimask_output=several, **there
            )
            logits = self._input.at_size(output.pred_masks[0].float(), embedding.size)
        return logits.cpu().numpy(), output.iou_scores[0].float().cpu().numpy()


def _load(options: SegmentAnythingOptions) -> Any:
    """The model, from a folder or the hub."""
    try:
        import transformers
    except ImportError as error:
        raise MissingPackageError(
            "segment-anything needs the package transformers; pip install 'impasto[sam]'."
        ) from error
    name = MODELS.get(options.model, options.model)
    try:
        kind = transformers.AutoConfig.from_pretrained(name).model_type
    except (OSError, ValueError) as error:
        raise WeightsNotFoundError(_how_to_get(name, error)) from error
    if kind != "sam" and not is_second(kind):
        raise OptionError(
            f"model: expected SAM or SAM 2, got {name!r}, which is of type {kind!r}; "
            f"choose one of {', '.join(MODELS)}, or a folder with such weights."
        )
    model_class = transformers.Sam2Model if is_second(kind) else transformers.SamModel
    try:
        model: Any = model_class.from_pretrained(name)
    except (OSError, ValueError, RuntimeError) as error:
        raise WeightsNotFoundError(_how_to_get(name, error)) from error
    return model.to(options.device).eval()


def _how_to_get(name: str, error: Exception) -> str:
    if Path(name).is_dir():
        return (
            f"{Path(name).resolve()} holds no model that transformers can read: {error}\n"
            f"Expected config.json and model.safetensors, as `hf download {MODELS['sam-vit-base']}"
            " --local-dir FOLDER` puts them there."
        )
    reason = str(error).splitlines()[0]
    return (
        f"The Segment Anything weights {name!r} are not on this machine and could not be fetched "
        f"from https://huggingface.co/{name} ({reason}) On a machine with network, run: "
        f"hf download {name} --local-dir FOLDER; copy the folder here and give its path as the "
        f"model. Names known: {', '.join(MODELS)}."
    )


def _tell(
    watch: Stopwatch,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation | None,
    step: int,
) -> None:
    if cancellation is not None and cancellation.is_cancelled:
        raise CancelledError("The photograph was not segmented: it was asked to stop.")
    if on_progress is not None:
        on_progress(ProgressEvent(stage="looking", step=step, total=1, elapsed_s=watch.elapsed_s))
