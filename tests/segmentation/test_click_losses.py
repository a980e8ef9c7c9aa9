import numpy as np
import torch

from impasto.segmentation.click_losses import edge_loss, likeness_loss, mask_loss, overlap
from impasto.segmentation.click_network import ClickMasks
from impasto.segmentation.training_objects import targets_of


def answer(logits: torch.Tensor, quality: float) -> ClickMasks:
    return ClickMasks(logits=logits, quality=torch.full((1, 4), quality), likeness={})


def test_the_loss_is_least_for_the_truth_and_ignores_what_is_not_labelled() -> None:
    wanted = torch.zeros(1, 1, 8, 12)
    wanted[..., 2:6, 3:9] = 1
    valid = torch.ones(1, 1, 8, 12)
    valid[..., 0, :] = 0
    right = (wanted * 2 - 1).expand(1, 4, 8, 12) * 9
    best = mask_loss(answer(right, 9.0), wanted, valid, first=True)
    assert best < 0.01
    spoiled = right.clone()
    spoiled[..., 0, :] = 9
    same = mask_loss(answer(spoiled, 9.0), wanted, valid, first=True)
    torch.testing.assert_close(best, same)
    assert mask_loss(answer(-right, 9.0), wanted, valid, first=True) > 5


def test_only_the_best_candidate_counts_much() -> None:
    wanted = torch.zeros(1, 1, 8, 12)
    wanted[..., 2:6, 3:9] = 1
    valid = torch.ones_like(wanted)
    right = (wanted * 2 - 1) * 9
    one_right = torch.cat([right, -right, right, -right], dim=1)
    none_right = torch.cat([right, -right, -right, -right], dim=1)
    losses = [
        mask_loss(answer(each, 0.0), wanted, valid, first=True) for each in (one_right, none_right)
    ]
    assert losses[0] < losses[1] / 5


def test_likeness_inside_is_taught() -> None:
    wanted = torch.zeros(1, 1, 8, 8)
    wanted[..., 2:4, 2:4] = 1
    valid = torch.ones_like(wanted)
    logits = (wanted * 2 - 1) * 9
    assert likeness_loss({4: logits}, wanted, valid) < 0.01
    nothing, everything = torch.full_like(logits, -9.0), torch.full_like(logits, 9.0)
    missed = likeness_loss({4: nothing}, wanted, valid)
    torch.testing.assert_close(missed, likeness_loss({4: everything}, wanted, valid))


def test_overlap() -> None:
    wanted = torch.zeros(1, 1, 4, 4)
    wanted[..., :2] = 1
    masks = torch.ones(1, 1, 4, 4, dtype=torch.bool)
    assert overlap(masks, wanted, torch.ones(1, 1, 4, 4)).item() == 0.5


def test_edges_are_learned_where_they_are_known() -> None:
    labels = np.zeros((32, 32), np.uint8)
    labels[8:24, 8:24] = 1
    targets = targets_of(labels, (32, 32), partition=False)
    right = torch.from_numpy(targets.edges * 18 - 9)[None, None]
    assert edge_loss(right, targets) < 0.01
    assert edge_loss(-right, targets) > 1
