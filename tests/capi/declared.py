"""What wuye.h declares, read from its text: names, and which of them can fail."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "capi/include/wuye/wuye.h"
EXPORTS = ROOT / "capi/exports.txt"


def without_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"//[^\n]*", " ", text)


def declarations() -> dict[str, str]:
    """Name to parameters, in the header's order."""
    text = without_comments(HEADER.read_text(encoding="utf-8"))
    return {name: " ".join(params.split()) for name, params in re.findall(r"WUYE_API[^;(]*?\b(wuye_\w+)\(([^;]*)\);", text)}


def fallible(params: str) -> bool:
    return params.endswith("wuye_error **err")


def exports() -> list[str]:
    return EXPORTS.read_text().split()


def finish(problems: list[str], held: str) -> None:
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} problem(s)")
    print(held)
