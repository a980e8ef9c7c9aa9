import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.errors import OptionError
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import set_strength, set_style
from impasto.studio.history import History
from impasto.studio.photograph import PhotographReference

EMPTY = Document(photograph=PhotographReference(digest="0" * 64, size=(20, 20), name="x"))


def state(number: int) -> Document:
    return set_style(EMPTY, BACKGROUND, f"style {number}").document


@given(st.lists(st.sampled_from(["push", "amend", "undo", "redo"]), max_size=40))
def test_it_does_what_two_stacks_do(steps: list[str]) -> None:
    history = History(states=(EMPTY,))
    past, shown, future = [], EMPTY, []
    for number, step in enumerate(steps):
        before = history
        if step == "push":
            history = history.push(state(number))
            past, shown, future = [*past, shown], state(number), []
        elif step == "amend":
            history = history.amend(state(number))
            shown, future = state(number), []
        elif step == "undo":
            history = history.undo()
            if past:
                past, shown, future = past[:-1], past[-1], [shown, *future]
        else:
            history = history.redo()
            if future:
                past, shown, future = [*past, shown], future[0], future[1:]
        assert history.document == shown
        assert (history.can_undo, history.can_redo) == (bool(past), bool(future))
        assert before.states is not history.states or before.states == history.states


def test_a_thousand_states_and_back() -> None:
    history = History(states=(EMPTY,))
    for number in range(1000):
        history = history.push(state(number))
    for _ in range(2000):
        history = history.undo()
    assert history.document == EMPTY


def test_the_same_state_adds_nothing() -> None:
    history = History(states=(EMPTY,)).push(state(1))
    assert history.push(state(1)) is history
    assert history.amend(state(1)) is history
    undone = history.undo()
    assert undone.push(EMPTY) is undone
    assert undone.can_redo


def test_a_slider_leaves_one_state() -> None:
    history = History(states=(EMPTY,)).push(state(1))
    for strength in (0.1, 0.4, 0.7):
        history = history.amend(set_strength(history.document, BACKGROUND, strength).document)
    assert history.undo().document == EMPTY
    assert len(history.states) == 2


def test_wrong_histories_are_refused() -> None:
    other = Document(photograph=PhotographReference(digest="1" * 64, size=(20, 20), name="y"))
    for wrong in ({"states": ()}, {"states": (EMPTY,), "position": 1}):
        with pytest.raises(OptionError, match="position: expected"):
            History(**wrong)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="one photograph"):
        History(states=(EMPTY, other))
