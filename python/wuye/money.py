"""Money as people write it and as wuye counts it: decimal yuan outside, whole fen within."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from wuye import _core
from wuye.errors import InvalidArgument

__all__ = ["Decimals", "day_of", "fen_of", "millionths_of", "share", "yuan_of"]

#: What stands for an exact decimal: never a float, which is none.
Decimals = Decimal | int | str

_EPOCH = date(1970, 1, 1)


def _scaled(value: Any, places: int, what: str) -> int:
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise InvalidArgument(f"{what}: {value!r} is no exact decimal; give a Decimal, a whole number or a text")
    try:
        scaled = Decimal(value).scaleb(places)
    except InvalidOperation:
        raise InvalidArgument(f"{what}: {value!r} is no decimal") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise InvalidArgument(f"{what}: {value!r} has more than {places} decimals")
    if abs(scaled) >= 2**63:
        raise InvalidArgument(f"{what}: {value!r} is too large")
    return int(scaled)


def fen_of(yuan: Decimals, what: str = "amount") -> int:
    """Yuan in whole fen.

    Raises:
        InvalidArgument: A float, no number, or a fraction of a fen.
    """
    return _scaled(yuan, 2, what)


def yuan_of(fen: int) -> Decimal:
    """Whole fen in yuan."""
    return Decimal(fen).scaleb(-2)


def millionths_of(value: Decimals, what: str = "quantity") -> int:
    """A price or a quantity in millionths.

    Raises:
        InvalidArgument: A float, no number, or more than six decimals.
    """
    return _scaled(value, 6, what)


def day_of(value: date | str, what: str) -> int:
    """Days since 1970-01-01."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise InvalidArgument(f"{what}: {value!r} is no date like 2026-03-01") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise InvalidArgument(f"{what}: {value!r} is no date")
    return (value - _EPOCH).days


def share(total: Decimals, weights: Sequence[int]) -> list[Decimal]:
    """Divides a sum of yuan by weights, to the fen (公摊).

    Args:
        total: What is shared, in yuan.
        weights: Whole numbers, none below 0.

    Returns:
        The shares in order. They add up to the sum, none is off by a whole fen, and of equal remainders the earlier gets the fen.

    Raises:
        InvalidArgument: A negative number, or a sum of which nobody has a share.

    Example:
        >>> import wuye
        >>> wuye.share("100.00", [1, 1, 1])
        [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    from wuye.calendar import counts_of

    return [yuan_of(fen) for fen in _core.share(fen_of(total, "total"), list(counts_of(list(weights), "weights")))]
