import itertools

import torch

from impasto.segmentation.click_decoding import REMEMBERED, REPLAYED, Replay, decode
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
        quality = torch.tensor([[0.0, 3.0, 2.0, 1.0]])
        return ClickMasks(logits=logits, quality=quality, likeness={})


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


def test_a_long_history_is_cut() -> None:
    network = Recorder()
    prompts = Prompts()
    for step in range(30):
        prompts = prompts.add(step, step)
    decode(network, image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert len(network.asked) <= REPLAYED + 1
    assert network.asked[-1][0].shape[1] == 30


def test_what_was_asked_before_is_not_asked_again() -> None:
    network, replay = Recorder(), Replay()
    prompts = Prompts()
    asked = []
    for step in range(40):
        prompts = prompts.add(step, step)
        alone = decode(Recorder(), image(), prompts, size=SIZE)  # type: ignore[arg-type]
        found = decode(network, image(), prompts, size=SIZE, replay=replay)  # type: ignore[arg-type]
        torch.testing.assert_close(found.logits, alone.logits)
        asked.append(len(network.asked))
    steps = [after - before for before, after in itertools.pairwise(asked)]
    assert steps[: REPLAYED - 1] == [1] * (REPLAYED - 1)
    assert sum(steps) < 2.5 * len(steps)


def test_only_so_much_is_remembered() -> None:
    replay = Replay()
    masks = Recorder()(None, None, None, None, None)
    for key in range(REMEMBERED + 5):
        replay.keep(key, masks)
        replay.get(0)
    assert replay.get(0) is masks
    assert replay.get(1) is None
    assert replay.get(REMEMBERED + 4) is masks


def test_a_scribble_is_one_step_and_what_only_removes_waits() -> None:
    network = Recorder()
    line = tuple((float(x), 30.0) for x in range(0, 90, 30))
    prompts = Prompts(scribble=line).add(40, 40)
    decode(network, image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert [signs.shape[1] for _, signs, _, _ in network.asked] == [3, 4]
    network = Recorder()
    prompts = Prompts().remove(3, 3).remove(5, 5).add(40, 40)
    decode(network, image(), prompts, size=SIZE)  # type: ignore[arg-type]
    assert [signs.shape[1] for _, signs, _, _ in network.asked] == [3]
