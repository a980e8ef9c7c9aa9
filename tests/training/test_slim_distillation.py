import pytest
import torch

from impasto.encoders.slim import SlimVGG
from impasto.encoders.vgg import VGG
from impasto.training.slim_distillation import (
    Distillation,
    measure,
    trainable,
    unexplained,
    varied,
)
from impasto.weights.catalog import OXFORD_PREPROCESSING


@pytest.fixture
def student(slim: VGG) -> SlimVGG:
    return SlimVGG(slim.convolutions.state_dict(), preprocessing=OXFORD_PREPROCESSING)


def test_unexplained_is_the_part_of_the_variance() -> None:
    target = torch.tensor([0.0, 2.0, 0.0, 2.0]).view(1, 1, 2, 2)
    assert unexplained(target, target).item() == 0
    assert unexplained(torch.ones_like(target), target).item() == pytest.approx(1)
    assert unexplained(target + 1, target).item() == pytest.approx(1)


def test_teacher_as_student_has_nothing_to_learn(student: SlimVGG, slim: VGG) -> None:
    teacher = SlimVGG(slim.convolutions.state_dict(), preprocessing=OXFORD_PREPROCESSING)
    terms = Distillation(teacher, deepest="relu3_1")(
        student, {"photos": torch.rand(2, 3, 32, 32)}, 0
    )
    assert terms["features"].item() == pytest.approx(0, abs=1e-6)
    assert terms["gram"].item() == pytest.approx(0, abs=1e-6)


def test_steps_take_turns_with_pooling_and_have_gradients(student: SlimVGG, slim: VGG) -> None:
    weights = {
        name: value + 0.1 * torch.ones_like(value)
        for name, value in slim.convolutions.state_dict().items()
    }
    teacher = SlimVGG(weights, preprocessing=OXFORD_PREPROCESSING)
    objective = Distillation(teacher, deepest="relu2_1")
    assert objective.layers == ("relu1_1", "relu1_2", "relu2_1")
    for step, pooling in ((0, "max"), (1, "average")):
        terms = objective(trainable(student), {"photos": torch.rand(2, 3, 32, 32)}, step)
        assert student.pooling == teacher.pooling == pooling
        assert terms["features"].item() > 0
        sum(terms.values()).backward()  # type: ignore[union-attr]
    assert student.convolutions["conv2_1"].mix.weight.grad.abs().sum() > 0
    assert student.convolutions["conv1_1"].weight.grad is None


def test_varied_images_stay_images_and_follow_from_the_seed() -> None:
    images = torch.rand(12, 3, 32, 32)
    first, second = (varied(images, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == images.shape
    assert first.min() >= 0
    assert first.max() <= 1
    same = [bool(torch.equal(a, b)) for a, b in zip(first, images, strict=True)]
    assert 0 < sum(same) < 12


def test_measure_is_nothing_for_equals_and_names_every_layer(student: SlimVGG, slim: VGG) -> None:
    teacher = SlimVGG(slim.convolutions.state_dict(), preprocessing=OXFORD_PREPROCESSING)
    found = measure(student, teacher, [torch.rand(2, 3, 32, 32)])
    assert list(found) == list(slim.layers)
    assert all(value == pytest.approx((0, 0), abs=1e-6) for value in found.values())
