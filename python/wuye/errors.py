"""What goes wrong when a call could not run at all.

A refusal by the manual is not an error: it is an :class:`wuye.Outcome`. Every class here stands for one status of ``wuye.h`` and is also
the builtin exception that a caller would expect, so ``except LookupError`` and ``except wuye.NotFound`` both do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from wuye._facts import Facts

if TYPE_CHECKING:
    from wuye.types import Outcome

__all__ = [
    "Busy",
    "Cancelled",
    "Conflict",
    "Corrupt",
    "Error",
    "Full",
    "InternalError",
    "InvalidArgument",
    "Misuse",
    "NoMemory",
    "NoWorkingTime",
    "NotFound",
    "OutOfRange",
    "Poisoned",
    "ReadOnly",
    "Rejected",
    "StoreIO",
    "Unsupported",
    "by_status",
]


class Error(Exception):
    """The base of everything that wuye raises.

    Attributes:
        code: The status of ``wuye.h``.
        symbol: The status as a word, such as ``"invalid_argument"``.
        details: Further facts by name, such as the field and the nearest name.
        clause: The clause concerned; empty where there is none.
        file: The text in which the fault is; empty where there is none.
        line: Its line there, from 1; 0 where it is not known.
        column: Its column there, from 1; 0 where it is not known.

    Example:
        >>> import wuye
        >>> try:
        ...     wuye.Calendar(weekly={"mon": [("08:30", "08:30")]})
        ... except wuye.Error as error:
        ...     print(error.symbol)
        invalid_argument
    """

    status: ClassVar[int] = 0
    name: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        details: Iterable[tuple[str, str]] = (),
        clause: str = "",
        file: str = "",
        line: int = 0,
        column: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = Facts(details)
        self.clause = clause
        self.file = file
        self.line = line
        self.column = column

    @property
    def code(self) -> int:
        """The status of ``wuye.h``."""
        return type(self).status

    @property
    def symbol(self) -> str:
        """The status as a word."""
        return type(self).name

    def __str__(self) -> str:
        if self.file:
            place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        else:
            place = f"line {self.line}" + (f", column {self.column}" if self.column else "") if self.line else ""
        return self.message if not place or self.message.startswith((place, self.file or place)) else f"{place}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, dict(self.details), self.clause, self.file, self.line, self.column))


def _rebuild(kind: type[Error], message: str, details: dict[str, str], clause: str, file: str, line: int, column: int) -> Error:
    return kind(message, details=details.items(), clause=clause, file=file, line=line, column=column)


class InvalidArgument(Error, ValueError):
    """The text or value given is not what the call takes."""

    status, name = 1, "invalid_argument"


class NotFound(Error, LookupError):
    """There is no such case, table, notice, calendar or file."""

    status, name = 2, "not_found"


class Conflict(Error):
    """The office has moved on: a proposal is stale, a manual cannot follow."""

    status, name = 3, "conflict"


class Busy(Error, TimeoutError):
    """Another process holds the write lock."""

    status, name = 4, "busy"


class ReadOnly(Error, PermissionError):
    """The file or the view takes no writes."""

    status, name = 5, "read_only"


class StoreIO(Error, OSError):
    """The file system failed."""

    status, name = 6, "io"


class Full(Error, OSError):
    """There is no space left."""

    status, name = 7, "full"


class Corrupt(Error):
    """Not a file of ours, truncated, or the chain does not hold."""

    status, name = 8, "corrupt"


class Unsupported(Error, NotImplementedError):
    """Written by a newer wuye, or not known to this build."""

    status, name = 9, "unsupported"


class NoMemory(Error, MemoryError):
    """Memory ran out."""

    status, name = 10, "no_memory"


class Cancelled(Error):
    """The progress callback asked to stop."""

    status, name = 11, "cancelled"


class Misuse(Error, RuntimeError):
    """A closed office, or one used after a fork."""

    status, name = 12, "misuse"


class InternalError(Error, RuntimeError):
    """An invariant did not hold: a defect of wuye."""

    status, name = 13, "internal"


class Poisoned(Error, RuntimeError):
    """An earlier failure closed this office; open it again."""

    status, name = 14, "poisoned"


class NoWorkingTime(Error, ValueError):
    """A calendar has no working time in the direction asked."""

    status, name = 15, "no_working_time"


class OutOfRange(Error, OverflowError):
    """An instant or amount outside what can be represented."""

    status, name = 16, "out_of_range"


class Rejected(Error):
    """An entry was refused, and :meth:`wuye.Outcome.require` was asked to say so loudly.

    Attributes:
        outcome: The refusal.
    """

    status, name = 0, "rejected"

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message or outcome.reason, clause=outcome.clause)
        self.outcome = outcome

    def __reduce__(self) -> tuple[object, ...]:
        return (Rejected, (self.outcome,))


_BY_STATUS: dict[int, type[Error]] = {
    kind.status: kind
    for kind in (
        InvalidArgument,
        NotFound,
        Conflict,
        Busy,
        ReadOnly,
        StoreIO,
        Full,
        Corrupt,
        Unsupported,
        NoMemory,
        Cancelled,
        Misuse,
        InternalError,
        Poisoned,
        NoWorkingTime,
        OutOfRange,
    )
}


def by_status() -> dict[int, type[Error]]:
    """The class of every status of ``wuye.h``.

    Returns:
        A new mapping from status to class.

    Example:
        >>> import wuye.errors
        >>> wuye.errors.by_status()[2].__name__
        'NotFound'
    """
    return dict(_BY_STATUS)


def _from_core(status: int, message: str, file: str, line: int, column: int, details: Iterable[tuple[str, str]]) -> Error:
    """Called by ``_core`` for every failing call; the low byte of a status is its primary code."""
    pairs = list(details)
    clause = dict(pairs).get("clause", "")
    kind = _BY_STATUS.get(status & 0xFF, InternalError)
    return kind(message, details=pairs, clause=clause, file=file, line=line, column=column)
