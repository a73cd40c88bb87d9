"""What a desk holds and is owed, as papers to look at and to print: keys, parcels, arrears, the handover sheet, the month's sheets.

Every function reads an office, or one as of an earlier moment (``office.as_of(t)``), and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wuye._table import render
from wuye._time import from_us
from wuye.errors import InvalidArgument, NotFound
from wuye.manual import Manual
from wuye.money import yuan_of
from wuye.office import Office
from wuye.types import Scorecard, Scores
from wuye.wording import Words

__all__ = ["Arrears", "Handover", "MonthSheet", "arrears", "handover", "held", "month_sheets", "moves"]

KEYS = "key_custody"
ITEMS = "item_custody"
SHIFT = "shift"
ASSESSMENT = "assessment"

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
        return next((who for step, _, who in self.steps if step in ("arrive_for_duty", "arrive_as_rostered")), "")

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


#: What becomes of a month's sheet, in this order (R340, R341, R267).
_STEPS = ("draw_up_sheet", "approve_sheet", "send_to_finance", "post_sheet")


@dataclass(frozen=True)
class MonthSheet:
    """An officer's sheet of a month (月度考核表, R340): the scorecard, who drew it up and approved it, and what is missing.

    Attributes:
        card: The scorecard: its figures, and what has become of earlier months. A frozen one has the figures of its approval.
        case: The assessment; empty where none was drawn up.
        stage: Where that stands: ``drawn_up``, ``approved``, ``disputed`` …; empty without one.
        state: ``frozen``, ``open`` (the month is over, and nobody has approved it) or ``provisional`` (the month
            is still running by the office's clock).
        steps: What was done with it, when and by whom; what was voided is not among it.
        notes: Comment, dispute, re-examination and interpretation, by the field's name.
        manual_hash: Of a frozen sheet: the manual that its figures follow.
        missing: Steps that are still to come, by the action's name.
        pending: Metrics whose figure is still to be posted.
        manual: Whose words the sheet is in.
    """

    card: Scorecard
    case: str
    stage: str
    state: str
    steps: tuple[tuple[str, datetime, str], ...]
    notes: dict[str, str]
    manual_hash: str
    missing: tuple[str, ...]
    pending: tuple[str, ...]
    manual: Manual

    @property
    def points(self) -> Decimal:
        """What it costs in all: what the score has lost, and what earlier months have lost since (below zero: given back)."""
        return self.card.base - self.card.score + self.card.adjustment

    def text(self, lang: str = "en") -> str:
        """The sheet on paper, in ``"zh"`` or ``"en"``."""
        described = self.manual.describe(lang)
        found = [p for p in described["procedures"] if p["name"] == ASSESSMENT]
        words = Words(described, lang)
        words = words.of(found[0]) if found else words
        say, card = words.say, self.card
        titles = {figure.metric: figure.title.get(lang) or figure.metric for figure in (*card.figures, *card.recorded)}
        out = [
            "  ".join((card.title.get(lang) or card.scorecard, card.month, card.who)),
            "  ".join(part for part in (self.case, words.stage(self.stage) if self.stage else "", " ".join(card.clauses)) if part),
            self._state(words),
            "",
            Scores(card.month, card.who, card.figures).table(lang),
        ]
        if card.recorded:
            out += ["", say("只作记录，不扣分", "Recorded, costs nothing"), Scores(card.month, card.who, card.recorded).table(lang)]
        out += [
            "",
            f"{say('基数', 'Base')} {card.base}    {say('扣分', 'Points off')} {card.deducted}    "
            f"{say('得分', 'Score')} {card.score} ({say('下限', 'floor')} {card.floor})",
            f"{say('往月调整', 'Earlier months')} {card.adjustment}    {say('合计扣分', 'Points off in all')} {self.points}",
        ]
        if card.bonus_withheld or card.bonus_adjustment:
            out.append(
                f"{say('扣发奖金', 'Bonus withheld')} {card.bonus_withheld} %    "
                f"{say('往月奖金补扣（负数为补发）', 'Of earlier months (below zero: paid back)')} {card.bonus_adjustment} %"
            )
        if card.adjustments:
            titled = [say("月份", "month"), say("指标", "metric"), say("原扣分", "before"), say("现扣分", "now"), say("差额", "difference")]
            changed = [[a.month, titles.get(a.metric, a.metric), a.before, a.after, a.after - a.before] for a in card.adjustments]
            if any(a.bonus_before != a.bonus_after for a in card.adjustments):
                titled += [say("原扣奖金 %", "bonus % before"), say("现扣奖金 %", "bonus % now")]
                changed = [[*row, a.bonus_before, a.bonus_after] for row, a in zip(changed, card.adjustments, strict=True)]
            out.append(render(titled, changed))
        elif card.adjusts:
            out.append(f"{say('所及月份', 'Of these months')}: {' '.join(card.adjusts)}")
        if self.steps:
            head = (say("环节", "step"), say("时间", "when"), say("何人", "who"))
            out += ["", render(head, [(words.action(step), at, who) for step, at, who in self.steps])]
        out += [f"{words.field(name)}: {text}" for name, text in self.notes.items()]
        lacking = [words.action(step) for step in self.missing]
        lacking += [say(f"{titles[metric]}（待公布）", f"{titles[metric]} (to be posted)") for metric in self.pending]
        if lacking:
            out += ["", f"{say('尚缺', 'Missing')}: {words.join(lacking)}"]
        out += ["", f"{say('拟定人', 'Drawn up by')}: ____________    {say('审批人', 'Approved by')}: ____________    "]
        out[-1] += f"{say('被考核人', 'Officer')}: ____________"
        return "\n".join(out)

    def _state(self, words: Words) -> str:
        say, card = words.say, self.card
        if self.state == "frozen":
            return say(
                f"已冻结：规程 {self.manual_hash[:16]}…，截至流水 {card.at_seq}",
                f"Frozen: manual {self.manual_hash[:16]}…, as of line {card.at_seq}",
            )
        if self.state == "open":
            return say("未审批：数字随补录、更正而变", "Not approved: its figures move with what is told late or put right")
        return say("暂定：当月未结束", "Provisional: the month has not ended")


def month_sheets(office: Office, month: str, officer: str | None = None) -> list[MonthSheet]:
    """The sheets of a month: one for each officer and each scorecard that assesses a post he held in it (R340).

    Args:
        office: The office, or one as of a moment.
        month: Such as ``"2026-03"``.
        officer: One officer; None for everybody.

    Returns:
        Sheets, whether or not anybody has drawn them up; none where nobody held such a post.

    Raises:
        InvalidArgument: That is no month.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise InvalidArgument(f"a sheet is of a month such as 2026-03, not of {month!r}")
    cards = office.scorecards(month, officer)
    drawn = {row["case"]: row for row in office.table("cases").rows() if row["procedure"] == ASSESSMENT}
    hashes = {(row["who"], row["card"]): row["manual"] for row in office.table("sheets").rows() if row["month"] == month}
    clock = office.clock
    running = clock is None or f"{clock.astimezone(office.zone):%Y-%m}" <= month
    procedures = office.manual.describe()["procedures"]
    known = {action["do"] for p in procedures if p["name"] == ASSESSMENT for action in p["actions"]}
    steps = tuple(step for step in _STEPS if step in known)
    return [_month_sheet(office, card, drawn, hashes.get((card.who, card.scorecard), ""), steps, running=running) for card in cards]


def _month_sheet(
    office: Office, card: Scorecard, drawn: Mapping[str, dict[str, Any]], manual_hash: str, expected: Sequence[str], *, running: bool
) -> MonthSheet:
    case = card.sheet or max(
        (
            name
            for name, row in drawn.items()
            if row.get("officer") == card.who and str(row.get("month")).startswith(card.month) and row["ending"] != "cancelled"
        ),
        key=lambda name: drawn[name]["first_seq"],
        default="",
    )
    told = [line for line in office.explain(case)["lines"] if line["k"] == "told"] if case else []
    voided = {line["with"]["line"] for line in told if line["do"] == "void"}
    steps = [
        (line["do"], from_us(line["at"], office.zone), line["by"])
        for line in told
        if line["seq"] not in voided and line["do"] not in ("void", "correct")
    ]
    done = {step for step, _, _ in steps}
    return MonthSheet(
        card=card,
        case=case,
        stage=drawn[case]["stage"] if case else "",
        state="frozen" if card.frozen else "provisional" if running else "open",
        steps=tuple(steps),
        notes={name: str(drawn[case][name]) for name in ("comment", "dispute", "examined", "interpretation") if case and drawn[case].get(name)},
        manual_hash=manual_hash,
        missing=tuple(step for step in expected if step not in done),
        pending=tuple(figure.metric for figure in card.figures if figure.state == "pending"),
        manual=office.manual,
    )
