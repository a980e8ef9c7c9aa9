"""Messages of clients as types: what a request or a WebSocket message may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from impasto.studio.brush import MAX_POINTS

Number = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True, ge=-(2**31), le=2**31 - 1)]
Name = Annotated[str, StringConstraints(max_length=200)]
Point = tuple[Number, Number]
BoxEdges = tuple[Whole, Whole, Whole, Whole]


class Schema(BaseModel):
    """What all messages share: nothing may be said that is not known here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NodeMask(Schema):
    """The union of nodes of the region map."""

    nodes: Annotated[tuple[Whole, ...], Field(min_length=1, max_length=10_000)]


class CandidateMask(Schema):
    """A mask that prompts gave."""

    candidate: Name


MaskSource = NodeMask | CandidateMask


class Gesture(Schema):
    """What all edits share.

    Attributes:
        gesture: Edits with one number, one after another, are undone as one.
        request: Is repeated in the answer, on a WebSocket.
    """

    gesture: Whole | None = None
    request: Whole | None = None


class AddObject(Gesture):
    """Cut a new object out of the photograph."""

    do: Literal["add_object"]
    mask: MaskSource
    name: Name | None = None
    style: Name | None = None
    strength: Number = 1.0
    preserve_colors: bool = False
    feather_px: Number = 2.0


class RemoveObject(Gesture):
    """Take an object away."""

    do: Literal["remove_object"]
    region: Name


class MoveObject(Gesture):
    """Put an object above a number of others."""

    do: Literal["move_object"]
    region: Name
    position: Whole


class RenameObject(Gesture):
    """Call an object something else."""

    do: Literal["rename_object"]
    region: Name
    name: Name


class SetMask(Gesture):
    """Give an object other pixels, or more, or fewer."""

    do: Literal["set_mask"]
    region: Name
    mask: MaskSource
    how: Literal["replace", "add", "subtract"] = "replace"


class BrushStroke(Gesture):
    """Draw into an object's mask."""

    do: Literal["brush"]
    region: Name
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]
    radius_px: Number
    hardness: Number = 0.8
    erase: bool = False


class SetStyle(Gesture):
    """Paint a region in another style; ``null`` leaves the photograph."""

    do: Literal["set_style"]
    region: Name
    style: Name | None


class SetStrength(Gesture):
    """Paint a region more or less strongly."""

    do: Literal["set_strength"]
    region: Name
    strength: Number


class SetFeather(Gesture):
    """Make an object's edge softer or sharper."""

    do: Literal["set_feather"]
    region: Name
    feather_px: Number


class SetPreserveColors(Gesture):
    """Keep the photograph's colours in a region, or do not."""

    do: Literal["set_preserve_colors"]
    region: Name
    preserve_colors: bool


class SetVisible(Gesture):
    """Show or hide a region's look."""

    do: Literal["set_visible"]
    region: Name
    visible: bool


class SetCloseGaps(Gesture):
    """Close wider or narrower gaps between objects."""

    do: Literal["set_close_gaps"]
    close_gaps_px: Whole


class Undo(Gesture):
    """Show the state before."""

    do: Literal["undo"]


class Redo(Gesture):
    """Show the state after."""

    do: Literal["redo"]


EditMessage = Annotated[
    AddObject | RemoveObject | MoveObject | RenameObject | SetMask | BrushStroke | SetStyle
    | SetStrength | SetFeather | SetPreserveColors | SetVisible | SetCloseGaps | Undo | Redo,
    Field(discriminator="do"),
]  # fmt: skip


class PromptPoint(Schema):
    """A point inside what is meant, or outside of it."""

    x: Number
    y: Number
    add: bool = True


class PromptScribble(Schema):
    """A line inside what is meant, or outside of it."""

    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]
    add: bool = True


class PromptsBody(Schema):
    """What points at something in the photograph; at least one of them."""

    points: Annotated[tuple[PromptPoint, ...], Field(max_length=1000)] = ()
    box: BoxEdges | None = None
    scribbles: Annotated[tuple[PromptScribble, ...], Field(max_length=100)] = ()


class Segment(PromptsBody):
    """Ask for masks of what is pointed at."""

    do: Literal["segment"]
    request: Whole | None = None


class View(Schema):
    """What of the document is on the screen."""

    do: Literal["view"]
    scale: Literal[1, 2, 4, 8, 16]
    box: BoxEdges
    request: Whole | None = None


class Pick(Schema):
    """Ask which object lies at a point."""

    do: Literal["pick"]
    x: Number
    y: Number
    request: Whole | None = None


class RequestStyle(Schema):
    """Paint a style before all others."""

    do: Literal["request_style"]
    style: Name
    request: Whole | None = None


class CancelJob(Schema):
    """End a job."""

    do: Literal["cancel_job"]
    job: Name
    request: Whole | None = None


class Ping(Schema):
    """Ask for nothing but an answer."""

    do: Literal["ping"]
    request: Whole | None = None


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
    quality: Annotated[int, Field(strict=True, ge=1, le=100)] = 95


def read_message(text: str | bytes) -> Any:
    """A message from its JSON.

    Raises:
        ValidationError: if it is none.
    """
    return _MESSAGE.validate_json(text)
