"""AdaIN: any style in one pass, by the mean and deviation of its features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impasto.progress import Cancellation, ProgressCallback
from impasto.stylizers.adaptive_features import affine_maps, unchanged_maps
from impasto.stylizers.arbitrary import ArbitraryPlan, arbitrary_painting, plan_arbitrary
from impasto.stylizers.detail import restore_detail
from impasto.stylizers.feature_engines import engine_settings, shared_feature_engine
from impasto.stylizers.mirrored_margin import paint_with_margin
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import Painting, RenderRequest
from impasto.stylizers.shifted_passes import paint_shifted

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.image.picture import PixelArray
    from impasto.runtime.feature_engine import FeatureEngine

NETWORK = "adain"
LAYER = "relu4_1"


def paint(
    request: RenderRequest,
    options: AdainOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request by adaptive instance normalisation: an 8-bit picture.

    The photograph is encoded once, and painted once, whatever the number of styles and masks:
    every position of its features is scaled and shifted as the styles there ask for. What the
    decoder loses of the photograph is put back. Inside a mask the photograph's statistics are
    those inside it, and those of a style are of its opaque part. All of that is done on the
    picture and on the picture moved by half a position of the features, and averaged.

    Args:
        request: Its styles are pictures.
        options: The engine, how much detail is put back, and how many passes are averaged.
        device: A GPU has torch as its engine; else ``options`` choose the engine.
        on_progress: Told of every tile of a large picture.
        cancellation: Ends the work between two tiles; the photograph is the result then.
        image_every: Taken no notice of: there are no intermediate pictures.

    Raises:
        OptionError: if a style is no picture, there is an initial image, or a number is out
            of range.
        WeightsDamagedError: if a file of the networks is not what its card promises.

    Source: Huang, Belongie 2017. Differs: relu3_1 is normalised too, and joins in the decoder.
    """
    plan = plan_arbitrary(request, options)
    if not plan.regions:
        return arbitrary_painting(plan, None, {"engine": None, "precision": None})
    engine = shared_feature_engine(options, device)

    def paint_once(given: ArbitraryPlan) -> PixelArray | None:
        return stylize_adain(engine, given, on_progress=on_progress, cancellation=cancellation)

    pixels = paint_with_margin(plan, lambda wide: paint_shifted(wide, options.passes, paint_once))
    return arbitrary_painting(plan, pixels, engine_settings(engine))


def stylize_adain(
    engine: FeatureEngine,
    plan: ArbitraryPlan,
    *,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> PixelArray | None:
    """The painting of a plan, (H, W, 3) uint8; ``None`` where it was cancelled."""
    watched: Any = {"on_progress": on_progress, "cancellation": cancellation}
    joining = engine.skip_layer(NETWORK)
    layers = (LAYER,) if joining is None else (LAYER, joining)
    found = engine.encode(plan.pixels, layers, **watched)
    changed = [(found[name], *affine_maps(engine, plan, name, found[name])) for name in layers]
    if cancellation is not None and cancellation.is_cancelled:
        return None
    height, width = plan.pixels.shape[:2]

    def decode(parts: list[Any]) -> PixelArray:
        found = engine.decode(NETWORK, *parts[0], *parts[1:], **watched)
        return found[:height, :width]

    painted = decode(changed)
    if plan.detail > 0:
        same = [(found[name], *unchanged_maps(found[name])) for name in layers]
        painted = restore_detail(painted, plan.pixels, decode(same), plan.detail)
    return None if cancellation is not None and cancellation.is_cancelled else painted
