"""What a desk holds and is owed, as papers to look at and to print: keys, parcels, arrears, the handover sheet.

Every function reads an office, or one as of an earlier moment (``office.as_of(t)``), and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wuye._table import render
from wuye._time import from_us
from wuye.errors import NotFound
from wuye.manual import Manual
from wuye.money import yuan_of
from wuye.office import Office
from wuye.wording import Words

__all__ = ["Arrears", "Handover", "arrears", "handover", "held", "moves"]

KEYS = "key_custody"
ITEMS = "item_custody"
SHIFT = "shift"

_ZERO = Decimal("0.00")


def held(office: Office, procedure: str) -> list[dict[str, Any]]:
    """Where each thing is now: the rows of ``custody`` that are open.

    Args:
        office: The office, or one as of a moment.
        procedure: ``"key_custody"`` or ``"item_custody"``.
    """
    return [row for row in office.table("custody").rows() if row["procedure"] == procedure and row["until"] is None]


def moves(office: Office, item: str) -> list[dict[str, Any]]:
    """Where one thing was from its first day on.

    Args:
        office: The office.
        item: The case's id, or the number on its tag.

    Raises:
        NotFound: There is no such thing.
    """
    rows = [row for row in office.table("custody").rows() if item in (row["item"], row["tag"])]
    if not rows:
        raise NotFound(f"nothing in custody is called {item!r}")
    return rows


@dataclass(frozen=True)
class Arrears:
    """Who owes what, and what came in that pays nothing yet.

    Attributes:
        accounts: Those with something overdue: place, payer, owed, of it overdue, oldest due day, the case by which it is pressed for.
        by_head: What is overdue by head.
        unclaimed: Receipts of which nobody knows whose they are.
        prepaid: What was paid ahead, in all.
    """

    accounts: tuple[dict[str, Any], ...]
    by_head: tuple[tuple[str, Decimal], ...]
    unclaimed: tuple[dict[str, Any], ...]
    prepaid: Decimal

    @property
    def overdue(self) -> Decimal:
        """What is overdue in all."""
        return sum((amount for _, amount in self.by_head), _ZERO)


def arrears(office: Office, day: date | None = None) -> Arrears:
    """The list of arrears (欠费清单).

    Args:
        office: The office, or one as of a moment.
        day: Overdue is what was to be paid before it; left out: the day of the office's clock.

    Returns:
        Accounts by the oldest due day.
    """
    if day is None:
        clock = office.clock
        day = clock.astimezone(office.zone).date() if clock else date.min
    charges = [row for row in office.table("charges").rows() if row["owed"] and row["due"] < day]
    overdue: dict[tuple[str, str], Decimal] = {}
    heads: dict[str, Decimal] = {}
    for row in charges:
        account = (row["place"], row["payer"])
        overdue[account] = overdue.get(account, _ZERO) + row["owed"]
        heads[row["head"]] = heads.get(row["head"], _ZERO) + row["owed"]
    accounts = [
        {
            "place": row["place"],
            "payer": row["payer"],
            "owed": row["owed"],
            "overdue": overdue[row["place"], row["payer"]],
            "due": row["due"],
            "case": row["arrears"],
        }
        for row in office.table("accounts").rows()
        if (row["place"], row["payer"]) in overdue
    ]
    receipts = office.table("receipts").rows()
    return Arrears(
        accounts=tuple(sorted(accounts, key=lambda row: (row["due"], row["place"], row["payer"]))),
        by_head=tuple(sorted(heads.items())),
        unclaimed=tuple(row for row in receipts if row["state"] == "unclaimed"),
        prepaid=sum((row["balance"] for row in receipts if row["state"] == "prepaid"), _ZERO),
    )


#: What the two sides count: the field of the one and of the other.
_COUNTED = (("cash", "cash_taken"), ("items", "items_taken"), ("keys", "keys_taken"), ("tools", "tools_taken"))


@dataclass(frozen=True)
class Handover:
    """A handover sheet (交接班单), as it stands.

    Attributes:
        shift: The case.
        stage: Where it stands: ``on_duty``, ``handing_over``, ``relieved`` …
        fields: What was entered and counted; money in yuan.
        steps: When it was taken over, drawn up and accepted, and by whom.
        open_items: What is open, by id.
        keys_out: Keys that somebody has.
        items: Parcels and other items in care.
        manual: Whose words the sheet is in.
    """

    shift: str
    stage: str
    fields: dict[str, Any]
    steps: tuple[tuple[str, datetime, str], ...]
    open_items: tuple[dict[str, Any], ...]
    keys_out: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...]
    manual: Manual

    @property
    def by(self) -> str:
        """Who hands over."""
        return next((who for step, _, who in self.steps if step == "arrive_for_duty"), "")

    def text(self, lang: str = "en") -> str:
        """The sheet on paper, in ``"zh"`` or ``"en"``."""
        described = self.manual.describe(lang)
        of_shift = Words(described, lang).of(next(p for p in described["procedures"] if p["name"] == SHIFT))
        say = of_shift.say
        rows: list[Sequence[Any]] = [
            (of_shift.field(given), self.fields.get(given), self.fields.get(taken))
            for given, taken in _COUNTED
            if given in self.fields or taken in self.fields
        ]
        out = [
            "  ".join(
                [say("交接班单", "Handover sheet"), *(of_shift.value(name, self.fields[name]) for name in ("desk", "shift") if name in self.fields)]
            ),
            f"{self.shift}  {of_shift.stage(self.stage)}",
            "",
            render(
                [say("环节", "step"), say("时间", "when"), say("何人", "who")], [(of_shift.action(step), at, who) for step, at, who in self.steps]
            ),
            "",
            render([say("项目", "what"), say("移交", "handed over"), say("接收", "received")], rows),
        ]
        for name in ("open_items", "pending", "text", "difference", "answers"):
            if self.fields.get(name) not in (None, ""):
                out.append(f"{of_shift.field(name)}: {self.fields[name]}")
        for title, listed, columns in (
            (say("未结事项", "Open"), self.open_items, ("case", "procedure", "place", "stage", "holder")),
            (say("借出的钥匙", "Keys that are out"), self.keys_out, ("tag", "place", "pieces", "who", "from")),
            (say("寄存物品", "Items in care"), self.items, ("tag", "place", "pieces", "stage", "from")),
        ):
            if listed:
                out += ["", title, render(columns, [[row[column] for column in columns] for row in listed])]
        out += ["", f"{say('交班人', 'Handed over by')}: ____________    {say('接班人', 'Received by')}: ____________"]
        return "\n".join(out)


def handover(office: Office, shift: str | None = None) -> Handover:
    """The handover sheet of a shift, with what is open, out and in care.

    What is listed is listed as things stand when it is asked for: of a shift that has ended ask an office as of then.

    Args:
        office: The office, or one as of a moment.
        shift: The shift's case; left out: the latest of which a sheet was drawn up, or else the latest that is on duty.

    Raises:
        NotFound: There is no such shift.
    """
    cases = office.table("cases").rows()
    shifts = [row for row in cases if row["procedure"] == SHIFT]
    for stage in ("handing_over", "on_duty") if shift is None else ("",):
        chosen = [row for row in shifts if (row["stage"] == stage if stage else row["case"] == shift)]
        if chosen:
            break
    else:
        raise NotFound(f"there is no shift {shift!r}" if shift else "nobody is on duty, and no handover sheet is drawn up")
    row = max(chosen, key=lambda row: row["stage_since"])
    fields = dict(json.loads(row["fields"]))
    for name in ("cash", "cash_taken"):
        if name in fields:
            fields[name] = yuan_of(fields[name])
    if "starts" in fields:
        fields["starts"] = from_us(fields["starts"], office.zone)
    steps = [(line["what"], line["at"], line["by"]) for line in office.table("lines").rows() if line["case"] == row["case"] and line["told"]]
    return Handover(
        shift=row["case"],
        stage=row["stage"],
        fields=fields,
        steps=tuple(steps),
        open_items=tuple(c for c in cases if c["live"] and c["procedure"] not in (SHIFT, KEYS, ITEMS)),
        keys_out=tuple(k for k in held(office, KEYS) if k["keeper"] == "person"),
        items=tuple(i for i in held(office, ITEMS) if i["keeper"] == "office"),
        manual=office.manual,
    )
