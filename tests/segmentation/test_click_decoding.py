import torch

from impasto.segmentation.click import ClickEmbedding
from impasto.segmentation.click_decoding import REPLAYED, decode
from impasto.segmentation.click_network import ClickImage, ClickMasks
from impasto.segmentation.prompts import Box, Prompts

SIZE = (64, 96)


class Recorder:
    """Answers like the click network and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]] = []

    def __call__(self, image, points, signs, boxes, previous):  # type: ignore[no-untyped-def]
        self.asked.append((points, signs, boxes, previous))
        logits = torch.stack([torch.full((8, 12), float(k) - 1.5) for k in range(4)])[None]
        return ClickMasks(logits=logits, quality=torch.tensor([[0.0, 3.0, 2.0, 1.0]]))


def image() -> ClickImage:
    return ClickImage(tokens={}, keys={}, edges=torch.zeros(1, 1, 8, 12))


def test_clicks_are_replayed_one_by_one() -> None:
    network = Recorder()
    prompts = Prompts().add(47.5, 31.5).remove(0, 0).add(5, 5)
    decode(network, image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert [signs.tolist() for _, signs, _, _ in network.asked] == [
        [[1.0]],
        [[1.0, -1.0]],
        [[1.0, -1.0, 1.0]],
    ]
    torch.testing.assert_close(network.asked[0][0], torch.tensor([[[0.5, 1 / 3]]]))
    assert not network.asked[0][3].any()


def test_the_second_click_tells_which_candidate_was_seen() -> None:
    network = Recorder()
    decode(network, image(), Prompts().add(9, 9).remove(3, 3), size=SIZE)  # type: ignore[arg-type]
    torch.testing.assert_close(network.asked[1][3], torch.full((1, 1, 8, 12), 0.5).sigmoid())


def test_one_click_gives_candidates_and_more_the_sure_mask_first() -> None:
    one = decode(Recorder(), image(), Prompts().add(9, 9), size=SIZE)  # type: ignore[arg-type]
    assert one.logits[:, 0, 0].tolist() == [-0.5, 0.5, 1.5]
    prompts = Prompts(box=Box(1, 1, 50, 50))
    boxed = decode(Recorder(), image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert boxed.logits[0, 0, 0] == -1.5
    assert (boxed.quality.diff() <= 0).all()


def test_a_long_history_is_cut(embedding: ClickEmbedding) -> None:
    network = Recorder()
    prompts = Prompts()
    for step in range(30):
        prompts = prompts.add(step, step)
    decode(network, image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert len(network.asked) <= REPLAYED + 1
    assert network.asked[-1][0].shape[1] == 30
