"""Take the linear weights of LPIPS out of the wheel of the package lpips, as safetensors.

python scripts/convert_lpips_weights.py lpips-0.1.4-py3-none-any.whl

The wheel is BSD-2-Clause; its licence is written beside the weights.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parents[1] / "src" / "impasto" / "weights" / "files"
LAYERS = {
    "vgg": ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"),
    "alex": ("relu1", "relu2", "relu3", "relu4", "relu5"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    with zipfile.ZipFile(parser.parse_args().wheel) as wheel:
        for backbone, layers in LAYERS.items():
            content = wheel.read(f"lpips/weights/v0.1/{backbone}.pth")
            state = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
            weights = {
                layer: state[f"lin{index}.model.1.weight"].flatten().float().contiguous()
                for index, layer in enumerate(layers)
            }
            save_file(weights, FOLDER / f"lpips-{backbone}.safetensors")
        licence = next(name for name in wheel.namelist() if name.endswith("LICENSE"))
        (FOLDER / "lpips-licence.txt").write_bytes(wheel.read(licence))


if __name__ == "__main__":
    main()
