"""Bringing a foreign log into an office: a table (CSV or xlsx) and a mapping become entries, and every row is accounted for.

docs/import.md describes the mapping. Three layouts are read: ``events``, one row an event; ``wide``, one row a case with several time columns (on
one sheet or a sheet a month); and ``list``, one row an entry of its own, which lists.py makes. Rows are sorted by time, then by row; each entry's
``source`` is the mapping's label and its ``key`` is label and row number (of a list: what tells its rows apart), so that the same log may be brought
in twice. What does not fit is reported row by row with its reason.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from wuye import _toml
from wuye._json import compact, value_of
from wuye._time import from_us, to_us, zone_of
from wuye.cells import TOTALS, Hint, NoNumber, NoTime, hint_of, is_total, place_of, read_number, read_time, text_of
from wuye.errors import InvalidArgument, NotFound
from wuye.manual import Manual
from wuye.office import Office
from wuye.reasons import LEFT_OUT, Saying
from wuye.sheets import Sheet, read_sheets, title_texts
from wuye.types import Outcome, Status, Text

__all__ = ["ImportResult", "LogMapping", "Row", "import_log", "read_rows"]

#: What a row may have come to, in the order in which it is reported.
STATES = ("entry", "opening", "repeat", "unbilled", "ignored", "unfit", "refused")

_STATE_ZH = {"entry": "条目", "opening": "期初", "repeat": "重复", "unbilled": "未出账", "ignored": "略过", "unfit": "不合", "refused": "未受理"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of the log came to.

    Attributes:
        row: Its number in the file; the row of titles is 1.
        case: The case, as far as it could be read.
        state: ``entry``, ``opening`` (the case began before the log), ``repeat`` (the same step again; counted only), ``unbilled`` (recorded, but not
            all of it was charged for), ``ignored`` (a stray that the mapping names), ``unfit`` (could not be turned into an entry), ``refused`` (the
            office refused the entry).
        reason: Why, where it is not simply an entry.
        step: The column or task, in the log's words.
        sheet: The sheet, where several are read.
        zh: The reason in Chinese, where there is one.
    """

    row: int
    case: str
    state: str
    reason: str = ""
    step: str = ""
    sheet: str = ""
    zh: str = ""

    def __str__(self) -> str:
        sheet = f"sheet {self.sheet}, " if self.sheet else ""
        return f"{sheet}row {self.row}" + (f", case {self.case}" if self.case else "") + f": {self.state}: {self.reason}"

    def say(self, lang: str) -> str:
        """The row and its reason in ``"zh"`` or ``"en"``."""
        if lang != "zh":
            return str(self)
        sheet = f"「{self.sheet}」" if self.sheet else ""
        return f"{sheet}第 {self.row} 行" + (f"，事项 {self.case}" if self.case else "") + f"：{_STATE_ZH[self.state]}：{self.zh or self.reason}"


@dataclass(frozen=True, slots=True)
class Step:
    """How one task (``events``) or one time column (``wide``) becomes an entry."""

    do: str = ""
    opens: str = ""
    again: str = ""
    stage: str = ""
    repeat: str = ""
    at: str = ""
    by: str = ""
    actor: str = ""
    fields: Map[str, str] = field(default_factory=dict)
    given: Map[str, Any] = field(default_factory=dict)
    name: str = ""
    time: time | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """How a row of a list becomes an entry, or is left out.

    Attributes:
        step: The action, who and when, its fields and their columns.
        where: Which rows: column = the words that may stand in it; ``*`` for any, an empty text for none.
        ignore: Why such rows are left out; empty: they are not.
        needs: Fields that have to be filled in, beside those that the action needs.
        counts: Field = column and words. Such rows together become one entry, and the field says in how many of them one of the words stands; an
            empty column: how many there are.
    """

    step: Step
    where: Map[str, tuple[str, ...]]
    ignore: str
    needs: tuple[str, ...]
    counts: Map[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class LogMapping:
    """A mapping, read from TOML; :meth:`load` reads one.

    Example:
        >>> from wuye.importing import LogMapping
        >>> LogMapping.load("helpdesk").label
        'helpdesk'
    """

    label: str
    layout: str
    manual: str
    folder: Path
    name: str
    encoding: str
    delimiter: str
    sheet: str
    every_sheet: bool
    header: int
    skip: tuple[str, ...]
    zone: str
    formats: tuple[str, ...]
    conversions: int
    year: int
    date_column: str
    case_column: str
    task_column: str
    by_column: str
    at_column: str
    case_class: str
    case_prefix: str
    repeat: str
    middle: str
    settle: bool
    tasks: Map[str, Step]
    steps: tuple[Step, ...]
    status_column: str
    status_steps: Map[str, Step | None]
    strays: Map[str, str]
    values: Map[str, Map[str, Any]]
    types: Map[str, str]
    actor_strip: str
    actor_prefix: str
    actor_post: str
    setup: tuple[Map[str, Any], ...]
    key_columns: tuple[str, ...]
    rows: tuple[ListRow, ...]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> LogMapping:
        """Reads a mapping.

        Args:
            path: A TOML file, or the name of a mapping that wuye carries (``"helpdesk"``).

        Returns:
            The mapping.

        Raises:
            NotFound: There is no such file.
            InvalidArgument: Bad TOML, or a key that a mapping does not have; the message has file and nearest key.
        """
        file = Path(path)
        if not file.suffix and not file.exists():
            file = Path(str(resources.files("wuye") / "mappings" / f"{path}.toml"))
            if not file.exists():
                raise NotFound(f"there is no mapping {path}: give a TOML file, or one of {', '.join(carried())}")
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotFound(f"there is no mapping {file}", file=str(file)) from None
        except UnicodeDecodeError as error:
            raise InvalidArgument(f"a mapping is UTF-8: {error}", file=str(file)) from None
        return _mapping(_toml.loads(text, str(file)), file)

    def load_manual(self) -> Manual:
        """The manual that the mapping names; where it leaves that to the office, the one that a new office has."""
        if self.manual in ("standard", "office"):
            return Manual.standard()
        return Manual.load(self.folder / self.manual)


def carried() -> list[str]:
    """The mappings that wuye carries.

    Returns:
        Their names.
    """
    folder = resources.files("wuye") / "mappings"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml") and not f.name.endswith("_manual.toml"))


@dataclass(frozen=True)
class ImportResult:
    """What became of a log: every row is in exactly one of the counts.

    Attributes:
        label: The mapping's label.
        rows: How many rows the log has, the row of titles not counted.
        cases: How many cases.
        entries: The entries made, setup first and the settling of past notices last, each ready for ``record_lines``.
        counts: Rows by state; they add up to ``rows``.
        steps: Of a wide log, time cells that were filled in; otherwise equal to ``rows``.
        reports: Every row that is not simply an entry, with its reason.
        recorded: Outcomes by status, ``with_breach`` beside them; empty where nothing was recorded.
        breaches: Breaches by reason and clause.
        notices: How many notices were found on the way.
        first: The first instant of the log.
        last: The last.
        left_out: Sheets that hold no such table, each with what was looked for.
        sums: Of a list: what the money in its entries adds up to, in yuan, by action and field; what was refused is not among it.
    """

    label: str
    rows: int
    cases: int
    entries: list[dict[str, Any]] = field(repr=False)
    counts: Map[str, int]
    steps: int
    reports: list[Row] = field(repr=False)
    recorded: Map[str, int] = field(default_factory=dict)
    breaches: Map[str, int] = field(default_factory=dict, repr=False)
    notices: int = 0
    first: datetime | None = None
    last: datetime | None = None
    left_out: tuple[str, ...] = ()
    sums: Map[str, Decimal] = field(default_factory=dict)

    @property
    def problems(self) -> list[Row]:
        """The rows that did not fit, were refused, or were not all charged for."""
        return [r for r in self.reports if r.state in ("unfit", "refused", "unbilled")]

    @property
    def ok(self) -> bool:
        """Nothing was unfit, refused or left unbilled."""
        return not self.problems

    def lines(self) -> Iterator[bytes]:
        """The entries as JSON Lines, which any host can record."""
        return (compact(entry) for entry in self.entries)

    def table(self, lang: str = "en") -> str:
        """The counts as text.

        Args:
            lang: ``"en"`` or ``"zh"``.
        """
        from wuye._table import render

        zh = lang == "zh"
        rows: list[tuple[Any, ...]] = [
            (_STATE_ZH[s] if zh else s, self.counts.get(s, 0), _SAID[s].get(lang)) for s in STATES if s != "unbilled" or self.counts.get(s)
        ]
        rows.append(("全部行", self.rows, f"{self.cases} 件事项") if zh else ("all rows", self.rows, f"{self.cases} cases"))
        lines = [render(("行", "数", "") if zh else ("rows", "count", ""), rows)]
        lines += [f"金额合计 {name}: {amount}" if zh else f"yuan in {name}: {amount}" for name, amount in self.sums.items()]
        return "\n".join((*lines, *self.left_out))

    def __str__(self) -> str:
        return self.table()


_SAID = {
    "entry": Text("成为条目", "became an entry"),
    "opening": Text("在本表之前已开始，按期初带入", "began before the log: brought in as an opening entry"),
    "repeat": Text("同一步骤紧接着又来一次，只计数", "the same step again: counted, not recorded"),
    "unbilled": Text("已录入，但没有全部计费", "recorded, but not all of it was charged for"),
    "ignored": Text("映射说明略过的，合计行、说明文字", "strays that the mapping names, totals, lines of text"),
    "unfit": Text("不合，未能成为条目", "did not fit"),
    "refused": Text("办公室未受理", "refused by the office"),
}


def import_log(
    path: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | LogMapping,
    office: Office | None = None,
    *,
    entries: str | os.PathLike[str] | None = None,
    given: Map[str, Any] | None = None,
    chunk: int = 1000,
    progress: Callable[[int, int], object] | None = None,
) -> ImportResult:
    r"""Brings a foreign log or list into an office, accounting for every row.

    Args:
        path: The log: CSV, or xlsx (which needs ``pip install 'wuye[xlsx]'``).
        mapping: The mapping's file, the name of one that wuye carries, or one already read.
        office: Where to record; None makes the entries only. An office without lines adopts the manual that the mapping names.
        entries: Also write the entries to this file as JSON Lines.
        given: Of a list only: what the file does not say and is the same for all of it, as an entry has it: ``at``, ``by``, ``case``, fields.
        chunk: How many entries are recorded in one transaction.
        progress: Called with entries recorded and entries in all, after each transaction; what it has heard of is durable.

    Returns:
        Counts that add up to all rows, and a report of each row that is not simply an entry.

    Raises:
        NotFound: No such log or mapping.
        InvalidArgument: The log's encoding or columns are not what the mapping says; row and column say where. A list's mapping names an action or a
            field that the manual has not, or leaves open what the action needs.
        Conflict: The office has lines under another manual, later than the log begins.

    Example:
        >>> import pathlib, tempfile, wuye
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     log = pathlib.Path(folder, "log.csv")
        ...     _ = log.write_text("caseid,task,user,end_timestamp\n8,Assign seriousness,Value 8,2010-12-22T06:35:14\n")
        ...     result = wuye.import_log(log, "helpdesk")
        >>> result.rows, result.ok
        (1, True)
    """
    rules = mapping if isinstance(mapping, LogMapping) else LogMapping.load(mapping)
    if rules.layout == "list":
        from wuye import lists

        manual = rules.load_manual() if office is None or rules.manual != "office" else office.manual
        result, keys = lists.make(rules, Path(path), manual, given or {})
    elif given:
        raise InvalidArgument(f"only a list takes what is given beside the file; {rules.label} is laid out as {rules.layout}", file=rules.name)
    else:
        result, keys = _make(rules, Path(path))
    if entries is not None:
        with Path(entries).open("wb") as out:
            out.writelines(line + b"\n" for line in result.lines())
    if office is None:
        return result
    if rules.manual != "office" and result.entries and office.manual.hash != (manual := rules.load_manual()).hash:
        office.adopt(manual, from_us(min(to_us(e["at"]) for e in result.entries), timezone.utc), by="system:import")
    return _record(result, keys, office, chunk, progress, _columns(rules))


# Reading the table


def read_rows(path: Path, mapping: LogMapping) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """The titles and the rows of a log, each row with its number in the file; of several sheets those of the first.

    Raises:
        NotFound: No such file.
        InvalidArgument: Wrong encoding, with the row; no row of titles.
        Unsupported: xlsx without openpyxl.
    """
    sheet = _sheets(path, mapping)[0]
    number, titles = _titles(sheet, mapping, path)
    return titles, [(n, c) for n, c in sheet.rows if n > number]


def _sheets(path: Path, mapping: LogMapping) -> list[Sheet]:
    return read_sheets(
        path, sheet=mapping.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter, mapping=mapping.name, every=mapping.every_sheet
    )


def _titles(sheet: Sheet, mapping: LogMapping, path: Path, more: Iterable[str] = ()) -> tuple[int, list[str]]:
    """The number of the row of titles, and the titles."""
    if mapping.header:
        titles = next((cells for number, cells in sheet.rows if number == mapping.header), None)
        if titles is None:
            raise InvalidArgument(f"row {mapping.header} should hold the columns' titles and is empty or not there", file=str(path))
        return mapping.header, title_texts(titles)
    wanted, needed = _wanted(mapping), _needed(mapping).union(more)
    best: tuple[int, int, list[str]] | None = None
    for number, cells in sheet.rows[:50]:
        titles = title_texts(cells)
        found = len(wanted.intersection(titles))
        if needed.intersection(titles) and (best is None or found > best[0]):
            best = (found, number, titles)
    if best is None or not needed <= set(best[2]):
        lacking = sorted(needed - set(best[2])) if best else sorted(needed)
        near = difflib.get_close_matches(lacking[0], best[2], 1) if best else []
        raise InvalidArgument(
            (f"sheet {sheet.name!r}: " if sheet.name else "")
            + f"no row of titles has the column {lacking[0]!r}"
            + (f"; the nearest is {near[0]!r}" if near else "")
            + (f" (the sheet holds {sheet.pictures} pictures or charts)" if sheet.pictures and not sheet.rows else ""),
            file=str(path),
            details=[("column", lacking[0])],
        )
    return best[1], best[2]


def _steps(mapping: LogMapping) -> tuple[Step, ...]:
    """Every step that the mapping knows."""
    return (*mapping.tasks.values(), *mapping.steps, *(s for s in mapping.status_steps.values() if s), *(row.step for row in mapping.rows))


def _columns(mapping: LogMapping) -> dict[tuple[str, str], str]:
    """From which column an action's field is read."""
    return {(do, name): column for step in _steps(mapping) for do in (step.do, step.opens, step.again) for name, column in step.fields.items()}


def _wanted(mapping: LogMapping) -> set[str]:
    """Every column that the mapping names."""
    columns = {
        c for c in (mapping.case_column, mapping.task_column, mapping.by_column, mapping.at_column, mapping.status_column, mapping.date_column) if c
    }
    columns.update(mapping.key_columns)
    for row in mapping.rows:
        columns.update((*row.where, *(column for column, _ in row.counts.values() if column)))
    for step in _steps(mapping):
        columns.update(step.fields.values())
        columns.update(c for c in (step.at, step.by) if c)
    return columns


def _needed(mapping: LogMapping) -> set[str]:
    """The columns without which there is no table; the others may be absent from one sheet or another."""
    first = next((s.at for s in mapping.steps if s.opens), mapping.at_column)
    return {c for c in (mapping.case_column, first, *mapping.key_columns) if c}


# From rows to entries


class _Unfit(Exception):
    """Why a row, or a step of it, could not be turned into an entry, in both languages."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(slots=True)
class _Event:
    at_us: int
    sheet: str
    row: int
    order: int
    case: str
    step: Step
    cells: Map[str, Any]
    by: str
    reader: _Reader


class _Reader:
    """Reads the rows of one sheet; `needed` are columns that it has to have, beside those without which there is no table."""

    def __init__(self, mapping: LogMapping, sheet: Sheet, path: Path, needed: Iterable[str] = ()) -> None:
        self.mapping = mapping
        self.sheet = sheet.name if mapping.every_sheet else ""
        self.zone = zone_of(mapping.zone)
        number, titles = _titles(sheet, mapping, path, needed)
        self.titles = titles
        self.rows = [(n, c) for n, c in sheet.rows if n > number]
        above = [text_of(c) for n, cells in sheet.rows if n < number for c in cells if text_of(c)]
        self.hint = hint_of(sheet.name, *above, path.stem)
        if self.hint.year is None and mapping.year:
            self.hint = Hint(mapping.year, self.hint.month)
        for column in sorted(_wanted(mapping)):
            if column not in titles and mapping.header:
                near = difflib.get_close_matches(column, titles, 1)
                raise InvalidArgument(
                    f"the log has no column {column!r}" + (f"; the nearest is {near[0]!r}" if near else f"; it has {', '.join(titles)}"),
                    file=str(path),
                    line=number,
                    details=[("column", column)],
                )
            if titles.count(column) > 1:
                raise InvalidArgument(f"the log has two columns {column!r}", file=str(path), line=number, details=[("column", column)])

    def cells(self, values: Sequence[Any]) -> dict[str, Any]:
        return {t: v.strip() if isinstance(v, str) else v for t, v in zip(self.titles, values, strict=False) if t}

    def skipped(self, values: Sequence[Any]) -> _Unfit | None:
        """Why a row is no case at all: a sum, the titles again, a line of text across the table."""
        if not self.mapping.skip:
            return None
        if is_total(list(values), self.mapping.skip):
            return _Unfit("a row of totals", "合计行")
        if title_texts(values) == self.titles:
            return _Unfit("the titles again", "重复的表头")
        where = [title for title, v in zip(self.titles, values, strict=False) if text_of(v)]
        filled = {text_of(v) for v in values if text_of(v)}
        if len(filled) == 1 and len(self.titles) > 2 and where != [self.mapping.case_column]:
            return _Unfit(f"a line of text across the table: {next(iter(filled))[:40]}", f"表中的一行说明文字：{next(iter(filled))[:40]}")
        return None

    def case(self, number: int, cells: Map[str, Any]) -> str:
        if not self.mapping.case_column:
            return self.mapping.case_prefix + (f"{self.sheet}-{number}" if self.sheet else str(number))
        text = text_of(cells.get(self.mapping.case_column))
        if not text:
            raise _Unfit(f"column {self.mapping.case_column} is empty: no case", f"「{self.mapping.case_column}」为空：没有事项编号")
        return self.mapping.case_prefix + text

    def instant(self, value: Any, column: str, day: date | None = None, before: datetime | None = None, otherwise: time | None = None) -> int:
        """The instant of a cell.

        Args:
            value: The cell.
            column: Its title, for messages.
            day: The date that goes with a bare time of day.
            before: The wall time of the step before: a bare time of day that is earlier belongs to the next day.
            otherwise: The time of day that goes with a bare date.
        """
        wall = self.wall(value, column, day, before, otherwise)
        if not 1900 < wall.year < 2200:  # an entry's instants lie between these years, in any zone
            raise _Unfit(
                f"column {column}: {text_of(value)} is not in the years 1901 to 2199", f"「{column}」：{text_of(value)} 不在 1901 年至 2199 年之间"
            )
        if wall.tzinfo is not None:
            return to_us(wall)
        if not self.mapping.conversions:
            return to_us(wall.replace(tzinfo=self.zone))
        wall = wall.replace(tzinfo=timezone.utc)
        for _ in range(self.mapping.conversions - 1):
            wall = wall.astimezone(self.zone).replace(tzinfo=timezone.utc)
        return to_us(wall)

    def wall(self, value: Any, column: str, day: date | None = None, before: datetime | None = None, otherwise: time | None = None) -> datetime:
        """The wall time of a cell; aware where the cell has an offset."""
        if "any" not in self.mapping.formats:
            if isinstance(value, datetime):
                return value
            if not isinstance(value, date):
                return self._parse(text_of(value), column)
        text = text_of(value)
        if not text:
            raise _Unfit(f"column {column} is empty: no time", f"「{column}」为空：没有时间")
        for form in self.mapping.formats:
            if form not in ("any", "iso") and isinstance(value, str):
                try:
                    return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on it by the caller
                except ValueError:
                    continue
        try:
            read = read_time(value, Hint(before.year) if self.hint.year is None and before else self.hint)
        except NoTime as why:
            raise _Unfit(f"column {column}: {why.en}", f"「{column}」：{why.zh}") from None
        if read.aware is not None:
            return read.aware
        clock = read.clock if read.clock is not None else otherwise
        if clock is None:
            raise _Unfit(f"column {column}: {read.day} is a date without a time", f"「{column}」：{read.day} 只有日期，没有时刻")
        date_of = read.day or day or (before.date() if before else None)
        if date_of is None:
            raise _Unfit(f"column {column}: {text} is a time of day without a date", f"「{column}」：{text} 只有时刻，没有日期")
        wall = datetime.combine(date_of, clock)
        earlier = before.replace(tzinfo=None) if before else None
        if earlier is not None and wall < earlier:
            if read.day is None and earlier - wall > timedelta(hours=6):  # past midnight; otherwise it is a slip
                wall += timedelta(days=1)
            elif read.guessed_year and earlier - wall > timedelta(days=180):
                wall = wall.replace(year=wall.year + 1)
        return wall

    def _parse(self, text: str, column: str) -> datetime:
        if not text:
            raise _Unfit(f"column {column} is empty: no time", f"「{column}」为空：没有时间")
        for form in self.mapping.formats:
            try:
                if form == "iso":
                    return datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
                return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on it by the caller
            except ValueError:
                continue
        raise _Unfit(
            f"column {column}: {text!r} is not a time of the form {' or '.join(self.mapping.formats)}",
            f"「{column}」：「{text}」不是 {' 或 '.join(self.mapping.formats)} 形式的时间",
        )

    def actor(self, value: Any, column: str, otherwise: str = "") -> str:
        text = text_of(value)
        known = self.mapping.values.get("by", {})
        if text in known:
            return str(known[text])
        if not text:
            if otherwise:
                return otherwise
            raise _Unfit(f"column {column} is empty: nobody did it", f"「{column}」为空：不知是谁办的")
        return self.mapping.actor_prefix + text.removeprefix(self.mapping.actor_strip)

    def fields(self, step: Step, cells: Map[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = dict(step.given)
        for name, column in step.fields.items():
            value = cells.get(column)
            if value in (None, ""):
                continue
            if (read := self.field(name, column, value, self.mapping.types)) is not None:
                out[name] = read
        return out

    def field(self, name: str, column: str, value: Any, kinds: Map[str, str], otherwise: time | None = None) -> Any:
        """What a cell comes to in a field; None where the mapping says that it comes to nothing. `otherwise` goes with a bare date."""
        mapped = self.mapping.values.get(name, {})
        text = text_of(value)
        if text in mapped:
            return None if mapped[text] == "" else mapped[text]
        return self._typed(name, column, value, text, kinds, otherwise)

    def _typed(self, name: str, column: str, value: Any, text: str, kinds: Map[str, str], otherwise: time | None) -> Any:
        kind = kinds.get(name, "text")
        try:
            if kind in ("int", "money", "decimal"):
                return self._number(kind, column, value)
            if kind == "instant":
                return from_us(self.instant(value, column, otherwise=otherwise), timezone.utc).isoformat()
            if kind == "date":
                return self._date(value, column).isoformat()
            if kind == "bool":
                return _BOOLS[text.lower()]
            if kind == "place":
                return place_of(text) or text
            if kind == "list":
                return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        except (KeyError, ValueError):
            raise _Unfit(f"column {column}: {text!r} is not {kind}", f"「{column}」：「{text}」不是 {kind}") from None
        return text

    def number(self, value: Any, column: str) -> Decimal:
        """The number in a cell, exactly."""
        try:
            return read_number(value)
        except NoNumber as why:
            raise _Unfit(f"column {column}: {why.en}", f"「{column}」：{why.zh}") from None

    def _number(self, kind: str, column: str, value: Any) -> int | str:
        exact, text = self.number(value, column), text_of(value)
        # An entry's decimal has fifteen digits and six decimals, its money and whole numbers are those of 64 bits.
        scaled = exact.scaleb({"decimal": 6, "money": 2, "int": 0}[kind])
        if abs(scaled) >= (10**21 if kind == "decimal" else 2**63):
            raise _Unfit(f"column {column}: {text!r} is too large", f"「{column}」：「{text}」过大")
        if scaled != scaled.to_integral_value():
            en, zh = {
                "decimal": ("has more than six decimals", "小数超过六位"),
                "money": ("has a fraction of a fen", "不足一分"),
                "int": ("is not a whole number", "不是整数"),
            }[kind]
            raise _Unfit(f"column {column}: {text!r} {en}", f"「{column}」：「{text}」{zh}")
        if kind == "money" and scaled < 0:
            raise _Unfit(f"column {column}: {text!r} is below zero", f"「{column}」：「{text}」是负数")
        if kind != "decimal":
            return int(scaled)
        return f"{exact.normalize():f}" if len(f"{exact:f}".partition(".")[2]) > 6 else f"{exact:f}"

    def _date(self, value: Any, column: str) -> date:
        """The day in a cell; of a time, its day."""
        text = text_of(value)
        if isinstance(value, str) and "any" not in self.mapping.formats:
            for form in self.mapping.formats:
                try:
                    return date.fromisoformat(text.replace("/", "-")) if form == "iso" else datetime.strptime(text, form).date()  # noqa: DTZ007
                except ValueError:
                    continue
            raise _Unfit(
                f"column {column}: {text!r} is not a date of the form {' or '.join(self.mapping.formats)}",
                f"「{column}」：「{text}」不是 {' 或 '.join(self.mapping.formats)} 形式的日期",
            )
        try:
            day = read_time(value, self.hint).day
        except NoTime as why:
            raise _Unfit(f"column {column}: {why.en}", f"「{column}」：{why.zh}") from None
        if day is None:
            raise _Unfit(f"column {column}: {text!r} is a time of day, not a date", f"「{column}」：「{text}」只有时刻，没有日期")
        return day

    def events(self, number: int, cells: Map[str, Any]) -> tuple[list[_Event], list[Row]]:
        mapping = self.mapping
        case = self.case(number, cells)
        if mapping.layout == "events":
            task = text_of(cells.get(mapping.task_column))
            if task in mapping.strays:
                return [], [self.row(number, case, "ignored", f"{task}: {mapping.strays[task]}", task)]
            step = mapping.tasks.get(task)
            if step is None:
                raise _Unfit(
                    f"task {task!r} is neither among the tasks nor among the strays of the mapping",
                    f"「{task}」既不是映射中的步骤，也不在略过之列",
                )
            column = step.at or mapping.at_column
            return [self._event(number, 0, case, step, cells, self.instant(cells.get(column), column))], []
        return self._wide(number, case, cells)

    def _wide(self, number: int, case: str, cells: Map[str, Any]) -> tuple[list[_Event], list[Row]]:
        mapping = self.mapping
        events: list[_Event] = []
        reports: list[Row] = []
        steps: list[Step] = [s for s in mapping.steps if text_of(cells.get(s.at))]
        if mapping.status_column:
            status = text_of(cells.get(mapping.status_column))
            if status not in mapping.status_steps:
                raise _Unfit(f"status {status!r} is not among the statuses of the mapping", f"状态「{status}」不在映射之列")
            if (last := mapping.status_steps[status]) is not None:
                steps.append(last)
        day = self._day(cells)
        opened: tuple[int, Step] | None = None
        before: datetime | None = None
        for order, step in enumerate(steps):
            try:
                if step.at:
                    wall = self.wall(cells.get(step.at), step.at, day, before, step.time)
                    at_us = self.instant(wall, step.at)
                elif events:  # what the status says happened with the last step
                    at_us = events[-1].at_us
                    wall = before or from_us(at_us, self.zone)
                else:
                    raise _Unfit("there is no time for what the status says", "状态所说的事没有时间")
                if opened is not None and at_us < opened[0]:
                    first = text_of(cells.get(opened[1].at))
                    raise _Unfit(
                        f"{step.at} {text_of(cells.get(step.at))} is before {opened[1].at} {first}",
                        f"「{step.at}」{text_of(cells.get(step.at))} 早于「{opened[1].at}」{first}",
                    )
                events.append(self._event(number, order, case, step, cells, at_us))
                before = wall
                if step.opens and opened is None:
                    opened = (at_us, step)
            except _Unfit as why:
                reports.append(self.row(number, case, "unfit", str(why), step.name, why.zh))
                if step.opens and not events:  # without its beginning there is no case
                    return [], reports
        if not steps:
            raise _Unfit("none of the time columns is filled in", "各时间列都是空的")
        return events, reports

    def _day(self, cells: Map[str, Any]) -> date | None:
        column = self.mapping.date_column
        if not column or not text_of(cells.get(column)):
            return None
        try:
            return read_time(cells[column], self.hint).day
        except NoTime as why:
            raise _Unfit(f"column {column}: {why.en}", f"「{column}」：{why.zh}") from None

    def _event(self, number: int, order: int, case: str, step: Step, cells: Map[str, Any], at_us: int) -> _Event:
        by_column = step.by or ("" if step.actor else self.mapping.by_column)
        by = self.actor(cells.get(by_column), by_column, step.actor) if by_column else step.actor
        return _Event(at_us, self.sheet, number, order, case, step, cells, by, self)

    def row(self, number: int, case: str, state: str, reason: str, step: str = "", zh: str = "") -> Row:
        return Row(number, case, state, reason, step, self.sheet, zh)


#: Of an entry's key: the rows that it was made of.
Keys = Map[str, tuple[Row, ...]]

_BOOLS = {"1": True, "0": False, "true": True, "false": False, "yes": True, "no": False, "是": True, "否": False, "y": True, "n": False}


def _readers(mapping: LogMapping, path: Path, sheets: Sequence[Sheet] | None = None, needed: Iterable[str] = ()) -> tuple[list[_Reader], list[str]]:
    """A reader for each sheet that holds the table, and why the others do not."""
    readers: list[_Reader] = []
    left_out: list[str] = []
    first_why: InvalidArgument | None = None
    for sheet in _sheets(path, mapping) if sheets is None else sheets:
        try:
            readers.append(_Reader(mapping, sheet, path, needed))
        except InvalidArgument as why:
            if not mapping.every_sheet or "column" not in why.details:
                raise
            left_out.append(why.message)
            first_why = first_why or why
    if first_why is not None and not readers:
        raise first_why
    return readers, left_out


def _told(readers: Iterable[_Reader], reports: list[Row], states: dict[tuple[str, int], str]) -> Iterator[tuple[_Reader, int, dict[str, Any]]]:
    """The rows that tell something, with their cells; that the others were left out is reported."""
    for reader in readers:
        for number, values in reader.rows:
            if (skipped := reader.skipped(values)) is None:
                yield reader, number, reader.cells(values)
                continue
            reports.append(reader.row(number, "", "ignored", str(skipped), zh=skipped.zh))
            states[(reader.sheet, number)] = "ignored"


def _make(mapping: LogMapping, path: Path, sheets: Sequence[Sheet] | None = None) -> tuple[ImportResult, Keys]:
    events: list[_Event] = []
    reports: list[Row] = []
    states: dict[tuple[str, int], str] = {}
    readers, left_out = _readers(mapping, path, sheets)
    for reader, number, cells in _told(readers, reports, states):
        where = (reader.sheet, number)
        try:
            got, told = reader.events(number, cells)
        except _Unfit as why:
            reports.append(reader.row(number, text_of(cells.get(mapping.case_column)), "unfit", str(why), zh=why.zh))
            states[where] = "unfit"
            continue
        except InvalidArgument as why:
            reports.append(reader.row(number, "", "unfit", str(why)))
            states[where] = "unfit"
            continue
        events += got
        reports += told
        states[where] = "unfit" if any(r.state == "unfit" for r in told) else "ignored" if told else "entry"
    events.sort(key=lambda e: (e.at_us, e.sheet, e.row, e.order))

    entries: list[dict[str, Any]] = []
    keys: dict[str, tuple[Row, ...]] = {}
    seen: dict[str, set[str]] = {}
    last_step: dict[str, str] = {}
    actors: list[str] = []
    known_actors: set[str] = set()
    for event in events:
        step, reader, where = event.step, event.reader, (event.sheet, event.row)
        name = step.name
        begun = event.case in seen
        tasks = seen.setdefault(event.case, set())
        repeated = begun and last_step.get(event.case) == name
        mode = step.repeat or mapping.repeat
        state, reason, zh = "entry", "", ""
        fields: dict[str, Any] = {}
        if repeated and mode == "count":
            reports.append(
                reader.row(event.row, event.case, "repeat", f"{name}: the same step again, right after itself", name, f"「{name}」：紧接着又来一次")
            )
            if states[where] == "entry":
                states[where] = "repeat"
            continue
        if not begun and step.opens:
            action = step.opens
            if mapping.case_class:
                fields["class"] = mapping.case_class
        elif not begun and step.stage and mapping.middle == "opening":
            action, state = "opening", "opening"
            reason = f"{name}: the case began before the log; brought in at stage {step.stage}"
            zh = f"「{name}」：事项在本表之前已开始，按「{step.stage}」环节带入"
            fields = {"class": mapping.case_class} if mapping.case_class else {}
            fields |= {"stage": step.stage, "opened": from_us(event.at_us, timezone.utc).isoformat()}
        elif not begun and not step.opens:
            reports.append(
                reader.row(
                    event.row,
                    event.case,
                    "unfit",
                    f"{name}: the case begins in the middle, and the mapping does not say at which stage",
                    name,
                    f"「{name}」：事项从半途开始，映射没有说是哪个环节",
                )
            )
            states[where] = "unfit"
            seen.pop(event.case)
            continue
        else:
            action = (step.again if name in tasks and step.again else step.do) or step.opens
            if mapping.case_class and action in (step.opens,) and not step.do:
                fields["class"] = mapping.case_class
        if not begun or state == "entry":
            try:
                fields |= reader.fields(step, event.cells)
            except _Unfit as why:
                reports.append(reader.row(event.row, event.case, "unfit", str(why), name, why.zh))
                states[where] = "unfit"
                if not begun:
                    seen.pop(event.case)
                continue
        tasks.add(name)
        last_step[event.case] = name
        place = f"{event.sheet}:{event.row}" if event.sheet else str(event.row)
        key = f"{mapping.label}:{place}" + (f":{event.order + 1}" if mapping.layout == "wide" else "")
        entries.append(
            {
                "at": from_us(event.at_us, timezone.utc).isoformat(),
                "by": event.by,
                "do": action,
                "case": event.case,
                "source": mapping.label,
                "key": key,
                **fields,
            }
        )
        row = reader.row(event.row, event.case, state, reason, name, zh)
        keys[key] = (row,)
        if state == "opening":
            reports.append(row)
            if states[where] == "entry":
                states[where] = "opening"
        if event.by not in known_actors:
            known_actors.add(event.by)
            actors.append(event.by)

    zone = zone_of(mapping.zone)
    first = events[0].at_us if events else None
    setup = _setup(mapping, actors, first, zone)
    counts = Counter(states.values())
    reports.sort(key=lambda r: (r.sheet, r.row))
    rows = sum(len(reader.rows) for reader in readers)
    result = ImportResult(
        label=mapping.label,
        rows=rows,
        cases=len(seen),
        entries=setup + entries + _settled(mapping, events[-1].at_us if events else None),
        counts={state: counts.get(state, 0) for state in STATES},
        steps=len(events) + sum(1 for r in reports if r.state in ("ignored", "unfit") and r.row),
        reports=reports,
        first=None if first is None else from_us(first, zone),
        last=None if not events else from_us(events[-1].at_us, zone),
        left_out=tuple(left_out),
    )
    assert sum(result.counts.values()) == result.rows, "every row is in exactly one count"
    return result, keys


def _setup(mapping: LogMapping, actors: Sequence[str], first: int | None, zone: tzinfo) -> list[dict[str, Any]]:
    if first is None:
        return []
    day = from_us(first, zone).date()
    at = to_us(datetime.combine(day, time(0), tzinfo=zone))
    told: list[dict[str, Any]] = [dict(entry) for entry in mapping.setup]
    if mapping.actor_post:
        told += [{"do": "set_staff", "staff": a, "post": mapping.actor_post} for a in sorted(actors) if ":" not in a]
    return [
        {
            "at": from_us(at, timezone.utc).isoformat(),
            "by": "system:import",
            "source": mapping.label,
            "key": f"{mapping.label}:setup:{entry.get('do', '')}:{entry.get('staff') or entry.get('place') or entry.get('party') or n}",
            **entry,
        }
        for n, entry in enumerate(told, 1)
    ]


def _settled(mapping: LogMapping, last_us: int | None) -> list[dict[str, Any]]:
    """The entry after the last row: what was found for times gone by is nobody's business any more."""
    if not mapping.settle or last_us is None:
        return []
    last = from_us(last_us, timezone.utc).isoformat()
    key = f"{mapping.label}:settle:{last}"
    return [{"at": last, "by": "system:import", "do": "settle_notices", "source": mapping.label, "key": key, "until": last}]


def _record(
    result: ImportResult,
    keys: Keys,
    office: Office,
    chunk: int,
    progress: Callable[[int, int], object] | None,
    columns: Map[tuple[str, str], str] | None = None,
) -> ImportResult:
    """Records the entries; `columns` says from which column an action's field was read, so that a refusal can name it."""
    recorded: Counter[str] = Counter()
    breaches: Counter[str] = Counter()
    counts = Counter(result.counts)
    reports = list(result.reports)
    moved: set[tuple[str, int]] = set()  # rows that are counted as something else already
    unfit_rows = {(r.sheet, r.row) for r in reports if r.state == "unfit"}
    sums: dict[str, Decimal] = dict(result.sums)
    named: dict[str, tuple[Row, ...]] = {}
    notices = done = 0
    said = Saying(office)

    def becomes(state: str, row: Row, reason: str, step: str, case: str, zh: str = "") -> None:
        reports.append(Row(row.row, case, state, reason, step, row.sheet, zh))
        where = (row.sheet, row.row)
        if row.row and where not in moved | unfit_rows:
            moved.add(where)
            counts[row.state if counts[row.state] else "entry"] -= 1
            counts[state] += 1

    pending = iter(result.entries)
    while batch := list(islice(pending, max(1, chunk))):
        outcomes: list[Outcome] = office.record_lines(batch, mode="independent")
        for entry, outcome in zip(batch, outcomes, strict=True):
            recorded[str(outcome.status)] += 1
            notices += len(outcome.notices)
            if outcome.breaches:
                recorded["with_breach"] += 1
            for breach in outcome.breaches:
                breaches[f"{entry['do']}: {breach.reason}" + (f" [{breach.clause}]" if breach.clause else "")] += 1
            rows = keys.get(entry["key"], ())
            if outcome.status is not Status.REFUSED:
                if entry.get("case", "") != outcome.case:  # only a row of a list leaves the case's name to the office
                    named[outcome.case] = rows
                continue
            at = "place" if outcome.reason == "unknown_place" else str(outcome.facts.get("field", ""))
            column = (columns or {}).get((entry["do"], at), "")
            why = f"{outcome.reason}: {outcome.message}" + (f" [{outcome.clause}]" if outcome.clause else "")
            why, zh = f"column {column}: {why}" if column else why, (f"「{column}」：" if column else "") + said.refusal(outcome)
            for row in rows or (Row(0, "", "", step="setup"),):
                becomes("refused", row, why, column or row.step, entry.get("case", ""), zh)
            for name, total in _money_of(entry, result.sums).items():
                sums[name] -= total
        done += len(batch)
        if progress is not None:
            progress(done, len(result.entries))
    if named:
        for left in office.table("unbilled").rows():
            by = f", by {left['charge']}" if left["charge"] else ""
            zh = f"，见 {left['charge']}" if left["charge"] else ""
            for row in named.get(left["case"], ()):
                days = f"{left['place']} {left['head']} {left['from']} – {left['until']}"
                becomes("unbilled", row, f"{days}: {left['reason']}{by}", row.step, left["case"], f"{days}：{LEFT_OUT[left['reason']]}{zh}")
    reports.sort(key=lambda r: (r.sheet, r.row))
    return replace(
        result,
        counts={state: counts.get(state, 0) for state in STATES},
        reports=reports,
        recorded={**{str(s): recorded.get(str(s), 0) for s in Status}, "with_breach": recorded.get("with_breach", 0)},
        breaches=dict(breaches.most_common()),
        notices=notices,
        sums=sums,
    )


def _money_of(entry: Map[str, Any], names: Iterable[str]) -> dict[str, Decimal]:
    """The money in an entry, by action and field."""
    found = ((name, entry.get(name.partition(".")[2])) for name in names if name.partition(".")[0] == entry["do"])
    return {name: Decimal(fen).scaleb(-2) for name, fen in found if fen is not None}


# Reading the mapping

_TOP = {
    "label",
    "layout",
    "manual",
    "file",
    "time",
    "columns",
    "case",
    "repeat",
    "middle",
    "settle",
    "tasks",
    "step",
    "row",
    "status",
    "strays",
    "values",
    "types",
    "actors",
    "setup",
}
#: What only a log has, whose rows are steps of cases.
_LOG_ONLY = ("tasks", "step", "status", "strays", "repeat", "middle")
_STEP = {"do", "opens", "again", "stage", "repeat", "at", "by", "actor", "time", "fields", "with"}


def _known(table: Map[str, Any], known: Iterable[str], where: str, file: Path) -> None:
    names = sorted(known)
    for key in table:
        if key not in names:
            near = difflib.get_close_matches(key, names, 1)
            raise InvalidArgument(
                f"{where} takes no key {key!r}" + (f"; the nearest is {near[0]!r}" if near else f"; it takes {', '.join(names)}"),
                file=str(file),
                details=[("key", key)],
            )


def _table(data: Map[str, Any], key: str, file: Path) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise InvalidArgument(f"{key} is a table", file=str(file))
    return value


def _one_of(value: Any, choices: Sequence[str], where: str, file: Path) -> str:
    if value not in choices:
        raise InvalidArgument(f"{where} is {' or '.join(repr(c) for c in choices)}, not {value!r}", file=str(file))
    return str(value)


def _flag(value: Any, where: str, file: Path) -> bool:
    if not isinstance(value, bool):
        raise InvalidArgument(f"{where} is true or false, not {value!r}", file=str(file))
    return value


def _step(given: Any, name: str, where: str, file: Path) -> Step:
    if isinstance(given, str):
        given = {"do": given}
    if not isinstance(given, dict):
        raise InvalidArgument(f"{where} is an action's name or a table", file=str(file))
    _known(given, _STEP, where, file)
    if not given.get("do") and not given.get("opens"):
        raise InvalidArgument(f"{where} needs 'do' or 'opens'", file=str(file))
    for column_of, column in (given.get("fields") or {}).items():
        if not isinstance(column, str):
            many = ", ".join(map(str, column)) if isinstance(column, list) else repr(column)
            raise InvalidArgument(f"{where}.fields: {column_of} takes one column, not {many}", file=str(file), details=[("field", column_of)])
    if "repeat" in given:
        _one_of(given["repeat"], ("count", "record"), f"{where}.repeat", file)
    for value in (given.get("with") or {}).values():
        if isinstance(value, float):
            raise InvalidArgument(f"{where}.with: {value} is a float; write a whole number or a text", file=str(file))
    return Step(
        do=given.get("do", ""),
        opens=given.get("opens", ""),
        again=given.get("again", ""),
        stage=given.get("stage", ""),
        repeat=given.get("repeat", ""),
        at=given.get("at", ""),
        by=given.get("by", ""),
        actor=given.get("actor", ""),
        fields=dict(given.get("fields", {})),
        given={field_: value_of(field_, value) for field_, value in given.get("with", {}).items()},
        name=name,
        time=_time_of_day(given["time"], where, file) if "time" in given else None,
    )


def _list_row(given: Any, where: str, file: Path) -> ListRow:
    if not isinstance(given, dict):
        raise InvalidArgument(f"{where} is a table", file=str(file))
    _known(given, {"where", "ignore", "needs", "count", "do", "at", "by", "actor", "time", "fields", "with"}, where, file)
    if bool(given.get("do")) == bool(given.get("ignore")):
        raise InvalidArgument(f"{where} needs either 'do', the action that such a row becomes, or 'ignore', why it is left out", file=str(file))
    wanted: dict[str, tuple[str, ...]] = {}
    for column, words in _table(given, "where", file).items():
        wanted[column] = _words(words, f"{where}.where {column}", file)
    counts: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, what in _table(given, "count", file).items():
        if what == "*":
            counts[name] = ("", ())
        elif isinstance(what, dict) and len(what) == 1:
            counts[name] = next((column, _words(words, f"{where}.count {name}", file)) for column, words in what.items())
        else:
            raise InvalidArgument(f"{where}.count: {name} is '*' for all rows, or a table of one column and its words", file=str(file))
    step = _step({**{k: v for k, v in given.items() if k in _STEP}, "do": given.get("do") or "ignore"}, "", where, file)
    for name in sorted((step.fields.keys() & step.given.keys()) | (counts.keys() & (step.fields.keys() | step.given.keys()))):
        raise InvalidArgument(f"{where}: {name} is given twice", file=str(file), details=[("field", name)])
    needs = given.get("needs", [])
    if not isinstance(needs, list) or not all(name in step.fields for name in needs):
        raise InvalidArgument(f"{where}.needs is a list of names among its fields, not {needs!r}", file=str(file))
    return ListRow(step, wanted, str(given.get("ignore", "")), tuple(needs), counts)


def _words(given: Any, where: str, file: Path) -> tuple[str, ...]:
    words = [given] if isinstance(given, str) else given
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise InvalidArgument(f"{where} is a word, or a list of words", file=str(file))
    return tuple(words)


def _list_rows(data: Map[str, Any], keys: Sequence[str], layout: str, file: Path) -> tuple[ListRow, ...]:
    if layout != "list":
        if "row" in data:
            raise InvalidArgument('only a list has [[row]]: layout = "list"', file=str(file))
        return ()
    for name in _LOG_ONLY:
        if name in data:
            raise InvalidArgument(f"a list takes no {name!r}: each of its rows is an entry of its own, by [[row]]", file=str(file))
    rows = tuple(_list_row(given, f"[[row]] {n}", file) for n, given in enumerate(data.get("row", []), 1))
    if not any(row.step.do and not row.ignore for row in rows):
        raise InvalidArgument("a list needs [[row]] with 'do', the action that a row becomes", file=str(file))
    for n, row in enumerate(rows[:-1], 1):
        if not row.where:
            raise InvalidArgument(f"[[row]] {n + 1} is never reached: [[row]] {n} takes every row", file=str(file))
    if not keys and not all(row.counts or row.ignore for row in rows):
        raise InvalidArgument("[columns] needs 'key': the column, or columns, that tell one row of the list from the others for good", file=str(file))
    return rows


def _time_of_day(given: Any, where: str, file: Path) -> time:
    try:
        return given.replace(tzinfo=None) if isinstance(given, time) else time.fromisoformat(given)
    except (ValueError, TypeError):
        raise InvalidArgument(f'{where}.time is a time of day such as "18:00", not {given!r}', file=str(file)) from None


def _skip(given: Any, file: Path) -> tuple[str, ...]:
    if isinstance(given, bool):
        return TOTALS if given else ()
    if not isinstance(given, list) or not all(isinstance(word, str) and word for word in given):
        raise InvalidArgument("[file] skip is true, false, or a list of the words with which a row of totals begins", file=str(file))
    return tuple(given)


def _mapping(data: dict[str, Any], file: Path) -> LogMapping:
    _known(data, _TOP, "a mapping", file)
    label = data.get("label")
    if not isinstance(label, str) or not label:
        raise InvalidArgument('a mapping needs a label, such as "helpdesk"', file=str(file))
    layout = _one_of(data.get("layout", "events"), ("events", "wide", "list"), "layout", file)
    source = _table(data, "file", file)
    _known(source, {"encoding", "delimiter", "sheet", "header", "skip"}, "[file]", file)
    when = _table(data, "time", file)
    _known(when, {"zone", "formats", "conversions", "year", "date"}, "[time]", file)
    if "zone" not in when:
        raise InvalidArgument('[time] needs a zone, such as "Asia/Shanghai"', file=str(file))
    zone_of(when["zone"])
    conversions = when.get("conversions", 0)
    if not isinstance(conversions, int) or not 0 <= conversions <= 3:
        raise InvalidArgument("[time] conversions is 0, 1, 2 or 3", file=str(file))
    year = when.get("year", 0)
    if not isinstance(year, int) or isinstance(year, bool) or not (year == 0 or 1900 <= year <= 2200):
        raise InvalidArgument(f"[time] year is a year such as 2026, not {year!r}", file=str(file))
    header = source.get("header", 1)
    if header != "find" and (not isinstance(header, int) or isinstance(header, bool) or header < 1):
        raise InvalidArgument(f'[file] header is the number of the row of titles, or "find", not {header!r}', file=str(file))
    columns = _table(data, "columns", file)
    _known(columns, {"list": {"key", "case", "by", "at"}}.get(layout, {"case", "task", "by", "at"}), "[columns]", file)
    keys = _words(columns["key"], "[columns] key", file) if "key" in columns else ()
    case = _table(data, "case", file)
    _known(case, {"class", "prefix"}, "[case]", file)
    actors = _table(data, "actors", file)
    _known(actors, {"strip", "prefix", "post"}, "[actors]", file)
    status = _table(data, "status", file)
    _known(status, {"column", "map"}, "[status]", file)
    needed = ("case", "task", "by", "at") if layout == "events" else ()
    for name in needed:
        if name not in columns:
            raise InvalidArgument(f"[columns] needs {name!r}", file=str(file))
    steps = tuple(_step(s, s.get("at", ""), f"[[step]] {n}", file) for n, s in enumerate(data.get("step", []), 1))
    if layout == "wide":
        if not steps:
            raise InvalidArgument("a wide mapping needs [[step]]", file=str(file))
        for n, step in enumerate(steps, 1):
            if not step.at:
                raise InvalidArgument(f"[[step]] {n} needs 'at', the column of its time", file=str(file))
            if not (step.by or step.actor or columns.get("by")):
                raise InvalidArgument(f"[[step]] {n} needs 'by' (a column) or 'actor'", file=str(file))
    tasks = {name: _step(given, name, f"[tasks] {name!r}", file) for name, given in _table(data, "tasks", file).items()}
    strays = {name: str(why) for name, why in _table(data, "strays", file).items()}
    for name in strays.keys() & tasks.keys():
        raise InvalidArgument(f"{name!r} is both among the tasks and the strays", file=str(file))
    formats = when.get("formats", ["iso"])
    return LogMapping(
        label=label,
        layout=layout,
        manual=data.get("manual", "office" if layout == "list" else "standard"),
        folder=file.parent,
        name=str(file),
        encoding=source.get("encoding", "utf-8"),
        delimiter=source.get("delimiter", ","),
        sheet="" if source.get("sheet") == "*" else source.get("sheet", ""),
        every_sheet=source.get("sheet") == "*",
        header=0 if header == "find" else header,
        skip=_skip(source.get("skip", False), file),
        zone=when["zone"],
        formats=(formats,) if isinstance(formats, str) else tuple(formats),
        conversions=conversions,
        year=year,
        date_column=when.get("date", ""),
        case_column=columns.get("case", ""),
        task_column=columns.get("task", ""),
        by_column=columns.get("by", ""),
        at_column=columns.get("at", ""),
        case_class=case.get("class", ""),
        case_prefix=case.get("prefix", ""),
        repeat=_one_of(data.get("repeat", "record"), ("count", "record"), "repeat", file),
        middle=_one_of(data.get("middle", "opening"), ("opening", "report"), "middle", file),
        settle=_flag(data.get("settle", layout != "list"), "settle", file),
        tasks=tasks,
        steps=steps,
        status_column=status.get("column", ""),
        status_steps={
            name: None if given == "" else _step(given, f"{status.get('column')} {name}", f"[status] {name!r}", file)
            for name, given in _table(status, "map", file).items()
        },
        strays=strays,
        values={name: {word: value_of(name, value) for word, value in v.items()} for name, v in _table(data, "values", file).items()},
        types={
            name: _one_of(kind, ("text", "int", "money", "decimal", "instant", "date", "bool", "list", "place"), f"[types] {name}", file)
            for name, kind in _table(data, "types", file).items()
        },
        actor_strip=actors.get("strip", ""),
        actor_prefix=actors.get("prefix", ""),
        actor_post=actors.get("post", ""),
        setup=tuple(data.get("setup", ())),
        key_columns=keys,
        rows=_list_rows(data, keys, layout, file),
    )
