"""Undo and redo: all states of a document in a row, and which one is shown."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.errors import OptionError
from impasto.studio.document import Document


@dataclass(frozen=True, kw_only=True)
class History:
    """States of one document. A value: each method gives another history.

    There is no limit to the number of states; they share masks, so that one costs some
    hundred bytes an object.

    Attributes:
        states: From the first to the last, never empty.
        position: Which of them is shown.

    Raises:
        OptionError: if there is no state, the position is outside, or the states are of
            different photographs.
    """

    states: tuple[Document, ...]
    position: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.position < len(self.states):
            raise OptionError(
                f"position: expected one of {len(self.states)} states, got {self.position}."
            )
        # Only the ends, lest every click looks at every state.
        if self.states[0].photograph != self.states[-1].photograph:
            raise OptionError("states: expected one photograph for all of them.")

    @property
    def document(self) -> Document:
        """The state that is shown."""
        return self.states[self.position]

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a state after."""
        return self.position + 1 < len(self.states)

    def push(self, document: Document) -> History:
        """Show a new state; what had been undone is forgotten. The same state adds nothing."""
        if document == self.document:
            return self
        states = (*self.states[: self.position + 1], document)
        return History(states=states, position=len(states) - 1)

    def amend(self, document: Document) -> History:
        """Put a new state in place of the one shown: for a slider while it is dragged."""
        if document == self.document:
            return self
        states = (*self.states[: self.position], document)
        return History(states=states, position=self.position)

    def undo(self) -> History:
        """Show the state before; at the first, nothing changes."""
        return History(states=self.states, position=max(0, self.position - 1))

    def redo(self) -> History:
        """Show the state after; at the last, nothing changes."""
        last = len(self.states) - 1
        return History(states=self.states, position=min(last, self.position + 1))
