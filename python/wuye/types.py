"""What an office answers: immutable values that compare, hash, pickle and print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from wuye._facts import Facts
from wuye._time import from_us
from wuye.errors import Rejected

__all__ = [
    "Breach",
    "Figure",
    "FigureCase",
    "Limit",
    "Notice",
    "Outcome",
    "Problem",
    "Scorecard",
    "Scores",
    "Status",
    "Text",
    "Told",
    "Verified",
    "Why",
]


class Status(str, Enum):
    """What an entry came to."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The text in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Breach:
    """A fact that the manual forbids, recorded all the same.

    Attributes:
        reason: Which rule was broken (docs/scenarios.md, *Reasons*).
        clause: The clause that says so; empty where only a default stands behind it.
        facts: What was compared.
    """

    reason: str
    clause: str = ""
    facts: Mapping[str, Any] = field(default_factory=Facts, hash=False)

    def __str__(self) -> str:
        return self.reason + (f" [{self.clause}]" if self.clause else "") + _facts_text(self.facts)


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient of a notice: a post as the manual writes it, and the people who held it."""

    post: str
    people: tuple[str, ...] = ()

    def __str__(self) -> str:
        people = ", ".join(self.people)
        if not self.post or self.people == (self.post,):
            return people or self.post
        return f"{self.post} ({people})" if people else self.post


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding that somebody must be told.

    Attributes:
        seq: Number of its line: a host keeps the last one it has seen.
        id: Stable over time.
        what: ``warning``, ``overdue``, ``reached``, ``news``, ``vacant``, ``tally``, ``withdrawn``.
        case: The case concerned.
        deadline: The deadline concerned; empty where there is none.
        level: The rung of the ladder, as the manual writes it.
        clause: The clause behind it.
        at: When it fell due.
        found: The office's clock when it was found.
        tell: Who is to be told.
        text: What is to be said, in Chinese and English.
        state: ``current``, ``withdrawn`` or ``settled``.
    """

    seq: int
    id: str
    what: str
    case: str
    deadline: str
    level: str
    clause: str
    at: datetime
    found: datetime
    tell: tuple[Told, ...]
    text: Text
    state: str

    def __str__(self) -> str:
        parts = [f"{self.at:%Y-%m-%d %H:%M}", self.what]
        if self.deadline:
            parts.append(f"{self.deadline} {self.level}".rstrip())
        if self.case:
            parts.append(f"of {self.case}")
        if self.tell:
            parts.append("→ " + ", ".join(map(str, self.tell)))
        if self.clause:
            parts.append(f"[{self.clause}]")
        if self.state not in ("", "current"):
            parts.append(f"({self.state})")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to an entry. A refusal is a value, not an exception.

    Attributes:
        status: Accepted, duplicate or refused.
        seq: Number of the told line; 0 where refused.
        case: The case concerned.
        stage: Its stage afterwards.
        reason: Why it was refused; empty otherwise.
        clause: The clause behind the refusal.
        message: The refusal as one English sentence.
        facts: What was compared.
        breaches: What the manual forbids and was recorded all the same.
        notices: What was found by this call, what fell due before the entry included.

    Example:
        >>> import wuye
        >>> with wuye.memory() as office:
        ...     out = office.record(do="no_such_thing", by="zhao", at="2026-03-02T22:10+08:00")
        >>> out.accepted, out.reason
        (False, 'unknown_action')
    """

    status: Status
    seq: int = 0
    case: str = ""
    stage: str = ""
    reason: str = ""
    clause: str = ""
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=Facts, hash=False)
    breaches: tuple[Breach, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def accepted(self) -> bool:
        """It stands in the journal (a duplicate stands there already)."""
        return self.status is not Status.REFUSED

    @property
    def duplicate(self) -> bool:
        """It had been sent before, with the same content."""
        return self.status is Status.DUPLICATE

    def __bool__(self) -> bool:
        return self.accepted

    def require(self) -> Outcome:
        """This outcome, unless it is a refusal.

        Returns:
            Itself.

        Raises:
            wuye.Rejected: The entry was refused.

        Example:
            >>> import wuye
            >>> with wuye.memory() as office:
            ...     office.record(do="no_such_thing", by="zhao", at="2026-03-02T22:10+08:00").require()
            Traceback (most recent call last):
            ...
            wuye.errors.Rejected: ...
        """
        if not self.accepted:
            raise Rejected(self)
        return self

    def __str__(self) -> str:
        if not self.accepted:
            clause = f" [{self.clause}]" if self.clause else ""
            return f"refused: {self.reason}{clause} {self.message}".rstrip()
        parts = [str(self.status)]
        if self.seq:
            parts.append(f"line {self.seq}")
        if self.case:
            parts.append(f"{self.case}: {self.stage}" if self.stage else self.case)
        if self.breaches:
            parts.append("with breach " + ", ".join(map(str, self.breaches)))
        if self.notices:
            parts.append(f"{len(self.notices)} notices")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class FigureCase:
    """One case behind a figure, counted or not, and why."""

    case: str
    generation: int
    who: str
    due: datetime
    met: datetime | None
    counted: bool
    on_time: bool
    reason: str
    zone: str = ""
    value: Fraction | None = None


class Why(tuple[FigureCase, ...]):
    """The cases behind a figure; printed, a table of them."""

    __slots__ = ()

    def __str__(self) -> str:
        from wuye._table import render

        rows = [
            (c.case, c.who, c.due, c.met, "counted" if c.counted else "not counted", "on time" if c.on_time else c.reason or "late") for c in self
        ]
        return render(("case", "who", "due", "met", "counted", "result"), rows)

    def dicts(self) -> list[dict[str, Any]]:
        """The cases as dictionaries, ready for a DataFrame."""
        return [{name: getattr(c, name) for name in FigureCase.__slots__} for c in self]


class _Asks:
    """How the cases behind a figure are asked for; no part of its value."""

    __slots__ = ("_ask",)
    _ask: Callable[[], tuple[FigureCase, ...]]


@dataclass(frozen=True, slots=True)
class Figure(_Asks):
    """One metric over a period: exact, with the clauses it follows and the cases behind it.

    Attributes:
        metric: Its name in the manual.
        title: Its title in both languages.
        who: The officer it is of; empty for the office.
        in_use: Whether the manual has it in use; where not, it is neither 0 nor 100 %.
        done: Numerator.
        due: Denominator; 0 means that there is nothing to judge.
        late: Done, but after the limit.
        points: Points deducted.
        cut: What it would cost besides, but for the metric's cap.
        pass_mark: The pass mark in percent.
        clauses: The clauses it follows.
        cases: Every case looked at, where they were asked for already; :meth:`why` asks.
        kind: ``count``, ``sum``, ``ratio``, ``mean`` or ``ceil_share``.
        zone: The zone it is of; empty for all of them.
        state: ``counted``, ``not_applicable`` (nothing due), ``pending`` (not posted yet) or ``not_in_use``.
        excluded: How many were looked at and not counted, by the reason.
        exact: The figure as text in lowest terms, such as ``45/46``; empty where there is none.
        money: A rate of charges (R336): ``done`` and ``due`` are fen as they stood when the span ended, ``late`` what has come in since.
        bonus_withheld: Of it: percent of the bonus withheld, as things stand now (R337).
    """

    metric: str
    title: Text
    who: str
    in_use: bool
    done: int
    due: int
    late: int
    points: Decimal
    pass_mark: Decimal
    clauses: tuple[str, ...]
    cases: tuple[FigureCase, ...] = field(default=(), repr=False)
    kind: str = "ratio"
    zone: str = ""
    state: str = "counted"
    excluded: Facts = field(default_factory=Facts, hash=False)
    exact: str = ""
    money: bool = False
    bonus_withheld: Decimal = Decimal(0)
    cut: Decimal = Decimal(0)

    @property
    def value(self) -> Fraction | None:
        """The figure, exactly: a rate as a fraction of one; None where nothing is due, or it is pending or not in use."""
        if not self.in_use or self.state != "counted":
            return None
        if self.exact:
            return Fraction(self.exact)
        return Fraction(self.done, self.due) if self.due else None

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent, rounded half up to two decimals: for showing, not for reckoning. None of a count and a sum."""
        value = self.value
        if value is None or self.kind in ("count", "sum"):
            return None
        hundredths = (value.numerator * 20_000 + value.denominator) // (2 * value.denominator)
        return Decimal(hundredths).scaleb(-2)

    def why(self) -> Why:
        """The cases behind the figure.

        Returns:
            A tuple that prints as a table; ``.dicts()`` gives dictionaries.
        """
        if self.cases or not hasattr(self, "_ask"):
            return Why(self.cases)
        return Why(self._ask())

    def __str__(self) -> str:
        clauses = f" [{', '.join(self.clauses)}]" if self.clauses else ""
        who = f" of {self.who}" if self.who else ""
        if not self.in_use:
            return f"{self.metric}{who}: not in use{clauses}"
        if self.state == "pending":
            return f"{self.metric}{who}: pending{clauses}"
        if self.kind in ("count", "sum"):
            return f"{self.metric}{who}: {self.value}{clauses}"
        if not self.due:
            return f"{self.metric}{who}: nothing due{clauses}"
        return f"{self.metric}{who}: {self.percent} % ({self.done} of {self.due}, {self.late} late), points -{self.points}{clauses}"


def _rate(f: Figure, zh: bool) -> str:
    if not f.in_use:
        return "未启用" if zh else "not in use"
    if f.state == "pending":
        return "待公布" if zh else "pending"
    if f.kind in ("count", "sum"):
        return str(f.value)
    return f"{f.percent} %" if f.due else "无" if zh else "none due"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What has become of a metric's points, and of the bonus withheld for it, in a month that was approved.

    Attributes:
        month: ``"2026-03"``.
        metric: Its name in the manual.
        before: Points that the sheets so far have taken it to cost.
        after: Points that it costs now.
        bonus_before: Percent of the bonus that the sheets so far have withheld for it.
        bonus_after: Percent withheld now; less than before: the difference is paid back (R337).
    """

    month: str
    metric: str
    before: Decimal
    after: Decimal
    bonus_before: Decimal = Decimal(0)
    bonus_after: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """An officer's month: base less what the metrics cost, never below the floor.

    Attributes:
        scorecard: Its name in the manual.
        title: Its title in both languages.
        post: The post that is assessed.
        who: Who held it.
        month: ``"2026-03"``.
        base: What it starts from.
        floor: What it never falls below.
        deducted: Points deducted, all that the figures cost, though it be more than the base has above the floor.
        score: What is left.
        pending: Whether a figure is still to be posted; it has cost nothing so far.
        adjustment: Points of earlier months that figures posted in this month have cost, settled here and not in ``score``.
        adjusts: Those months.
        adjustments: Of months that were approved, what has become of each metric's points since.
        frozen: Whether the month was approved: these are its figures of then, whatever has been told since.
        sheet: The assessment by which it was approved.
        at_seq: The last line that a frozen card knows.
        clauses: The clauses it follows.
        figures: What counts.
        recorded: What is only shown.
        bonus_withheld: Percent of the month's bonus that is withheld; the bonus itself is the host's (R336).
        bonus_adjustment: Percent of the bonus of earlier months that has been withheld since they were approved; below zero: paid back (R337).
    """

    scorecard: str
    title: Text
    post: str
    who: str
    month: str
    base: int
    floor: int
    deducted: Decimal
    score: Decimal
    pending: bool
    adjustment: Decimal
    adjusts: tuple[str, ...]
    adjustments: tuple[Adjustment, ...]
    frozen: bool
    sheet: str
    at_seq: int
    clauses: tuple[str, ...]
    figures: tuple[Figure, ...]
    recorded: tuple[Figure, ...]
    bonus_withheld: Decimal = Decimal(0)
    bonus_adjustment: Decimal = Decimal(0)

    def table(self, lang: str = "en") -> str:
        """The figures behind it as text.

        Args:
            lang: ``"en"`` or ``"zh"``.
        """
        return Scores(self.month, self.who, self.figures + self.recorded).table(lang)

    def __str__(self) -> str:
        pending = ", pending" if self.pending else ""
        return f"{self.title.en} {self.month}, {self.who}: {self.score} of {self.base}{pending}\n{self.table()}"


class Scores(Mapping[str, Figure]):
    """The figures of a period by metric; printed, the scorecard."""

    __slots__ = ("_figures", "figures", "period", "who")

    def __init__(self, period: str, who: str, figures: tuple[Figure, ...]) -> None:
        self.period = period
        self.who = who
        self.figures = figures
        self._figures: dict[str, Figure] = {}
        for figure in figures:
            self._figures.setdefault(figure.metric, figure)

    def __getitem__(self, metric: str) -> Figure:
        return self._figures[metric]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return f"Scores({self.period!r}, {', '.join(map(str, self._figures.values()))})"

    def table(self, lang: str = "en") -> str:
        """The scorecard as text.

        Args:
            lang: ``"en"`` or ``"zh"``.

        Returns:
            A table ready to print.
        """
        from wuye._table import render

        zh = lang == "zh"
        head = (
            ("指标", "比率", "完成", "应完成", "逾期", "合格线", "扣分", "条款")
            if zh
            else ("metric", "rate", "done", "due", "late", "pass", "points", "clauses")
        )
        rows = []
        for f in self.figures:
            rate = _rate(f, zh)
            name = f.title.get(lang) or f.metric
            pass_mark = "" if f.kind in ("count", "sum") else f"{f.pass_mark} %"
            counts = [Decimal(n).scaleb(-2) if f.money else n for n in (f.done, f.due, f.late)]
            whole = f.points + f.cut
            points = f.points if not f.cut else f"{f.points}（应扣 {whole}）" if zh else f"{f.points} (of {whole})"
            rows.append((name + (f" · {f.who}" if f.who else ""), rate, *counts, pass_mark, points, " ".join(f.clauses)))
        return render(head, rows)

    def __str__(self) -> str:
        return self.table()


@dataclass(frozen=True, slots=True)
class Problem:
    """What the checker of manuals has to say about one place."""

    severity: str
    file: str
    line: int
    column: int
    message: str
    suggestion: str = ""

    @property
    def error(self) -> bool:
        """An error, not a warning."""
        return self.severity == "error"

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.line, self.column) if p)
        more = f" ({self.suggestion})" if self.suggestion else ""
        return f"{place}: {self.severity}: {self.message}{more}" if place else f"{self.severity}: {self.message}{more}"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a deadline comes to.

    Attributes:
        due: The earliest instant at which the limit is used up.
        breach: The first instant that is late; done exactly at ``due`` is in time.
        provisional: Relies on years whose holidays are not known yet.
        clause: The clause behind the limit.
        levels: When each rung of the ladder fires.
    """

    due: datetime
    breach: datetime
    provisional: bool
    clause: str
    levels: Mapping[str, datetime] = field(default_factory=Facts, hash=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying an office: true where everything holds."""

    ok: bool
    lines: int
    cases: int
    findings: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        head = f"{self.lines} lines, {self.cases} cases: " + ("everything holds" if self.ok else f"{len(self.findings)} findings")
        return "\n".join((head, *(f"  {finding}" for finding in self.findings)))


def _facts_text(facts: Mapping[str, Any]) -> str:
    return " (" + ", ".join(f"{k} {v}" for k, v in facts.items()) + ")" if facts else ""


# From the JSON of wuye.h. Instants are microseconds there.


def notice_of(item: Mapping[str, Any], zone: tzinfo) -> Notice:
    """One notice from its JSON."""
    return Notice(
        seq=item["seq"],
        id=item["id"],
        what=item["what"],
        case=item.get("case", ""),
        deadline=item.get("deadline", ""),
        level=item.get("level", ""),
        clause=item.get("clause", ""),
        at=from_us(item["at"], zone),
        found=from_us(item["found"], zone),
        tell=tuple(Told(t.get("post", ""), tuple(t.get("people", ()))) for t in item.get("tell", ())),
        text=Text(item.get("text_zh", ""), item.get("text_en", "")),
        state=item.get("state", ""),
    )


def outcome_of(item: Mapping[str, Any], zone: tzinfo) -> Outcome:
    """One outcome from its JSON."""
    return Outcome(
        status=Status(item["status"]),
        seq=item.get("seq", 0),
        case=item.get("case", ""),
        stage=item.get("stage", ""),
        reason=item.get("reason", ""),
        clause=item.get("clause", ""),
        message=item.get("message", ""),
        facts=Facts(item.get("facts") or {}),
        breaches=tuple(Breach(b["reason"], b.get("clause", ""), Facts(b.get("facts") or {})) for b in item.get("breaches", ())),
        notices=tuple(notice_of(n, zone) for n in item.get("notices", ())),
    )


def figure_of(item: Mapping[str, Any], ask: Callable[[], tuple[FigureCase, ...]]) -> Figure:
    """One figure from its JSON; `ask` gives the cases behind it."""
    title = item.get("title", {})
    figure = Figure(
        metric=item["metric"],
        title=Text(title.get("zh", ""), title.get("en", "")),
        who=item.get("who", ""),
        in_use=item["in_use"],
        done=item["done"],
        due=item["due"],
        late=item["late"],
        points=Decimal(item["points_hundredths"]).scaleb(-2),
        pass_mark=Decimal(item["pass_hundredths"]).scaleb(-2),
        clauses=tuple(item.get("clauses", ())),
        kind=item["kind"],
        money=item["money"],
        bonus_withheld=Decimal(item["bonus_withheld_hundredths"]).scaleb(-2),
        cut=Decimal(item["cut_hundredths"]).scaleb(-2),
        zone=item.get("zone", ""),
        state=item["state"],
        excluded=Facts(item.get("excluded") or {}),
        exact=item.get("value", ""),
    )
    object.__setattr__(figure, "_ask", ask)
    return figure


def figure_cases_of(items: Iterable[Mapping[str, Any]], zone: tzinfo) -> tuple[FigureCase, ...]:
    """The cases behind a figure from their JSON."""
    return tuple(
        FigureCase(
            case=c["case"],
            generation=c["generation"],
            who=c.get("who", ""),
            due=datetime.fromisoformat(c["due"]).astimezone(zone),
            met=datetime.fromisoformat(c["met"]).astimezone(zone) if c.get("met") is not None else None,
            counted=c["counted"],
            on_time=c["on_time"],
            reason=c.get("reason", ""),
            zone=c.get("zone", ""),
            value=Fraction(c["value"]) if c.get("value") else None,
        )
        for c in items
    )


def scorecard_of(item: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], Callable[[], tuple[FigureCase, ...]]]) -> Scorecard:
    """One scorecard from its JSON."""
    title = item.get("title", {})
    return Scorecard(
        scorecard=item["scorecard"],
        title=Text(title.get("zh", ""), title.get("en", "")),
        post=item["post"],
        who=item["who"],
        month=item["month"],
        base=item["base"],
        floor=item["floor"],
        deducted=Decimal(item["deducted_hundredths"]).scaleb(-2),
        score=Decimal(item["score_hundredths"]).scaleb(-2),
        pending=item["pending"],
        adjustment=Decimal(item["adjustment_hundredths"]).scaleb(-2),
        bonus_withheld=Decimal(item["bonus_withheld_hundredths"]).scaleb(-2),
        bonus_adjustment=Decimal(item["bonus_adjustment_hundredths"]).scaleb(-2),
        adjusts=tuple(item["adjusts"]),
        adjustments=tuple(
            Adjustment(
                month=one["month"],
                metric=one["metric"],
                before=Decimal(one["before_hundredths"]).scaleb(-2),
                after=Decimal(one["after_hundredths"]).scaleb(-2),
                bonus_before=Decimal(one["bonus_before_hundredths"]).scaleb(-2),
                bonus_after=Decimal(one["bonus_after_hundredths"]).scaleb(-2),
            )
            for one in item["adjustments"]
        ),
        frozen=item["frozen"],
        sheet=item["sheet"],
        at_seq=item["at_seq"],
        clauses=tuple(item["clauses"]),
        figures=tuple(figure_of(f, ask(f)) for f in item["figures"]),
        recorded=tuple(figure_of(f, ask(f)) for f in item["recorded"]),
    )


def problem_of(item: Mapping[str, Any]) -> Problem:
    """One problem of the checker from its JSON."""
    return Problem(
        severity=item["severity"],
        file=item.get("file", ""),
        line=item.get("line", 0),
        column=item.get("column", 0),
        message=item["message"],
        suggestion=item.get("suggestion", ""),
    )
