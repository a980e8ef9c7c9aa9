from collections import Counter

from impasto.training.sampler import crop_generator, noise_seed, photo_order, rows_of_step


def test_each_epoch_shows_every_photograph_in_another_order() -> None:
    orders = [photo_order(3, epoch, 50).tolist() for epoch in (0, 1)]
    assert [sorted(order) for order in orders] == [list(range(50))] * 2
    assert orders[0] != orders[1]
    assert photo_order(3, 0, 50).tolist() == orders[0]
    assert photo_order(4, 0, 50).tolist() != orders[0]


def test_crops_follow_from_seed_and_index() -> None:
    assert crop_generator(1, 5).random() == crop_generator(1, 5).random()
    assert len({crop_generator(seed, 5).random() for seed in range(9)}) == 9
    assert noise_seed(1, 5) == noise_seed(1, 5) != noise_seed(1, 6)


def test_rows_are_dealt_evenly() -> None:
    steps = [rows_of_step(0, step, styles=4, batch_size=3) for step in range(50)]
    dealt = [row for rows in steps for row in rows]
    for first in range(0, 150, 5):
        assert sorted(dealt[first : first + 5]) == [0, 1, 2, 3, 4]
    assert Counter(dealt) == dict.fromkeys(range(5), 30)
    assert rows_of_step(0, 17, styles=4, batch_size=3) == steps[17]
    assert rows_of_step(1, 17, styles=4, batch_size=150) != dealt


def test_one_style_and_an_identity_now_and_then() -> None:
    steps = [rows_of_step(0, step, styles=1, batch_size=3) for step in range(5)]
    assert steps == [[0, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [0, 1, 1]]
