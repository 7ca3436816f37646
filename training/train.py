"""Train a model by a config file and write its checkpoint folder.

    python training/train.py training/configs/base.json --output build/model

Run it again to go on after an interruption. See README.md here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from chinese_deal_ie.training.recipe import run
from chinese_deal_ie.training.settings import load_config


def main() -> None:
    """Read the arguments, run the recipe."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="settings of the run, JSON")
    parser.add_argument("--output", type=Path, required=True, help="folder that the checkpoint goes to")
    arguments = parser.parse_args()
    try:
        run(load_config(arguments.config), arguments.output)
    except (OSError, ValueError) as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
