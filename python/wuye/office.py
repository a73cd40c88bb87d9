"""An office: one site's journal and everything that follows from it under its manual."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from types import TracebackType
from typing import Any, Literal

from wuye import _core
from wuye._json import compact, dumps, value_of
from wuye._time import Instant, from_us, to_us, zone_of
from wuye.errors import InvalidArgument
from wuye.frames import View
from wuye.manual import Manual
from wuye.types import FigureCase, Notice, Outcome, Scorecard, Scores, Verified, figure_cases_of, figure_of, notice_of, outcome_of, scorecard_of

__all__ = ["Explanation", "Office", "memory", "open"]

Progress = Callable[[int, int], object]
Rules = Manual | str | os.PathLike[str] | None

_MODES = {"atomic": 1, "independent": 2}
_KNOWN = {"then": 1, "now": 2}


class Explanation(dict[str, Any]):
    """Why something is as it is, as nested dictionaries and lists; printed, indented text."""

    def __str__(self) -> str:
        return json.dumps(self, ensure_ascii=False, indent=2)


def open(  # noqa: A001 - the name is the promise: wuye.open
    path: str | os.PathLike[str],
    manual: Rules = None,
    *,
    seed: str | None = None,
    read_only: bool = False,
    busy_ms: int | None = None,
) -> Office:
    """Opens an office's file, or makes it where it does not exist.

    Args:
        path: The file.
        manual: What a new file adopts: a manual, a TOML file, or None for the standard one. A file that has a manual keeps it.
        seed: Keys whatever must look arbitrary; told when the office is made.
        read_only: The file is not written.
        busy_ms: How long a write waits for another process, in milliseconds.

    Returns:
        The office; use it in a ``with`` statement, or close it.

    Raises:
        NotFound: Read only, and there is no such file.
        Corrupt: The file is not an office, or damaged.
        Unsupported: A newer wuye wrote it.
        StoreIO: The file system failed.
        Busy: Another process holds it.

    Example:
        >>> import tempfile, wuye
        >>> with tempfile.TemporaryDirectory() as folder, wuye.open(folder + "/garden.db") as office:
        ...     office.last_seq
        0
    """
    core = _core.Office.open(os.fsencode(os.fspath(path)), _rules(manual), _options(seed, read_only=read_only, busy_ms=busy_ms))
    return Office(core)


def memory(manual: Rules = None, *, seed: str | None = None) -> Office:
    """An office that lives in memory only.

    Args:
        manual: A manual, a TOML file, or None for the standard one.
        seed: Keys whatever must look arbitrary.

    Returns:
        The office.

    Example:
        >>> import wuye
        >>> with wuye.memory() as office:
        ...     office.next_due() is None
        True
    """
    return Office(_core.Office.memory(_rules(manual), _options(seed)))


def _rules(manual: Rules) -> _core.Manual | None:
    if manual is None:
        return None
    return manual._core if isinstance(manual, Manual) else Manual.load(manual)._core


def _options(seed: str | None, *, read_only: bool = False, busy_ms: int | None = None) -> list[tuple[str, bool | int | str]]:
    out: list[tuple[str, bool | int | str]] = []
    if seed is not None:
        out.append(("seed", seed))
    if read_only:
        out.append(("read_only", True))
    if busy_ms is not None:
        out.append(("busy_ms", busy_ms))
    return out


class Office:
    """One site office. Calls may come from any thread, one at a time; the office locks itself.

    Made by :func:`wuye.open`, :func:`wuye.memory` and :meth:`as_of`.
    """

    __slots__ = ("__weakref__", "_core", "_zone")

    def __init__(self, core: _core.Office) -> None:
        """Use :func:`wuye.open` or :func:`wuye.memory`."""
        self._core = core
        self._zone: tzinfo | None = None

    # Telling

    def record(self, *, dry_run: bool = False, **fields: Any) -> Outcome:
        """Records one entry: one thing that happened.

        Args:
            dry_run: Decide only; keep nothing.
            **fields: ``do`` (the action), ``by`` (who), ``at`` (when: an aware datetime, or ISO text with an offset), optionally ``now``, ``case``,
                ``source`` with ``key``, ``seen``, and whatever the manual declares. A name that Python reserves takes an underscore: ``class_``.

        Returns:
            What the manual makes of it. A refusal is an outcome as well; ``.require()`` raises it.

        Raises:
            InvalidArgument: A naive time, a float, or something else that no entry can hold.
            Busy: Another process holds the write lock.

        Example:
            >>> import wuye
            >>> with wuye.memory() as office:
            ...     out = office.record(do="set_unit", by="system:setup", at="2026-03-02T08:00+08:00", place="3-1201")
            >>> out.accepted
            True
        """
        text = _entry(fields)
        return self._outcome(self._core.dry_run(text) if dry_run else self._core.record(text))

    def record_lines(
        self,
        lines: str | bytes | Iterable[str | bytes | Mapping[str, Any]],
        *,
        mode: Literal["atomic", "independent"] = "atomic",
        progress: Progress | None = None,
    ) -> list[Outcome]:
        """Records many entries, a whole batch or each for itself.

        Args:
            lines: JSON Lines as one text, or an iterable of lines or of dictionaries.
            mode: ``"atomic"``: one transaction; the first refusal undoes the whole batch. ``"independent"``: each entry for itself, committed every
                few thousand.
            progress: Called with bytes done and bytes in all; returning False stops. Atomic: nothing is kept; independent: what was committed is.

        Returns:
            One outcome an entry, in order.

        Raises:
            Cancelled: The callback asked to stop.
            Full: There was no space left.

        A line that is no entry is refused as ``malformed``, by itself.
        """
        if mode not in _MODES:
            raise InvalidArgument(f"mode: {mode!r} is neither 'atomic' nor 'independent'")
        text: str | bytes
        if isinstance(lines, str):
            text = _utf8(lines)
        elif isinstance(lines, bytes):
            text = lines
        else:
            text = b"\n".join(_line(line) for line in lines)
        count, answer = self._core.record_lines(text, _MODES[mode], progress)
        if count == 0:
            return []
        items = json.loads(answer)
        zone = self.zone
        return [outcome_of(item, zone) for item in (items if isinstance(items, list) else [items])]

    def propose(self, **fields: Any) -> Outcome:
        """Decides an entry and holds the write lock until :meth:`commit` or :meth:`discard`.

        Args:
            **fields: As :meth:`record` takes them.

        Returns:
            The outcome.
        """
        zone = self.zone  # while a proposal is held, nothing else may be asked
        return outcome_of(json.loads(self._core.propose(_entry(fields))), zone)

    def proposed(self) -> str:
        """The lines of the proposal that is held, as JSON Lines; empty where it was refused."""
        return self._core.proposed()

    def commit(self) -> None:
        """Keeps the proposal that is held."""
        self._core.commit()

    def discard(self) -> None:
        """Drops the proposal that is held."""
        self._core.discard()

    def advance(self, at: Instant) -> list[Notice]:
        """Says that it is now ``at``, and finds whatever fell due by then.

        Args:
            at: The time.

        Returns:
            The notices found; an empty list means that nothing changed.

        Example:
            >>> import wuye
            >>> with wuye.memory() as office:
            ...     office.advance("2026-03-03T00:11+08:00")
            []
        """
        return self._notices(self._core.advance(to_us(at)))

    def adopt(self, manual: Manual, at: Instant, *, by: str) -> None:
        """Adopts a manual from an instant on; cases keep the one under which they were opened.

        Args:
            manual: The manual.
            at: From when.
            by: Who adopts it.

        Raises:
            Conflict: ``at`` is before the office's clock.
        """
        self._core.adopt(manual._core, to_us(at), by)
        self._zone = None

    # Asking

    def next_due(self) -> datetime | None:
        """The earliest instant at which :meth:`advance` would find something: when to wake."""
        us = self._core.next_due()
        return None if us is None else from_us(us, self.zone)

    def notices(self, after: int = 0, *, limit: int | None = None) -> list[Notice]:
        """Notices found after a line.

        Args:
            after: The number of the last line seen.
            limit: How many at most.

        Returns:
            Notices in line order.
        """
        return self._notices(self._core.notices(after, -1 if limit is None else limit))

    def options(self, case: str | None, by: str, at: Instant) -> Any:
        """Which actions somebody may do on a case, with the fields they need, and why not the others.

        Args:
            case: The case; None for the actions that open one.
            by: Who asks.
            at: When.

        Returns:
            The answer as nested lists and dictionaries.

        Raises:
            NotFound: No such case.
        """
        return json.loads(self._core.options(case or "", by, to_us(at)))

    def table(self, name: str) -> View:
        """A table, as it is now.

        Args:
            name: ``cases``, ``deadlines``, ``notices``, ``breaches``, … (:meth:`tables` lists them).

        Returns:
            A view that pandas, polars, pyarrow and duckdb read.

        Raises:
            NotFound: There is none of that name; the message has the nearest.
        """
        return View(name, self._core.table(name))

    def tables(self) -> list[dict[str, Any]]:
        """The tables there are, with their columns and what each means."""
        return list(json.loads(self._core.tables()))

    def score(self, period: str, who: str | None = None) -> Scores:
        """The figures of a period.

        Args:
            period: ``"2026-03"``, ``"2026-Q1"``, ``"2026"`` or ``"2026-03-01/2026-03-15"`` (last day included).
            who: One officer; None for the office.

        Returns:
            A mapping from metric to figure; each has ``.value``, ``.done``, ``.due``, ``.points`` and ``.why()``.

        Raises:
            InvalidArgument: That is no period.
        """
        items = json.loads(self._core.score(period, who or ""))
        return Scores(period, who or "", tuple(figure_of(item, self._asking(period, item)) for item in items))

    def _asking(self, period: str, item: Mapping[str, Any]) -> Callable[[], tuple[FigureCase, ...]]:
        return partial(self._figure_cases, f"{item['metric']}@{period}@{item['who']}@{item['zone']}")

    def _figure_cases(self, id: str) -> tuple[FigureCase, ...]:  # noqa: A002 - the word of the interface
        return figure_cases_of(json.loads(self._core.explain(id))["cases"], self.zone)

    def scores(self, period: str, by: Iterable[str] = ()) -> View:
        """Figures side by side, a row each: a table for DataFrames.

        Args:
            period: As for :meth:`score`.
            by: How they are split up: any of ``"month"``, ``"who"``, ``"zone"``, ``"head"`` (the fee, of rates of charges).

        Returns:
            A view that pandas, polars, pyarrow and duckdb read.

        Raises:
            InvalidArgument: That is no period, or another word.
        """
        return View("scores", self._core.scores(period, " ".join(by)))

    def scorecards(self, period: str, who: str | None = None) -> list[Scorecard]:
        """The scorecards of a period: one for each month and each who held a post that is assessed.

        Args:
            period: As for :meth:`score`.
            who: One officer; None for everybody.

        Raises:
            InvalidArgument: That is no period.
        """
        items = json.loads(self._core.scorecards(period, who or ""))
        return [scorecard_of(item, partial(self._asking, item["month"])) for item in items]

    def explain(self, id: str) -> Explanation:  # noqa: A002 - the word of the interface
        """Why: a case, a notice, or a figure (``"dispatch_timeliness@2026-03"``), down to the lines behind it.

        Args:
            id: Its id.

        Returns:
            Nested dictionaries that print readably.

        Raises:
            NotFound: There is nothing of that id.
        """
        return Explanation(json.loads(self._core.explain(id)))

    def as_of(self, at: Instant, known: Literal["then", "now"] = "then") -> Office:
        """The office at an earlier instant; it takes no writes and stands by itself.

        Args:
            at: The instant.
            known: ``"then"``: what had been told by then. ``"now"``: what is known today about then.

        Returns:
            Another office.
        """
        if known not in _KNOWN:
            raise InvalidArgument(f"known: {known!r} is neither 'then' nor 'now'")
        return Office(self._core.as_of(to_us(at), _KNOWN[known]))

    def what_if(self, manual: Manual) -> Office:
        """The office as it would stand had another manual been adopted from the start; the file is untouched.

        What was told is taken as a fact, everything else is found anew. The table ``what_if`` of the answer lists what the manual forbids
        of it (``would_breach``, ``would_refuse``) and what then concerns nothing (``unmatched``).

        Args:
            manual: The other manual.

        Returns:
            An office that takes no writes and stands by itself.
        """
        return Office(self._core.what_if(manual._core))

    def compare(self, other: Office, period: str | None = None) -> View:
        """What differs between this office and another of the same desk, mostly its :meth:`what_if`.

        Args:
            other: The office to hold against this one.
            period: As in :meth:`score`; only what begins in it, and its figures. None: everything.

        Returns:
            Rows of kind (case, deadline, notice, breach, charge, receipt, figure), change (added, removed, changed), case, id, column, before, after.

        Raises:
            InvalidArgument: That is no period.
            Misuse: Both are the same office.
        """
        return View("differences", self._core.compare(other._core, period or ""))

    @property
    def manual(self) -> Manual:
        """The manual in force."""
        return Manual(self._core.manual())

    @property
    def zone(self) -> tzinfo:
        """The time zone of the manual; answers are in it."""
        if self._zone is None:
            self._zone = zone_of(self._core.manual().zone)
        return self._zone

    @property
    def last_seq(self) -> int:
        """The number of the last line; 0 while there is none."""
        return self._core.last_seq()

    @property
    def clock(self) -> datetime | None:
        """The greatest instant told or found; None while nothing is told."""
        us = self._core.clock()
        return None if us is None else from_us(us, self.zone)

    # The journal

    def lines(self, after: int = 0, *, limit: int | None = None) -> str:
        """Lines after a number as JSON Lines; keep the text as it is, for the chain covers its bytes."""
        return self._core.lines(after, -1 if limit is None else limit)

    def load(self, lines: str | bytes) -> None:
        """Appends lines taken from another office.

        Args:
            lines: As :meth:`lines` gave them.

        Raises:
            Corrupt: The chain does not hold.
            Conflict: They do not follow on this office's lines.
        """
        self._core.load(lines)
        self._zone = None

    def verify(self, progress: Progress | None = None) -> Verified:
        """Folds the journal from the start, checks the chain, and compares with the tables.

        Args:
            progress: Called with lines done and lines in all; returning False stops.

        Returns:
            True where everything holds; otherwise ``.findings`` says where not.
        """
        answer = json.loads(self._core.verify(progress))
        return Verified(answer["ok"], answer["lines"], answer["cases"], tuple(answer["findings"]))

    def backup(self, path: str | os.PathLike[str], progress: Progress | None = None) -> None:
        """Writes a consistent copy into a new file, while the office stays open.

        Args:
            path: The new file.
            progress: Called with pages done and pages in all; returning False stops.
        """
        self._core.backup(os.fsencode(os.fspath(path)), progress)

    def digest(self) -> str:
        """The hash of the last line, 64 hexadecimal digits: the same journal, the same digest, everywhere."""
        return self._core.digest().hex()

    def state_digest(self) -> str:
        """The hash of the tables' rows in key order."""
        return self._core.state_digest().hex()

    def close(self) -> None:
        """Flushes and closes; closing again does nothing, any other call raises Misuse."""
        self._core.close()

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # Within

    def _outcome(self, answer: str) -> Outcome:
        return outcome_of(json.loads(answer), self.zone)

    def _notices(self, answer: str) -> list[Notice]:
        zone = self.zone
        return [notice_of(item, zone) for item in json.loads(answer)]


def _entry(fields: Mapping[str, Any]) -> bytes:
    entry: dict[str, Any] = {}
    for name, value in fields.items():
        plain = name[:-1] if name.endswith("_") and not name.startswith("_") else name
        if plain in entry:
            raise InvalidArgument(f"{plain}: given twice, as {plain} and {plain}_")
        if plain in ("at", "now") and value is not None and not isinstance(value, int):
            to_us(value, plain)
        if value is not None:
            entry[plain] = value_of(plain, value)
    for name, example in (("at", "'2026-03-02T22:10+08:00'"), ("by", "'zhao'"), ("do", "'report'")):
        if name not in entry:
            raise InvalidArgument(f"{name}: an entry needs it, such as {example}", details=[("field", name)])
    return compact(entry)


def _line(line: str | bytes | Mapping[str, Any]) -> bytes:
    if isinstance(line, Mapping):
        return dumps(line)
    return _utf8(line).strip() if isinstance(line, str) else line.strip()


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgument(f"text holds a character that is not Unicode: {error}") from None
