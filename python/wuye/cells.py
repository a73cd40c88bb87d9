"""What offices write into cells: times in many forms, numbers, places in many forms, and the words by which columns and totals are known.

Nothing here knows of files or entries; sheets.py reads files, importing.py makes entries, looking.py guesses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

__all__ = ["TOTALS", "Hint", "NoNumber", "NoTime", "Wall", "hint_of", "is_total", "place_of", "read_number", "read_time", "text_of"]

#: A row that begins with one of these is a sum, not a case.
TOTALS = ("合计", "小计", "总计", "共计", "累计", "total", "subtotal", "sum")

#: Day 0 of Excel's serial dates, its leap year 1900 allowed for; the serials of 1954 to 2119.
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - wall time
_SERIALS = range(20_000, 80_000)

_MONTHS = {name: n for n, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_DAY = re.compile(
    r"(?:(?P<y>\d{4}|\d{2})\s*(?P<ys>[年./-])\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})(?!\d)\s*[日号]?"
    r"|(?P<y8>(?:19|20)\d{2})(?P<m8>\d{2})(?P<d8>\d{2})(?=\D|$|\d{4,6}$)"
    r"|(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*[日号]?"
    r"|(?P<d3>\d{1,2})[ -](?P<mon>[A-Za-z]{3})[a-z]*[ ,-]+(?P<y3>\d{4})"
    r"|(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y4>\d{4})"
    r"|(?P<m5>\d{1,2})[/.-](?P<d5>\d{1,2})(?=\s|$))"
)
_CLOCK = re.compile(
    r"(?P<half>上午|下午|中午|早上|早晨|凌晨|晚上|晚|夜间|[AaPp][Mm])?\s*"
    r"(?:(?P<h>\d{1,2})\s*(?::|点|时)\s*(?:(?P<half_past>半)|(?P<m>\d{1,2})?\s*分?)(?:\s*:?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?|(?P<packed>\d{4}(?:\d{2})?))"
    r"\s*(?P<ampm>[AaPp][Mm])?"
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")


class _Not(ValueError):
    """Why a cell is not what it should be, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class NoTime(_Not):
    """Why a cell is no time, in both languages."""


class NoNumber(_Not):
    """Why a cell is no number, in both languages."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the sheet's name or the title above the table say of the dates below: a year, perhaps a month."""

    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """What a cell says: a date, a time of day, or both; ``aware`` where it came with an offset."""

    day: date | None
    clock: time | None
    aware: datetime | None = None
    guessed_year: bool = False


def text_of(value: Any) -> str:
    """A cell as text; Excel keeps whole numbers as floats.

    Example:
        >>> text_of(12.0), text_of(None), text_of(" 漏水 ")
        ('12', '', '漏水')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def plain(text: str) -> str:
    """The text with full-width letters, digits and signs made narrow, and its spaces joined."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def hint_of(*texts: str) -> Hint:
    """The year and month that titles name; the first text that has a year wins.

    Example:
        >>> hint_of("3月", "翡翠园2026年维修台账")
        Hint(year=2026, month=3)
    """
    year = month = None
    for text in texts:
        narrow = plain(text)
        if (found := re.search(r"(?<!\d)((?:19|20)\d{2})\s*[年./_-]?\s*(?:(\d{1,2})(?!\d))?", narrow)) and year is None:
            year = int(found[1])
            if found[2] and 1 <= int(found[2]) <= 12 and month is None:
                month = int(found[2])
        if month is None and (found := re.search(r"(?<!\d)(\d{1,2})\s*月(?!\s*\d)", narrow)) and 1 <= int(found[1]) <= 12:
            month = int(found[1])
    return Hint(year, month)


def read_time(value: Any, hint: Hint = Hint()) -> Wall:
    """What a cell says of when.

    Args:
        value: A datetime, date, time, Excel serial, or text in one of the forms that offices use.
        hint: The year for texts such as 3月2日.

    Returns:
        Date, time of day, or both.

    Raises:
        NoTime: It is no time, or its year is not known.

    Example:
        >>> read_time("2026年3月2日 下午2点半").clock, read_time(46083.5).day, read_time("3月2日", Hint(2026)).day
        (datetime.time(14, 30), datetime.date(2026, 3, 2), datetime.date(2026, 3, 2))
    """
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return Wall(value.date(), value.timetz(), value)
        if value.year in (1899, 1900) and value.month in (1, 12):  # Excel's day 0: a time of day that was formatted as a date
            return Wall(None, value.time())
        return Wall(value.date(), value.time())
    if isinstance(value, date):
        return Wall(value, None)
    if isinstance(value, time):
        return Wall(None, value.replace(tzinfo=None))
    if isinstance(value, timedelta):
        if timedelta(0) <= value < timedelta(days=1):
            return Wall(None, (_SERIAL_ZERO + value).time())
        raise NoTime(f"{value} 是一段时长，不是时间", f"{value} is a length of time, not a time")
    if isinstance(value, bool):
        raise NoTime(f"{value} 不是时间", f"{value} is not a time")
    if isinstance(value, (int, float, Decimal)):
        return _serial(value)
    text = plain(str(value))
    if not text:
        raise NoTime("空白", "it is empty")
    return _text(text, hint)


def _serial(value: int | float | Decimal) -> Wall:
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise NoTime(f"{value} 不是时间", f"{value} is not a time")
    if 0 <= exact < 1 and not isinstance(value, int):
        return Wall(None, (_SERIAL_ZERO + _day_share(exact)).time())
    whole = int(exact)
    if whole in _SERIALS:
        at = _SERIAL_ZERO + timedelta(days=whole) + _day_share(exact - whole)
        return Wall(at.date(), at.time() if exact != whole else None)
    if isinstance(value, int) or exact == whole:
        try:
            return _text(str(whole), Hint())
        except NoTime:
            pass
    raise NoTime(f"{value} 既不是时间，也不是 Excel 日期序号", f"{value} is neither a time nor an Excel serial date")


def _day_share(share: Decimal) -> timedelta:
    """The part of a day, to the second: Excel's fractions are not exact."""
    return timedelta(seconds=min(86_399, int((share * 86_400).to_integral_value())))


def _text(text: str, hint: Hint) -> Wall:
    try:
        aware = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
    except ValueError:
        pass
    else:
        if aware.tzinfo is not None:
            return Wall(aware.date(), aware.timetz(), aware)
        if len(text) > 10:
            return Wall(aware.date(), aware.time())
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and int(text[:5]) in _SERIALS:  # a serial that was typed or exported as text
        return _serial(Decimal(text) if "." in text else int(text))
    rest = _WEEKDAY.sub(" ", text).replace("T", " ").strip()
    found = _DAY.match(rest)
    day, guessed = (None, False) if found is None else _day(found, text, hint)
    if found is not None:
        rest = rest[found.end() :].strip(" ,;，-")
    if not rest:
        if day is None:
            raise NoTime(f"「{text}」不是时间", f"{text!r} is not a time")
        return Wall(day, None, guessed_year=guessed)
    clock = _CLOCK.fullmatch(rest)
    if clock is None or (clock["packed"] and day is None):
        raise NoTime(f"「{text}」不是时间", f"{text!r} is not a time")
    return Wall(day, _clock(clock, text), guessed_year=guessed)


def _day(found: re.Match[str], text: str, hint: Hint) -> tuple[date, bool]:
    part = found.groupdict()
    guessed = False
    year: int | None
    if part["y"]:
        year, month, day = int(part["y"]), int(part["m"]), int(part["d"])
        if len(part["y"]) == 2:
            if part["ys"] != "年" and day > 31:
                raise NoTime(f"「{text}」不是时间", f"{text!r} is not a time")
            year += 2000
    elif part["y8"]:
        year, month, day = int(part["y8"]), int(part["m8"]), int(part["d8"])
    elif part["mon"]:
        if part["mon"].lower() not in _MONTHS:
            raise NoTime(f"「{text}」不是时间", f"{text!r} is not a time")
        year, month, day = int(part["y3"]), _MONTHS[part["mon"].lower()], int(part["d3"])
    elif part["y4"]:
        first, second, year = int(part["a"]), int(part["b"]), int(part["y4"])
        if first <= 12 and second <= 12 and first != second:
            raise NoTime(
                f"「{text}」是几月几日不清楚：在映射的 [time] formats 中写明",
                f"{text!r} may be either day or month first: say which in the mapping's [time] formats",
            )
        month, day = (first, second) if first <= 12 else (second, first)
    else:
        month, day = int(part["m2"] or part["m5"]), int(part["d2"] or part["d5"])
        year, guessed = hint.year, True
        if year is None:
            raise NoTime(
                f"「{text}」没有年份，表名和标题里也没有：在映射里写 [time] year",
                f"{text!r} has no year, and neither has the sheet's name or title: give [time] year in the mapping",
            )
        if hint.month and month - hint.month > 6:
            year -= 1
        elif hint.month and hint.month - month > 6:
            year += 1
    try:
        return date(year, month, day), guessed
    except ValueError:
        raise NoTime(f"「{text}」：没有这一天", f"{text!r}: there is no such day") from None


def _clock(found: re.Match[str], text: str) -> time:
    part = found.groupdict()
    if part["packed"]:
        hour, minute, second = int(part["packed"][:2]), int(part["packed"][2:4]), int(part["packed"][4:6] or 0)
    else:
        hour, minute, second = int(part["h"]), 30 if part["half_past"] else int(part["m"] or 0), int(part["s"] or 0)
    half = (part["half"] or part["ampm"] or "").lower()
    if (half in ("下午", "晚上", "晚", "夜间", "pm") and 1 <= hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("am", "凌晨", "上午") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        raise NoTime(f"「{text}」：没有这个时刻", f"{text!r}: there is no such time of day") from None


_NUMBER = re.compile(r"(?P<open>\()?(?P<sign>[+-])?¥?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?元?(?P<close>\))?")


def read_number(value: Any) -> Decimal:
    """What a cell says of how many or how much, exactly.

    Args:
        value: A number, or text such as ¥1,280.50, １２元 or (35.00), which is how bookkeepers write -35.00.

    Returns:
        The number. A float stands for the decimal that a spreadsheet shows of it: 0.1 is a tenth, 0.1 + 0.2 has seventeen decimals.

    Raises:
        NoNumber: It is none: text, a time, or thousands that are not marked off in threes.

    Example:
        >>> read_number("¥1,280.50"), read_number(0.1), read_number("(35.00)")
        (Decimal('1280.50'), Decimal('0.1'), Decimal('-35.00'))
    """
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if exact.is_finite():
            return exact
    elif isinstance(value, str):
        found = _NUMBER.fullmatch(plain(value).replace(" ", ""))
        if found and bool(found["open"]) == bool(found["close"]) and not (found["open"] and found["sign"]):
            exact = Decimal(found["whole"].replace(",", "") + (found["rest"] or ""))
            return -exact if found["open"] or found["sign"] == "-" else exact
    raise NoNumber(f"「{value}」不是数字", f"{str(value)!r} is not a number")


_PLACE = (
    # 3栋1单元1201室, 3号楼1单元1201, A座2单元301
    re.compile(
        r"(?P<b>[A-Za-z]?\d{0,3}|[A-Za-z])\s*(?:号楼|栋|幢|座|楼|#楼?)\s*[-—]?\s*(?P<u>\d{1,2}|[A-Za-z])\s*(?:单元|门|-|—)\s*(?P<r>\d{1,4}[A-Za-z]?)\s*(?:室|房|号|户)?"
    ),
    # 3-1-1201
    re.compile(r"(?P<b>[A-Za-z]?\d{1,3}|[A-Za-z])\s*[-—/]\s*(?P<u>\d{1,2}|[A-Za-z])\s*[-—/]\s*(?P<r>\d{1,4}[A-Za-z]?)\s*(?:室|房|号|户)?"),
    # 3栋1201, A座1201
    re.compile(r"(?P<b>[A-Za-z]?\d{1,3}|[A-Za-z])\s*(?:号楼|栋|幢|座|楼|#楼?)\s*[-—]?\s*(?P<r>\d{3,4}[A-Za-z]?)\s*(?:室|房|号|户)?"),
    # 3-1201
    re.compile(r"(?P<b>[A-Za-z]?\d{1,3}|[A-Za-z])\s*[-—/]\s*(?P<r>\d{3,4}[A-Za-z]?)\s*(?:室|房|号|户)?"),
)


def place_of(text: str) -> str | None:
    """A home in one form, ``building-unit-room`` or ``building-room``; None where the text is no such place.

    Example:
        >>> [place_of(t) for t in ("3栋1单元1201", "3#1-1201", "3-1-1201", "３号楼1201室", "大堂")]
        ['3-1-1201', '3-1-1201', '3-1-1201', '3-1201', None]
    """
    narrow = plain(text).replace("–", "-").replace("－", "-")
    for form in _PLACE:
        found = form.fullmatch(narrow)
        if found and found["b"]:
            parts = found.groupdict()
            return "-".join(p.upper().lstrip("0") or "0" for p in (parts["b"], parts.get("u"), parts["r"]) if p)
    return None


def is_total(cells: list[Any], words: tuple[str, ...] = TOTALS) -> bool:
    """Whether a row is a sum: one of its first filled cells begins with such a word."""
    for cell in islice((c for c in cells if c is not None and text_of(c)), 3):
        if not isinstance(cell, str) or len(cell) > 24:
            continue
        text = plain(cell).replace(" ", "").lower()
        if len(text) <= 12 and any(text.startswith(w) or re.match(f"本[年月周日页]{w}", text) for w in words):
            return True
    return False
