"""Working time without an office: one calendar, asked about single instants or whole arrays.

**Arrays.** Wherever an instant is taken, a whole array may be given, and the answer is an array of the same kind:

======================================  ==========================================  =============================
given                                   instants in it                              lengths beside it
======================================  ==========================================  =============================
a list or tuple                         aware datetimes or ISO texts                seconds
a numpy ``datetime64`` array            UTC, as numpy has it                        ``timedelta64``, or seconds
a pandas or polars Series               as its dtype says; without a zone, UTC      ``timedelta64``, or seconds
any buffer of int64 (``array('q')``)    microseconds since 1970 UTC                 microseconds
======================================  ==========================================  =============================

A single length serves for every instant, and is always in seconds (an int, a Fraction, or a timedelta). Where there is no answer
the array holds None, ``NaT`` or :data:`NEVER_US`; a single instant raises instead. numpy itself is never needed.
"""

from __future__ import annotations

import array as arrays
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any, overload

from wuye import _core
from wuye._json import compact
from wuye._time import Instant, Span, from_us, pauses_us, seconds_us, to_us, zone_of
from wuye.errors import InvalidArgument, NoWorkingTime, OutOfRange

__all__ = ["NEVER_US", "Calendar"]

#: What an int64 array holds where there is no answer.
NEVER_US = _core.NEVER_US

_NAT = -(2**63)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"workdays": _DAYS[:5], "weekend": _DAYS[5:], "daily": _DAYS}

Hours = Iterable[tuple[str, str] | Sequence[str]]
Length = int | Fraction | timedelta
Day = date | str


def _hours(days: Mapping[str, Hours], what: str) -> dict[str, list[list[str]]]:
    out: dict[str, list[list[str]]] = {}
    for group in ("daily", "workdays", "weekend"):
        if group in days:
            out.update({day: _spans(days[group], f"{what}.{group}") for day in _GROUPS[group]})
    for day, spans in days.items():
        if day not in _GROUPS:
            out[day] = _spans(spans, f"{what}.{day}")
    return out


def _spans(spans: Hours, what: str) -> list[list[str]]:
    out = []
    for span in spans:
        pair = list(span)
        if isinstance(span, str) or len(pair) != 2 or not all(isinstance(t, str) for t in pair):
            raise InvalidArgument(f"{what}: {span!r} is not a pair such as ('08:30', '18:30')")
        out.append(pair)
    return out


def _day(value: Day) -> str:
    if isinstance(value, datetime):
        raise InvalidArgument(f"{value.isoformat()} is a time; a calendar's days are dates")
    return value.isoformat() if isinstance(value, date) else value


def _length_us(value: Any, what: str) -> int:
    if isinstance(value, Fraction):
        us = value * 1_000_000
        if us.denominator != 1:
            raise InvalidArgument(f"{what}: {value} seconds is finer than a microsecond")
        return int(us)
    if hasattr(value, "dtype") and getattr(value, "ndim", None) == 0:  # a numpy scalar
        if value.dtype.kind == "m":
            return int(value.astype("timedelta64[us]").astype("int64"))
        if value.dtype.kind in "iu":
            return seconds_us(int(value), what)
    return seconds_us(value, what)


def _seconds(us: int) -> int | Fraction:
    whole, rest = divmod(us, 1_000_000)
    return whole if rest == 0 else Fraction(us, 1_000_000)


class _Array:
    """An array somebody gave: int64 for ``_core``, and how to give an answer of the same kind back."""

    def __init__(self, given: Any, zone: tzinfo, what: str) -> None:
        self.zone = zone
        self.kind = "list"
        self.given = given
        if isinstance(given, (list, tuple)):
            self.ints: Any = arrays.array("q", [to_us(v, what) for v in given])
            return
        if hasattr(given, "to_numpy"):
            given = given.to_numpy()
        dtype = getattr(given, "dtype", None)
        if dtype is not None and dtype.kind in "Mm":
            self.kind = "numpy"
            self.ints = given.astype(f"{'datetime' if dtype.kind == 'M' else 'timedelta'}64[us]").view("int64")
        elif dtype is not None and dtype.kind == "O":
            self.kind = "numpy"
            self.ints = arrays.array("q", [to_us(v, what) for v in given])
        elif dtype is not None and dtype.kind not in "iu":
            raise InvalidArgument(f"{what}: an array of {dtype} holds no times; give datetime64, int64 microseconds or datetimes")
        else:
            self.kind = "ints" if dtype is None else "numpy_ints"
            self.ints = given if dtype is None or str(dtype) == "int64" else given.astype("int64")

    def __len__(self) -> int:
        return len(self.ints)

    def room(self) -> Any:
        """Where an answer may be written."""
        if self.kind.startswith("numpy"):
            import numpy

            return numpy.empty(len(self), dtype="int64")
        return arrays.array("q", bytes(8 * len(self)))

    def lengths(self, given: Any, what: str) -> Any:
        """Lengths beside these instants, as int64 microseconds."""
        if is_array(given):
            if isinstance(given, (list, tuple)):
                return arrays.array("q", [_length_us(v, what) for v in given])
            if hasattr(given, "to_numpy"):
                given = given.to_numpy()
            dtype = getattr(given, "dtype", None)
            if dtype is not None and dtype.kind == "m":
                return given.astype("timedelta64[us]").view("int64")
            if dtype is not None and dtype.kind not in "iu":
                raise InvalidArgument(f"{what}: an array of {dtype} holds no lengths; give timedelta64 or whole seconds")
            if self.kind in ("numpy", "list"):  # beside datetimes whole numbers are seconds
                return arrays.array("q", [_length_us(int(v), what) for v in given]) if dtype is None else given.astype("int64") * 1_000_000
            return given if dtype is None or str(dtype) == "int64" else given.astype("int64")
        return self.counts(_length_us(given, what), what)

    def counts(self, given: Any, what: str) -> Any:
        """Whole numbers beside these instants."""
        counts = counts_of(given, what)
        return counts if is_array(given) else counts * len(self)

    def instants(self, out: Any) -> Any:
        if self.kind == "list":
            return [None if us == NEVER_US else from_us(us, self.zone) for us in out]
        if self.kind == "numpy":
            out[out == NEVER_US] = _NAT
            return out.view("datetime64[us]")
        return out

    def amounts(self, out: Any) -> Any:
        if self.kind == "list":
            return [None if us == NEVER_US else _seconds(us) for us in out]
        if self.kind == "numpy":
            out[out == NEVER_US] = _NAT
            return out.view("timedelta64[us]")
        return out

    def flags(self, out: bytearray) -> Any:
        if self.kind.startswith("numpy"):
            import numpy

            return numpy.frombuffer(out, dtype="bool")
        return [bool(flag) for flag in out]


def counts_of(given: Any, what: str) -> Any:
    """Whole numbers as int64 for ``_core``: of one number an array of one."""
    if not is_array(given):
        given = [given]
    if isinstance(given, (list, tuple)):
        for value in given:
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise InvalidArgument(f"{what}: {value!r} is not a whole number")
        try:
            return arrays.array("q", [value.__index__() for value in given])
        except OverflowError:
            raise InvalidArgument(f"{what}: a number does not fit 64 bits") from None
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    dtype = getattr(given, "dtype", None)
    if dtype is not None and dtype.kind not in "iu":
        raise InvalidArgument(f"{what}: an array of {dtype} holds no whole numbers")
    return given if dtype is None or str(dtype) == "int64" else given.astype("int64")


def is_array(value: Any) -> bool:
    if isinstance(value, (str, bytes, datetime, timedelta, int, Fraction)):
        return False
    return isinstance(value, (list, tuple)) or hasattr(value, "to_numpy") or (hasattr(value, "__len__") and getattr(value, "ndim", 1) != 0)


class Calendar:
    """Working hours in a time zone.

    Args:
        time_zone: An IANA name, ``"UTC"`` or a fixed offset such as ``"+08:00"``.
        weekly: Hours by weekday (``mon`` … ``sun``, or ``workdays``, ``weekend``, ``daily``; the narrower wins). ``"24:00"`` ends a day; an end
            at or before its start runs over midnight.
        overrides: Hours that replace a date's; an empty list closes it.
        breaks: Hours taken out, by weekday.
        holidays: Closed dates.
        makeup: Dates with the hours of ``makeup_like`` although their weekday has none.
        makeup_like: Whose hours a make-up day has.
        almanac: First and last year whose holidays are known.
        around_the_clock: Always open; nothing else may be given then.
        name: What it is called in messages.

    Raises:
        InvalidArgument: Overlapping or empty hours, or a date that does not exist; the message names it.
        NotFound: No such time zone.

    Example:
        >>> import wuye
        >>> desk = wuye.Calendar(time_zone="Asia/Shanghai", weekly={"daily": [("08:30", "18:30")]})
        >>> desk.add("2026-03-02T17:30+08:00", 2 * 3600).isoformat()
        '2026-03-03T09:30:00+08:00'
        >>> desk.between("2026-03-02T17:30+08:00", "2026-03-03T09:30+08:00")
        7200
    """

    __slots__ = ("_core", "_spec", "_zone_name")

    def __init__(
        self,
        *,
        time_zone: str = "UTC",
        weekly: Mapping[str, Hours] | None = None,
        overrides: Mapping[Day, Hours] | None = None,
        breaks: Mapping[str, Hours] | None = None,
        holidays: Iterable[Day] = (),
        makeup: Iterable[Day] = (),
        makeup_like: str | None = None,
        almanac: tuple[int, int] | None = None,
        around_the_clock: bool = False,
        name: str | None = None,
    ) -> None:
        spec: dict[str, Any] = {"time_zone": time_zone}
        if name:
            spec["name"] = name
        if around_the_clock:
            spec["around_the_clock"] = True
        if weekly is not None:
            spec["weekly"] = _hours(weekly, "weekly")
        if breaks is not None:
            spec["breaks"] = _hours(breaks, "breaks")
        if overrides is not None:
            spec["overrides"] = {_day(day): _spans(spans, f"overrides.{_day(day)}") for day, spans in overrides.items()}
        if days := [_day(day) for day in holidays]:
            spec["holidays"] = days
        if days := [_day(day) for day in makeup]:
            spec["makeup"] = days
        if makeup_like is not None:
            spec["makeup_like"] = makeup_like
        if almanac is not None:
            spec["almanac"] = list(almanac)
        self._spec: dict[str, Any] | None = spec
        self._zone_name = time_zone
        self._core = _core.Calendar(compact(spec))

    @classmethod
    def _of(cls, core: _core.Calendar, zone_name: str) -> Calendar:
        made = cls.__new__(cls)
        made._core, made._zone_name, made._spec = core, zone_name, None
        return made

    @property
    def zone(self) -> tzinfo:
        """Its time zone; answers are in it."""
        return zone_of(self._zone_name)

    @overload
    def add(self, at: Instant, seconds: Length, pauses: Iterable[Span] = ()) -> datetime: ...
    @overload
    def add(self, at: Any, seconds: Any, pauses: Iterable[Span] = ()) -> Any: ...
    def add(self, at: Any, seconds: Any, pauses: Iterable[Span] = ()) -> Any:
        """The earliest instant by which so much working time has passed.

        Args:
            at: An instant, or an array of them.
            seconds: How much; below 0 goes backward, to the latest instant from which that much remains until ``at``.
            pauses: Stretches that do not count, sorted and disjoint.

        Returns:
            An aware datetime in the calendar's zone, or an array as given.

        Raises:
            NoWorkingTime: The calendar never gets there.
            InvalidArgument: A naive time, a float, or pauses out of order.
        """
        if not is_array(at):
            due, _, _ = self._core.add(to_us(at), _length_us(seconds, "seconds"), pauses_us(pauses))
            return from_us(due, self.zone)
        given = _Array(at, self.zone, "at")
        amounts = given.lengths(seconds, "seconds")
        out = given.room()
        stops = pauses_us(pauses)
        if not stops:
            self._core.add_us(given.ints, amounts, out)
        else:
            for i, (start, amount) in enumerate(zip(given.ints, amounts, strict=True)):
                try:
                    out[i] = self._core.add(int(start), int(amount), stops)[0]
                except (NoWorkingTime, OutOfRange):
                    out[i] = NEVER_US
        return given.instants(out)

    def breach(self, at: Instant, seconds: Length, pauses: Iterable[Span] = ()) -> datetime:
        """The first instant at which more than so much working time has passed: what is late.

        Args:
            at: When the clock starts.
            seconds: The limit.
            pauses: As for :meth:`add`.
        """
        us = _length_us(seconds, "seconds")
        if us < 0:
            raise InvalidArgument(f"seconds: {seconds} is below 0, and backward nothing can be late")
        _, breach, _ = self._core.add(to_us(at), us, pauses_us(pauses))
        return from_us(breach, self.zone)

    @overload
    def between(self, a: Instant, b: Instant, pauses: Iterable[Span] = ()) -> int | Fraction: ...
    @overload
    def between(self, a: Any, b: Any, pauses: Iterable[Span] = ()) -> Any: ...
    def between(self, a: Any, b: Any, pauses: Iterable[Span] = ()) -> Any:
        """The working time from ``a`` until ``b``, in seconds; below 0 where ``b`` is earlier.

        Args:
            a: An instant, or an array of them.
            b: An instant, or an array of them.
            pauses: Stretches that do not count.

        Returns:
            Whole seconds as int; where there are microseconds, the exact Fraction. Of arrays, see the head of this module.
        """
        stops = pauses_us(pauses)
        if not is_array(a) and not is_array(b):
            return _seconds(self._core.between(to_us(a, "a"), to_us(b, "b"), stops))
        many = _Array(a if is_array(a) else b, self.zone, "a")
        left = many if is_array(a) else None
        right = _Array(b, self.zone, "b") if is_array(b) else None
        first = left.ints if left else many.counts(to_us(a, "a"), "a")
        second = right.ints if right else many.counts(to_us(b, "b"), "b")
        out = many.room()
        if not stops:
            self._core.between_us(first, second, out)
        else:
            for i, (x, y) in enumerate(zip(first, second, strict=True)):
                try:
                    out[i] = self._core.between(int(x), int(y), stops)
                except OutOfRange:
                    out[i] = NEVER_US
        return many.amounts(out)

    @overload
    def is_open(self, at: Instant) -> bool: ...
    @overload
    def is_open(self, at: Any) -> Any: ...
    def is_open(self, at: Any) -> Any:
        """Whether the calendar has hours at an instant, or at each of an array."""
        if not is_array(at):
            out = bytearray(1)
            self._core.is_open(arrays.array("q", [to_us(at)]), out)
            return bool(out[0])
        given = _Array(at, self.zone, "at")
        out = bytearray(len(given))
        self._core.is_open(given.ints, out)
        return given.flags(out)

    def periods(self, start: Instant, count: int, backward: bool = False) -> list[tuple[datetime, datetime]]:
        """The next stretches of working time.

        Args:
            start: From when; a stretch under way is cut there.
            count: How many at most.
            backward: The stretches before ``start``, latest first.

        Returns:
            Pairs of begin and end; fewer than ``count`` where there are no more.
        """
        if count < 0:
            raise InvalidArgument(f"count: {count} is below 0")
        zone = self.zone
        found = self._core.periods(to_us(start, "start"), min(count, 1_000_000), backward)
        return [(from_us(a, zone), from_us(b, zone)) for a, b in found]

    @overload
    def add_days(self, at: Instant, n: int) -> datetime: ...
    @overload
    def add_days(self, at: Any, n: Any) -> Any: ...
    def add_days(self, at: Any, n: Any) -> Any:
        """The n-th later working day, at the same wall time, rolled into open hours.

        Args:
            at: An instant, or an array of them.
            n: How many working days; below 0 earlier ones; 0 rolls only.

        Raises:
            NoWorkingTime: The calendar has no such day.
        """
        return self._rolled(at, lambda given, out: self._core.add_days_us(given.ints, given.counts(n, "n"), out))

    @overload
    def next_open(self, at: Instant) -> datetime: ...
    @overload
    def next_open(self, at: Any) -> Any: ...
    def next_open(self, at: Any) -> Any:
        """The first open instant at or after an instant, or after each of an array.

        Raises:
            NoWorkingTime: The calendar never opens again.
        """
        return self._rolled(at, lambda given, out: self._core.next_open_us(given.ints, out))

    def _rolled(self, at: Any, call: Any) -> Any:
        single = not is_array(at)
        given = _Array([at] if single else at, self.zone, "at")
        out = given.room()
        call(given, out)
        if not single:
            return given.instants(out)
        if out[0] == NEVER_US:
            raise NoWorkingTime(f"the calendar has no working time to be reached from {from_us(given.ints[0], self.zone).isoformat()}")
        return from_us(out[0], self.zone)

    def __reduce__(self) -> tuple[object, ...]:
        if self._spec is None:
            raise TypeError("a calendar of a manual does not pickle; pickle the manual")
        return (_rebuild, (self._spec,))

    def __repr__(self) -> str:
        return f"<wuye.Calendar {self._zone_name}>"


def _rebuild(spec: dict[str, Any]) -> Calendar:
    return Calendar(**{**spec, "almanac": tuple(spec["almanac"])} if "almanac" in spec else spec)
