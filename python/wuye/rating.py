"""Rates over a log, reckoned in an office in memory: the manual's metrics, its deadlines, and what the rows say by themselves.

What cannot be reckoned is named with the column that it lacks. Definitions stay in the manual: a deadline's rate is told from the same rows that an
office would keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from wuye._time import from_us, zone_of
from wuye.cells import text_of
from wuye.errors import InvalidArgument
from wuye.frames import Framed
from wuye.importing import ImportResult, LogMapping, _make, _Reader, _record, _Unfit
from wuye.manual import Manual
from wuye.office import Office, memory
from wuye.roles import ROLES
from wuye.sheets import Sheet
from wuye.types import Figure, FigureCase, Text

__all__ = ["Missing", "Rates", "Slice", "reckon"]

#: Who stands for nobody: the log does not say.
_NOBODY = ("system:log", "system:import")


@dataclass(frozen=True, slots=True)
class Missing:
    """A rate that cannot be reckoned.

    Attributes:
        metric: Its name.
        title: Its title in both languages.
        columns: What the columns that it lacks would be called, in both languages.
        clauses: The clauses behind it.
    """

    metric: str
    title: Text
    columns: tuple[Text, ...]
    clauses: tuple[str, ...] = ()

    def say(self, lang: str) -> str:
        """One sentence in ``"zh"`` or ``"en"``."""
        names = ("、" if lang == "zh" else ", ").join(c.get(lang) for c in self.columns)
        return f"{self.title.zh}：缺「{names}」列" if lang == "zh" else f"{self.title.en}: there is no column for {names}"

    def __str__(self) -> str:
        return self.say("en")


@dataclass(frozen=True, slots=True)
class Slice:
    """One rate in one month, of one officer, or of both."""

    metric: str
    month: str
    who: str
    done: int
    due: int
    late: int

    @property
    def percent(self) -> Decimal:
        """The rate in percent, rounded half up to two decimals."""
        return Decimal((self.done * 20_000 + self.due) // (2 * self.due)).scaleb(-2)

    def __str__(self) -> str:
        return f"{self.percent} % ({self.done}/{self.due})"


@dataclass(frozen=True)
class Rates(Framed, Mapping[str, Figure]):
    """The rates of a log by name; printed, a table.

    Attributes:
        figures: Each with ``.value``, ``.done``, ``.due``, ``.late`` and ``.why()``.
        missing: What could not be reckoned, and for want of which column.
        result: What became of the rows; ``.result.problems`` are the misfits.
        notes: What was taken for granted.
    """

    columns: ClassVar[tuple[str, ...]] = ("metric", "title_zh", "title_en", "month", "who", "done", "due", "late", "percent")
    text_columns: ClassVar[tuple[str, ...]] = ("metric", "title_zh", "title_en", "month", "who")

    figures: tuple[Figure, ...]
    missing: tuple[Missing, ...]
    result: ImportResult = field(repr=False)
    notes: tuple[Text, ...] = ()

    def __getitem__(self, metric: str) -> Figure:
        for figure in self.figures:
            if figure.metric == metric:
                return figure
        for lacking in self.missing:
            if lacking.metric == metric:
                raise KeyError(str(lacking))
        raise KeyError(metric)

    def __iter__(self) -> Iterator[str]:
        return (figure.metric for figure in self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    def by(self, *what: str) -> list[Slice]:
        """The rates in parts.

        Args:
            *what: ``"month"`` (in which the limit fell due), ``"who"`` (the officer charged), or both.

        Returns:
            A slice for each rate and part in which anything was due, in order.
        """
        for word in what:
            if word not in ("month", "who"):
                raise InvalidArgument(f'rates are by "month" and "who", not by {word!r}')
        sums: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for order, figure in enumerate(self.figures):
            for case in figure.cases:
                if case.counted:
                    counts = sums[(order, f"{case.due:%Y-%m}" if "month" in what else "", case.who if "who" in what else "")]
                    counts[0] += case.on_time
                    counts[1] += 1
                    counts[2] += case.met is not None and not case.on_time
        return [Slice(self.figures[order].metric, month, who, *counts) for (order, month, who), counts in sorted(sums.items())]

    def rows(self) -> list[dict[str, Any]]:
        """The rates by month and officer as dictionaries, ready for a DataFrame."""
        titles = {f.metric: f.title for f in self.figures}
        return [
            {
                "metric": s.metric,
                "title_zh": titles[s.metric].zh,
                "title_en": titles[s.metric].en,
                "month": s.month,
                "who": s.who,
                "done": s.done,
                "due": s.due,
                "late": s.late,
                "percent": s.percent,
            }
            for s in self.by("month", "who")
        ]

    def table(self, lang: str = "en") -> str:
        """The rates as text, and below them what could not be reckoned.

        Args:
            lang: ``"en"`` or ``"zh"``.
        """
        from wuye._table import render

        zh = lang == "zh"
        head = ("指标", "比率", "完成", "应完成", "逾期", "条款") if zh else ("rate", "%", "done", "due", "late", "clauses")
        rows = [(f.title.get(lang), f"{f.percent} %", f.done, f.due, f.late, " ".join(f.clauses)) for f in self.figures if f.due]
        text = render(head, rows)
        if idle := [f.title.get(lang) for f in self.figures if not f.due]:
            text += ("\n没有应完成的：" if zh else "\nnothing due: ") + ("、" if zh else ", ").join(idle)
        return "\n".join([text, *(m.say(lang) for m in self.missing)])

    def parts(self, what: str, lang: str = "en") -> str:
        """The rates by ``"month"`` or ``"who"`` as a text table, one line a month or officer."""
        from wuye._table import render

        slices = self.by(what)
        shown = [f for f in self.figures if f.due]
        keys = sorted({s.month if what == "month" else s.who for s in slices})
        cells = {(s.month if what == "month" else s.who, s.metric): s for s in slices}
        title = {"month": ("month", "月份"), "who": ("who", "责任人")}[what][lang == "zh"]
        nobody = "未记" if lang == "zh" else "(not said)"
        return render(
            [title, *(f.title.get(lang) for f in shown)],
            [[key or nobody, *(str(cells.get((key, f.metric), "")) for f in shown)] for key in keys],
            limit=28,
        )

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"Rates({', '.join(map(str, self.figures))})"


def reckon(
    mapping: LogMapping,
    manual: Manual,
    sheets: Sequence[Sheet],
    path: Path,
    columns: Mapping[str, str] | None = None,
    notes: tuple[Text, ...] = (),
) -> Rates:
    """The rates of sheets that a mapping reads.

    Args:
        mapping: How the sheets are read.
        manual: The manual.
        sheets: The sheets.
        path: How errors name the log.
        columns: Role to title, for the rates that rows give by themselves (callbacks, satisfaction).
        notes: What was taken for granted on the way here.

    Returns:
        The rates.
    """
    made, keys = _make(mapping, path, sheets)
    with memory(manual, seed="rates") as office:
        result = _record(made, keys, office, 5000, None) if made.entries else made
        figures, missing = _of_manual(office, manual, mapping, result)
    rows, lacking = _of_rows(mapping, sheets, path, columns or {}, {f.metric for f in figures})
    return Rates((*figures, *rows), (*missing, *lacking), result, notes)


def _of_manual(office: Office, manual: Manual, mapping: LogMapping, result: ImportResult) -> tuple[list[Figure], list[Missing]]:
    zh, en = manual.describe("zh"), manual.describe("en")
    told = _told(mapping)
    classes = {mapping.case_class} if mapping.case_class else {p["name"] for p in en["procedures"] if told & {a["do"] for a in p["actions"]}}
    lacks: dict[tuple[str, str], tuple[Text, ...]] = {}
    titles: dict[tuple[str, str], tuple[Text, tuple[str, ...]]] = {}
    for in_zh, in_en in zip(zh["procedures"], en["procedures"], strict=True):
        if in_en["name"] not in classes:
            continue
        for one_zh, one_en in zip(in_zh["deadlines"], in_en["deadlines"], strict=True):
            key = (in_en["name"], one_en["name"])
            clause = one_en.get("clause")
            titles[key] = (Text(one_zh["title"], one_en["title"]), (clause,) if clause else ())
            lacks[key] = tuple(_lacking(in_zh, in_en, one_en, told))
    figures: list[Figure] = []
    missing: list[Missing] = []
    covered: set[tuple[str, str]] = set()
    period = "2000-01"  # nothing became an entry: every rate is of nothing
    if result.first is not None and result.last is not None:
        office.advance(result.last)
        period = f"{result.first:%Y-%m}-01/{(result.last + timedelta(days=62)).date().isoformat()}"
    for figure in office.score(period).figures:
        looked_at = _deadlines_of(manual, figure.metric)
        if not figure.in_use or not looked_at & titles.keys():
            continue  # about other procedures, or about more than a log of orders can tell
        if lacking := [text for key in sorted(looked_at & titles.keys()) for text in lacks[key]]:
            missing.append(Missing(figure.metric, figure.title, tuple(dict.fromkeys(lacking)), figure.clauses))
        else:
            figures.append(_charged(figure))
        covered |= looked_at
    cases = _deadline_cases(office)
    for key, (title, clauses) in titles.items():
        name = ".".join(key)
        if key in covered:
            continue
        if lacks[key]:
            missing.append(Missing(name, title, lacks[key], clauses))
        else:
            figures.append(_figure(name, title, clauses, cases.get(key, [])))
    return figures, missing


def _told(mapping: LogMapping) -> set[str]:
    """The actions that the mapping can tell of."""
    steps = (*mapping.tasks.values(), *mapping.steps, *(s for s in mapping.status_steps.values() if s))
    return {word for s in steps for word in (s.do, s.opens, s.again) if word}


def _deadlines_of(manual: Manual, metric: str) -> set[tuple[str, str]]:
    """The deadlines that a metric is about; empty where it is about something else."""
    import json

    given = json.loads(manual.canonical)["manual"].get("metric", {}).get(metric, {})
    if "deadline" not in given:
        return set()
    procedures = given.get("procedures", [])
    return {(p, given["deadline"]) for p in ([procedures] if isinstance(procedures, str) else procedures)}


def _lacking(in_zh: Mapping[str, Any], in_en: Mapping[str, Any], deadline: Mapping[str, Any], told: set[str]) -> Iterator[Text]:
    """What the log would have to tell for a deadline: one of the actions that start it, and one of those by which it is met in the first place."""
    starts = [a["do"] for a in in_en["actions"] if a.get("to") in deadline["from"]]
    first = deadline["until"][:1]
    stops = list(deadline.get("until_actions", ())) or [a["do"] for a in in_en["actions"] if a.get("to") in first]
    for actions in (starts, stops):
        if actions and not told.intersection(actions):
            known = next((r for r in ROLES if r.do in actions), None)
            if known is not None:
                yield known.title
                continue
            index = next(i for i, a in enumerate(in_en["actions"]) if a["do"] == actions[0])
            yield Text(f"{in_zh['actions'][index]['title']}时间", f"the time of {in_en['actions'][index]['title']!r}")


def _who(actor: str | None) -> str:
    return "" if actor is None or actor in _NOBODY else actor


def _charged(figure: Figure) -> Figure:
    cases = tuple(
        FigureCase(c.case, c.generation, _who(c.who), c.due, c.met, c.counted, c.on_time, c.reason) if c.who in _NOBODY else c for c in figure.why()
    )
    return Figure(
        figure.metric,
        figure.title,
        figure.who,
        figure.in_use,
        figure.done,
        figure.due,
        figure.late,
        figure.points,
        figure.pass_mark,
        figure.clauses,
        cases,
    )


def _deadline_cases(office: Office) -> dict[tuple[str, str], list[FigureCase]]:
    out: dict[tuple[str, str], list[FigureCase]] = defaultdict(list)
    clock = office.clock
    for row in office.table("deadlines").rows():
        due, met, state = row["due"], row["stopped"], row["state"]
        if due is None:
            continue
        over = row["breach"] is not None and clock is not None and row["breach"] <= clock
        counted = state in ("met", "late") or (state == "running" and over)
        reason = "" if counted else "dropped" if state == "dropped" else "not due yet"
        if state == "running" and over:
            reason = "not done"
        who = _who(row["stopped_by"] or row["holder"])
        out[(row["procedure"], row["deadline"])].append(
            FigureCase(row["case"], row["generation"], who, due, met if state in ("met", "late") else None, counted, state == "met", reason)
        )
    return out


def _figure(name: str, title: Text, clauses: tuple[str, ...], cases: Sequence[FigureCase]) -> Figure:
    counted = [c for c in cases if c.counted]
    return Figure(
        metric=name,
        title=title,
        who="",
        in_use=True,
        done=sum(1 for c in counted if c.on_time),
        due=len(counted),
        late=sum(1 for c in counted if c.met is not None and not c.on_time),
        points=Decimal(0),
        pass_mark=Decimal(0),
        clauses=clauses,
        cases=tuple(cases),
    )


# What rows say by themselves

_NO = ("", "否", "无", "未", "未回访", "/", "-", "—", "no", "none", "false", "0")


def _satisfied(text: str) -> bool | None:
    """Whether an opinion is a good one; None where it is none."""
    low = text.strip().lower()
    if low in _NO or "未联系" in low or "无人接听" in low:
        return None
    if low.isdigit():
        return int(low) >= (4 if int(low) <= 5 else 80)
    if "不满意" in low or "差" in low or low in ("bad", "dissatisfied", "no") or "unsatisf" in low or "dissatisf" in low:
        return False
    return True if "满意" in low or "好" in low or "satisf" in low or low in ("good", "yes", "是") else None


def _of_rows(
    mapping: LogMapping, sheets: Sequence[Sheet], path: Path, columns: Mapping[str, str], known: set[str]
) -> tuple[list[Figure], list[Missing]]:
    """Callback share and satisfaction by the rows alone; a metric of the manual of that name goes before."""
    if mapping.layout != "wide" or not columns:
        return [], []
    called = columns.get("called") or columns.get("channel")
    found: dict[str, list[FigureCase]] = {"callback_share": [], "visit_share": [], "satisfaction": []}
    for sheet in sheets:
        reader = _Reader(mapping, sheet, path)
        for number, values in reader.rows:
            if reader.skipped(values) is not None:
                continue
            cells = reader.cells(values)
            try:
                case = reader.case(number, cells)
                finished = _when(reader, cells, columns.get("finished"))
            except _Unfit:
                continue
            met = _called(reader, cells, columns.get("called"), finished)
            was_called = text_of(cells.get(called)).lower() not in _NO if called else False
            who = text_of(cells.get(columns.get("caller", ""))) or text_of(cells.get(columns.get("worker", "")))
            when = finished or met
            if when is None:
                continue

            def add(name: str, *, good: bool, who: str = who, case: str = case, when: datetime = when, met: datetime | None = met) -> None:
                found[name].append(FigureCase(case, 1, who, when, met if good else None, counted=True, on_time=good, reason=""))

            if finished is not None:
                add("callback_share", good=was_called)
            if was_called and (channel := text_of(cells.get(columns.get("channel", ""))).lower()) not in _NO:
                add("visit_share", good=any(word in channel for word in ("上门", "走访", "面访", "当面", "visit")))
            if (opinion := _satisfied(text_of(cells.get(columns.get("satisfied", ""))))) is not None:
                add("satisfaction", good=opinion)
    needs: dict[str, tuple[Text, tuple[tuple[str, Callable[[], bool]], ...]]] = {
        "callback_share": (
            Text("回访率（按行）", "Called back, by rows"),
            (("finished", lambda: "finished" in columns), ("called", lambda: bool(called))),
        ),
        "visit_share": (Text("上门回访占比（按行）", "Visits among callbacks, by rows"), (("channel", lambda: "channel" in columns),)),
        "satisfaction": (Text("满意率（按行）", "Satisfied, by rows"), (("satisfied", lambda: "satisfied" in columns),)),
    }
    titles = {role.name: role.title for role in ROLES}
    figures: list[Figure] = []
    missing: list[Missing] = []
    for name, (title, tests) in needs.items():
        if name in known:
            continue
        lacking = tuple(titles[role] for role, there in tests if not there())
        if lacking:
            missing.append(Missing(name, title, lacking))
        else:
            figures.append(_figure(name, title, (), found[name]))
    return figures, missing


def _when(reader: _Reader, cells: Mapping[str, Any], column: str | None) -> datetime | None:
    if not column or not text_of(cells.get(column)):
        return None
    first = next((s for s in reader.mapping.steps if s.opens), None)
    before = None
    if first is not None and text_of(cells.get(first.at)):
        before = reader.wall(cells[first.at], first.at, reader._day(cells), None, first.time)
    return from_us(reader.instant(cells[column], column, reader._day(cells), before, time(23, 59)), zone_of(reader.mapping.zone))


def _called(reader: _Reader, cells: Mapping[str, Any], column: str | None, finished: datetime | None) -> datetime | None:
    """When the callback was, where the cell says so; a callback that is only said to have been has no time."""
    if not column:
        return None
    day: date | None = finished.date() if finished else None
    try:
        wall = reader.wall(cells.get(column), column, day, finished, time(23, 59))
    except _Unfit:
        return None
    return wall if wall.tzinfo is not None else wall.replace(tzinfo=zone_of(reader.mapping.zone))
