import numpy as np
import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.evaluation.judge import Judge
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.checkerboard import checkerboard_amplitude
from impasto.metrics.content_distance import content_distance
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.perceptual_distance import PerceptualJudge, perceptual_distance
from impasto.metrics.statistics_distance import statistics_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import style_distance
from impasto.metrics.style_left import style_left
from impasto.stylizers.style_targets import style_size


def picture(seed: int, height: int, width: int) -> Picture:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Picture(pixels=pixels)


def test_each_measure_is_that_of_its_own_function(slim: VGG) -> None:
    lpips = PerceptualJudge(
        backbone="vgg",
        encoder=slim,
        weights={"relu1_2": torch.rand(64), "relu2_2": torch.rand(128)},
    )
    judge = Judge(slim, [lpips])
    photo, style, painting = picture(0, 60, 80), picture(1, 90, 70), picture(2, 48, 64)
    size = painting.size
    found = judge.measure(
        painting, judge.encode_content(photo, size), judge.encode_style(style, size)
    )
    ours = image_to_tensor(painting)
    content = resize(image_to_tensor(photo), size)
    look = resize(image_to_tensor(style), style_size(style.size, size))
    expected = {
        "style_left": style_left(ours, content, look, encoder=slim),
        "style_distance": style_distance(ours, look, encoder=slim),
        "statistics_distance": statistics_distance(ours, look, encoder=slim),
        "content_distance": content_distance(ours, content, encoder=slim),
        "ssim": structural_similarity(ours, content),
        "laplacian_distance": laplacian_distance(ours, content),
        "lpips": perceptual_distance(ours, content, judge=lpips),
        "checkerboard": max(checkerboard_amplitude(ours).values()),
    }
    assert tuple(found) == judge.names == tuple(expected)
    assert found == pytest.approx(expected, rel=1e-5)


def test_the_photograph_has_all_its_content_and_all_its_way_to_go(judge: Judge) -> None:
    photo, style = picture(0, 48, 64), picture(1, 64, 64)
    found = judge.measure(
        photo, judge.encode_content(photo, photo.size), judge.encode_style(style, photo.size)
    )
    assert found["style_left"] == 1
    assert (found["content_distance"], found["laplacian_distance"]) == (0, 0)
    assert found["ssim"] == pytest.approx(1)


def test_styles_are_encoded_once(slim: VGG) -> None:
    judge, style = Judge(slim), picture(1, 64, 64)
    assert judge.encode_style(style, (48, 64)) is judge.encode_style(style, (48, 64))
    assert judge.encode_style(style, (48, 64)) is not judge.encode_style(style, (64, 64))
