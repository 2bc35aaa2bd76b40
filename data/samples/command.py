"""The command line that the generators of small samples share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def command(generate: Callable[..., Any], about: str | None, committed: Mapping[str, int]) -> None:
    """Reads --out, --persons, --seed and --key, and generates; with --out alone, the committed sample."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--persons", type=int, default=committed["persons"], help="persons drawn")
    parser.add_argument("--seed", type=int, default=committed["seed"])
    parser.add_argument("--key", type=Path, help="also write the true person of each line or file to this file")
    args = parser.parse_args()
    generate(args.out, persons=args.persons, seed=args.seed, key=args.key)
