"""What the ledger says, as papers to look at and to print: how a charge came to its amount, and what a day brought in.

Every function reads an office, or one as of an earlier moment (``office.as_of(t)``), and changes nothing. Who owes what is in desk.py.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from wuye._table import render
from wuye.errors import Error, NotFound
from wuye.manual import Manual
from wuye.money import yuan_of
from wuye.office import Office
from wuye.wording import Words

__all__ = ["ChargeWhy", "Taken", "Takings", "charge_why", "takings"]

CASH_UP = "cash_up"

_ZERO = Decimal("0.00")

#: What a posting is, as it stands on paper.
_KINDS = {
    "charge": ("应收", "charged"),
    "receive": ("收款", "received"),
    "pay": ("实收", "paid"),
    "waive": ("减免", "waived"),
    "write_off": ("核销", "written off"),
    "refund": ("退款", "given back"),
    "reverse": ("冲红", "taken back"),
}


@dataclass(frozen=True)
class ChargeWhy:
    """How a charge came to its amount, and what has become of it since.

    Attributes:
        charge: Its row of table ``charges``.
        steps: How its amount is reckoned, as :meth:`wuye.Manual.explain_charge` says it (before ``discount``, where it was paid ahead); empty of an
            amount that was told, of a late fee, and where they cannot be worked out any more.
        postings: What was booked on it, in order; ``owed`` is the first less all others.
        told: Of an amount that was told: contract and note, by the field's name.
        manual: The manual that the steps follow; where there are none, the one in force.
        reckoned: The amount follows from a price. Where it has no steps all the same, the manual or the unit say otherwise than when it was billed.
    """

    charge: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    postings: tuple[dict[str, Any], ...]
    told: dict[str, str]
    manual: Manual
    reckoned: bool

    def text(self, lang: str = "en") -> str:
        """The explanation on paper, in ``"zh"`` or ``"en"``."""
        words = Words(self.manual.describe(lang), lang)
        say, row = words.say, self.charge
        out = [
            f"{row['charge']}  {row['head']}  {row['place']}  {row['payer']}",
            f"{say('应收金额', 'Charged')} {row['amount']}    {say('欠费金额', 'Owed')} {row['owed']}    {say('缴费到期日', 'Due')} {row['due']}",
            "",
        ]
        if self.steps:
            head = [
                say("自", "from"),
                say("至", "until"),
                say("单价", "price"),
                say("数量", "quantity"),
                say("月数", "months"),
                say("金额", "amount"),
            ]
            rows = [(t["from"], t["until"], _short(t["price"]), _short(t["quantity"]), t["months"], t["amount"], t["clause"]) for t in self.steps]
            out.append(render([*head, say("条款", "clause")], rows))
            if row["meter"]:
                out.append(f"{say('表号', 'Meter')} {row['meter']}: {row['reading_from']} → {row['reading_to']}")
            if row["discount"]:
                out.append(f"{say('预缴优惠', 'Less, for paying ahead')} {row['discount']}")
            out.append(f"{say('规程', 'Manual')} {self.manual.name} {self.manual.hash[:16]}…")
        elif self.reckoned:
            out.append(say("规程或房屋资料此后有变，不能再逐段复算", "The manual or the unit has changed since: it cannot be reckoned anew"))
        elif row["base"]:
            out.append(say(f"滞纳金，本金应收 {row['base']}", f"Late fee on {row['base']}"))
        else:
            out.append(say("金额由经办人录入", "The amount was told"))
        procedure = next((p for p in words.described["procedures"] if p["name"] == "charge"), None)
        out += [f"{words.of(procedure).field(name) if procedure else name}: {text}" for name, text in self.told.items()]
        head = [say("时间", "when"), say("种类", "what"), say("金额", "amount"), say("收款编号", "receipt"), say("何人", "who")]
        columns = ["at", "kind", "amount", "receipt", "by", "clause"]
        booked = [[say(*_KINDS[p[column]]) if column == "kind" else p[column] for column in columns] for p in self.postings]
        return "\n".join((*out, "", render([*head, say("条款", "clause")], booked)))


def _short(value: Decimal) -> Decimal:
    """A price or a quantity without the zeros that say nothing."""
    return Decimal(f"{value.normalize():f}")


def charge_why(office: Office, charge: str) -> ChargeWhy:
    """How a booked charge came to its amount (R125, R128).

    Args:
        office: The office, or one as of a moment.
        charge: The charge's id.

    Returns:
        Its steps under the manual of its first day of service, and what was booked on it.

    Raises:
        NotFound: There is no such charge.
    """
    row = next((row for row in office.table("charges").rows() if row["charge"] == charge), None)
    if row is None:
        raise NotFound(f"there is no charge {charge!r}")
    postings = tuple(p for p in office.table("postings").rows() if p["charge"] == charge)
    reckoned = bool(row["quantity"]) and row["from"] is not None
    told: dict[str, str] = {}
    if not reckoned:
        for line in office.explain(row["case"])["lines"]:
            if line["k"] == "told":
                told |= {name: str(line["with"][name]) for name in ("contract", "note") if line["with"].get(name)}
    found = _steps(office, row) if reckoned else None
    return ChargeWhy(
        charge=row,
        steps=found[1] if found else (),
        postings=postings,
        told=told,
        manual=found[0] if found else office.manual,
        reckoned=reckoned,
    )


def _steps(office: Office, row: Mapping[str, Any]) -> tuple[Manual, tuple[dict[str, Any], ...]] | None:
    """The steps that come to the charge's amount: by what holds today, or else by what held on its first day and when it was booked."""
    midnight = datetime.combine(row["from"], time(), office.zone)
    for then in (None, midnight, row["at"]):
        try:
            with contextlib.ExitStack() as stack:
                manual = office.manual if then is None else stack.enter_context(office.as_of(then)).manual
                units = office if then is None else stack.enter_context(office.as_of(row["at"]))
                unit = next((u for u in units.table("units").rows() if u["place"] == row["place"]), {})
                where = {name: unit[name] for name in ("use", "kind", "zone", "building") if unit.get(name)}
                steps = manual.explain_charge(row["head"], row["quantity"], row["from"], row["until"], **where)
        except Error:  # no such fee, or no office, then
            continue
        if sum((step["amount"] for step in steps), _ZERO) == row["amount"] + row["discount"]:
            return manual, tuple(steps)
    return None


@dataclass(frozen=True)
class Taken:
    """What one way of paying brought in on a day.

    Attributes:
        method: ``cash``, ``card``, ``transfer`` …
        receipts: How many receipts.
        papers: How many of them have the number of a paper (票据).
        received: Yuan that came in.
        reversed: Yuan of receipts of this or an earlier day that were taken back.
        refunded: Yuan given back, of receipts that had come in this way: how they were given back is not recorded.
    """

    method: str
    receipts: int
    papers: int
    received: Decimal
    reversed: Decimal
    refunded: Decimal

    @property
    def booked(self) -> Decimal:
        """What there should be of the day."""
        return self.received - self.reversed - self.refunded


@dataclass(frozen=True)
class Takings:
    """The day's takings (日清点, R136), to be held against what is counted.

    Attributes:
        day: The day, in the office's zone.
        by: Who took it; empty: everybody.
        methods: By the way it was paid, in the manual's order.
        counted: The counts (``cash_up``) that were told of the day: case, by whom, counted, said to be booked.
        manual: Whose words it is in.
    """

    day: date
    by: str
    methods: tuple[Taken, ...]
    counted: tuple[dict[str, Any], ...]
    manual: Manual

    @property
    def booked(self) -> Decimal:
        """Cash that was booked: what ``cash_up`` asks for as ``booked``."""
        return sum((taken.booked for taken in self.methods if taken.method == "cash"), _ZERO)

    @property
    def papers(self) -> int:
        """How many papers belong to the day's receipts."""
        return sum(taken.papers for taken in self.methods)

    @property
    def agrees(self) -> bool:
        """Every count that was told came to what is booked, and said so."""
        return all(count["counted"] == count["booked"] == self.booked for count in self.counted)

    def text(self, lang: str = "en") -> str:
        """The takings on paper, in ``"zh"`` or ``"en"``."""
        described = self.manual.describe(lang)
        words = Words(described, lang)
        procedure = next((p for p in described["procedures"] if p["name"] == "receipt"), None)
        of_receipt = words.of(procedure) if procedure else words
        say = words.say
        head = (say("付款方式", "method"), say("笔数", "receipts"), say("票据", "papers"), say("收款", "received"), say("冲红", "taken back"))
        rows = [(of_receipt.value("method", t.method), t.receipts, t.papers, t.received, t.reversed, t.refunded, t.booked) for t in self.methods]
        out = [
            "  ".join(part for part in (say("当日收款", "The day's takings"), str(self.day), self.by) if part),
            render((*head, say("退款", "given back"), say("账面", "booked")), rows),
            f"{say('现金账面', 'Cash booked')} {self.booked}    {say('票据张数', 'Papers')} {self.papers}",
        ]
        if self.counted:
            head = (say("清点", "count"), say("何人", "who"), say("实点", "counted"), say("报称账面", "said to be booked"), say("差额", "difference"))
            out += ["", render(head, [(c["case"], c["by"], c["counted"], c["booked"], c["counted"] - self.booked) for c in self.counted])]
        return "\n".join(out)


def takings(office: Office, day: date | None = None, by: str = "") -> Takings:
    """What came in on a day, by the way it was paid: the booked side of the daily cash-up (R136).

    Args:
        office: The office, or one as of a moment.
        day: The day in the office's zone; left out: the day of its clock.
        by: Only what this person booked, and only his counts; empty: everybody.

    Returns:
        Sums of postings by when they happened, also where they were told later.
    """
    if day is None:
        clock = office.clock
        day = clock.astimezone(office.zone).date() if clock else date.min
    receipts = {row["receipt"]: row for row in office.table("receipts").rows()}
    sums: dict[tuple[str, str], Decimal] = {}
    numbers: dict[str, list[bool]] = {}
    for posting in office.table("postings").rows():
        if posting["kind"] not in ("receive", "reverse", "refund") or posting["receipt"] not in receipts:
            continue
        if posting["at"].astimezone(office.zone).date() != day or (by and posting["by"] != by):
            continue
        receipt = receipts[posting["receipt"]]
        part = (receipt["method"], posting["kind"])
        sums[part] = sums.get(part, _ZERO) + posting["amount"]
        if posting["kind"] == "receive":
            numbers.setdefault(receipt["method"], []).append(bool(receipt["invoice"]))
    manual = office.manual
    known = [v for p in manual.describe()["procedures"] if p["name"] == "receipt" for f in p["fields"] if f["name"] == "method" for v in f["values"]]
    methods = sorted({method for method, _ in sums}, key=lambda method: (known.index(method) if method in known else len(known), method))
    counted = [
        {"case": row["case"], "by": row["opened_by"], "counted": yuan_of(fields["counted"]), "booked": yuan_of(fields["booked"])}
        for row in office.table("cases").rows()
        if row["procedure"] == CASH_UP and (fields := json.loads(row["fields"])).get("day") == day.isoformat() and by in ("", row["opened_by"])
        if "counted" in fields and "booked" in fields
    ]
    return Takings(
        day=day,
        by=by,
        methods=tuple(
            Taken(
                method=method,
                receipts=len(numbers.get(method, ())),
                papers=sum(numbers.get(method, ())),
                received=sums.get((method, "receive"), _ZERO),
                reversed=sums.get((method, "reverse"), _ZERO),
                refunded=sums.get((method, "refund"), _ZERO),
            )
            for method in methods
        ),
        counted=tuple(counted),
        manual=manual,
    )
