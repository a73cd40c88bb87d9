"""wuye (物业): the rules of property-management customer service, as an embeddable library.

The host says what happened and what time it is; wuye says what the manual makes of it: accepted, accepted with a breach, or refused; what is
now owed and to whom a lateness goes; and every figure on the scorecard, with the clause that says so.

Example:
    >>> import wuye
    >>> with wuye.memory() as office:
    ...     out = office.record(do="set_unit", by="system:setup", at="2026-03-02T08:00+08:00", place="3-1201")
    >>> out.accepted
    True
"""

from __future__ import annotations

from json import loads as _loads
from typing import Any

from wuye import _core
from wuye.calendar import NEVER_US, Calendar
from wuye.difference import Change, Changes
from wuye.errors import (
    Busy,
    Cancelled,
    Conflict,
    Corrupt,
    Error,
    Full,
    InternalError,
    InvalidArgument,
    Misuse,
    NoMemory,
    NotFound,
    NoWorkingTime,
    OutOfRange,
    Poisoned,
    ReadOnly,
    Rejected,
    StoreIO,
    Unsupported,
)
from wuye.frames import View
from wuye.importing import ImportResult, LogMapping, import_log
from wuye.looking import Look, look, rates
from wuye.manual import Manual, manual_schema
from wuye.money import share
from wuye.office import Explanation, Office, memory, open
from wuye.rating import Missing, Rates, Slice
from wuye.scenario import ScenarioResult, run_scenario
from wuye.types import Adjustment, Breach, Figure, FigureCase, Limit, Notice, Outcome, Problem, Scorecard, Scores, Status, Told, Verified

__all__ = [
    "NEVER_US",
    "Adjustment",
    "Breach",
    "Busy",
    "Calendar",
    "Cancelled",
    "Change",
    "Changes",
    "Conflict",
    "Corrupt",
    "Error",
    "Explanation",
    "Figure",
    "FigureCase",
    "Full",
    "ImportResult",
    "InternalError",
    "InvalidArgument",
    "Limit",
    "LogMapping",
    "Look",
    "Manual",
    "Missing",
    "Misuse",
    "NoMemory",
    "NoWorkingTime",
    "NotFound",
    "Notice",
    "Office",
    "OutOfRange",
    "Outcome",
    "Poisoned",
    "Problem",
    "Rates",
    "ReadOnly",
    "Rejected",
    "ScenarioResult",
    "Scorecard",
    "Scores",
    "Slice",
    "Status",
    "StoreIO",
    "Told",
    "Unsupported",
    "Verified",
    "View",
    "__version__",
    "about",
    "import_log",
    "look",
    "manual_schema",
    "memory",
    "open",
    "rates",
    "run_scenario",
    "share",
]

__version__: str = _core.version()


def about() -> dict[str, Any]:
    """What this wuye is: the first lines of any report of a defect.

    Returns:
        Versions of the package, ABI, file format, SQLite and compiler.

    Example:
        >>> import wuye
        >>> wuye.about()["version"] == wuye.__version__
        True
    """
    return dict(_loads(_core.about()))
