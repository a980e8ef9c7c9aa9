import pytest

from impasto.errors import UnknownNameError
from impasto.studio.style_queue import StyleJob, StyleQueue, StyleStatus


def small(style: str) -> StyleJob:
    return StyleJob(style=style, thumbnail=True)


def whole(style: str) -> StyleJob:
    return StyleJob(style=style, thumbnail=False)


def drain(queue: StyleQueue) -> list[StyleJob]:
    jobs = []
    while (job := queue.take()) is not None:
        jobs.append(job)
        queue.finish(job)
    return jobs


def test_small_pictures_come_first() -> None:
    queue = StyleQueue("abc")
    jobs = drain(queue)
    assert jobs == [*map(small, "abc"), *map(whole, "abc")]
    assert queue.steps == (6, 6)


def test_what_is_asked_for_comes_before_all() -> None:
    queue = StyleQueue("abcd")
    queue.ask("c")
    queue.ask("b")
    assert drain(queue)[:3] == [whole("b"), whole("c"), small("a")]


def test_what_is_removed_is_not_painted() -> None:
    queue = StyleQueue("abc")
    queue.ask("b")
    queue.remove("b")
    queue.remove("never there")
    assert queue.styles == ("a", "c")
    assert drain(queue) == [small("a"), small("c"), whole("a"), whole("c")]
    assert queue.steps == (4, 4)


def test_asking_again_for_what_is_ready_or_under_way_changes_nothing() -> None:
    queue = StyleQueue("a")
    queue.ask("a")
    job = queue.take()
    assert job == whole("a")
    assert queue.status("a") is StyleStatus.PAINTING
    queue.ask("a")
    assert queue.take() is None
    queue.finish(job)
    queue.ask("a")
    assert queue.take() is None
    assert queue.status("a") is StyleStatus.READY


@pytest.mark.parametrize("thumbnail", [True, False])
def test_a_failure_lasts_until_asked_again(thumbnail: bool) -> None:
    queue = StyleQueue("ab")
    error = RuntimeError("no")
    queue.fail(StyleJob(style="a", thumbnail=thumbnail), error)
    assert queue.status("a") is StyleStatus.FAILED
    assert queue.error("a") is error
    assert queue.is_settled("a")
    assert {job.style for job in drain(queue)} == {"b"}
    queue.ask("a")
    assert queue.error("a") is None
    assert drain(queue) == [whole("a")]
    assert queue.error("a") is None


def test_styles_can_be_added() -> None:
    queue = StyleQueue("a")
    drain(queue)
    queue.add("b")
    queue.add("a")
    assert queue.styles == ("a", "b")
    assert drain(queue) == [small("b"), whole("b")]


def test_unknown_styles() -> None:
    for call in (StyleQueue("ab").ask, StyleQueue("ab").status):
        with pytest.raises(UnknownNameError, match="no style 'x' here; there are: a, b"):
            call("x")
