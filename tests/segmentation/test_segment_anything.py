import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import (
    CancelledError,
    MissingPackageError,
    OptionError,
    WeightsNotFoundError,
)
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.segmentation.prompts import Box, Prompts
from impasto.segmentation.segment_anything import (
    SegmentAnythingOptions,
    SegmentAnythingSegmenter,
)
from impasto.segmentation.segment_anything_input import ModelInput

transformers = pytest.importorskip("transformers")
SIDE = 64


def save_sam(folder: Path) -> Path:
    config = transformers.SamConfig(
        vision_config={
            "hidden_size": 16,
            "output_channels": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIDE,
            "patch_size": 8,
            "window_size": 4,
            "global_attn_indexes": [1],
            "mlp_dim": 32,
            "num_pos_feats": 8,
        },
        prompt_encoder_config={"hidden_size": 16, "image_size": SIDE, "patch_size": 8},
        mask_decoder_config={
            "hidden_size": 16,
            "mlp_dim": 32,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 16,
        },
    )
    import torch

    torch.manual_seed(0)
    transformers.SamModel(config).save_pretrained(folder)
    return folder


def save_sam2(folder: Path) -> Path:
    import torch

    config = transformers.Sam2Config(
        vision_config={
            "backbone_config": {
                "model_type": "sam2_hiera_det_model",
                "hidden_size": 8,
                "image_size": [SIDE, SIDE],
                "blocks_per_stage": [1, 1, 2, 1],
                "embed_dim_per_stage": [8, 16, 32, 64],
                "num_attention_heads_per_stage": [1, 1, 2, 2],
                "window_size_per_stage": [4, 2, 4, 2],
                "window_positional_embedding_background_size": [4, 4],
                "global_attention_blocks": [3],
            },
            "backbone_channel_list": [64, 32, 16, 8],
            "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
            "fpn_hidden_size": 16,
        },
        prompt_encoder_config={"hidden_size": 16, "image_size": SIDE, "patch_size": 16},
        mask_decoder_config={
            "hidden_size": 16,
            "mlp_dim": 32,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 16,
        },
    )
    torch.manual_seed(0)
    transformers.Sam2Model(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> SegmentAnythingSegmenter:
    folder = save_sam(tmp_path_factory.mktemp("sam"))
    return SegmentAnythingSegmenter(
        SegmentAnythingOptions(
            model=str(folder), points_across=3, least_quality=0.0, least_stability=0.0
        )
    )


@pytest.fixture(scope="module")
def picture() -> Picture:
    return Picture(pixels=np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8))


def test_one_click_gives_three_candidates_best_first(
    segmenter: SegmentAnythingSegmenter, picture: Picture
) -> None:
    embedding = segmenter.embed(picture)
    masks = segmenter.predict(embedding, Prompts().add(20, 10))
    assert masks.masks.shape == (3, 40, 50)
    assert (np.diff(masks.quality) <= 0).all()


@pytest.mark.parametrize(
    "prompts",
    [
        Prompts().add(20, 10).remove(3, 3),
        Prompts(box=Box(5, 5, 30, 30)),
        Prompts(box=Box(5, 5, 30, 30)).add(20, 10),
    ],
)
def test_more_prompts_give_one_mask(
    segmenter: SegmentAnythingSegmenter, picture: Picture, prompts: Prompts
) -> None:
    masks = segmenter.predict(segmenter.embed(picture), prompts)
    assert masks.masks.shape == (1, 40, 50)


def test_sam_2_answers_alike(tmp_path: Path, picture: Picture) -> None:
    folder = save_sam2(tmp_path)
    segmenter = SegmentAnythingSegmenter(
        SegmentAnythingOptions(model=str(folder), points_across=2, least_quality=0.0)
    )
    embedding = segmenter.embed(picture)
    assert segmenter.predict(embedding, Prompts().add(20, 10)).masks.shape == (3, 40, 50)
    boxed = Prompts(box=Box(5, 5, 30, 30)).add(20, 10)
    assert segmenter.predict(embedding, boxed).masks.shape == (1, 40, 50)
    assert segmenter.all_masks(embedding).masks.shape[1:] == (40, 50)


def test_agrees_with_the_model_called_by_hand(
    segmenter: SegmentAnythingSegmenter, picture: Picture
) -> None:
    import torch
    import torch.nn.functional as F

    model: Any = segmenter._model
    pixels = ModelInput(side_px=SIDE, keeps_aspect=True).pixels(picture)
    points = torch.tensor([[[[20.0 * 64 / 50, 10.0 * 51 / 40]]]])
    with torch.inference_mode():
        output = model(pixel_values=pixels, input_points=points)
        large = F.interpolate(output.pred_masks[0], (SIDE, SIDE), mode="bilinear")
        expected = F.interpolate(large[..., :51, :], (40, 50), mode="bilinear")[0] > 0
    order = np.argsort(-output.iou_scores[0, 0].numpy(), kind="stable")
    found = segmenter.predict(segmenter.embed(picture), Prompts().add(20, 10))
    assert (found.masks == expected.numpy()[order]).mean() > 0.99


def test_automatic_masks_do_not_repeat_one_another(
    segmenter: SegmentAnythingSegmenter, picture: Picture
) -> None:
    masks = segmenter.all_masks(segmenter.embed(picture))
    assert masks.masks.shape[1:] == (40, 50)
    assert (np.diff(masks.quality) <= 0).all()


def test_tells_its_stages_and_stops_when_asked(
    segmenter: SegmentAnythingSegmenter, picture: Picture
) -> None:
    events: list[ProgressEvent] = []
    segmenter.embed(picture, events.append)
    assert [event.step for event in events] == [0, 1]
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(CancelledError):
        segmenter.embed(picture, cancellation=cancellation)


def test_says_how_to_get_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsNotFoundError, match="hf download nobody/nothing"):
        SegmentAnythingSegmenter(SegmentAnythingOptions(model="nobody/nothing"))
    with pytest.raises(WeightsNotFoundError, match=r"https://huggingface\.co/nobody/nothing"):
        SegmentAnythingSegmenter(SegmentAnythingOptions(model="nobody/nothing"))
    with pytest.raises(WeightsNotFoundError, match=r"holds no model(.|\n)*model\.safetensors"):
        SegmentAnythingSegmenter(SegmentAnythingOptions(model=str(tmp_path)))


def test_refuses_another_kind_of_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(OptionError, match="expected SAM or SAM 2"):
        SegmentAnythingSegmenter(SegmentAnythingOptions(model=str(tmp_path)))


def test_names_the_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'impasto\[sam\]'"):
        SegmentAnythingSegmenter()


@pytest.mark.parametrize(
    "wrong", [{"points_across": 0}, {"least_quality": 1.5}, {"least_stability": -0.1}]
)
def test_refuses_options_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(wrong))):
        SegmentAnythingOptions(**wrong)
