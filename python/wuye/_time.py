"""Instants at the surface: aware datetimes and ISO texts on one side, whole microseconds UTC on the other. No floats, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wuye.errors import InvalidArgument, OutOfRange, Unsupported

__all__ = ["Instant", "Span", "from_us", "iso", "pauses_us", "seconds_us", "to_us", "zone_of"]

#: What every public call takes as a time: an aware datetime, or ISO 8601 text with an offset.
Instant = datetime | str
#: A stretch of time, its end not included.
Span = tuple[Instant, Instant]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICRO = timedelta(microseconds=1)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)(?::?(\d\d))?\Z")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|z|[+-]\d\d:?\d\d)?\Z",
)
_ADVICE = "give an aware datetime (datetime(..., tzinfo=ZoneInfo('Asia/Shanghai'))) or text with an offset ('2026-03-02T22:10+08:00')"


def to_us(value: Instant, what: str = "at") -> int:
    """An instant as microseconds since 1970-01-01T00:00:00Z.

    Args:
        value: An aware datetime, or ISO 8601 text with an offset.
        what: How the message names the argument.

    Returns:
        Whole microseconds.

    Raises:
        InvalidArgument: The value has no zone, is not a time, or does not exist.
    """
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise InvalidArgument(f"{what}: {value.isoformat()} has no time zone; {_ADVICE}")
        return (value - _EPOCH) // _MICRO
    if isinstance(value, str):
        found = _ISO.match(value)
        if not found:
            raise InvalidArgument(f"{what}: {value!r} is not a time; {_ADVICE}")
        day, clock, second, fraction, offset = found.groups()
        if offset is None:
            raise InvalidArgument(f"{what}: {value!r} has no offset; {_ADVICE}")
        offset = "+00:00" if offset in "Zz" else offset if ":" in offset else offset[:3] + ":" + offset[3:]
        try:
            parsed = datetime.fromisoformat(f"{day}T{clock}:{second or '00'}{offset}")
        except ValueError as error:
            raise InvalidArgument(f"{what}: {value!r} does not exist: {error}") from None
        return (parsed - _EPOCH) // _MICRO + int((fraction or "0").ljust(6, "0"))
    if isinstance(value, date):
        raise InvalidArgument(f"{what}: {value!r} is a date, not a time; {_ADVICE}")
    raise InvalidArgument(f"{what}: {type(value).__name__} is not a time; {_ADVICE}")


def from_us(us: int, zone: tzinfo) -> datetime:
    """The aware datetime of an instant, in a zone."""
    try:
        return (_EPOCH + timedelta(microseconds=us)).astimezone(zone)
    except OverflowError:
        raise OutOfRange(f"{us} microseconds lie outside the years 1 to 9999") from None


def iso(us: int, zone: tzinfo = timezone.utc) -> str:
    """ISO 8601 with an offset, as entries take it."""
    return from_us(us, zone).isoformat()


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of a name: IANA, ``"UTC"``, or a fixed offset such as ``"+08:00"``.

    Raises:
        InvalidArgument: The name is no zone.
        Unsupported: This machine has no zone data.
    """
    if name in ("UTC", "Z", ""):
        return timezone.utc
    found = _OFFSET.match(name)
    if found:
        sign, hours, minutes, seconds = found.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
        if span >= timedelta(hours=24):
            raise InvalidArgument(f"{name!r} is not an offset")
        return timezone(-span if sign == "-" else span)
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        try:
            ZoneInfo("Asia/Shanghai")
        except ZoneInfoNotFoundError:
            raise Unsupported(f"this machine has no time zone data for {name!r}; install the package tzdata (pip install tzdata)") from None
        raise InvalidArgument(f"{name!r} is not a time zone; give an IANA name or an offset such as '+08:00'") from None
    except (ValueError, OSError):
        raise InvalidArgument(f"{name!r} is not a time zone; give an IANA name or an offset such as '+08:00'") from None


def seconds_us(value: int | timedelta, what: str = "seconds") -> int:
    """A length as microseconds: whole seconds, or a timedelta. Floats are refused."""
    if isinstance(value, timedelta):
        return value // _MICRO
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument(f"{what}: {value!r} is not a whole number of seconds; give an int or a timedelta")
    us = value * 1_000_000
    if not -(2**63) < us < 2**63:
        raise OutOfRange(f"{what}: {value} seconds is more than can be represented")
    return us


def pauses_us(pauses: Iterable[Span]) -> list[tuple[int, int]]:
    """Pauses as pairs of microseconds, in the order given."""
    return [(to_us(a, "pause"), to_us(b, "pause")) for a, b in pauses]
