"""Messages of clients as types: what a request or a WebSocket message may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from impasto.studio.brush import MAX_POINTS
from impasto.studio.server.message_fields import (
    BoxEdges,
    Feather,
    Gesture,
    Name,
    Number,
    ObjectName,
    Point,
    PreserveColors,
    PromptsBody,
    RegionName,
    Request,
    Schema,
    Strength,
    StyleChoice,
    Whole,
)


class NodeMask(Schema):
    """The union of nodes of the region map."""

    nodes: Annotated[tuple[Whole, ...], Field(min_length=1, max_length=10_000)]
    """Numbers of nodes."""


class CandidateMask(Schema):
    """A mask that prompts gave."""

    candidate: Name
    """Its id."""


MaskSource = NodeMask | CandidateMask


class AddObject(Gesture):
    """Cut a new object out of the photograph."""

    do: Literal["add_object"]
    """What to do."""
    mask: MaskSource
    """Which pixels."""
    name: Name | None = None
    """For people; one is found if it is not given."""
    style: StyleChoice = None
    strength: Strength = 1.0
    preserve_colors: PreserveColors = False
    feather_px: Feather = 2.0


class RemoveObject(Gesture):
    """Take an object away."""

    do: Literal["remove_object"]
    """What to do."""
    region: ObjectName


class MoveObject(Gesture):
    """Put an object above a number of others."""

    do: Literal["move_object"]
    """What to do."""
    region: ObjectName
    position: Whole
    """How many others are beneath."""


class RenameObject(Gesture):
    """Call an object something else."""

    do: Literal["rename_object"]
    """What to do."""
    region: ObjectName
    name: Name
    """For people."""


class SetMask(Gesture):
    """Give an object other pixels, or more, or fewer."""

    do: Literal["set_mask"]
    """What to do."""
    region: ObjectName
    mask: MaskSource
    """Which pixels."""
    how: Literal["replace", "add", "subtract"] = "replace"
    """What becomes of those it has."""


class BrushStroke(Gesture):
    """Draw into an object's mask."""

    do: Literal["brush"]
    """What to do."""
    region: ObjectName
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]
    """[x, y] along the line."""
    radius_px: Number
    """Radius of the brush, 0.5 or more."""
    hardness: Number = 0.8
    """1 for a sharp edge, 0 for the softest."""
    erase: bool = False
    """Whether pixels are taken away."""


class SetStyle(Gesture):
    """Paint a region in another style; ``null`` leaves the photograph."""

    do: Literal["set_style"]
    """What to do."""
    region: RegionName
    style: StyleChoice


class SetStrength(Gesture):
    """Paint a region more or less strongly."""

    do: Literal["set_strength"]
    """What to do."""
    region: RegionName
    strength: Strength


class SetFeather(Gesture):
    """Make an object's edge softer or sharper."""

    do: Literal["set_feather"]
    """What to do."""
    region: ObjectName
    feather_px: Feather


class SetPreserveColors(Gesture):
    """Keep the photograph's colours in a region, or do not."""

    do: Literal["set_preserve_colors"]
    """What to do."""
    region: RegionName
    preserve_colors: PreserveColors


class SetVisible(Gesture):
    """Show or hide a region's look."""

    do: Literal["set_visible"]
    """What to do."""
    region: RegionName
    visible: bool
    """Whether the region is painted."""


class SetCloseGaps(Gesture):
    """Close wider or narrower gaps between objects."""

    do: Literal["set_close_gaps"]
    """What to do."""
    close_gaps_px: Whole
    """Half the width of the widest gap that is closed, 0 to 8."""


class Undo(Gesture):
    """Show the state before."""

    do: Literal["undo"]
    """What to do."""


class Redo(Gesture):
    """Show the state after."""

    do: Literal["redo"]
    """What to do."""


EditMessage = Annotated[
    AddObject | RemoveObject | MoveObject | RenameObject | SetMask | BrushStroke | SetStyle
    | SetStrength | SetFeather | SetPreserveColors | SetVisible | SetCloseGaps | Undo | Redo,
    Field(discriminator="do"),
]  # fmt: skip


class Segment(PromptsBody):
    """Ask for masks of what is pointed at."""

    do: Literal["segment"]
    """What to do."""
    request: Request = None


class View(Schema):
    """What of the document is on the screen."""

    do: Literal["view"]
    """What to do."""
    scale: Literal[1, 2, 4, 8, 16]
    """By how much what is shown is reduced."""
    box: BoxEdges
    """[left, top, right, bottom]."""
    request: Request = None


class Pick(Schema):
    """Ask which object lies at a point."""

    do: Literal["pick"]
    """What to do."""
    x: Number
    """From the left."""
    y: Number
    """From the top."""
    request: Request = None


class RequestStyle(Schema):
    """Paint a style before all others."""

    do: Literal["request_style"]
    """What to do."""
    style: Name
    """Its name."""
    request: Request = None


class CancelJob(Schema):
    """End a job."""

    do: Literal["cancel_job"]
    """What to do."""
    job: Name
    """Its id."""
    request: Request = None


class Ping(Schema):
    """Ask for nothing but an answer."""

    do: Literal["ping"]
    """What to do."""
    request: Request = None


Message = Annotated[
    AddObject | RemoveObject | MoveObject | RenameObject | SetMask | BrushStroke | SetStyle
    | SetStrength | SetFeather | SetPreserveColors | SetVisible | SetCloseGaps | Undo | Redo
    | Segment | View | Pick | RequestStyle | CancelJob | Ping,
    Field(discriminator="do"),
]  # fmt: skip

_MESSAGE: TypeAdapter[Any] = TypeAdapter(Message)


class ExportBody(Schema):
    """How a finished picture is written."""

    format: Literal["jpeg", "png", "tiff", "webp"] = "png"
    """Of the file."""
    quality: Annotated[int, Field(strict=True, ge=1, le=100)] = 95
    """1 to 100, for JPEG and WebP."""


def read_message(text: str | bytes) -> Any:
    """A message from its JSON.

    Raises:
        ValidationError: if it is none.
    """
    return _MESSAGE.validate_json(text)
