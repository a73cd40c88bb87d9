"""Bringing a foreign log into an office: a table (CSV or xlsx) and a mapping become entries, and every row is accounted for.

docs/import.md describes the mapping. Two layouts are read: ``events``, one row an event, and ``wide``, one row a case with several
time columns. Rows are sorted by time, then by row; each entry's ``source`` is the mapping's label and its ``key`` is label and row number, so
that the same log may be brought in twice. What does not fit is reported row by row with its reason.
"""

from __future__ import annotations

import csv
import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from wuye import _toml
from wuye._json import compact
from wuye._time import from_us, to_us, zone_of
from wuye.errors import InvalidArgument, NotFound, StoreIO, Unsupported
from wuye.manual import Manual
from wuye.office import Office
from wuye.types import Outcome, Status

__all__ = ["ImportResult", "LogMapping", "Row", "import_log", "read_rows"]

#: What a row may have come to, in the order in which it is reported.
STATES = ("entry", "opening", "repeat", "ignored", "unfit", "refused")


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of the log came to.

    Attributes:
        row: Its number in the file; the row of titles is 1.
        case: The case, as far as it could be read.
        state: ``entry``, ``opening`` (the case began before the log), ``repeat`` (the same step again; counted only), ``ignored`` (a stray that the
            mapping names), ``unfit`` (could not be turned into an entry), ``refused`` (the office refused the entry).
        reason: Why, where it is not simply an entry.
        step: The column or task, in the log's words.
    """

    row: int
    case: str
    state: str
    reason: str = ""
    step: str = ""

    def __str__(self) -> str:
        return f"row {self.row}" + (f", case {self.case}" if self.case else "") + f": {self.state}: {self.reason}"


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
    header: int
    zone: str
    formats: tuple[str, ...]
    conversions: int
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
        """The manual that the mapping names."""
        if self.manual == "standard":
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

    @property
    def problems(self) -> list[Row]:
        """The rows that did not fit or were refused."""
        return [r for r in self.reports if r.state in ("unfit", "refused")]

    @property
    def ok(self) -> bool:
        """Nothing was unfit or refused."""
        return not self.problems

    def lines(self) -> Iterator[bytes]:
        """The entries as JSON Lines, which any host can record."""
        return (compact(entry) for entry in self.entries)

    def __str__(self) -> str:
        from wuye._table import render

        said = {
            "entry": "became an entry",
            "opening": "began before the log: brought in as an opening entry",
            "repeat": "the same step again: counted, not recorded",
            "ignored": "strays that the mapping names",
            "unfit": "did not fit",
            "refused": "refused by the office",
        }
        rows: list[tuple[Any, ...]] = [(state, self.counts.get(state, 0), said[state]) for state in STATES]
        rows.append(("all rows", self.rows, f"{self.cases} cases"))
        return render(("rows", "count", ""), rows)


def import_log(
    path: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | LogMapping,
    office: Office | None = None,
    *,
    entries: str | os.PathLike[str] | None = None,
    chunk: int = 1000,
    progress: Callable[[int, int], object] | None = None,
) -> ImportResult:
    r"""Brings a foreign log into an office, accounting for every row.

    Args:
        path: The log: CSV, or xlsx (which needs ``pip install 'wuye[xlsx]'``).
        mapping: The mapping's file, the name of one that wuye carries, or one already read.
        office: Where to record; None makes the entries only. An office without lines adopts the manual that the mapping names.
        entries: Also write the entries to this file as JSON Lines.
        chunk: How many entries are recorded in one transaction.
        progress: Called with entries recorded and entries in all, after each transaction; what it has heard of is durable.

    Returns:
        Counts that add up to all rows, and a report of each row that is not simply an entry.

    Raises:
        NotFound: No such log or mapping.
        InvalidArgument: The log's encoding or columns are not what the mapping says; row and column say where.
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
    result, keys = _make(rules, Path(path))
    if entries is not None:
        with Path(entries).open("wb") as out:
            out.writelines(line + b"\n" for line in result.lines())
    if office is None:
        return result
    manual = rules.load_manual()
    if result.entries and office.manual.hash != manual.hash:
        office.adopt(manual, from_us(min(to_us(e["at"]) for e in result.entries), timezone.utc), by="system:import")
    return _record(result, keys, office, chunk, progress)


# Reading the table


def read_rows(path: Path, mapping: LogMapping) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """The titles and the rows of a log, each row with its number in the file.

    Raises:
        NotFound: No such file.
        InvalidArgument: Wrong encoding, with the row; no row of titles.
        Unsupported: xlsx without openpyxl.
    """
    if not path.exists():
        raise NotFound(f"there is no log {path}", file=str(path))
    table = _xlsx(path, mapping.sheet) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path, mapping)
    numbered = [(number, cells) for number, cells in enumerate(table, 1) if any(c not in (None, "") for c in cells)]
    titles = next((cells for number, cells in numbered if number == mapping.header), None)
    if titles is None:
        raise InvalidArgument(f"row {mapping.header} should hold the columns' titles and is empty or not there", file=str(path))
    return [str(t).strip() if t is not None else "" for t in titles], [(n, c) for n, c in numbered if n > mapping.header]


def _csv(path: Path, mapping: LogMapping) -> Iterator[list[Any]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StoreIO(f"the log cannot be read: {error.strerror}", file=str(path)) from None
    encoding = "utf-8-sig" if mapping.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else mapping.encoding
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise InvalidArgument(f"encoding {mapping.encoding!r} is not known", file=mapping.name) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        others = [e for e in ("utf-8", "gb18030", "cp1252") if e not in (encoding, mapping.encoding) and _decodes(raw, e)]
        hint = f"; it reads as {' or '.join(others[:2])}" if others else ""
        raise InvalidArgument(
            f"row {line} is not {mapping.encoding}: byte 0x{raw[error.start]:02x} at column {column}{hint}",
            file=str(path),
            line=line,
            column=column,
        ) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InvalidArgument(f"row {line} holds a NUL: this is no text in {mapping.encoding}", file=str(path), line=line)
    csv.field_size_limit(16 * 1024 * 1024)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mapping.delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise InvalidArgument(f"row near line {reader.line_num}: {error}", file=str(path), line=reader.line_num) from None


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _xlsx(path: Path, sheet: str) -> Iterator[list[Any]]:
    try:
        import openpyxl
    except ImportError:
        raise Unsupported("reading xlsx needs openpyxl: pip install 'wuye[xlsx]'") from None
    import zipfile

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InvalidArgument(f"this is no xlsx file: {error}", file=str(path)) from None
    try:
        if sheet and sheet not in book.sheetnames:
            raise InvalidArgument(f"there is no sheet {sheet!r}; there are {', '.join(book.sheetnames)}", file=str(path))
        for row in (book[sheet] if sheet else book[book.sheetnames[0]]).iter_rows(values_only=True):
            yield list(row)
    finally:
        book.close()


# From rows to entries


class _Unfit(Exception):
    """Why a row, or a step of it, could not be turned into an entry."""


@dataclass(slots=True)
class _Event:
    at_us: int
    row: int
    order: int
    case: str
    step: Step
    cells: Map[str, Any]
    by: str


class _Reader:
    def __init__(self, mapping: LogMapping, titles: Sequence[str], path: Path) -> None:
        self.mapping = mapping
        self.zone = zone_of(mapping.zone)
        wanted = {mapping.case_column, *(c for c in (mapping.task_column, mapping.by_column, mapping.at_column, mapping.status_column) if c)}
        for step in (*mapping.tasks.values(), *mapping.steps, *(s for s in mapping.status_steps.values() if s)):
            wanted.update(step.fields.values())
            wanted.update(c for c in (step.at, step.by) if c)
        for column in sorted(wanted):
            if column not in titles:
                near = difflib.get_close_matches(column, titles, 1)
                raise InvalidArgument(
                    f"the log has no column {column!r}" + (f"; the nearest is {near[0]!r}" if near else f"; it has {', '.join(titles)}"),
                    file=str(path),
                    line=mapping.header,
                    details=[("column", column)],
                )
        self.titles = list(titles)

    def cells(self, values: Sequence[Any]) -> dict[str, Any]:
        return {t: v.strip() if isinstance(v, str) else v for t, v in zip(self.titles, values, strict=False) if t}

    def case(self, cells: Map[str, Any]) -> str:
        value = cells.get(self.mapping.case_column)
        text = _text(value)
        if not text:
            raise _Unfit(f"column {self.mapping.case_column} is empty: no case")
        return self.mapping.case_prefix + text

    def instant(self, value: Any, column: str) -> int:
        if isinstance(value, datetime):
            wall = value
        elif isinstance(value, date):
            raise _Unfit(f"column {column}: {value} is a date without a time")
        else:
            wall = self._parse(_text(value), column)
        if wall.tzinfo is not None:
            return to_us(wall)
        if not self.mapping.conversions:
            return to_us(wall.replace(tzinfo=self.zone))
        wall = wall.replace(tzinfo=timezone.utc)
        for _ in range(self.mapping.conversions - 1):
            wall = wall.astimezone(self.zone).replace(tzinfo=timezone.utc)
        return to_us(wall)

    def _parse(self, text: str, column: str) -> datetime:
        if not text:
            raise _Unfit(f"column {column} is empty: no time")
        for form in self.mapping.formats:
            try:
                if form == "iso":
                    return datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
                return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on it by the caller
            except ValueError:
                continue
        raise _Unfit(f"column {column}: {text!r} is not a time of the form {' or '.join(self.mapping.formats)}")

    def actor(self, value: Any, column: str) -> str:
        text = _text(value)
        known = self.mapping.values.get("by", {})
        if text in known:
            return str(known[text])
        if not text:
            raise _Unfit(f"column {column} is empty: nobody did it")
        return self.mapping.actor_prefix + text.removeprefix(self.mapping.actor_strip)

    def fields(self, step: Step, cells: Map[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = dict(step.given)
        for name, column in step.fields.items():
            value = cells.get(column)
            if value in (None, ""):
                continue
            mapped = self.mapping.values.get(name, {})
            text = _text(value)
            if text in mapped:
                if mapped[text] != "":
                    out[name] = mapped[text]
                continue
            out[name] = self._typed(name, column, value, text)
        return out

    def _typed(self, name: str, column: str, value: Any, text: str) -> Any:
        kind = self.mapping.types.get(name, "text")
        try:
            if kind == "int":
                return int(text.replace(",", ""))
            if kind == "money":
                fen = Decimal(text.replace(",", "").lstrip("¥￥")).scaleb(2)
                if fen != fen.to_integral_value():
                    raise _Unfit(f"column {column}: {text!r} has a fraction of a fen")
                return int(fen)
            if kind == "decimal":
                return f"{Decimal(text.replace(',', '')):f}"
            if kind == "instant":
                return from_us(self.instant(value, column), timezone.utc).isoformat()
            if kind == "date":
                return value.date().isoformat() if isinstance(value, datetime) else date.fromisoformat(text.replace("/", "-")).isoformat()
            if kind == "bool":
                return _BOOLS[text.lower()]
            if kind == "list":
                return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        except (ValueError, InvalidOperation, KeyError):
            raise _Unfit(f"column {column}: {text!r} is not {kind}") from None
        return text

    def events(self, number: int, cells: Map[str, Any]) -> tuple[list[_Event], list[Row]]:
        mapping = self.mapping
        case = self.case(cells)
        if mapping.layout == "events":
            task = _text(cells.get(mapping.task_column))
            if task in mapping.strays:
                return [], [Row(number, case, "ignored", f"{task}: {mapping.strays[task]}", task)]
            step = mapping.tasks.get(task)
            if step is None:
                raise _Unfit(f"task {task!r} is neither among the tasks nor among the strays of the mapping")
            return [self._event(number, 0, case, step, cells)], []
        events: list[_Event] = []
        reports: list[Row] = []
        steps: list[Step] = [s for s in mapping.steps if _text(cells.get(s.at))]
        if mapping.status_column:
            status = _text(cells.get(mapping.status_column))
            if status not in mapping.status_steps:
                raise _Unfit(f"status {status!r} is not among the statuses of the mapping")
            if (last := mapping.status_steps[status]) is not None:
                steps.append(last)
        for order, step in enumerate(steps):
            try:
                events.append(self._event(number, order, case, step, cells))
            except _Unfit as why:
                reports.append(Row(number, case, "unfit", str(why), step.name))
        if not steps:
            raise _Unfit("none of the time columns is filled in")
        return events, reports

    def _event(self, number: int, order: int, case: str, step: Step, cells: Map[str, Any]) -> _Event:
        column = step.at or self.mapping.at_column
        by_column = step.by or self.mapping.by_column
        by = step.actor or self.actor(cells.get(by_column), by_column)
        return _Event(self.instant(cells.get(column), column), number, order, case, step, cells, by)


_BOOLS = {"1": True, "0": False, "true": True, "false": False, "yes": True, "no": False, "是": True, "否": False, "y": True, "n": False}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():  # Excel keeps whole numbers as floats
        return str(int(value))
    return str(value).strip()


def _make(mapping: LogMapping, path: Path) -> tuple[ImportResult, dict[str, Row]]:
    titles, rows = read_rows(path, mapping)
    reader = _Reader(mapping, titles, path)
    events: list[_Event] = []
    reports: list[Row] = []
    states: dict[int, str] = {}
    for number, values in rows:
        try:
            found, told = reader.events(number, reader.cells(values))
        except _Unfit as why:
            cells = reader.cells(values)
            reports.append(Row(number, _text(cells.get(mapping.case_column)), "unfit", str(why)))
            states[number] = "unfit"
            continue
        except InvalidArgument as why:
            reports.append(Row(number, "", "unfit", str(why)))
            states[number] = "unfit"
            continue
        events += found
        reports += told
        states[number] = "unfit" if any(r.state == "unfit" for r in told) else "ignored" if told else "entry"
    events.sort(key=lambda e: (e.at_us, e.row, e.order))

    entries: list[dict[str, Any]] = []
    keys: dict[str, Row] = {}
    seen: dict[str, set[str]] = {}
    last_step: dict[str, str] = {}
    actors: list[str] = []
    known_actors: set[str] = set()
    for event in events:
        step = event.step
        name = step.name
        begun = event.case in seen
        tasks = seen.setdefault(event.case, set())
        repeated = begun and last_step.get(event.case) == name
        mode = step.repeat or mapping.repeat
        state, reason = "entry", ""
        fields: dict[str, Any] = {}
        if repeated and mode == "count":
            row = Row(event.row, event.case, "repeat", f"{name}: the same step again, right after itself", name)
            reports.append(row)
            if states[event.row] == "entry":
                states[event.row] = "repeat"
            continue
        if not begun and step.opens:
            action = step.opens
            if mapping.case_class:
                fields["class"] = mapping.case_class
        elif not begun and step.stage and mapping.middle == "opening":
            action, state = "opening", "opening"
            reason = f"{name}: the case began before the log; brought in at stage {step.stage}"
            fields = {"class": mapping.case_class} if mapping.case_class else {}
            fields |= {"stage": step.stage, "opened": from_us(event.at_us, timezone.utc).isoformat()}
        elif not begun and not step.opens:
            reports.append(
                Row(event.row, event.case, "unfit", f"{name}: the case begins in the middle, and the mapping does not say at which stage", name)
            )
            states[event.row] = "unfit"
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
                reports.append(Row(event.row, event.case, "unfit", str(why), name))
                states[event.row] = "unfit"
                if not begun:
                    seen.pop(event.case)
                continue
        tasks.add(name)
        last_step[event.case] = name
        key = f"{mapping.label}:{event.row}" + (f":{event.order + 1}" if mapping.layout == "wide" else "")
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
        row = Row(event.row, event.case, state, reason, name)
        keys[key] = row
        if state == "opening":
            reports.append(row)
            if states[event.row] == "entry":
                states[event.row] = "opening"
        if event.by not in known_actors:
            known_actors.add(event.by)
            actors.append(event.by)

    first = events[0].at_us if events else None
    setup = _setup(mapping, actors, first, reader.zone)
    counts = Counter(states.values())
    reports.sort(key=lambda r: r.row)
    result = ImportResult(
        label=mapping.label,
        rows=len(rows),
        cases=len(seen),
        entries=setup + entries + _settled(mapping, events),
        counts={state: counts.get(state, 0) for state in STATES},
        steps=len(events) + sum(1 for r in reports if r.state in ("ignored", "unfit") and r.row),
        reports=reports,
        first=None if first is None else from_us(first, reader.zone),
        last=None if not events else from_us(events[-1].at_us, reader.zone),
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


def _settled(mapping: LogMapping, events: Sequence[_Event]) -> list[dict[str, Any]]:
    """The entry after the last row: what was found for times gone by is nobody's business any more."""
    if not mapping.settle or not events:
        return []
    last = from_us(events[-1].at_us, timezone.utc).isoformat()
    key = f"{mapping.label}:settle:{last}"
    return [{"at": last, "by": "system:import", "do": "settle_notices", "source": mapping.label, "key": key, "until": last}]


def _record(result: ImportResult, keys: Map[str, Row], office: Office, chunk: int, progress: Callable[[int, int], object] | None) -> ImportResult:
    recorded: Counter[str] = Counter()
    breaches: Counter[str] = Counter()
    counts = Counter(result.counts)
    reports = list(result.reports)
    refused_rows: set[int] = set()
    notices = done = 0
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
            if outcome.status is not Status.REFUSED:
                continue
            row = keys.get(entry["key"])
            why = f"{outcome.reason}: {outcome.message}" + (f" [{outcome.clause}]" if outcome.clause else "")
            reports.append(Row(row.row if row else 0, entry.get("case", ""), "refused", why, row.step if row else "setup"))
            if row and row.row not in refused_rows:
                refused_rows.add(row.row)
                was = row.state if counts[row.state] else "entry"
                counts[was] -= 1
                counts["refused"] += 1
        done += len(batch)
        if progress is not None:
            progress(done, len(result.entries))
    reports.sort(key=lambda r: r.row)
    return ImportResult(
        label=result.label,
        rows=result.rows,
        cases=result.cases,
        entries=result.entries,
        counts={state: counts.get(state, 0) for state in STATES},
        steps=result.steps,
        reports=reports,
        recorded={**{str(s): recorded.get(str(s), 0) for s in Status}, "with_breach": recorded.get("with_breach", 0)},
        breaches=dict(breaches.most_common()),
        notices=notices,
        first=result.first,
        last=result.last,
    )


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
    "status",
    "strays",
    "values",
    "types",
    "actors",
    "setup",
}
_STEP = {"do", "opens", "again", "stage", "repeat", "at", "by", "actor", "fields", "with"}


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
        given=dict(given.get("with", {})),
        name=name,
    )


def _mapping(data: dict[str, Any], file: Path) -> LogMapping:
    _known(data, _TOP, "a mapping", file)
    label = data.get("label")
    if not isinstance(label, str) or not label:
        raise InvalidArgument('a mapping needs a label, such as "helpdesk"', file=str(file))
    layout = _one_of(data.get("layout", "events"), ("events", "wide"), "layout", file)
    source = _table(data, "file", file)
    _known(source, {"encoding", "delimiter", "sheet", "header"}, "[file]", file)
    when = _table(data, "time", file)
    _known(when, {"zone", "formats", "conversions"}, "[time]", file)
    if "zone" not in when:
        raise InvalidArgument('[time] needs a zone, such as "Asia/Shanghai"', file=str(file))
    zone_of(when["zone"])
    conversions = when.get("conversions", 0)
    if not isinstance(conversions, int) or not 0 <= conversions <= 3:
        raise InvalidArgument("[time] conversions is 0, 1, 2 or 3", file=str(file))
    columns = _table(data, "columns", file)
    _known(columns, {"case", "task", "by", "at"}, "[columns]", file)
    case = _table(data, "case", file)
    _known(case, {"class", "prefix"}, "[case]", file)
    actors = _table(data, "actors", file)
    _known(actors, {"strip", "prefix", "post"}, "[actors]", file)
    status = _table(data, "status", file)
    _known(status, {"column", "map"}, "[status]", file)
    needed = ("case", "task", "by", "at") if layout == "events" else ("case",)
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
        manual=data.get("manual", "standard"),
        folder=file.parent,
        name=str(file),
        encoding=source.get("encoding", "utf-8"),
        delimiter=source.get("delimiter", ","),
        sheet=source.get("sheet", ""),
        header=source.get("header", 1),
        zone=when["zone"],
        formats=(formats,) if isinstance(formats, str) else tuple(formats),
        conversions=conversions,
        case_column=columns["case"],
        task_column=columns.get("task", ""),
        by_column=columns.get("by", ""),
        at_column=columns.get("at", ""),
        case_class=case.get("class", ""),
        case_prefix=case.get("prefix", ""),
        repeat=_one_of(data.get("repeat", "record"), ("count", "record"), "repeat", file),
        middle=_one_of(data.get("middle", "opening"), ("opening", "report"), "middle", file),
        settle=_flag(data.get("settle", True), "settle", file),
        tasks=tasks,
        steps=steps,
        status_column=status.get("column", ""),
        status_steps={
            name: None if given == "" else _step(given, f"{status.get('column')} {name}", f"[status] {name!r}", file)
            for name, given in _table(status, "map", file).items()
        },
        strays=strays,
        values={name: dict(v) for name, v in _table(data, "values", file).items()},
        types={
            name: _one_of(kind, ("text", "int", "money", "decimal", "instant", "date", "bool", "list"), f"[types] {name}", file)
            for name, kind in _table(data, "types", file).items()
        },
        actor_strip=actors.get("strip", ""),
        actor_prefix=actors.get("prefix", ""),
        actor_post=actors.get("post", ""),
        setup=tuple(data.get("setup", ())),
    )
