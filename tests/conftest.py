"""What the tests share: pictures made by code, the real encoder, and the optional data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG

WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
THREADS = max(1, (os.cpu_count() or 1) // WORKERS)
torch.set_num_threads(THREADS)
# Processes that tests start compute with as many, and so to the same bit.
os.environ["OMP_NUM_THREADS"] = str(THREADS)

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The photographs and paintings beside the checkout; tests that need them skip without."""
    if not DATA.is_dir():
        pytest.skip("needs the optional photographs and paintings in ../shared/data")
    return DATA


@pytest.fixture(scope="session")
def cpu() -> DeviceChoice:
    """The CPU in float32: the same on every machine."""
    return choose_device("cpu", "float32")


@pytest.fixture(scope="session")
def encoder(cpu: DeviceChoice) -> VGG:
    """The real VGG-19 with average pooling, in float32."""
    return load_encoder("vgg19", device=cpu)


@pytest.fixture
def smooth_image() -> Callable[..., torch.Tensor]:
    """Makes a smooth colourful image (1, 3, H, W), different for each seed."""

    def make(height: int = 48, width: int = 64, seed: int = 0) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        coarse = torch.rand((1, 3, 6, 8), generator=generator)
        image = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
        noise = torch.rand((1, 3, height, width), generator=generator)
        return (0.9 * image + 0.1 * noise).clamp(0, 1)

    return make


@pytest.fixture
def photo(tmp_path: Path, smooth_image: Callable[..., torch.Tensor]) -> Path:
    """A small picture on disk, 64 wide and 48 high."""
    pixels = (smooth_image(48, 64, seed=1)[0].permute(1, 2, 0) * 255).round().byte().numpy()
    path = tmp_path / "photo.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(path)
    return path


@pytest.fixture(autouse=True)
def _no_networks_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not see what the person who runs them has trained."""
    monkeypatch.setenv("IMPASTO_STYLES", str(tmp_path / "no-networks"))
    monkeypatch.delenv("IMPASTO_ARBITRARY", raising=False)


@pytest.fixture(scope="session")
def _networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two untrained networks: ``tiny`` paints ``stripes`` and ``dots``, ``lone`` itself."""
    from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
    from impasto.networks.shapes import TransformNetShape
    from impasto.networks.transform_net import TransformNet
    from impasto.training.package import CardDetails, write_network

    home = tmp_path_factory.mktemp("networks")
    shape = RealtimeNetShape(half=8, quarter=8, eighth=8, blocks=1)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        tiny = RealtimeNet(shape, rows=3)
        tiny.rows.add_(0.5 * torch.randn(tiny.rows.shape))
        networks = {"tiny": tiny, "lone": TransformNet(TransformNetShape(width=2))}
    styles = {
        "tiny": {"stripes": {"title": "Stripes", "licence": "CC0-1.0"}, "dots": {}},
        "lone": {"lone": {}},
    }
    for name, net in networks.items():
        details = CardDetails(name=name, styles=styles[name], licence="Apache-2.0")
        write_network(home / name, net, details)
    return home


@pytest.fixture
def networks(_networks: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person's networks, with the untrained ones, and no other network."""
    monkeypatch.setenv("IMPASTO_STYLES", str(_networks))
    shipped = "impasto.weights.style_networks.SHIPPED_FOLDER"
    monkeypatch.setattr(shipped, _networks / "none")
    monkeypatch.setenv("XDG_CACHE_HOME", str(_networks / ".cache"))
    return _networks


@pytest.fixture(scope="session")
def slim() -> VGG:
    """An untrained compact encoder of the least ranks, in float32, max pooling."""
    from impasto.encoders.slim import SLIM_RANKS, SlimVGG
    from impasto.encoders.vgg import CHANNELS_PER_BLOCK
    from impasto.weights.catalog import OXFORD_PREPROCESSING

    generator = torch.Generator().manual_seed(0)
    weights = {
        "conv1_1.weight": torch.randn(64, 3, 3, 3, generator=generator) / 50,
        "conv1_1.bias": torch.zeros(64),
    }
    channels = 64
    for name in SLIM_RANKS:
        width = CHANNELS_PER_BLOCK[int(name[4]) - 1]
        for part, shape in (
            ("reduce", (3, channels, 1, 1)),
            ("mix", (4, 3, 3, 3)),
            ("expand", (width, 4, 1, 1)),
        ):
            fan_in = shape[1] * shape[2] * shape[3]
            weight = torch.randn(shape, generator=generator) * (1.5 / fan_in) ** 0.5
            weights[f"{name}.{part}.weight"] = weight.half().float()
        weights[f"{name}.expand.bias"] = 0.1 * torch.ones(width)
        channels = width
    weights["conv1_1.weight"] = weights["conv1_1.weight"].half().float()
    return SlimVGG(weights, preprocessing=OXFORD_PREPROCESSING, pooling="max")


@pytest.fixture(scope="session")
def arbitrary_folder(tmp_path_factory: pytest.TempPathFactory, slim: VGG) -> Path:
    """Untrained networks for any style: ``adain``, ``wct1`` to ``wct4``, ``sanet``."""
    from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
    from impasto.networks.style_attention import StyleAttentionNet
    from impasto.training.arbitrary_package import (
        write_attention_network,
        write_decoder_network,
        write_encoder,
    )

    folder = tmp_path_factory.mktemp("arbitrary")
    write_encoder(folder, slim, {"name": "untrained", "sha256": "0" * 64})
    channels = {1: 64, 2: 128, 3: 256, 4: 512}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for name, level in {"adain": 4, "wct1": 1, "wct2": 2, "wct3": 3, "wct4": 4}.items():
            shape = DecoderShape(
                level=level - 1,
                channels=channels[level],
                widths=(4,) * level,
                blocks=(0,) * (level - 1) + (1,),
                skip_channels=256 if name == "adain" else 0,
            )
            scales = (torch.full((count,), 2.0) for count in (channels[level], 256))
            decoder = FeatureDecoder(shape, *scales)
            write_decoder_network(folder, name, decoder, {"layer": f"relu{level}_1"})
        shape = DecoderShape(
            level=3, channels=512, widths=(4, 4, 4, 4), blocks=(0, 0, 0, 0), skip_channels=256
        )
        scale = torch.full((512,), 2.0)
        net = StyleAttentionNet((scale, scale), shape, scale[:256])
        write_attention_network(folder, "sanet", net, {"layer": "relu4_1"})
    return folder


@pytest.fixture
def any_style(arbitrary_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The untrained networks in the place of those that ship."""
    monkeypatch.setenv("IMPASTO_ARBITRARY", str(arbitrary_folder))
    return arbitrary_folder
