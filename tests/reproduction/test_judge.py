import pytest

from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.content_distance import content_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_left import style_left
from impasto.reproduction.bench import Bench
from impasto.reproduction.judge import Judge
from impasto.reproduction.setup import square
from impasto.sources import find_style
from impasto.stylizers.style_targets import style_size


def test_it_says_what_the_measures_say(bench: Bench) -> None:
    photograph, other = (each.picture for each in bench.photographs)
    painting, style = square(other, 40), find_style("candy")
    judge = Judge("cpu")
    found = judge.judge(painting, photograph, style)
    encoder = load_encoder("vgg19", pooling="max", device=choose_device("cpu", "float32"))
    image, style_image = image_to_tensor(painting), image_to_tensor(style)
    content = resize(image_to_tensor(photograph), (40, 40))
    target = resize(style_image, style_size(style.size, (40, 40)))
    expected = style_left(image, content, target, encoder=encoder)
    assert found.style_left == pytest.approx(expected, rel=1e-4)
    assert found.style == pytest.approx(judge.style_distance(painting, style), rel=1e-6)
    expected = content_distance(image, content, encoder=encoder)
    assert found.content == pytest.approx(expected, rel=1e-4)
    assert found.similarity == pytest.approx(structural_similarity(image, content))
    assert found.laplacian > 0
    assert judge.judge(painting, photograph, style) == found


def test_the_photograph_itself(bench: Bench) -> None:
    photograph = bench.photographs[0].picture
    found = Judge("cpu").judge(photograph, photograph, find_style("candy"))
    assert found.style_left == pytest.approx(1)
    assert (found.content, found.laplacian) == (0, 0)
    assert found.similarity == pytest.approx(1)
