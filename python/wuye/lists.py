"""Lists: tables of which each row is an entry of its own, such as charges brought in, a bank's receipts, meter readings, answered forms.

A mapping with ``layout = "list"`` says which action of the manual a row becomes (docs/import.md); nothing here knows of money or meters. The types of
the fields are those that the manual declares. What tells rows apart for good is the mapping's ``key``: it makes the entry's key, so a list that comes
again, alone or within a longer one, is recorded once.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from wuye._json import value_of
from wuye._time import from_us, to_us, zone_of
from wuye.cells import text_of
from wuye.errors import InvalidArgument
from wuye.importing import STATES, ImportResult, Keys, ListRow, LogMapping, Row, _money_of, _Reader, _readers, _settled, _setup, _told, _Unfit
from wuye.manual import Manual

__all__ = ["make"]

#: What may be given beside the file and is no field of the action.
_GIVEN = ("at", "by", "case")


@dataclass(frozen=True, slots=True)
class _Target:
    """What a row of the list becomes: the mapping's rule, and what the manual says of its action."""

    rule: ListRow
    kinds: Map[str, str]
    needs: frozenset[str]
    opening: bool


@dataclass(slots=True)
class _Made:
    """An entry in the making, and the rows that it is made of."""

    at_us: int
    by: str
    target: _Target
    case: str
    fields: dict[str, Any]
    key: str
    rows: list[Row] = field(default_factory=list)


def make(mapping: LogMapping, path: Path, manual: Manual, given: Map[str, Any]) -> tuple[ImportResult, Keys]:
    """The entries of a list.

    Args:
        mapping: A mapping with ``layout = "list"``.
        path: The file.
        manual: Whose actions the rows become.
        given: What is the same for the whole list and not in it: ``at``, ``by``, ``case``, fields of the entries.

    Returns:
        Counts, entries and reports, and of each entry's key its rows.

    Raises:
        NotFound: No such file.
        InvalidArgument: The manual has no such action or field, something that the action needs is nowhere, or the file has no such column.
    """
    at_us = to_us(given["at"]) if "at" in given else None
    given = {name: value if name == "at" else value_of(name, value) for name, value in given.items()}
    targets = _targets(mapping, manual, given)
    needed = {target.rule.step.fields[name] for target in targets for name in target.needs if name in target.rule.step.fields}
    needed |= {column for target in targets for column, _ in target.rule.counts.values() if column}
    needed |= {target.rule.step.at or mapping.at_column for target in targets} - {""} if at_us is None else set()
    readers, left_out = _readers(mapping, path, needed=needed)
    reports: list[Row] = []
    states: dict[tuple[str, int], str] = {}
    seen: dict[tuple[str, ...], Row] = {}
    made: dict[str, _Made] = {}
    for reader, number, cells in _told(readers, reports, states):
        where = (reader.sheet, number)
        rule = next((row for row in mapping.rows if _is(row, cells)), None)
        if rule is not None and rule.ignore:
            reports.append(reader.row(number, "", "ignored", rule.ignore))
            states[where] = "ignored"
            continue
        told = _Told(reader, number, cells, given, at_us)
        if rule is None:
            told.unfit("", _Unfit("no [[row]] of the mapping is for such a row", "映射中没有适用于此行的 [[row]]"))
        else:
            told.become(next(t for t in targets if t.rule is rule), seen, made)
        reports += told.reports
        states[where] = "unfit" if told.reports else "entry"
    return _result(mapping, readers, left_out, reports, states, sorted(made.values(), key=lambda m: (m.at_us, m.rows[0].sheet, m.rows[0].row)))


def _is(rule: ListRow, cells: Map[str, Any]) -> bool:
    """Whether a row is one of those that the rule is for."""
    return all((text := text_of(cells.get(column))) in words or ("*" in words and text != "") for column, words in rule.where.items())


class _Told:
    """What one row says."""

    def __init__(self, reader: _Reader, number: int, cells: Map[str, Any], given: Map[str, Any], at_us: int | None) -> None:
        self.reader = reader
        self.number = number
        self.cells = cells
        self.given = given
        self.at_us = at_us
        self.case = ""
        self.reports: list[Row] = []

    def unfit(self, column: str, why: _Unfit) -> None:
        self.reports.append(self.reader.row(self.number, self.case, "unfit", str(why), column, why.zh))

    def become(self, target: _Target, seen: dict[tuple[str, ...], Row], made: dict[str, _Made]) -> None:
        """Makes the entry, or adds the row to the one that it counts for; whatever does not fit is reported, column by column."""
        mapping, step = self.reader.mapping, target.rule.step
        self.case = str(self.given.get("case", "")) or (
            mapping.case_prefix + text_of(self.cells[mapping.case_column]) if text_of(self.cells.get(mapping.case_column)) else ""
        )
        at_us, by = self._when(target), self._who(target)
        fields = dict(step.given)
        if target.opening and mapping.case_class:
            fields["class"] = mapping.case_class
        for name, column in step.fields.items():
            try:
                read = self._read(target, name, column)
            except _Unfit as why:
                self.unfit(column, why)
                continue
            if read is not None:
                fields[name] = read
            elif name in target.needs:
                self.unfit(column, _Unfit(f"column {column} is empty: {step.do} needs {name}", f"「{column}」为空：须填写"))
        key = self._key(seen, {column: fields[name] for name, column in step.fields.items() if name in fields})
        fields |= {name: value for name, value in self.given.items() if name not in _GIVEN}
        if target.rule.counts:
            if not self.reports:
                self._count(target, made, at_us, by, fields)
        elif not self.reports:
            entry = _Made(at_us, by, target, self.case, fields, _key_of(mapping, key, self.given))
            entry.rows.append(self._row(step.do))
            made[entry.key] = entry

    def _row(self, step: str) -> Row:
        return self.reader.row(self.number, self.case, "entry", "", step)

    def _key(self, seen: dict[tuple[str, ...], Row], read: Map[str, Any]) -> tuple[str, ...]:
        """What tells the row apart: what its columns were read as, so that 2026/3/1 and 2026-03-01 are one."""
        columns = self.reader.mapping.key_columns
        key = tuple(str(read[column]) if column in read else text_of(self.cells.get(column)) for column in columns)
        if not any(key):
            if columns:
                named, zh = ", ".join(columns), "、".join(columns)
                self.unfit(columns[0], _Unfit(f"column {named} is empty: nothing tells the row from others", f"「{zh}」为空：无从与其他行区分"))
            return key
        if (first := seen.setdefault(key, self._row(""))).row != self.number or first.sheet != self.reader.sheet:
            where, wo = (f" of sheet {first.sheet}", f"「{first.sheet}」") if first.sheet else ("", "")
            named, zh = f"{', '.join(columns)} {' '.join(key)}", f"「{'、'.join(columns)}」{' '.join(key)}"
            self.unfit(columns[0], _Unfit(f"{named} stands in row {first.row}{where} already", f"{zh} 已见于{wo}第 {first.row} 行"))
        return key

    def _when(self, target: _Target) -> int:
        reader, mapping, step = self.reader, self.reader.mapping, target.rule.step
        column = step.at or mapping.at_column
        if self.at_us is not None:
            return self.at_us
        try:
            return reader.instant(self.cells.get(column), column, reader._day(self.cells), otherwise=step.time)
        except _Unfit as why:
            self.unfit(column, why)
            return 0

    def _who(self, target: _Target) -> str:
        step = target.rule.step
        if "by" in self.given:
            return str(self.given["by"])
        column = step.by or ("" if step.actor else self.reader.mapping.by_column)
        try:
            return self.reader.actor(self.cells.get(column), column, step.actor) if column else step.actor
        except _Unfit as why:
            self.unfit(column, why)
            return ""

    def _read(self, target: _Target, name: str, column: str) -> Any:
        """A field's value; None where its cell is empty."""
        value = self.cells.get(column)
        if value in (None, ""):
            return None
        return self.reader.field(name, column, value, target.kinds, target.rule.step.time)

    def _count(self, target: _Target, made: dict[str, _Made], at_us: int, by: str, fields: dict[str, Any]) -> None:
        rule, mapping = target.rule, self.reader.mapping
        same = tuple(f"{value}" for name, value in sorted(fields.items()) if name in rule.step.fields)
        key = _key_of(mapping, (rule.step.do, *same), self.given)
        entry = made.setdefault(key, _Made(at_us, by, target, self.case, {**fields, **dict.fromkeys(rule.counts, 0)}, key))
        entry.at_us = max(entry.at_us, at_us)
        entry.rows.append(self._row(rule.step.do))
        words: dict[str, list[str]] = {}
        for name, (column, counted) in rule.counts.items():
            words.setdefault(column, []).extend(counted)
            entry.fields[name] += not column or text_of(self.cells.get(column)) in counted
        for column, known in words.items():
            text = text_of(self.cells.get(column))
            if column and text not in known:
                said, wo = (repr(text), f"「{text}」") if text else ("an empty cell", "空白")
                valid = list(dict.fromkeys(known))
                self.unfit(column, _Unfit(f"column {column}: {said} is none of {', '.join(valid)}", f"「{column}」：{wo}不在{'、'.join(valid)}之列"))


def _key_of(mapping: LogMapping, parts: Iterable[str], given: Map[str, Any]) -> str:
    """An entry's key: the label, what tells the row apart, and what was given with the list, but not who and when."""
    told = [f"{name}={value}" for name, value in sorted(given.items()) if name not in ("at", "by")]
    return ":".join((mapping.label, "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in parts), *told))


def _result(
    mapping: LogMapping,
    readers: list[_Reader],
    left_out: list[str],
    reports: list[Row],
    states: Map[tuple[str, int], str],
    made: list[_Made],
) -> tuple[ImportResult, Keys]:
    zone = zone_of(mapping.zone)
    entries: list[dict[str, Any]] = []
    sums: dict[str, Decimal] = {}
    for one in made:
        entry = {
            "at": from_us(one.at_us, timezone.utc).isoformat(),
            "by": one.by,
            "do": one.target.rule.step.do,
            **({"case": one.case} if one.case else {}),
            "source": mapping.label,
            "key": one.key,
            **one.fields,
        }
        entries.append(entry)
        names = [f"{entry['do']}.{name}" for name in one.fields if one.target.kinds.get(name) == "money"]
        for name, yuan in _money_of(entry, names).items():
            sums[name] = sums.get(name, Decimal("0.00")) + yuan
    first, last = (made[0].at_us, made[-1].at_us) if made else (None, None)
    counts = Counter(states.values())
    reports.sort(key=lambda r: (r.sheet, r.row))
    rows = sum(len(reader.rows) for reader in readers)
    result = ImportResult(
        label=mapping.label,
        rows=rows,
        cases=len({one.case or one.key for one in made}),
        entries=_setup(mapping, [one.by for one in made], first, zone) + entries + _settled(mapping, last),
        counts={state: counts.get(state, 0) for state in STATES},
        steps=rows,
        reports=reports,
        first=None if first is None else from_us(first, zone),
        last=None if last is None else from_us(last, zone),
        left_out=tuple(left_out),
        sums=sums,
    )
    assert sum(result.counts.values()) == result.rows, "every row is in exactly one count"
    return result, {one.key: tuple(one.rows) for one in made}


# What the manual says of the actions


def _targets(mapping: LogMapping, manual: Manual, given: Map[str, Any]) -> list[_Target]:
    """The rules with what their actions take, each checked against the manual."""
    procedures = manual.describe()["procedures"]
    found: list[_Target] = []
    for n, rule in enumerate(mapping.rows, 1):
        if not rule.ignore:
            found.append(_target(mapping, rule, f"[[row]] {n}", procedures, given))
    return found


def _target(mapping: LogMapping, rule: ListRow, where: str, procedures: list[dict[str, Any]], given: Map[str, Any]) -> _Target:
    step = rule.step
    actions = [(p, action) for p in procedures for action in p["actions"] if action["do"] == step.do]
    if not actions:
        raise _bad(mapping, f"{where}: the manual has no action {step.do!r}", step.do, {a["do"] for p in procedures for a in p["actions"]})
    declared = {f["name"]: f for p, _ in reversed(actions) for f in p["fields"]}
    used = {*step.fields, *rule.counts, *step.given, *(name for name in given if name not in _GIVEN)}
    for name in sorted(used - declared.keys()):
        raise _bad(mapping, f"{where}: {step.do} has no field {name!r}", name, declared)
    for name in sorted(given.keys() & (step.fields.keys() | rule.counts.keys())):
        raise InvalidArgument(f"{where}: {name} is given, and the list has a column for it", file=mapping.name, details=[("field", name)])
    opening = any(action["opening"] for _, action in actions)
    needs = frozenset(rule.needs).union(*(action["needs"] for _, action in actions) if opening else ())
    lacking = sorted(name for name in needs - used if "default" not in declared[name])
    if lacking:
        raise InvalidArgument(
            f"{where}: {step.do} needs {lacking[0]}, which no column and no value gives", file=mapping.name, details=[("field", lacking[0])]
        )
    if not opening and not mapping.case_column and "case" not in given:
        raise InvalidArgument(f"{where}: {step.do} is done on a case: name [columns] case, or give the case", file=mapping.name)
    if "by" not in given and not (step.by or step.actor or mapping.by_column):
        raise InvalidArgument(f"{where} needs 'by' (a column) or 'actor', or say who it is by", file=mapping.name)
    if "at" not in given and not (step.at or mapping.at_column):
        raise InvalidArgument(f"{where} needs 'at' (a column), or say when it was", file=mapping.name)
    kinds = {name: f["type"] for name, f in declared.items()} | dict(mapping.types)
    kinds |= {name: "text" for name, kind in kinds.items() if kind in ("enum", "person", "case") or (kind == "place" and name not in mapping.types)}
    return _Target(rule, kinds, needs, opening)


def _bad(mapping: LogMapping, message: str, name: str, known: Iterable[str]) -> InvalidArgument:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return InvalidArgument(message + (f"; the nearest is {near[0]!r}" if near else ""), file=mapping.name, details=[("name", name)])
