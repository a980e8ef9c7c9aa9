from __future__ import annotations

from typing import Any

from impasto.live.viewer import ON_THE_WAY, Viewer


def test_a_slow_screen_gets_the_newest_picture_and_nothing_queues(stand_ins: Any) -> None:
    woken = []
    viewer = Viewer(lambda: woken.append(1))
    sent = []
    for at in range(10):
        viewer.show(stand_ins.make_painted(at_s=float(at)))
        while (taken := viewer.take()) is not None:
            sent.append(taken[0])
    assert sent == [1, 2]
    assert not viewer.has_room
    assert viewer.left_out == 10 - ON_THE_WAY - 1
    assert len(woken) == 10
    assert viewer.drawn(2, 11.5) == 10.5
    taken = viewer.take()
    assert taken is not None
    assert (taken[0], taken[1].captured_s) == (3, 9.0)
    assert viewer.has_room


def test_what_was_never_sent_is_not_measured(stand_ins: Any) -> None:
    viewer = Viewer(lambda: None)
    viewer.show(stand_ins.make_painted())
    viewer.take()
    assert viewer.drawn(77, 1.0) is None
    assert viewer.drawn(1, 1.0) is None
