"""Lists with whatever a workbook or a frame may hold: nothing breaks, every row is counted once, and what is summed is what is booked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import pytest

pytest.importorskip("hypothesis", reason="hypothesis is not installed")
from hypothesis import given, settings
from hypothesis import strategies as st

import wuye
from test_lists import ARREARS, OPENING, fill
from wuye.importing import LogMapping
from wuye.sheets import Sheet

CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["3-1-1201", "物业费", "2025-10-01", "2025/12/31", "12.50", "¥1,280.50", "12.005", "-3", "#REF!", "=A1", "'5", "１２元", "合计"]),
)


GOOD = st.tuples(
    st.sampled_from(["3-1-1201", "3栋1单元1202", "3-1-1203"]),
    st.sampled_from(["物业费", "物业管理费", "车位费", "management"]),
    st.dates(date(2024, 1, 1), date(2025, 6, 30)),
    st.dates(date(2025, 7, 1), date(2025, 12, 31)).map(str),
    st.decimals(0, 10**6, places=2) | st.integers(1, 10**6) | st.integers(1, 10**6).map(lambda fen: fen / 100),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)).map("{:%Y/%m/%d}".format),
)


@st.composite
def rows_of(draw):
    """Mostly rows as they should be, some with one cell that holds whatever."""
    out = []
    for row in draw(st.lists(GOOD, max_size=8)):
        cells = list(row)
        if draw(st.integers(0, 3)) == 0:
            cells[draw(st.integers(0, 5))] = draw(CELLS)
        out.append(cells)
    return out


@settings(max_examples=60, deadline=None)
@given(rows=rows_of())
def test_no_cell_breaks_it_and_every_row_is_in_one_count(rows):
    """Any workbook: every row is counted once, what is summed is what is booked, and again books nothing."""
    rules = LogMapping.load("arrears")
    sheet = Sheet("", [(1, list(ARREARS.split(","))), *((n, cells) for n, cells in enumerate(rows, 2) if any(c not in (None, "") for c in cells))])
    with fill(wuye.memory(seed="any")) as office, patch("wuye.importing.read_sheets", return_value=[sheet]):
        result = wuye.import_log("any.xlsx", rules, office, given=OPENING)
        assert sum(result.counts.values()) == result.rows == len(sheet.rows) - 1
        named = {r.row for r in result.reports}
        assert result.counts["entry"] == result.rows - len(named), "whatever is no entry is named"
        assert all(r.reason for r in result.reports)
        booked = sum((r["amount"] for r in office.table("charges").rows()), Decimal(0))
        assert sum(result.sums.values(), Decimal(0)) == booked
        again = wuye.import_log("any.xlsx", rules, office, given=OPENING)
        assert again.recorded["accepted"] == 0
        assert sum((r["amount"] for r in office.table("charges").rows()), Decimal(0)) == booked
