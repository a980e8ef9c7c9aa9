"""What the fields of clients' messages may hold, and what all messages share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from impasto.studio.brush import MAX_POINTS

Number = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True, ge=-(2**31), le=2**31 - 1)]
Name = Annotated[str, StringConstraints(max_length=200)]
Point = tuple[Number, Number]
BoxEdges = tuple[Whole, Whole, Whole, Whole]
ObjectName = Annotated[Name, Field(description="Id of an object.")]
RegionName = Annotated[Name, Field(description="Id of an object, or `background`.")]
Request = Annotated[
    Whole | None, Field(description="Is repeated in the answer, on a WebSocket; else of no use.")
]
Strength = Annotated[
    Number, Field(description="0 for the photograph, 1 for the style, up to 1.5 to exaggerate.")
]
Feather = Annotated[
    Number, Field(description="Standard deviation of the soft edge in pixels, 0 to 64.")
]
PreserveColors = Annotated[
    bool, Field(description="Whether only the brightness is the style's, and colours stay.")
]
StyleChoice = Annotated[
    Name | None, Field(description="Name of a style; the photograph itself without one.")
]


class Schema(BaseModel):
    """What all messages share: nothing may be said that is not known here."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Gesture(Schema):
    """What all edits share."""

    gesture: Whole | None = None
    """Edits with one number, one after another, are undone as one."""
    request: Request = None


class PromptPoint(Schema):
    """A point inside what is meant, or outside of it."""

    x: Number
    """From the left."""
    y: Number
    """From the top."""
    add: bool = True
    """Whether the mask is to hold it."""


class PromptScribble(Schema):
    """A line inside what is meant, or outside of it."""

    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]
    """[x, y] along the line."""
    add: bool = True
    """Whether the mask is to hold it."""


class PromptsBody(Schema):
    """What points at something in the photograph; at least one of them."""

    points: Annotated[tuple[PromptPoint, ...], Field(max_length=1000)] = ()
    """Clicks."""
    box: BoxEdges | None = None
    """[left, top, right, bottom] around it."""
    scribbles: Annotated[tuple[PromptScribble, ...], Field(max_length=100)] = ()
    """Lines."""
