"""Reading a spreadsheet or a CSV as offices leave it: sheets of rows, merged cells filled, and clear errors for whatever is no table.

It knows nothing of what the columns mean.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from wuye.cells import text_of
from wuye.errors import InvalidArgument, NotFound, StoreIO, Unsupported

__all__ = ["Sheet", "csv_form", "read_frame", "read_sheets", "title_texts"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its filled rows, each with the number that the spreadsheet shows.

    Attributes:
        name: The sheet's name; empty for CSV and frames.
        rows: Pairs of number and cells; rows without any value are left out.
        pictures: How many pictures and charts stand on it.
    """

    name: str
    rows: list[tuple[int, list[Any]]] = field(repr=False)
    pictures: int = 0


def read_sheets(path: Path, *, sheet: str = "", encoding: str = "", delimiter: str = "", mapping: str = "", every: bool = False) -> list[Sheet]:
    """The sheets of a file.

    Args:
        path: CSV, TSV or xlsx.
        sheet: Only this sheet; empty: the first, or all with ``every``.
        encoding: Of a CSV; empty: UTF-8, UTF-16 with its mark, or GB 18030, whichever it decodes as.
        delimiter: Of a CSV; empty: the one of , ; tab | that its first lines use.
        mapping: The mapping's file, for errors about it.
        every: All sheets.

    Returns:
        At least one sheet.

    Raises:
        NotFound: No such file.
        InvalidArgument: It is empty, encrypted, damaged, an old .xls, not in that encoding, or has no such sheet.
        Unsupported: xlsx without openpyxl.
    """
    if not path.exists():
        raise NotFound(f"there is no log {path}", file=str(path))
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise StoreIO(f"the log cannot be read: {error.strerror}", file=str(path)) from None
    if not head:
        raise InvalidArgument("the file is empty", file=str(path))
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise InvalidArgument("the workbook is encrypted: open it in Excel or WPS, take the password off, and save it again", file=str(path))
        raise InvalidArgument("this is an old .xls workbook: save it as .xlsx", file=str(path))
    if head.startswith(b"PK") or path.suffix.lower() in (".xlsx", ".xlsm"):
        return _xlsx(path, sheet, every=every)
    return [Sheet("", [(n, cells) for n, cells in _csv(path, encoding, delimiter, mapping) if any(c not in (None, "") for c in cells)])]


def _csv(path: Path, encoding: str, delimiter: str, mapping: str) -> list[tuple[int, list[Any]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StoreIO(f"the log cannot be read: {error.strerror}", file=str(path)) from None
    text = _decoded(raw, encoding, path, mapping)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InvalidArgument(f"row {line} holds a NUL: this is no text in {encoding or 'any encoding tried'}", file=str(path), line=line)
    csv.field_size_limit(16 * 1024 * 1024)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter or _delimiter(text), strict=True)
    try:
        return list(enumerate(reader, 1))
    except csv.Error as error:
        raise InvalidArgument(f"row near line {reader.line_num}: {error}", file=str(path), line=reader.line_num) from None


def _decoded(raw: bytes, encoding: str, path: Path, mapping: str) -> str:
    if not encoding:
        marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        encoding = "utf-16" if marked else next((e for e in ("utf-8", "gb18030") if _decodes(raw, e)), "utf-8")
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        return raw.decode(codec)
    except LookupError:
        raise InvalidArgument(f"encoding {encoding!r} is not known", file=mapping) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        others = [e for e in ("utf-8", "gb18030", "cp1252") if e not in (codec, encoding) and _decodes(raw, e)]
        hint = f"; it reads as {' or '.join(others[:2])}" if others else ""
        raise InvalidArgument(
            f"row {line} is not {encoding}: byte 0x{raw[error.start]:02x} at column {column}{hint}",
            file=str(path),
            line=line,
            column=column,
        ) from None


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    lines = text.splitlines()[:20]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in ",;\t|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _xlsx(path: Path, sheet: str, *, every: bool) -> list[Sheet]:
    try:
        import openpyxl
    except ImportError:
        raise Unsupported("reading xlsx needs openpyxl: pip install 'wuye[xlsx]'") from None
    import warnings
    import zipfile

    try:
        with warnings.catch_warnings():  # openpyxl warns of styles and validations that it does not keep
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError, EOFError, SyntaxError) as error:
        # SyntaxError is what both of Python's XML parsers raise for broken XML
        raise InvalidArgument(f"this is no xlsx file, or it is damaged: {error}", file=str(path)) from None
    try:
        names = [s.title for s in book.worksheets]
        if not names:
            raise InvalidArgument("the workbook has no sheet of cells, only charts", file=str(path))
        if sheet and sheet not in names:
            raise InvalidArgument(f"there is no sheet {sheet!r}; there are {', '.join(names)}", file=str(path))
        chosen = [sheet] if sheet else names if every else names[:1]
        return [_sheet(book[name]) for name in chosen if sheet or not every or book[name].sheet_state == "visible"] or [_sheet(book[names[0]])]
    finally:
        book.close()


def _sheet(worksheet: Any) -> Sheet:
    rows = {n: list(cells) for n, cells in enumerate(worksheet.iter_rows(values_only=True), 1) if any(c not in (None, "") for c in cells)}
    for merged in worksheet.merged_cells.ranges:
        left, top, right, bottom = merged.bounds
        value = rows[top][left - 1] if top in rows else None
        if value in (None, ""):
            continue
        for number in range(top, bottom + 1):
            if number in rows:  # a row that holds nothing of its own stays away
                rows[number][left - 1 : right] = [value] * (right - left + 1)
    pictures = len(getattr(worksheet, "_images", ())) + len(getattr(worksheet, "_charts", ()))
    return Sheet(worksheet.title, sorted(rows.items()), pictures)


# Frames

_PLAIN = (str, int, float, bool, datetime, date, time, Decimal)


def read_frame(frame: Any) -> Sheet:
    """The rows of a pandas, polars or pyarrow table, or of anything that gives an Arrow stream.

    Args:
        frame: The table.

    Returns:
        One sheet without a name; row 1 holds the titles, the frame's first row is row 2, as a spreadsheet would number them.

    Raises:
        InvalidArgument: It is no table, or a column holds values that are no text, number, truth value or time; the message says where.
        Unsupported: An Arrow stream of something else needs pyarrow or polars to be read.
    """
    columns = _columns(frame)
    names = [name for name, _ in columns]
    for name in names:
        if names.count(name) > 1:
            raise InvalidArgument(f"the frame has two columns {name!r}", details=[("column", name)])
    lengths = {len(values) for _, values in columns}
    if not columns or lengths == {0}:
        raise InvalidArgument("the frame is empty")
    clean = [[_plain(value, name, row) for row, value in enumerate(values)] for name, values in columns]
    rows: list[tuple[int, list[Any]]] = [(1, list(names))]
    rows += [(n, list(cells)) for n, cells in enumerate(zip(*clean, strict=True), 2) if any(c not in (None, "") for c in cells)]
    return Sheet("", rows)


def _columns(frame: Any) -> list[tuple[str, Sequence[Any]]]:
    kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}"
    if kind == "pandas.DataFrame":
        return [(str(name), frame.iloc[:, i].astype(object).tolist()) for i, name in enumerate(frame.columns)]
    if kind == "polars.LazyFrame":
        return _columns(frame.collect())
    if kind == "polars.DataFrame":
        return [(column.name, column.to_list()) for column in frame.get_columns()]
    if kind == "pyarrow.Table":
        return [(name, frame.column(i).to_pylist()) for i, name in enumerate(frame.column_names)]
    if hasattr(frame, "__arrow_c_stream__"):
        try:
            import pyarrow
        except ImportError:
            try:
                import polars
            except ImportError:
                raise Unsupported("reading an Arrow stream needs pyarrow or polars: pip install 'wuye[arrow]'") from None
            return _columns(polars.DataFrame(frame))
        return _columns(pyarrow.table(frame))
    raise InvalidArgument(
        f"{type(frame).__module__}.{type(frame).__name__} is no table: give a pandas or polars DataFrame, a pyarrow Table, or an object with "
        "__arrow_c_stream__"
    )


def _plain(value: Any, column: str, row: int) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        if value != value:  # NaT
            return None
        return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
    if isinstance(value, float):
        return None if value != value else float(value)
    if isinstance(value, _PLAIN):
        return value
    name = type(value).__name__
    if name in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return _plain(value.item(), column, row)
    raise InvalidArgument(
        f"row {row} of column {column!r} holds {name}: a cell is a text, a number, a truth value, a date or a time",
        details=[("column", column), ("row", str(row))],
    )


def title_texts(cells: Sequence[Any]) -> list[str]:
    """The titles of a row, empty ones as empty texts; line breaks within a title count as nothing."""
    return ["".join(text_of(c).split("\n")).strip() for c in cells]


def csv_form(path: Path) -> tuple[str, str] | None:
    """Encoding and delimiter by which a CSV is read; None for a workbook."""
    raw = path.read_bytes()
    if raw.startswith((b"PK", _OLE)):
        return None
    text = _decoded(raw, "", path, "")
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8" if _decodes(raw, "utf-8") else "gb18030"
    return encoding, _delimiter(text)
