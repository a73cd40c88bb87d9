"""Looking at a spreadsheet for the first time: which row has the titles, what each column is, and the mapping that follows from it.

The guess is a mapping like any other (docs/import.md), written out as TOML, so that what is looked at, what is saved and what ``wuye import``
takes are the same. rating.py reckons the rates.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wuye import _toml
from wuye.cells import Hint, NoTime, hint_of, is_total, place_of, plain, read_time, text_of
from wuye.errors import InvalidArgument
from wuye.importing import ImportResult, LogMapping, Row, _mapping
from wuye.manual import Manual
from wuye.rating import Rates, reckon
from wuye.roles import BY_NAME, CANCELLED, ROLES, SIZE, URGENCY, Role, role_of
from wuye.sheets import Sheet, csv_form, read_frame, read_sheets, title_texts
from wuye.types import Text

__all__ = ["Column", "Guess", "Look", "look", "rates"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column was taken for.

    Attributes:
        title: As it stands in the sheet.
        role: The name of its role; empty where it is not used.
        why: ``title``, ``like`` (the title contains a known word), ``content`` or ``given``.
        note: What is to be known about it, in both languages.
        example: A cell.
    """

    title: str
    role: str
    why: str
    note: Text
    example: str


@dataclass(frozen=True)
class Look:
    """What a spreadsheet looks like: the columns and what they were taken for, the rows, and the rates that can be reckoned.

    Attributes:
        path: The file.
        sheets: Names of the sheets read, and the number of the row of titles of each.
        columns: Every column and what it was taken for.
        toml: The mapping, as ``--save`` writes it.
        mapping: The mapping, ready for :func:`wuye.import_log`.
        notes: What was taken for granted, in both languages.
        rates: The rates, with the rows behind them.
    """

    path: Path
    sheets: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    toml: str = field(repr=False)
    mapping: LogMapping = field(repr=False)
    notes: tuple[Text, ...]
    rates: Rates = field(repr=False)

    @property
    def result(self) -> ImportResult:
        """What became of the rows."""
        return self.rates.result

    @property
    def misfits(self) -> list[Row]:
        """The rows that did not fit or were refused, each with its reason."""
        return self.result.problems

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the mapping that :func:`wuye.import_log` and ``wuye import`` take.

        Args:
            path: The new file; it is not overwritten.

        Raises:
            FileExistsError: There is such a file.
        """
        with Path(path).open("x", encoding="utf-8") as out:
            out.write(self.toml)


def look(
    path: str | os.PathLike[str],
    *,
    columns: Map[str, str] | None = None,
    sheet: str = "",
    zone: str = "",
    manual: Manual | str | os.PathLike[str] | None = None,
) -> Look:
    r"""Looks at a spreadsheet of work orders: guesses its columns, and reckons the rates that can be reckoned.

    Args:
        path: xlsx (which needs ``pip install 'wuye[xlsx]'``) or CSV in UTF-8 or GB 18030.
        columns: Title to role, where the guess is wrong; an empty role: the column is not used.
        sheet: Only this sheet; left out: all that hold such a table.
        zone: The time zone of the times; left out: the manual's.
        manual: The manual; None for the standard one.

    Returns:
        What was found.

    Raises:
        NotFound: No such file.
        InvalidArgument: It is empty, encrypted, damaged, or holds no table of work orders; or ``columns`` names a title that is not there, no role,
            or one role twice.

    Example:
        >>> import pathlib, tempfile, wuye
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     log = pathlib.Path(folder, "log.csv")
        ...     _ = log.write_text("工单号,报修时间,派单时间,处理人\n1,2026年3月2日 9:00,3月2日 9:10,小孙\n", encoding="utf-8")
        ...     seen = wuye.look(log)
        >>> seen.rates["dispatch_timeliness"].percent
        Decimal('100.00')
    """
    file = Path(path)
    sheets = read_sheets(file, sheet=sheet, every=True)
    rules = manual if isinstance(manual, Manual) else Manual.standard() if manual is None else Manual.load(manual)
    guess = Guess(sheets, columns or {}, str(file))
    named = "standard" if manual is None or isinstance(manual, Manual) else str(Path(manual).resolve())
    text = guess.toml(zone or rules.time_zone, rules, label=file.stem, named=named, file=file)
    mapping = _mapping(_toml.loads(text, "the guessed mapping"), file.parent / "the guessed mapping")
    rates = reckon(mapping, rules, guess.good, file, guess.extras(), tuple(guess.notes))
    return Look(file, tuple((s.name, n) for s, n, _ in guess.tables), tuple(guess.columns), text, mapping, tuple(guess.notes), rates)


def rates(
    frame: Any,
    mapping: LogMapping | Map[str, str] | str | os.PathLike[str] | None = None,
    *,
    zone: str = "",
    manual: Manual | str | os.PathLike[str] | None = None,
) -> Rates:
    """The rates of a table of work orders, without an office kept.

    Args:
        frame: A pandas or polars DataFrame, a pyarrow Table, or anything with ``__arrow_c_stream__``; one row a work order.
        mapping: Column to role (``{"报修时间": "reported", "处理人": "worker"}``), a mapping file or its name, or None: the columns are guessed.
        zone: The time zone of times without one; left out: the manual's, or the mapping's.
        manual: The manual; None for the standard one, or the one that a mapping file names.

    Returns:
        A mapping from name to figure; each has ``.value``, ``.done``, ``.due`` and ``.why()``. ``.missing`` names what could not be reckoned.

    Raises:
        InvalidArgument: It is no table, a column holds other values than text, numbers, truth values and times, a column is not there, or two columns
            are mapped to one role; the message says where.

    Example:
        >>> import wuye
        >>> import pandas
        >>> orders = pandas.DataFrame({"报修时间": ["2026-03-02 09:00"], "派单时间": ["2026-03-02 09:40"], "派单人": ["小李"]})
        >>> wuye.rates(orders)["dispatch_timeliness"].done, wuye.rates(orders)["dispatch_timeliness"].due
        (0, 1)
    """
    sheet = read_frame(frame)
    here = Path("the frame")
    if isinstance(mapping, (str, os.PathLike)):
        mapping = LogMapping.load(mapping)
    rules = manual if isinstance(manual, Manual) else Manual.load(manual) if manual is not None else None
    if isinstance(mapping, LogMapping):
        read = replace(mapping, sheet="", every_sheet=False, header=min(mapping.header, 1), zone=zone or mapping.zone)
        return reckon(read, rules or mapping.load_manual(), [sheet], here)
    rules = rules or Manual.standard()
    guess = Guess([sheet], mapping or {}, "the frame", header=1)
    text = guess.toml(zone or rules.time_zone, rules, label="frame")
    return reckon(_mapping(_toml.loads(text, "the guessed mapping"), here), rules, guess.good, here, guess.extras(), tuple(guess.notes))


class Guess:
    """The guess over all sheets: one set of columns, found by the titles first and by what stands below them second."""

    def __init__(self, sheets: Sequence[Sheet], given: Map[str, str], path: str, header: int = 0) -> None:
        self.path = path
        self.notes: list[Text] = []
        self.tables: list[tuple[Sheet, int, list[str]]] = []
        self.good: list[Sheet] = []
        for sheet in sheets:
            if (found := _header(sheet, header)) is not None:
                self.tables.append((sheet, *found))
                self.good.append(sheet)
            elif len(sheets) > 1:
                self._note(f"表「{sheet.name}」里没有工单表，未读", f"sheet {sheet.name!r} holds no table of work orders and was left out")
        if not self.tables:
            raise InvalidArgument(_no_table(sheets), file=path)
        self.columns: list[Column] = []
        self.roles: dict[str, str] = {}  # role → title
        self.cells: dict[str, list[Any]] = {}
        self._collect()
        self._given(given)
        self._titles()
        self._content()
        self._case()
        for sheet, _, titles in self.tables:
            if lacking := [c.title for c in self.columns if c.role and c.title not in titles]:
                self._note(f"表「{sheet.name}」没有列：{'、'.join(lacking)}", f"sheet {sheet.name!r} has no column {', '.join(lacking)}")
        if "reported" not in self.roles and "date" not in self.roles:
            there = "、".join(self.cells)
            raise InvalidArgument(f"no column holds the time of the report; there are {there}. Say which: --column 报修时间=reported", file=path)

    def _note(self, zh: str, en: str) -> None:
        self.notes.append(Text(zh, en))

    def _collect(self) -> None:
        for sheet, number, titles in self.tables:
            rows = [c for n, c in sheet.rows if n > number and not is_total(c)]
            for index, title in enumerate(titles):
                if title and titles.index(title) == index:
                    below = self.cells.setdefault(title, [])
                    below += [c[index] for c in rows if index < len(c) and text_of(c[index])][:500]
        self.hints = [
            hint_of(s.name, *(text_of(c) for n, cells in s.rows if n < at for c in cells), Path(self.path).stem) for s, at, _ in self.tables
        ]

    def _given(self, given: Map[str, str]) -> None:
        for title, role in given.items():
            if title not in self.cells:
                raise InvalidArgument(f"there is no column {title!r}; there are {', '.join(self.cells)}", file=self.path, details=[("column", title)])
            if role and role not in BY_NAME:
                raise InvalidArgument(f"{role!r} is nothing that a column may be; it may be {', '.join(BY_NAME)}", details=[("column", title)])
            if role and role in self.roles:
                raise InvalidArgument(
                    f"two columns for {role}: {self.roles[role]!r} and {title!r}", file=self.path, details=[("field", role), ("column", title)]
                )
            if role:
                self.roles[role] = title
            self._column(title, role, "given")

    def _column(self, title: str, role: str, why: str, zh: str = "", en: str = "") -> None:
        example = next((plain(text_of(c)) for c in self.cells.get(title, ())), "")
        self.columns = [c for c in self.columns if c.title != title]
        self.columns.append(Column(title, role, why, Text(zh, en), example))

    def _titles(self) -> None:
        done = {c.title for c in self.columns}
        ranked = sorted(
            (
                (rank, order, title, role)
                for order, title in enumerate(self.cells)
                if title not in done
                for role, rank in [role_of(title) or (None, 0)]
                if role
            ),
            key=lambda item: item[:2],
        )
        for rank, _, title, role in ranked:
            if role.name in self.roles:
                other = self.roles[role.name]
                self._column(title, "", "", f"「{other}」已作{role.title.zh}", f"{other} is {role.title.en} already")
            elif rank >= 100 and not self._plausible(title, role):
                self._column(title, "", "", f"名称像{role.title.zh}，内容不像", f"the title looks like {role.title.en}, the cells do not")
            else:
                self.roles[role.name] = title
                self._column(title, role.name, "title" if rank < 100 else "like")

    def _plausible(self, title: str, role: Role) -> bool:
        if role.kind not in ("time", "day"):
            return not self._share(title, self._is_time) > 0.8
        return self._share(title, self._is_time) > 0.5

    def _share(self, title: str, test: Any) -> float:
        cells = self.cells[title]
        return sum(1 for c in cells if test(c)) / len(cells) if cells else 0.0

    def _is_time(self, cell: Any) -> bool:
        try:
            read_time(cell, Hint(2000))
        except NoTime:
            return False
        return not isinstance(cell, (int, bool)) or cell > 0

    def _content(self) -> None:
        """Columns whose titles say nothing, by their cells: homes, telephones, and the earliest times."""
        free = [t for t in self.cells if all(c.title != t for c in self.columns)]
        for title in free:
            if "place" not in self.roles and self._share(title, lambda c: place_of(text_of(c)) is not None and not self._is_time(c)) > 0.7:
                role = "place"
            elif (
                "phone" not in self.roles
                and self._share(title, lambda c: re.fullmatch(r"(?:\+86)?1\d{10}|\d{3,4}-\d{7,8}", text_of(c)) is not None) > 0.7
            ):
                role = "phone"
            elif "reported" not in self.roles and len(self.cells[title]) > 0 and self._share(title, self._is_time) > 0.8:
                role = "reported"
            else:
                self._column(title, "", "")
                continue
            self.roles[role] = title
            self._column(title, role, "content")
        order = {title: n for n, title in enumerate(self.cells)}
        self.columns.sort(key=lambda c: order[c.title])

    def _every(self, title: str) -> list[str]:
        """Every cell of a column, empty ones and those of totals too."""
        found = [(t.index(title), n, s) for s, n, t in self.tables if title in t]
        return [text_of(c[i]) for i, n, s in found for m, c in s.rows if m > n and i < len(c) and not is_total(c)]

    def _case(self) -> None:
        """Without numbers of their own the rows are the cases; a serial number that begins anew on each sheet is none."""
        if "case" in self.roles:
            return
        if title := self.roles.get("number"):
            seen = self._every(title)
            if len(self.tables) == 1 and len(set(seen)) == len(seen):
                self.roles["case"] = title
                return
        self._note("没有工单号：每一行当作一件", "there are no work-order numbers: each row is taken for a case of its own")

    # The mapping

    def extras(self) -> dict[str, str]:
        """The columns that the mapping has no use for, but the rates have."""
        return {role: self.roles[role] for role in ("called", "channel", "satisfied", "finished", "caller", "worker") if role in self.roles}

    def toml(self, zone: str, manual: Manual, *, label: str, named: str = "standard", file: Path | None = None) -> str:
        """The mapping as TOML; ``named`` is how it names the manual."""
        procedure = next((p for p in manual.describe()["procedures"] if p["name"] == "repair"), None)
        if procedure is None:
            raise InvalidArgument(f"the manual {manual.name!r} has no procedure repair, to which work orders could be brought")
        actions = {a["do"]: a for a in procedure["actions"]}
        fields = {f["name"] for f in procedure["fields"]} | {"place"}
        out = [
            f"# {Path(self.path).name}: guessed by wuye look; put right what is wrong (docs/import.md).",
            f"label  = {_q('look-' + re.sub(r'[^0-9A-Za-z_.-]+', '-', label).strip('-'))}",
            'layout = "wide"',
            f"manual = {_q(named)}",
            "",
            "[file]",
            'sheet  = "*"                   # every sheet that holds such a table',
            'header = "find"                # the row that has these titles',
            "skip   = true                  # rows of totals, titles again, lines of text",
        ]
        if encoding := _encoding(file):
            out.append(f"encoding = {_q(encoding[0])}\ndelimiter = {_q(encoding[1])}")
        out += ["", "[time]", f"zone    = {_q(zone)}", 'formats = ["any"]              # 2026年3月2日, 2026/3/2 14:05, 3月2日, Excel serials …']
        years = [h.year for h in self.hints if h.year]
        if years:
            out.append(f"year    = {min(years)}                 # of dates without one, where neither sheet nor title has it")
        if "date" in self.roles:
            out.append(f"date    = {_q(self.roles['date'])}               # the date of bare times of day")
        if "case" in self.roles:
            out += ["", "[columns]", f"case = {_q(self.roles['case'])}"]
        out += ["", "[case]", 'class = "repair"', "", "[types]"]
        kinds = {"place": "place", "promised": "instant"}
        out += [f"{name} = {_q(kind)}" for name, kind in kinds.items() if name in self.roles and name in fields]
        for name, words in (("urgency", URGENCY), ("size", SIZE)):
            if name in self.roles:
                out += ["", f"[values.{name}]", *self._values(name, words)]
        for role in ROLES:
            if role.do in actions and role.kind == "time" and (role.name in self.roles or (role.name == "reported" and "date" in self.roles)):
                out += self._step(role, actions[role.do], fields)
        if "status" in self.roles and "cancel" in actions:
            out += self._status()
        return "\n".join(out) + "\n"

    def _step(self, role: Role, action: Map[str, Any], fields: set[str]) -> list[str]:
        title = self.roles.get(role.name) or self.roles["date"]
        out = ["", "[[step]]", f"at     = {_q(title)}"]
        out.append(f"{'opens ' if action['opening'] else 'do    '} = {_q(role.do)}")
        by = next((self.roles[r] for r in role.by if r in self.roles), None)
        if by is not None:
            out.append(f"by     = {_q(by)}")
        out.append('actor  = "system:log"          # where the sheet does not say who')
        cells = [c for c in self.cells[title] if self._is_time(c)]
        days = sum(1 for c in cells if read_time(c, Hint(2000)).clock is None)
        if cells and days == len(cells) and role.name not in ("reported", "dispatched", "arrived"):
            out.append('time   = "23:59"               # the column has dates only')
            self._note(f"「{title}」只有日期：按当日 23:59 计", f"{title} has dates only: 23:59 of that day is taken")
        takes = set(action["needs"]) | set(action.get("may", fields))
        given = [(r.field, self.roles[r.name]) for r in ROLES if r.field and r.field in takes and r.field in fields and r.name in self.roles]
        if given:
            out.append("fields = { " + ", ".join(f"{name} = {_q(column)}" for name, column in given) + " }")
        return out

    def _values(self, role: str, words: Map[str, str]) -> Iterable[str]:
        seen = dict.fromkeys(text for text in self._every(self.roles[role]) if text)
        unknown = [v for v in seen if v.lower() not in words]
        if unknown:
            some = "、".join(unknown[:6])
            self._note(f"「{self.roles[role]}」里看不懂的值不用：{some}", f"values of {self.roles[role]} that say nothing here: {some}")
        return [f"{_q(value)} = {_q(words.get(value.lower(), ''))}" for value in seen]

    def _status(self) -> Iterable[str]:
        title = self.roles["status"]
        seen = dict.fromkeys(["", *self._every(title)])
        reason = 'with = { reason = "导入：已取消" }'
        return [
            "",
            "[status]",
            f"column = {_q(title)}",
            "",
            "[status.map]",
            *(f"{_q(v)} = " + (f'{{ do = "cancel", actor = "system:log", {reason} }}' if v.lower() in CANCELLED else '""') for v in seen),
        ]


def _q(text: str) -> str:
    """A TOML string."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _encoding(file: Path | None) -> tuple[str, str] | None:
    """Encoding and delimiter of a CSV."""
    return None if file is None else csv_form(file)


def _header(sheet: Sheet, fixed: int = 0) -> tuple[int, list[str]] | None:
    """The row of titles: of the first rows the one most of whose cells are known titles; at least two different ones."""
    best: tuple[int, int, list[str]] | None = None
    for number, cells in sheet.rows[:40]:
        titles = title_texts(cells)
        if fixed and number == fixed:
            return number, titles
        known = {found[0].name: title for title in titles if len(title) <= 24 and (found := role_of(title))}
        distinct = len(set(known.values()))
        if distinct >= 2 and (best is None or distinct > best[0]) and any(BY_NAME[r].kind in ("time", "day") for r in known):
            best = (distinct, number, titles)
    return None if best is None else (best[1], best[2])


def _no_table(sheets: Sequence[Sheet]) -> str:
    parts = []
    for sheet in sheets:
        name = f"sheet {sheet.name!r}" if sheet.name else "the file"
        if not sheet.rows:
            holds = f"only {sheet.pictures} pictures or charts, and no cells" if sheet.pictures else "nothing"
        else:
            first = "、".join(t for t in title_texts(sheet.rows[0][1]) if t)[:60]
            holds = f"{len(sheet.rows)} rows, none of them with titles such as 报修时间, 派单时间 or 完成时间 (row {sheet.rows[0][0]} says: {first})"
        parts.append(f"{name} holds {holds}")
    return "there is no table of work orders: " + "; ".join(parts)
