"""Entries as JSON text: whole numbers and texts only, times with their offset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wuye._time import iso, to_us
from wuye.errors import InvalidArgument

__all__ = ["compact", "dumps", "value_of"]


def value_of(name: str, value: Any) -> Any:
    """One field's value as JSON takes it.

    Raises:
        InvalidArgument: A float, a naive time, or something that no field holds.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, datetime):
        return iso(to_us(value, name), value.tzinfo) if value.tzinfo is not None else to_us(value, name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidArgument(f"{name}: {value} is not a number", details=[("field", name)])
        return f"{value:f}"
    if isinstance(value, (float, Fraction)):
        raise InvalidArgument(f"{name}: {value!r} is a float; entries take whole numbers, and decimals as Decimal or text", details=[("field", name)])
    if isinstance(value, (list, tuple)):
        return [value_of(name, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): value_of(f"{name}.{key}", item) for key, item in value.items()}
    raise InvalidArgument(f"{name}: {type(value).__name__} is not a value that a field holds", details=[("field", name)])


def dumps(fields: Mapping[str, Any]) -> bytes:
    """An entry or another object as UTF-8 JSON; fields that are None are left out."""
    return compact({name: value_of(name, value) for name, value in fields.items() if value is not None})


def compact(value: Any) -> bytes:
    """JSON without spaces, as UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidArgument(f"text holds a character that is not Unicode: {error}") from None
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"not a value that JSON holds: {error}") from None
