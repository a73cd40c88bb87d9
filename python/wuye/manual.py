"""The manual (规程): the rules of one company as checked, immutable data."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from wuye import _core
from wuye._facts import Facts
from wuye._json import compact, value_of
from wuye._time import Instant, Span, from_us, pauses_us, to_us, zone_of
from wuye.calendar import Calendar, counts_of, is_array
from wuye.errors import InvalidArgument, NotFound, StoreIO
from wuye.money import Decimals, day_of, fen_of, millionths_of, yuan_of
from wuye.types import Limit, Problem, problem_of

if TYPE_CHECKING:
    from wuye.difference import Changes

__all__ = ["Manual", "manual_schema"]

#: How finely a month is divided (wuye.h).
_MONTH_PARTS = 377_580

#: A layer is a file's path, or a pair of a name and the TOML text itself.
Layer = str | os.PathLike[str] | tuple[str, str]


def _layers(given: Iterable[Layer]) -> tuple[list[str], list[bytes]]:
    names: list[str] = []
    texts: list[bytes] = []
    for layer in given:
        if isinstance(layer, tuple):
            name, text = layer
            names.append(name)
            texts.append(text.encode("utf-8", "surrogatepass"))
            continue
        path = Path(layer)
        try:
            texts.append(path.read_bytes())
        except FileNotFoundError:
            raise NotFound(f"there is no manual {path}", file=str(path)) from None
        except OSError as error:
            raise StoreIO(f"the manual {path} cannot be read: {error.strerror}", file=str(path)) from None
        names.append(str(path))
    return names, texts


def manual_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a manual's layer, for editors that complete and check.

    Returns:
        The schema; dates are texts in it.

    Example:
        >>> import wuye
        >>> wuye.manual_schema()["title"]
        'A layer of a wuye manual'
    """
    return dict(json.loads(_core.manual_schema()))


class Manual:
    """A company's rules: compiled, checked, the same for everybody who has the same hash.

    Example:
        >>> import wuye
        >>> manual = wuye.Manual.standard()
        >>> limit = manual.deadline("repair", "arrive", start="2026-03-02T22:10+08:00", urgency="emergency")
        >>> limit.due.isoformat()
        '2026-03-03T00:10:00+08:00'
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.Manual) -> None:
        """Use :meth:`standard`, :meth:`load` or :meth:`from_canonical`."""
        self._core = core

    @classmethod
    def standard(cls) -> Manual:
        """The standard pack that is built into the library."""
        return cls(_core.Manual.standard())

    @classmethod
    def load(cls, *paths: Layer) -> Manual:
        r"""Reads, layers, checks and compiles.

        Args:
            *paths: TOML files, later ones laid on earlier ones; a pair ``(name, text)`` stands for a file.

        Returns:
            The manual.

        Raises:
            NotFound: A file is not there.
            InvalidArgument: The checker's first problem, with file, line and column; further ones in ``.details``.

        Example:
            >>> import wuye
            >>> wuye.Manual.load(("mine.toml", 'name = "mine"\nextends = "standard"')).name
            'mine'
        """
        return cls(_core.Manual.load(*_layers(paths)))

    @classmethod
    def from_canonical(cls, canonical: str) -> Manual:
        """Brings a manual back from its canonical form.

        Raises:
            Corrupt: It does not compile.
        """
        return cls(_core.Manual.from_canonical(canonical))

    @staticmethod
    def check(*paths: Layer) -> list[Problem]:
        r"""All that the checker has to say, errors first; bad text is a problem in the list, not an exception.

        Args:
            *paths: As :meth:`load` takes them.

        Returns:
            Problems with file, line, column and suggestion; empty where all is well.

        Raises:
            NotFound: A file is not there.

        Example:
            >>> import wuye
            >>> [p.line for p in wuye.Manual.check(("mine.toml", 'extends = "standard"\nnmae = "x"')) if p.error]
            [2]
        """
        return [problem_of(item) for item in json.loads(_core.Manual.check(*_layers(paths)))]

    @property
    def name(self) -> str:
        """The manual's name."""
        return self._core.name

    @property
    def hash(self) -> str:
        """BLAKE2b-256 of the canonical form, 64 hexadecimal digits."""
        return self._core.hash

    @property
    def canonical(self) -> str:
        """The canonical form: RFC 8785 JSON of the merged layers and the zone's rules."""
        return self._core.canonical

    @property
    def time_zone(self) -> str:
        """The name of the office's time zone."""
        return self._core.zone

    @property
    def zone(self) -> tzinfo:
        """The office's time zone, for datetimes."""
        return zone_of(self._core.zone)

    def deadline(
        self,
        procedure: str,
        deadline: str,
        start: Instant,
        *,
        fields: Mapping[str, Any] | None = None,
        pauses: Iterable[Span] = (),
        **more: Any,
    ) -> Limit:
        """What a deadline comes to, from the manual alone.

        Args:
            procedure: The procedure's name.
            deadline: The deadline's name.
            start: When its clock starts.
            fields: The case's fields, such as ``{"urgency": "emergency"}``.
            pauses: Stretches in which the clock stands still, sorted and disjoint.
            **more: Further fields, as a convenience.

        Returns:
            When it is due, when it is late, and when each rung of its ladder fires.

        Raises:
            NotFound: No such procedure or deadline.
            InvalidArgument: No limit applies to such a case.
            NoWorkingTime: The calendar never gets there.
        """
        all_fields = {**(fields or {}), **more}
        question: dict[str, Any] = {"procedure": procedure, "deadline": deadline, "from": to_us(start, "start")}
        if all_fields:
            question["fields"] = {name: value_of(name, value) for name, value in all_fields.items() if value is not None}
        if pause_list := pauses_us(pauses):
            question["pauses"] = [list(pause) for pause in pause_list]
        answer = json.loads(self._core.deadline(compact(question)))
        zone = self.zone
        return Limit(
            due=from_us(answer["due"], zone),
            breach=from_us(answer["breach"], zone),
            provisional=answer["provisional"],
            clause=answer["clause"],
            levels=Facts((level["level"], from_us(level["at"], zone)) for level in answer["levels"] if level["at"] != _core.NEVER_US),
        )

    def period(self, period: str) -> tuple[datetime, datetime]:
        """The first instant of a period and the first after it.

        Args:
            period: ``"2026-03"``, ``"2026-Q1"``, ``"2026"`` or ``"2026-03-01/2026-03-15"`` (last day included).

        Raises:
            InvalidArgument: That is no period.
        """
        start, end = self._core.period_us(period)
        return from_us(start, self.zone), from_us(end, self.zone)

    def callbacks_due(self, counts: Mapping[str, int], *, quota: str = "callback") -> dict[str, int]:
        """How many callbacks are due of so many cases of each class in a month.

        Args:
            counts: Cases by class, such as ``{"repair": 50, "enquiry": 11}``.
            quota: Its name in the manual.

        Returns:
            ``"due"`` and each of the quota's channels, which add up to it.

        Raises:
            NotFound: There is no such quota, or no such class in it.
            InvalidArgument: A count is below 0.

        Example:
            >>> import wuye
            >>> wuye.Manual.standard().callbacks_due({"repair": 50, "enquiry": 11, "complaint": 4, "suggestion": 2, "help": 3})
            {'due': 58, 'visit': 12, 'phone': 46}
        """
        classes, numbers = ",".join(counts), list(counts.values())
        out = {"due": self._core.callbacks_due(quota, classes, "", numbers)}
        described = json.loads(self._core.describe("en"))["quotas"]
        channels = next(one["channels"] for one in described if one["name"] == quota)
        for channel in channels:
            out[channel["name"]] = self._core.callbacks_due(quota, classes, channel["name"], numbers)
        return out

    @overload
    def points(self, metric: str, done: int, due: int, *, step: str = "") -> Decimal: ...
    @overload
    def points(self, metric: str, done: Sequence[int], due: Sequence[int], *, step: str = "") -> list[Decimal]: ...
    @overload
    def points(self, metric: str, done: Any, due: Any, *, step: str = "") -> Any: ...
    def points(self, metric: str, done: Any, due: Any, *, step: str = "") -> Any:
        """What a rate costs on the scorecard: ``done`` of ``due`` against the metric's pass mark.

        Args:
            metric: Its name in the manual.
            done: How many were done in time; a number, a list, or an array of whole numbers.
            due: How many were due, in the same form; nothing due costs nothing.
            step: How a percentage point below the pass mark counts: ``"per_full_point"``, ``"pro_rata"`` or
                ``"per_started_point"``; empty: as the manual has it. The metric's cap holds either way.

        Returns:
            Points, exactly; of lists a list of them; of numpy arrays and other buffers an int64 array of *hundredths* of a point.

        Raises:
            NotFound: There is no such metric.
            InvalidArgument: Another step, a negative count, or lengths that differ.

        Example:
            >>> import wuye
            >>> manual = wuye.Manual.standard()
            >>> manual.points("dispatch_timeliness", 45, 46)  # 2.17 points short
            Decimal('8.00')
            >>> manual.points("dispatch_timeliness", [45, 46], [46, 46], step="per_started_point")
            [Decimal('12.00'), Decimal('0.00')]
        """
        if is_array(done) != is_array(due):
            raise InvalidArgument("done and due must both be numbers or both be arrays")
        dones = counts_of(done, "done")
        dues = counts_of(due, "due")
        out: Any = array("q", bytes(8 * len(dones)))
        if hasattr(dones, "dtype"):
            import numpy

            out = numpy.empty(len(dones), dtype="int64")
        self._core.points(metric, step, dones, dues, out)
        if is_array(done) and not isinstance(done, (list, tuple)):
            return out
        points = [Decimal(hundredths).scaleb(-2) for hundredths in out]
        return points if is_array(done) else points[0]

    @overload
    def charge(self, fee: str, quantity: Decimals, start: date | str, end: date | str, **place: str) -> Decimal: ...
    @overload
    def charge(
        self, fee: str, quantity: list[Decimals] | tuple[Decimals, ...], start: date | str, end: date | str, **place: str
    ) -> list[Decimal]: ...
    @overload
    def charge(self, fee: str, quantity: Any, start: date | str, end: date | str, **place: str) -> Any: ...
    def charge(self, fee: str, quantity: Any, start: date | str, end: date | str, **place: str) -> Any:
        """What a fee comes to for service from ``start`` up to but without ``end`` (R125).

        Args:
            fee: Its name in the manual.
            quantity: Square metres, spaces, or what a meter counted: a ``Decimal``, a whole number or a text, never a float; a list of them; or an
                int64 array of *millionths*.
            start: The first day.
            end: The day after the last.
            place: What prices ask for: ``use``, ``kind``, ``zone``, ``building``.

        Returns:
            Yuan, rounded once; of a list a list; of an array an int64 array of *fen*. Charges of adjoining days add up to that of all of them.

        Raises:
            NotFound: There is no such fee.
            InvalidArgument: The fee has no prices, a float, or an end before its start.

        Example:
            >>> import wuye
            >>> manual = wuye.Manual.standard()
            >>> manual.charge("management", "89.5", "2026-03-01", "2026-04-01")
            Decimal('210.33')
            >>> manual.charge("management", ["89.5", 100], "2026-03-01", "2026-03-11", use="shop")
            [Decimal('196.32'), Decimal('219.35')]
        """
        days = day_of(start, "start"), day_of(end, "end")
        where = compact(place) if place else ""
        if is_array(quantity) and not isinstance(quantity, (list, tuple)):
            quantities = counts_of(quantity, "quantity")
            out: Any = array("q", bytes(8 * len(quantities)))
            if hasattr(quantities, "dtype"):
                import numpy

                out = numpy.empty(len(quantities), dtype="int64")
            self._core.charges(fee, where, *days, quantities, out)
            return out
        given = array("q", [millionths_of(one) for one in (quantity if isinstance(quantity, (list, tuple)) else [quantity])])
        fen = array("q", bytes(8 * len(given)))
        self._core.charges(fee, where, *days, given, fen)
        charges = [yuan_of(one) for one in fen]
        return charges if isinstance(quantity, (list, tuple)) else charges[0]

    def explain_charge(self, fee: str, quantity: Decimals, start: date | str, end: date | str, **place: str) -> list[dict[str, Any]]:
        """How ``charge`` comes about: a dictionary for each stretch with one price in one billing period.

        Returns:
            ``from``, ``until`` (dates), ``price`` and ``quantity`` (decimals), ``months`` (a ``Fraction``), ``amount`` (yuan; they add up to
            the charge) and ``clause``.

        Raises:
            NotFound: There is no such fee.
            InvalidArgument: As of ``charge``.

        Example:
            >>> import wuye
            >>> [step["amount"] for step in wuye.Manual.standard().explain_charge("management", 100, "2026-03-20", "2026-04-11")]
            [Decimal('90.97'), Decimal('78.33')]
        """
        day_of(start, "start"), day_of(end, "end")
        question: dict[str, Any] = {"fee": fee, "quantity": str(Decimal(millionths_of(quantity)).scaleb(-6)), "from": str(start), "until": str(end)}
        if place:
            question["place"] = place
        return [
            {
                "from": date.fromisoformat(step["from"]),
                "until": date.fromisoformat(step["until"]),
                "price": Decimal(step["price_millionths"]).scaleb(-6),
                "quantity": Decimal(step["quantity_millionths"]).scaleb(-6),
                "months": Fraction(step["month_parts"], _MONTH_PARTS),
                "amount": yuan_of(step["fen"]),
                "clause": step["clause"],
            }
            for step in json.loads(self._core.charge(compact(question)))["steps"]
        ]

    def late_fee(self, fee: str, owed: Decimals | Sequence[tuple[date | str, Decimals]], due: date | str, as_of: date | str) -> Decimal:
        r"""What lateness has added to a charge by a day (滞纳金); nothing where the manual asks for none.

        Args:
            fee: The charge's fee in the manual.
            owed: Yuan owed since it was due; or pairs of a day and what was owed from then on, days ascending.
            due: The last day on which it was to be paid.
            as_of: The day asked about.

        Returns:
            Yuan: simple, by the night, on what was owed in it, rounded once, at most the cap.

        Raises:
            NotFound: There is no such fee.
            InvalidArgument: A float, an amount below 0, or days that do not ascend.

        Example:
            >>> import wuye
            >>> on = 'name = "mine"\nextends = "standard"\n[switch.fee.late_fee]\nvalue = "on"'
            >>> manual = wuye.Manual.load(("mine.toml", on))
            >>> manual.late_fee("management", 150, "2026-03-25", "2026-08-02")  # 130 nights, 30 of grace
            Decimal('7.50')
        """
        last = day_of(due, "due")
        pairs: Any = [(last, owed)]
        if not isinstance(owed, (Decimal, int, str, float)):
            pairs = [(day_of(day, "owed"), amount) for day, amount in owed]
        days, fen = [day for day, _ in pairs], [fen_of(amount, "owed") for _, amount in pairs]
        return yuan_of(self._core.late_fee(fee, last, days, fen, day_of(as_of, "as_of")))

    def calendar(self, name: str) -> Calendar:
        """A calendar of this manual.

        Raises:
            NotFound: There is none of that name; the message has the nearest.
        """
        return Calendar._of(self._core.calendar(name), self._core.zone)

    def clauses(self) -> list[dict[str, Any]]:
        """The clause catalogue, and what this manual makes of each clause."""
        return list(json.loads(self._core.clauses()))

    def describe(self, lang: str = "en") -> dict[str, Any]:
        """The procedures with their stages, actions, fields, deadlines and ladders.

        ``["sections"]`` is every other part of the manual but the clauses, as its layers say it; ``["more"]`` of a procedure what the manual says of
        it beyond these.

        Args:
            lang: ``"en"`` or ``"zh"``.
        """
        return dict(json.loads(self._core.describe(lang)))

    def handbook(self, lang: str = "en", form: Literal["md", "html"] = "md") -> str:
        """The manual as a document that a manager can proofread: procedures with their stages, limits, ladders and posts.

        Args:
            lang: ``"en"`` or ``"zh"``.
            form: ``"md"`` (Markdown) or ``"html"`` (one page that needs nothing beside it).

        Returns:
            The whole text.

        Example:
            >>> import wuye
            >>> "紧急程度为急修" in wuye.Manual.standard().handbook("zh")
            True
        """
        from wuye.handbook import handbook

        if form not in ("md", "html"):
            raise InvalidArgument(f"form: {form!r} is neither 'md' nor 'html'")
        return handbook(self.describe(lang), self.clauses(), lang, form)

    def diff(self, other: Manual) -> Changes:
        r"""What another manual changes in this one, in words of both languages.

        Args:
            other: What would be.

        Returns:
            The changes; empty where both say the same. ``.rows()``, ``.to_pandas()``, ``.text("zh")``.

        Example:
            >>> import wuye
            >>> looser = 'name = "mine"\nextends = "standard"\n[switch.repair.emergency_response]\nvalue = "contact"'
            >>> [c.area for c in wuye.Manual.standard().diff(wuye.Manual.load(("mine.toml", looser)))][:2]
            ['manual', 'limit']
        """
        from wuye.difference import compare_manuals

        return compare_manuals(self, other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Manual) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __reduce__(self) -> tuple[object, ...]:
        return (Manual.from_canonical, (self.canonical,))

    def __repr__(self) -> str:
        return f"<wuye.Manual {self.name!r} {self.hash[:12]}>"
