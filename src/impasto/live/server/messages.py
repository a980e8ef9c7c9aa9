"""What the page may say on the WebSocket, as types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from impasto.live.look import MOST_STRENGTH, Look, Where
from impasto.studio.server.message_fields import Name, Schema, Whole

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class SetLook(Schema):
    """Paint in another look."""

    do: Literal["look"]
    style: Name | None
    blend: Name | None = None
    share: Share = 0.5
    strength: Annotated[float, Field(ge=0, le=MOST_STRENGTH, allow_inf_nan=False)] = 1.0
    where: Where = "everything"

    def look(self) -> Look:
        """As a value."""
        return Look(
            style=self.style,
            blend=self.blend,
            share=self.share,
            strength=self.strength,
            where=self.where,
        )


class Drawn(Schema):
    """A frame is on the screen; the next may come."""

    do: Literal["drawn"]
    frame: Whole
    delay_ms: Annotated[float, Field(ge=0, le=600_000, allow_inf_nan=False)] | None = None
    """Since it was taken, where the page took it itself."""


class Point(Schema):
    """What is meant lies here; or it does not, where it was taken for it."""

    do: Literal["point"]
    x: Share
    """From the left, as a part of the width."""
    y: Share
    """From the top, as a part of the height."""
    add: bool = True


class Forget(Schema):
    """What was pointed at is not meant any more."""

    do: Literal["forget"]


class Record(Schema):
    """Begin or end to record."""

    do: Literal["record"]
    on: bool


class TakeSnapshot(Schema):
    """Send the next frame as a PNG file at the largest size."""

    do: Literal["snapshot"]


Message = Annotated[
    SetLook | Drawn | Point | Forget | Record | TakeSnapshot, Field(discriminator="do")
]
_MESSAGES: TypeAdapter[Message] = TypeAdapter(Message)


def read_message(text: str) -> Message:
    """The message in a text.

    Raises:
        ValidationError: if it is none that is known here.
    """
    return _MESSAGES.validate_json(text)
