"""The roster (排班表) of a span of days, desk by desk: who is planned, who came, when, and where nobody is.

It reads the shifts of the standard chapter kf_shift from an office, or one as of an earlier moment, and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wuye._table import render
from wuye.errors import InvalidArgument
from wuye.manual import Manual
from wuye.office import Office
from wuye.wording import Words

__all__ = ["Gap", "Roster", "Shift", "roster"]

SHIFT = "shift"

#: Where a shift stands that nobody stands.
_NOBODY = ("uncovered", "called_off", "no_show", "not_begun")

_WEEKDAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"), ("周日", "Sun"))


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, as it was planned and as it came.

    Attributes:
        case: The case.
        begins: When it begins; of a stand-in, who comes when he is called, when he came.
        desk: ``service_centre``, ``hotline`` …
        shift: ``day`` or ``night``.
        planned: Who is on the roster; empty where nobody is, and of a shift that was not planned.
        who: Who came; empty while nobody has.
        gives_up: Who gave it up last, where it was swapped or covered.
        stage: Where it stands: ``rostered``, ``uncovered``, ``on_duty`` …
        arrived, taken_over, ended: When; None while it has not happened.
        late: Nobody had come by the time at which it began.
        clauses: What was broken in planning or standing it, by clause.
    """

    case: str
    begins: datetime
    desk: str
    shift: str
    planned: str
    who: str
    gives_up: str
    stage: str
    arrived: datetime | None
    taken_over: datetime | None
    ended: datetime | None
    late: bool
    clauses: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day on which it begins."""
        return self.begins.date()

    @property
    def stands(self) -> bool:
        """Somebody stands it, did, or is on the roster for it."""
        return self.stage not in _NOBODY


@dataclass(frozen=True, slots=True)
class Gap:
    """A shift that a desk has on other days of the span, and of that day nobody stands."""

    desk: str
    day: date
    shift: str


@dataclass(frozen=True)
class Roster:
    """The shifts of some days.

    Attributes:
        first, last: The days, both included.
        shifts: By desk in the manual's order, then by when they begin.
        gaps: Where nobody is, of the desks and shifts that the span has.
        officers: How many shifts of which kind each officer has: who came, or else who is to come.
        manual: Whose words it is in.
    """

    first: date
    last: date
    shifts: tuple[Shift, ...]
    gaps: tuple[Gap, ...]
    officers: dict[str, dict[str, int]]
    manual: Manual

    def text(self, lang: str = "en") -> str:
        """The roster on paper, in ``"zh"`` or ``"en"``."""
        described = self.manual.describe(lang)
        words = Words(described, lang).of(next(p for p in described["procedures"] if p["name"] == SHIFT))
        say = words.say
        days = str(self.first) if self.first == self.last else f"{self.first} – {self.last}"
        out = [f"{say('排班表', 'Roster')}  {days}"]
        head = (
            *(say("日期", "day"), say("班次", "shift"), say("排班", "rostered"), say("实际", "came"), say("到岗", "arrived")),
            *(say("接班", "took over"), say("结束", "ended"), say("环节", "stage"), say("说明", "note")),
        )
        for desk in dict.fromkeys(shift.desk for shift in self.shifts):
            out += ["", words.value("desk", desk), render(head, [_line(shift, words) for shift in self.shifts if shift.desk == desk])]
        if self.officers:
            kinds = list(dict.fromkeys(kind for counts in self.officers.values() for kind in counts))
            out += ["", render((say("人员", "officer"), *(words.value("shift", kind) for kind in kinds)), self._counts(kinds))]
        if self.gaps:
            missing = (say("无人", "Nobody at"), say("日期", "day"), say("班次", "shift"))
            out += ["", render(missing, [(words.value("desk", gap.desk), str(gap.day), words.value("shift", gap.shift)) for gap in self.gaps])]
        return "\n".join(out)

    def _counts(self, kinds: list[str]) -> list[tuple[Any, ...]]:
        return [(who, *(counts.get(kind, 0) for kind in kinds)) for who, counts in self.officers.items()]


def _line(shift: Shift, words: Words) -> tuple[str, ...]:
    day = f"{shift.day:%m-%d} {words.say(*_WEEKDAYS[shift.day.weekday()])}"
    times = [_clock(shift, at) for at in (shift.arrived, shift.taken_over, shift.ended)]
    return (day, words.value("shift", shift.shift), shift.planned, shift.who, *times, words.stage(shift.stage), _note(shift, words))


def _clock(shift: Shift, at: datetime | None) -> str:
    """The time of day; on another day, which."""
    return "" if at is None else f"{at:%H:%M}" if at.date() == shift.day else f"{at:%m-%d %H:%M}"


def _note(shift: Shift, words: Words) -> str:
    notes = []
    if shift.gives_up and shift.planned:
        notes.append(words.say(f"替 {shift.gives_up}", f"for {shift.gives_up}"))
    elif shift.gives_up:
        notes.append(words.say(f"{shift.gives_up} 不能到岗", f"{shift.gives_up} cannot come"))
    if shift.late:
        notes.append(words.say("到点无人", "nobody there in time"))
    return words.join([*notes, *shift.clauses])


def roster(office: Office, first: date | None = None, days: int = 7, who: str = "") -> Roster:
    """The shifts that begin in a span of days, planned or not (R215–R217).

    Args:
        office: The office, or one as of a moment.
        first: The first day; left out: the Monday of the week of the office's clock.
        days: How many days, a year at most.
        who: Only the shifts that this officer is on the roster for, came to, or gave up; gaps are then left out.

    Raises:
        InvalidArgument: No days, more than a year of them, or beyond the calendar.

    Example:
        >>> import wuye
        >>> from wuye.roster import roster
        >>> with wuye.memory() as office:
        ...     planned = office.record(
        ...         do="plan_shift",
        ...         by="wang",
        ...         at="2026-02-27T16:00+08:00",
        ...         desk="hotline",
        ...         shift="day",
        ...         starts="2026-03-02T08:30+08:00",
        ...         officer="bo",
        ...     )
        ...     [(s.desk, s.planned, s.stage) for s in roster(office, date(2026, 3, 2)).shifts]
        [('hotline', 'bo', 'rostered')]
    """
    if not 1 <= days <= 366:
        raise InvalidArgument("a roster is of one day or more, and of a year at most")
    if first is None:
        today = office.clock.astimezone(office.zone).date() if office.clock else date.min
        first = today - timedelta(days=today.weekday())
    last = first + timedelta(days=days - 1)
    cases = {row["case"]: row for row in office.table("cases").rows() if row["procedure"] == SHIFT}
    clocks: dict[tuple[str, str], dict[str, Any]] = {}
    for row in office.table("deadlines").rows():
        if row["case"] in cases and row["generation"] >= clocks.get((row["case"], row["deadline"]), row)["generation"]:
            clocks[row["case"], row["deadline"]] = row
    broken: dict[str, list[str]] = {}
    for row in office.table("breaches").rows():
        if row["case"] in cases and row["state"] == "current":
            broken.setdefault(row["case"], []).append(row["clause"] or row["reason"])
    shifts = [_shift(office, row, clocks, tuple(dict.fromkeys(broken.get(case, ())))) for case, row in cases.items()]
    desks = _values(office.manual, "desk")
    shifts = sorted(
        (shift for shift in shifts if first <= shift.day <= last and (not who or who in (shift.planned, shift.who, shift.gives_up))),
        key=lambda s: (desks.index(s.desk) if s.desk in desks else len(desks), s.begins, s.case),
    )
    counts: dict[str, Counter[str]] = {}
    for shift in shifts:
        if shift.stands and (officer := shift.who or shift.planned):
            counts.setdefault(officer, Counter())[shift.shift] += 1
    return Roster(
        first=first,
        last=last,
        shifts=tuple(shifts),
        gaps=() if who else _gaps(shifts, first, days),
        officers={officer: dict(counts[officer]) for officer in sorted(counts)},
        manual=office.manual,
    )


def _values(manual: Manual, field: str) -> list[str]:
    """What an enum of the shift may be, in the manual's order."""
    fields = [f for p in manual.describe()["procedures"] if p["name"] == SHIFT for f in p["fields"]]
    return next((list(f["values"]) for f in fields if f["name"] == field), [])


def _shift(office: Office, row: Mapping[str, Any], clocks: Mapping[tuple[str, str], Mapping[str, Any]], clauses: tuple[str, ...]) -> Shift:
    arrive, relief = clocks.get((row["case"], "arrive")), clocks.get((row["case"], "relief"))
    came = row["stage"] not in ("rostered", "uncovered", "called_off", "no_show")
    clock = office.clock
    arrived = None if not came else row["opened_at"] if arrive is None else arrive["stopped"]
    overdue = arrive is not None and arrive["state"] == "running" and clock is not None and arrive["due"] < clock
    return Shift(
        case=row["case"],
        begins=(row["starts"] or row["opened_at"]).astimezone(office.zone),
        desk=row["desk"] or "",
        shift=row["shift"] or "",
        planned=(row["officer"] or "") if arrive is not None else "",
        who=row["holder"] if came else "",
        gives_up=(row["reporter"] or "") if arrive is not None else "",
        stage=row["stage"],
        arrived=arrived,
        taken_over=None if relief is None else relief["since"],
        ended=row["ended_at"],
        late=overdue or (arrive is not None and arrive["state"] == "late"),
        clauses=clauses,
    )


def _gaps(shifts: list[Shift], first: date, days: int) -> tuple[Gap, ...]:
    stood = {(shift.desk, shift.day, shift.shift) for shift in shifts if shift.stands}
    kinds = dict.fromkeys((shift.desk, shift.shift) for shift in shifts)
    every = [Gap(desk, first + timedelta(days=n), kind) for desk, kind in kinds for n in range(days)]
    return tuple(gap for gap in every if (gap.desk, gap.day, gap.shift) not in stood)
