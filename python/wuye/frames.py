"""Tables as they leave an office: the Arrow PyCapsule protocol, and four conveniences on top of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from wuye import _core
from wuye._time import from_us, zone_of

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Framed", "View"]

_EPOCH_DAY = date(1970, 1, 1)


_EXTRAS = {"pandas": "pandas", "polars": "polars", "pyarrow": "arrow"}


def _library(name: str) -> Any:
    """A library of frames, which the package does not need otherwise."""
    try:
        return import_module(name)
    except ImportError:
        raise ImportError(f"to_{name} needs {name}: pip install 'wuye[{_EXTRAS[name]}]'") from None


class Framed:
    """Rows that can be had as a frame of any of the three libraries."""

    __slots__ = ()
    columns: ClassVar[tuple[str, ...]] = ()
    text_columns: ClassVar[tuple[str, ...]] = ()  # texts also where there is no row to tell it from

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries, ready for a DataFrame."""
        raise NotImplementedError

    def _values(self) -> dict[str, list[Any]]:
        rows = self.rows()
        return {name: [row[name] for row in rows] for name in self.columns}

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a ``pandas.DataFrame``.

        Raises:
            ImportError: pandas is not installed.
        """
        frame: pandas.DataFrame = _library("pandas").DataFrame(self._values())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a ``polars.DataFrame``.

        Raises:
            ImportError: polars is not installed.
        """
        polars_library = _library("polars")
        frame: polars.DataFrame = polars_library.DataFrame(self._values(), schema_overrides=dict.fromkeys(self.text_columns, polars_library.String))
        return frame

    def to_pyarrow(self) -> pyarrow.Table:
        """The rows as a ``pyarrow.Table``.

        Raises:
            ImportError: pyarrow is not installed.
        """
        arrow = _library("pyarrow")
        values = self._values()
        arrays = [arrow.array(values[name], arrow.string() if name in self.text_columns else None) for name in self.columns]
        table: pyarrow.Table = arrow.table(arrays, names=list(self.columns))
        return table


class View:
    """One table of an office, as it was when it was asked for.

    Anything that speaks Arrow's PyCapsule protocol reads it: ``polars.DataFrame(view)``, ``pyarrow.table(view)``,
    ``duckdb.sql("from view")``. It may be read as often as you like and says the same each time, whatever the office does
    meanwhile; it needs no Arrow library itself.

    Attributes:
        name: The table's name.
        columns: The names of its columns.

    Example:
        >>> import wuye
        >>> with wuye.memory() as office:
        ...     view = office.table("cases")
        >>> view.name, len(view)
        ('cases', 0)
    """

    __slots__ = ("_columns", "_table", "columns", "name")

    def __init__(self, name: str, table: _core.Table) -> None:
        self.name = name
        self._table = table
        self._columns = table.columns()
        self.columns = tuple(column for column, _, _ in self._columns)

    def __arrow_c_schema__(self) -> object:
        """The schema as a PyCapsule ``arrow_schema``."""
        return self._table.schema_capsule()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A fresh stream over the same rows, as a PyCapsule ``arrow_array_stream``."""
        return self._table.stream_capsule(requested_schema)

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __repr__(self) -> str:
        return f"<wuye.View {self.name}: {len(self)} rows, {len(self.columns)} columns>"

    def __str__(self) -> str:
        from wuye._table import render

        rows = self.rows()
        text = render(self.columns, [tuple(row.values()) for row in rows[:50]], limit=40)
        return text if len(rows) <= 50 else f"{text}\n… {len(rows) - 50} more rows"

    def doc(self, lang: str = "en") -> dict[str, str]:
        """What each column means.

        Args:
            lang: ``"en"`` or ``"zh"``.

        Returns:
            Column name to one sentence.
        """
        return {name: meta.get(f"doc.{lang}", "") for name, _, meta in self._columns}

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries: aware datetimes in the office's zone, dates, money as Decimal yuan.

        Returns:
            One dictionary a row, in key order.
        """
        values = [self._column(i) for i in range(len(self._columns))]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*values, strict=True)]

    def _column(self, index: int) -> list[Any]:
        _, form, meta = self._columns[index]
        raw = self._table.column(index)
        if form.startswith("tsu:"):
            zone = zone_of(form[4:])
            return [None if v is None else from_us(v, zone) for v in raw]
        if form == "tdD":
            return [None if v is None else _EPOCH_DAY + timedelta(days=v) for v in raw]
        if meta.get("unit") == "fen":
            return [None if v is None else Decimal(v).scaleb(-2) for v in raw]
        return raw

    def to_pyarrow(self) -> pyarrow.Table:
        """The table as a ``pyarrow.Table``.

        Raises:
            ImportError: pyarrow is not installed.
        """
        table: pyarrow.Table = _library("pyarrow").table(self)
        return table

    def to_polars(self) -> polars.DataFrame:
        """The table as a ``polars.DataFrame``; pyarrow is not needed.

        Raises:
            ImportError: polars is not installed.
        """
        frame: polars.DataFrame = _library("polars").DataFrame(self)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a ``pandas.DataFrame``, with pyarrow where it is there, from the rows where it is not.

        Raises:
            ImportError: pandas is not installed.
        """
        library = _library("pandas")
        try:
            return self.to_pyarrow().to_pandas()
        except ImportError:
            frame: pandas.DataFrame = library.DataFrame(self.rows(), columns=list(self.columns))
            return frame
