"""Reading TOML: the standard library from Python 3.11 on, ``tomli`` where 3.10 has it."""

from __future__ import annotations

import sys
from typing import Any

from wuye.errors import InvalidArgument, Unsupported

__all__ = ["loads"]


def loads(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Args:
        text: The text.
        name: How errors name it, usually a path.

    Returns:
        Its tables. Decimals are refused by whoever reads them, not here.

    Raises:
        InvalidArgument: The text is no TOML; line and column say where.
        Unsupported: Python 3.10 without ``tomli``.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError:
            raise Unsupported("reading TOML needs Python 3.11, or the package tomli (pip install tomli)") from None
    try:
        return dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        import re

        message = str(error)
        found = re.search(r"\(at line (\d+), column (\d+)\)", message)
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
        message = re.sub(r" \(at .*\)$", "", message)
        raise InvalidArgument(message, file=name, line=line, column=column) from None
