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

if TYPE_CHECKING:
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
        self._model, self._processor = _load(self.options)

    def embed(
        self,
        picture: Picture,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> SegmentAnythingEmbedding:
        """See :meth:`impasto.segmentation.protocol.Segmenter.embed`."""
        import torch

        from impasto.image.picture import change_bit_depth

        tell = partial(_tell, Stopwatch(), on_progress, cancellation)
        tell(0)
        inputs = self._processor(
            images=np.ascontiguousarray(change_bit_depth(picture.pixels, 8)), return_tensors="pt"
        )
        with torch.inference_mode():
            pixels = inputs["pixel_values"].to(self.options.device)
            image = self._model.get_image_embeddings(pixels)
        tell(1)
        return SegmentAnythingEmbedding(size=picture.size, image=image)

    def predict(self, embedding: SegmentAnythingEmbedding, prompts: Prompts) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.predict`.

        One click gives three candidates, more prompts one mask: Kirillov et al. 2023, §3.
        """
        prompts.check(embedding.size)
        points = [[point.x, point.y] for point in prompts.all_points]
        signs = [int(point.add) for point in prompts.all_points]
        several = len(points) == 1 and prompts.box is None
        logits, quality = self._decode(
            embedding, [points] if points else None, [signs], prompts, several=several
        )
        order = np.argsort(-quality[0], kind="stable")
        return Masks(masks=logits[0][order] > 0, quality=np.clip(quality[0][order], 0, 1))

    def all_masks(self, embedding: SegmentAnythingEmbedding) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.all_masks`."""
        found: list[npt.NDArray[np.bool_]] = []
        qualities: list[npt.NDArray[np.float32]] = []
        grid = point_grid(embedding.size, self.options.points_across)
        for start in range(0, len(grid), AT_ONCE):
            points = [[each] for each in grid[start : start + AT_ONCE].tolist()]
            logits, quality = self._decode(
                embedding, points, [[1]] * len(points), Prompts(), several=True
            )
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
        points: list[list[list[float]]] | None,
        signs: list[list[int]],
        prompts: Prompts,
        *,
        several: bool,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Logits (B, N, H, W) and quality (B, N) for B sets of prompts."""
        import torch

        height, width = embedding.size
        box = prompts.box
        inputs = self._processor(
            images=np.zeros((height, width, 3), np.uint8),
            input_points=None if points is None else [points],
            input_labels=None if points is None else [signs],
            input_boxes=None if box is None else [[[box.left, box.top, box.right, box.bottom]]],
            return_tensors="pt",
        )
        names = ("input_points", "input_labels", "input_boxes")
        given = {name: _to(inputs[name], self.options.device) for name in names if name in inputs}
        with torch.inference_mode():
            output = self._model(
                image_embeddings=embedding.image, multimask_output=several, **given
            )
        logits = _at_size(output.pred_masks[0].float(), embedding.size, self._model)
        return logits, output.iou_scores[0].float().cpu().numpy()


def _load(options: SegmentAnythingOptions) -> tuple[Any, Any]:
    """The model and what prepares its input, from a folder or the hub."""
    try:
        import transformers
    except ImportError as error:
        raise MissingPackageError(
            "segment-anything needs the package transformers; pip install 'impasto[sam]'."
        ) from error
    name = MODELS.get(options.model, options.model)
    try:
        kind = transformers.AutoConfig.from_pretrained(name).model_type
        second = kind.startswith("sam2")
        model_class = transformers.Sam2Model if second else transformers.SamModel
        processor_class = transformers.Sam2Processor if second else transformers.SamProcessor
        model: Any = model_class.from_pretrained(name)
        processor = processor_class.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise WeightsNotFoundError(_how_to_get(name, error)) from error
    return model.to(options.device).eval(), processor


def _how_to_get(name: str, error: Exception) -> str:
    if Path(name).is_dir():
        return f"{name} holds no model that transformers can read: {error}"
    reason = str(error).splitlines()[0]
    return (
        f"The Segment Anything weights {name!r} are not on this machine and could not be fetched "
        f"({reason}) On a machine with network, run: hf download {name} --local-dir FOLDER; copy "
        f"the folder here and give its path as the model. Names known: {', '.join(MODELS)}."
    )


def _at_size(logits: Any, size: tuple[int, int], model: Any) -> npt.NDArray[np.float32]:
    """Enlarge (B, N, h, w) logits to the photograph, the padding of SAM's square cut off."""
    import torch.nn.functional as F

    height, width = size
    if model.config.model_type.startswith("sam2"):
        large = F.interpolate(logits, size=size, mode="bilinear", align_corners=False)
    else:
        side = model.config.vision_config.image_size
        scale = side / max(size)
        inner = (round(height * scale), round(width * scale))
        large = F.interpolate(logits, size=(side, side), mode="bilinear", align_corners=False)
        large = F.interpolate(
            large[..., : inner[0], : inner[1]], size=size, mode="bilinear", align_corners=False
        )
    return np.asarray(large.cpu().numpy())


def _to(tensor: Any, device: str) -> Any:
    import torch

    return tensor.to(device, torch.float32) if tensor.is_floating_point() else tensor.to(device)


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
