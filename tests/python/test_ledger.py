"""How a charge came to its amount, and what a day brought in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

import wuye
from wuye import ledger, simulate
from wuye.cli import main
from wuye.money import yuan_of

STAFF = {"zhao": "front_desk_officer", "kuai": "accountant", "wang": "cs_supervisor", "chen": "site_manager"}


def tell(office: wuye.Office, do: str, at: str, by: str = "kuai", **fields: object) -> wuye.Outcome:
    out = office.record(do=do, at=at + "+08:00", by=by, **fields)
    assert out.accepted, str(out)
    return out


def fill(office: wuye.Office, use: str = "home") -> wuye.Office:
    for who, post in STAFF.items():
        tell(office, "set_staff", "2026-01-01T00:00", "system:setup", staff=who, post=post)
    tell(office, "set_unit", "2026-01-01T00:00", "system:setup", place="3-1201", area="100", use=use)
    tell(office, "set_party", "2026-01-01T00:00", "system:setup", party="p1", place="3-1201", role="owner")
    return office


def bill(office: wuye.Office, at: str, first: str, last: str, **fields: object) -> str:
    tell(office, "bill", at, **{"class": "billing", "heads": ["management"], "from": first, "to": last, **fields})
    return office.table("charges").rows()[-1]["charge"]


@pytest.fixture
def office() -> wuye.Office:
    return fill(wuye.memory(seed="ledger"))


def test_a_part_of_a_month_and_what_was_paid_of_it(office):
    charge = bill(office, "2026-03-20T09:00", "2026-03-20", "2026-03-31")
    tell(office, "receive", "2026-03-21T09:00", "zhao", amount=5000, place="3-1201", method="cash", invoice="N1")
    why = ledger.charge_why(office, charge)
    assert why.reckoned
    (step,) = why.steps
    assert (step["from"], step["until"], step["price"], step["amount"]) == (date(2026, 3, 20), date(2026, 4, 1), Decimal("2.35"), Decimal("90.97"))
    assert [(p["kind"], p["amount"], p["by"]) for p in why.postings] == [("charge", Decimal("90.97"), "kuai"), ("pay", Decimal("50.00"), "zhao")]
    assert why.charge["owed"] == why.postings[0]["amount"] - why.postings[1]["amount"]
    text = why.text("zh")
    assert any(line.split() == ["2026-03-20", "2026-04-01", "2.35", "100", "12/31", "90.97"] for line in text.splitlines())
    assert "应收金额 90.97    欠费金额 40.97" in text
    assert f"规程 standard {office.manual.hash[:16]}…" in text
    assert "paid" in why.text("en")
    with pytest.raises(wuye.NotFound, match="no charge"):
        ledger.charge_why(office, charge + "x")


def test_the_price_of_its_day_of_service_explains_it(office):
    """A dearer manual since, and the home has become a shop: March was billed in April at March's price for a home."""
    before = office.manual
    dearer = wuye.Manual.load(("dear.toml", 'name = "dear"\nextends = "standard"\n[[fee.management.price]]\nprice = "9.9"\n'))
    tell(office, "set_unit", "2026-03-10T00:00", "system:setup", place="3-1202", area="80")
    office.adopt(dearer, "2026-04-01T00:00+08:00", by="system:setup")
    charge = bill(office, "2026-04-02T09:00", "2026-03-01", "2026-03-31", place="3-1201")
    tell(office, "set_unit", "2026-05-01T00:00", "system:setup", place="3-1201", area="120", use="shop")
    why = ledger.charge_why(office, charge)
    assert office.manual.hash == dearer.hash != before.hash
    assert why.manual.hash == before.hash
    assert [step["amount"] for step in why.steps] == [Decimal("235.00")] == [why.charge["amount"]]
    late = bill(office, "2026-05-02T09:00", "2026-04-01", "2026-04-30", place="3-1201")
    assert [step["price"] for step in ledger.charge_why(office, late).steps] == [Decimal("9.9")]


def test_service_before_the_office_was_follows_the_manual_of_its_booking(office):
    """December was billed in January; there was no office in December, and there is another manual now."""
    late = {"party": "p1", "place": "3-1201", "role": "owner", "now": "2026-01-02T09:00+08:00"}
    tell(office, "set_party", "2025-12-01T00:00", "system:setup", **late)
    charge = bill(office, "2026-01-05T09:00", "2025-12-01", "2025-12-31")
    dearer = wuye.Manual.load(("dear.toml", 'name = "dear"\nextends = "standard"\n[[fee.management.price]]\nprice = "9.9"\n'))
    office.adopt(dearer, "2026-02-01T00:00+08:00", by="system:setup")
    why = ledger.charge_why(office, charge)
    assert why.manual.hash != office.manual.hash
    assert [step["price"] for step in why.steps] == [Decimal("2.35")]


def test_what_cannot_be_worked_out_any_more_says_so():
    office = fill(wuye.memory(seed="ledger"))
    tell(office, "set_staff", "2026-03-04T00:00", "system:setup", staff="sun")
    # told on the fourth: since the second it has been a shop; the bill of the third, told then too, knows that
    tell(office, "set_unit", "2026-03-02T00:00", "system:setup", place="3-1201", area="100", use="shop", now="2026-03-04T01:00+08:00")
    charge = bill(office, "2026-03-03T09:00", "2026-03-01", "2026-03-31", now="2026-03-04T02:00+08:00")
    assert ledger.charge_why(office, charge).charge["amount"] == Decimal("680.00")
    assert len(ledger.charge_why(office, charge).steps) == 1
    tell(office, "set_unit", "2026-03-20T00:00", "system:setup", place="3-1201", area="100", use="home")
    why = ledger.charge_why(office, charge)
    assert (why.reckoned, why.steps) == (True, ())
    assert "不能再逐段复算" in why.text("zh")
    assert "cannot be reckoned anew" in why.text("en")


def test_an_amount_that_was_told_and_a_late_fee(office):
    told = tell(office, "charge", "2026-03-03T10:00", place="3-1201", head="paid_service", amount=12000, contract="单 12").facts["charge"]
    why = ledger.charge_why(office, told)
    assert (why.reckoned, why.steps, why.told) == (False, (), {"contract": "单 12"})
    assert "金额由经办人录入\n服务合同或业主确认: 单 12" in why.text("zh")
    on = 'name = "mine"\nextends = "standard"\n[switch.fee.late_fee]\nvalue = "on"'
    other = fill(wuye.memory(wuye.Manual.load(("mine.toml", on)), seed="ledger"))
    charge = bill(other, "2026-01-05T09:00", "2026-01-01", "2026-01-31")
    fee = tell(other, "demand_late_fee", "2026-06-01T09:00", charge=charge)
    row = next(r for r in other.table("charges").rows() if r["case"] == fee.case)
    assert row["base"] == charge
    assert f"滞纳金，本金应收 {charge}" in ledger.charge_why(other, row["charge"]).text("zh")


def take(office: wuye.Office) -> None:
    receipt = {"place": "3-1201"}
    tell(office, "receive", "2026-03-02T09:00", "zhao", amount=20000, method="cash", invoice="N1", **receipt)
    tell(office, "receive", "2026-03-02T23:59:59", "kuai", amount=3001, method="cash", **receipt)
    cheque = tell(office, "receive", "2026-03-02T11:00", "zhao", amount=50000, method="cheque", invoice="N2", now="2026-03-03T00:30+08:00", **receipt)
    tell(office, "receive", "2026-03-03T00:00", "zhao", amount=700, method="mobile", invoice="N3", now="2026-03-03T00:30+08:00", **receipt)
    asked = tell(office, "ask_reversal", "2026-03-03T10:00", "zhao", receipt=cheque.case, reason="退票")
    tell(office, "reverse", "2026-03-03T11:00", "wang", case=asked.case)
    cash = next(r for r in office.table("receipts").rows() if r["invoice"] == "N1")
    refund = tell(office, "ask_refund", "2026-03-03T12:00", "zhao", receipt=cash["receipt"], amount=1500, reason="多收")
    tell(office, "approve_refund", "2026-03-03T12:10", "chen", case=refund.case)
    tell(office, "pay_back", "2026-03-03T12:20", "kuai", case=refund.case)


def test_the_days_takings_by_method(office):
    take(office)
    day = ledger.takings(office, date(2026, 3, 2))
    assert [(t.method, t.receipts, t.papers, t.received, t.booked) for t in day.methods] == [
        ("cash", 2, 1, Decimal("230.01"), Decimal("230.01")),
        ("cheque", 1, 1, Decimal("500.00"), Decimal("500.00")),
    ]
    assert (day.booked, day.papers, day.agrees) == (Decimal("230.01"), 2, True)
    after = ledger.takings(office, date(2026, 3, 3))
    rows = {t.method: (t.receipts, t.received, t.reversed, t.refunded, t.booked) for t in after.methods}
    assert rows == {
        "cash": (0, Decimal(0), Decimal(0), Decimal(15), Decimal(-15)),
        "mobile": (1, Decimal(7), Decimal(0), Decimal(0), Decimal(7)),
        "cheque": (0, Decimal(0), Decimal(500), Decimal(0), Decimal(-500)),
    }
    assert [t.method for t in after.methods] == ["cash", "mobile", "cheque"], "in the manual's order"
    assert ledger.takings(office).day == date(2026, 3, 3)
    assert [(t.method, t.received) for t in ledger.takings(office, date(2026, 3, 2), "kuai").methods] == [("cash", Decimal("30.01"))]
    assert ledger.takings(office, date(2026, 3, 9)).methods == ()
    assert ledger.takings(wuye.memory()).booked == Decimal(0)
    everything = sum(t.received for d in (2, 3) for t in ledger.takings(office, date(2026, 3, d)).methods)
    assert everything == sum(r["amount"] for r in office.table("receipts").rows())


def test_a_count_is_held_against_what_is_booked(office):
    take(office)
    tell(office, "cash_up", "2026-03-02T23:59:59", "zhao", day="2026-03-02", counted=23001, booked=23001, papers=2, now="2026-03-03T13:00+08:00")
    day = ledger.takings(office, date(2026, 3, 2))
    assert day.agrees
    assert [(c["by"], c["counted"]) for c in day.counted] == [("zhao", Decimal("230.01"))]
    # what the procedure was told agrees with itself, and neither with the ledger
    tell(office, "cash_up", "2026-03-03T14:00", "kuai", day="2026-03-02", counted=20000, booked=20000, papers=2)
    short = ledger.takings(office, date(2026, 3, 2))
    assert not short.agrees
    assert any(line.split()[-3:] == ["200.00", "200.00", "-30.01"] for line in short.text("zh").splitlines())
    assert [c["by"] for c in ledger.takings(office, date(2026, 3, 2), "kuai").counted] == ["kuai"]
    assert "Cash booked 230.01    Papers 2" in short.text("en")
    assert ledger.takings(office, date(2026, 3, 4)).counted == ()


def test_from_the_command_line(tmp_path, capsys):
    path = str(tmp_path / "garden.db")
    with wuye.open(path, seed="ledger") as office:
        fill(office)
        take(office)
        charge = bill(office, "2026-03-03T12:30", "2026-03-01", "2026-03-31")
        postings = [p for p in office.table("postings").rows() if p["charge"] == charge]
        repair = tell(office, "report", "2026-03-03T13:00", "zhao", **{"class": "repair"}, place="3-1201", text="漏水").case
    assert main(["explain", path, charge, "--lang", "zh"]) == 0
    assert "应收金额 235.00" in capsys.readouterr().out
    assert main(["explain", path, charge, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["charge"]["charge"], told["steps"][0]["amount"], len(told["postings"])) == (charge, "235.00", len(postings))
    assert len(postings) > 1, "it was paid out of what was there"
    assert main(["explain", path, repair]) == 0
    assert repair in capsys.readouterr().out
    assert main(["explain", path, "billing-99:x"]) == 2
    assert "billing-99:x" in capsys.readouterr().err
    assert main(["cashup", path, "2026-03-02", "--lang", "zh"]) == 0
    assert "现金账面 230.01    票据张数 2" in capsys.readouterr().out
    with wuye.open(path) as office:
        tell(office, "cash_up", "2026-03-03T14:00", "zhao", day="2026-03-02", counted=23000, booked=23001, papers=2)
    assert main(["cashup", path, "2026-03-02", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["booked"], told["agrees"], told["counted"][0]["counted"]) == ("230.01", False, "230.00")
    assert main(["cashup", path, "yesterday"]) == 2
    assert "no date" in capsys.readouterr().err


def test_a_desk_that_lives_for_a_month():
    """Takings add up to what was received, a desk that counts right agrees with them, and every charge is explained to the fen."""
    # What is written down the next day was not there to be counted.
    rates = simulate.Rates(reports_a_day=1, others=0.1, custody=0, shifts=0, sheets=0, debts=0.3, mistake=0.1, told_late=0)
    office = wuye.memory(seed="month")
    simulate.record(simulate.month(3, "2026-03", rates=rates), office, answers=simulate.Answers(3, rates))
    received = {"received": Decimal(0), "reversed": Decimal(0), "refunded": Decimal(0)}
    told = [json.loads(r["fields"]) for r in office.table("cases").rows() if r["procedure"] == "cash_up"]
    said = {fields["day"]: yuan_of(fields["booked"]) for fields in told}
    days = sorted({p["at"].date() for p in office.table("postings").rows()} | {date.fromisoformat(day) for day in said})
    for day in days:
        found = ledger.takings(office, day)
        for name in received:
            received[name] += sum(getattr(t, name) for t in found.methods)
        if day.isoformat() in said:
            assert found.booked == said[day.isoformat()], "the simulated clerk adds up by himself"
    receipts = office.table("receipts").rows()
    assert len(said) > 10
    assert received["received"] == sum(r["amount"] for r in receipts) > 0
    assert received["reversed"] == sum(r["reversed"] for r in receipts)
    assert received["refunded"] == sum(r["refunded"] for r in receipts)
    charges = office.table("charges").rows()
    for row in [*charges[:: len(charges) // 10], *(r for r in charges if r["waived"] or r["written_off"] or r["reversed"])]:
        why = ledger.charge_why(office, row["charge"])
        assert why.reckoned == bool(why.steps)
        assert not why.steps or sum(step["amount"] for step in why.steps) == row["amount"]
        assert why.postings[0]["kind"] == "charge"
        assert why.postings[0]["amount"] - sum(p["amount"] for p in why.postings[1:]) == row["owed"]
