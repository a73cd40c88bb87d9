"""Printing: tables whose columns line up with Chinese in them, and a progress bar that only a terminal sees."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TextIO

__all__ = ["pad", "progress", "render", "width"]


def width(text: str) -> int:
    """How many columns a text takes on a terminal.

    Example:
        >>> width("abc"), width("物业"), width("é")
        (3, 4, 1)
    """
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Me", "Mn") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces to so many columns."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def cut(text: str, columns: int) -> str:
    """The text, shortened with an ellipsis where it is wider."""
    if width(text) <= columns:
        return text
    out, used = "", 0
    for c in text:
        step = width(c)
        if used + step > columns - 1:
            break
        out += c
        used += step
    return out + "…"


def cell(value: Any) -> str:
    """How a value is shown in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" if value.second or value.microsecond else f"{value:%Y-%m-%d %H:%M}"
    return " ".join(str(value).split())


def render(head: Sequence[str], rows: Iterable[Sequence[Any]], *, limit: int = 0) -> str:
    """A table as text.

    Args:
        head: Titles.
        rows: Values; numbers are set to the right.
        limit: Widest column allowed; 0 for none.

    Returns:
        Lines, without a newline at the end.

    Example:
        >>> print(render(("post", "岗位"), [("guard", "保安"), ("a", "b")]))
        post   岗位
        ─────  ────
        guard  保安
        a      b
    """
    body = [list(row) for row in rows]
    texts = [[cut(cell(v), limit) if limit else cell(v) for v in row] for row in body]
    right = [bool(body) and all(row[i] is None or (not isinstance(row[i], (str, bool, datetime))) for row in body) for i in range(len(head))]
    sizes = [max([width(h), *(width(row[i]) for row in texts)]) for i, h in enumerate(head)]

    def line(values: Sequence[str]) -> str:
        return "  ".join(pad(v, sizes[i], right=right[i]) for i, v in enumerate(values)).rstrip()

    return "\n".join([line(list(head)), "  ".join("─" * size for size in sizes), *(line(row) for row in texts)])


def progress(label: str, stream: TextIO | None = None) -> Callable[[int, int], None] | None:
    """A callback that draws a bar on a terminal; None where nobody would see it.

    Args:
        label: What is being done.
        stream: Where; standard error by default.

    Returns:
        A function of (done, all), or None.
    """
    out = stream or sys.stderr
    try:
        if not out.isatty():
            return None
    except (AttributeError, ValueError):
        return None
    shown = -1

    def draw(done: int, everything: int) -> None:
        nonlocal shown
        share = 100 * done // everything if everything > 0 else 100
        if share == shown:
            return
        shown = share
        filled = share * 30 // 100
        end = "\n" if share >= 100 else ""
        out.write(f"\r{label} {'█' * filled}{'·' * (30 - filled)} {share:3d} %{end}")
        out.flush()

    return draw
