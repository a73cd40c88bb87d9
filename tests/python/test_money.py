"""Charges, late fees and shares, from a manual alone."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

import wuye

STANDARD = wuye.Manual.standard()
LATE = wuye.Manual.load(("late.toml", 'name = "late"\nextends = "standard"\n[switch.fee.late_fee]\nvalue = "on"'))


def test_a_charge():
    assert STANDARD.charge("management", Decimal("89.5"), date(2026, 3, 1), date(2026, 4, 1)) == Decimal("210.33")
    assert STANDARD.charge("management", "89.5", "2026-03-01", "2026-04-01", use="shop") == Decimal("608.60")
    assert STANDARD.charge("parking", [1, 2], "2026-03-01", "2026-04-01") == [Decimal("80.00"), Decimal("160.00")]
    assert STANDARD.charge("water", "12.5", "2026-02-11", "2026-03-12") == Decimal("43.13")


def test_charges_add_up_wherever_a_month_is_cut():
    whole = STANDARD.charge("management", "88.88", "2026-03-01", "2026-04-01")
    for day in range(2, 32):
        cut = f"2026-03-{day:02d}"
        parts = STANDARD.charge("management", "88.88", "2026-03-01", cut) + STANDARD.charge("management", "88.88", cut, "2026-04-01")
        assert parts == whole


def test_the_steps_of_a_charge():
    steps = STANDARD.explain_charge("management", "100", "2026-03-20", "2026-04-11")
    assert [s["months"] for s in steps] == [Fraction(12, 31), Fraction(1, 3)]
    assert [s["price"] for s in steps] == [Decimal("2.35"), Decimal("2.35")]
    assert sum(s["amount"] for s in steps) == STANDARD.charge("management", "100", "2026-03-20", "2026-04-11")
    assert STANDARD.explain_charge("management", "100", "2026-03-20", "2026-04-11", use="shop")[0]["price"] == Decimal("6.80")


def test_arrays_are_millionths_and_fen():
    numpy = pytest.importorskip("numpy")
    quantities = numpy.array([89_500_000, 0, 118_500_000])
    fen = STANDARD.charge("management", quantities, "2026-03-01", "2026-04-01")
    assert fen.dtype == "int64"
    assert fen.tolist() == [21033, 0, 27848]
    with pytest.raises(wuye.InvalidArgument):
        STANDARD.charge("management", numpy.array([89.5]), "2026-03-01", "2026-04-01")


def test_late_fees():
    assert STANDARD.late_fee("management", 1000, "2026-03-25", "2027-03-25") == 0
    assert LATE.late_fee("management", 150, "2026-03-25", "2026-08-02") == Decimal("7.50")
    assert LATE.late_fee("management", 150, "2016-03-25", "2026-03-25") == 150
    owed = [("2026-03-01", "1000"), ("2026-05-04", 400)]  # ten nights of the one after thirty days of grace, ten of the other
    assert LATE.late_fee("management", owed, "2026-03-25", "2026-05-14") == Decimal("7.00")


def test_shares():
    assert wuye.share("100", [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert sum(wuye.share("1234.56", [89, 118, 0, 77])) == Decimal("1234.56")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: STANDARD.charge("management", 89.5, "2026-03-01", "2026-04-01"),
        lambda: STANDARD.charge("management", "89.5 m2", "2026-03-01", "2026-04-01"),
        lambda: STANDARD.charge("management", "0.0000001", "2026-03-01", "2026-04-01"),
        lambda: STANDARD.charge("management", -1, "2026-03-01", "2026-04-01"),
        lambda: STANDARD.charge("management", 1, "2026-04-01", "2026-03-01"),
        lambda: STANDARD.charge("management", 1, "2026-13-01", "2026-14-01"),
        lambda: STANDARD.charge("management", 1, datetime(2026, 3, 1, tzinfo=timezone.utc), "2026-04-01"),
        lambda: STANDARD.charge("management", 1, "2026-03-01", "2026-04-01", colour="red"),
        lambda: STANDARD.charge("deposit", 1, "2026-03-01", "2026-04-01"),
        lambda: LATE.late_fee("management", 1.5, "2026-03-25", "2026-05-14"),
        lambda: LATE.late_fee("management", -1, "2026-03-25", "2026-05-14"),
        lambda: LATE.late_fee("management", [("2026-05-04", 1), ("2026-03-01", 2)], "2026-03-25", "2026-05-14"),
        lambda: wuye.share("0.001", [1]),
        lambda: wuye.share("1", [0, 0]),
        lambda: wuye.share("1", [1, -1]),
        lambda: wuye.share(10**30, [1]),
    ],
)
def test_what_is_no_question(ask):
    with pytest.raises(wuye.InvalidArgument):
        ask()


def test_an_unknown_fee_names_the_nearest():
    with pytest.raises(wuye.NotFound) as refused:
        STANDARD.charge("managment", 1, "2026-03-01", "2026-04-01")
    assert refused.value.details["nearest"] == "management"
