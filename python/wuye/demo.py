"""The main job of ./demo: a month of an office under the standard manual, or somebody's own log, and what wuye makes of it.

``python -m wuye.demo`` simulates, and says so; ``python -m wuye.demo LOG.csv [--mapping FILE]`` brings in a real log.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import wuye
from wuye import desk, simulate
from wuye._table import progress, render
from wuye.importing import ImportResult
from wuye.reasons import Saying
from wuye.types import Notice

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the demonstration.

    Args:
        argv: Arguments; those of the command line by default.

    Returns:
        0 where it worked, 2 for bad input.
    """
    parser = argparse.ArgumentParser(prog="demo", description="A month of an office, and what wuye makes of it.")
    parser.add_argument("log", nargs="?", help="a log (CSV or xlsx); left out: a simulated month")
    parser.add_argument("--mapping", default="helpdesk", help="how the log is read: a TOML file, or a mapping that wuye carries (helpdesk)")
    parser.add_argument("--seed", type=int, default=7, help="of the simulation")
    parser.add_argument("--month", default="2026-03", help="of the simulation")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    args = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="wuye-demo-") as folder:
            path = Path(folder, "demo.db")
            if args.log:
                _log(path, Path(args.log), args.mapping, args.lang)
            else:
                _simulated(path, args.seed, args.month, args.lang)
    except (wuye.Error, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    return 0


class _Say:
    """Prints in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.zh = lang == "zh"

    def __call__(self, zh: str, en: str) -> None:
        print(zh if self.zh else en)

    def word(self, english: str) -> str:
        return _ZH.get(english, english) if self.zh else english

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]], limit: int = 0) -> None:
        print(render([self.word(h) for h in head], rows, limit=limit))

    def counted(self, counts: Counter[str], head: str) -> None:
        if counts:
            self.table((head, "times"), counts.most_common())
        else:
            print(self.word("none"))


_ZH = {
    "class": "类别",
    "items": "小计",
    "finished": "已完成",
    "unfinished": "未完成",
    "last page": "末页",
    "accepted": "已受理",
    "duplicate": "重复",
    "refused": "未受理",
    "reason": "原因",
    "breach": "违规",
    "times": "次数",
    "none": "无",
    "what": "种类",
    "deadline": "时限",
    "clause": "条款",
    "told": "告知",
    "year": "年",
    "metric": "指标",
    "rate": "比率",
    "done": "完成",
    "due": "应完成",
    "late": "逾期",
    "case": "事项",
    "who": "责任人",
    "falls due": "到期",
    "met": "完成于",
    "warning": "预警",
    "overdue": "逾期",
    "vacant": "无人在岗",
    "tally": "累计",
    "withdrawn": "撤销",
    "news": "通报",
    "reached": "进入环节",
    "provisional": "暂定",
    "nobody": "无人",
    "channel": "方式",
    "drawn": "抽取",
    "made": "已回访",
    "counted": "计入",
    "not made": "未回访",
    "visit": "上门",
    "phone": "电话",
    "e.g.": "例如",
    "fee": "费项",
    "charged": "应收",
    "paid": "实收",
    "waived": "减免",
    "written off": "核销",
    "reversed": "冲红",
    "owed": "欠费",
    "keys": "钥匙",
    "parcels and found": "代收、拾获",
    "office": "在我处",
    "person": "在他人处",
    "owner": "已交业主",
    "police": "已交公安",
    "courier": "已退快递",
    "lost": "遗失",
    "destroyed": "作废、丢弃",
    "shift": "班次",
    "difference": "差异",
    "answers": "由谁负责",
    "scorecard": "考核表",
    "score": "得分",
    "adjustment": "往月调整",
    "bonus withheld": "扣发奖金",
    "state": "状态",
    "line": "截至流水",
    "frozen": "已冻结",
    "open": "未审批",
}


#: So many days after the month its sheets are approved.
_SETTLING_DAYS = 4


def _simulated(path: Path, seed: int, month: str, lang: str) -> None:
    say = _Say(lang)
    say(
        f"SIMULATED DATA 模拟数据：一个管理处，{month}，种子 {seed}。其中的人都不存在。\n",
        f"SIMULATED DATA 模拟数据: one office, {month}, seed {seed}. Nobody in it exists.\n",
    )
    with wuye.open(path, seed=f"demo-{seed}") as office:
        start, end = office.manual.period(month)
        entries = simulate.simulate(seed, start.date(), (end - start).days + _SETTLING_DAYS)
        done = simulate.record(entries, office, answers=simulate.Answers(seed))
        done.notices += office.advance(end + timedelta(days=_SETTLING_DAYS))
        total = sum(done.outcomes.values())
        counts = ("，" if say.zh else ", ").join(f"{done.outcomes[s]} {say.word(s)}" for s in ("accepted", "duplicate", "refused"))
        say(
            f"按规程「{office.manual.name}」录入 {total} 条：{counts}。\n",
            f"{total} entries told under the manual {office.manual.name!r}: {counts}.\n",
        )
        say("未受理：规程不允许的决定，或不可能的事", "Refused: a decision that the manual does not allow, or something that cannot be")
        say.counted(done.reasons, "reason")
        by_action = {entry["do"]: (entry, outcome) for entry, outcome in reversed(done.refused)}
        said = Saying(office)
        for entry, outcome in list(by_action.values())[:4]:
            why = said.refusal(outcome) if say.zh else outcome.message
            print(f"  {say.word('e.g.')} {entry['at'][:16]} {entry['by']} {entry['do']} {entry.get('case', '')}: {why}")
        say(
            "\n照实记录、另记违规：已经发生的事不拒绝，违反了哪一条记在旁边",
            "\nRecorded with its breach: it has happened, so it stands, and the rule it broke beside it",
        )
        say.counted(done.breaches, "breach")
        _escalated(done.notices, office.manual, say)
        _record_book(office, say)
        _callbacks(office, month, say)
        _money(office, say)
        _in_care(office, say)
        _handovers(office, say)
        _scorecard(office, month, say)
        _sheets(office, month, say)
        _why(office, month, say)
        _foot(office, say)


def _log(path: Path, log: Path, mapping: str, lang: str) -> None:
    say = _Say(lang)
    rules = wuye.LogMapping.load(mapping)
    with wuye.open(path, rules.load_manual()) as office:
        result = wuye.import_log(log, rules, office, progress=progress("importing"))
        if result.first and result.last:
            say(
                f"{log.name}，映射「{rules.label}」，规程「{office.manual.name}」：{result.first:%Y-%m-%d} 至 {result.last:%Y-%m-%d}\n",
                f"{log.name} under the mapping {rules.label!r} and the manual {office.manual.name!r}: "
                f"{result.first:%Y-%m-%d} to {result.last:%Y-%m-%d}\n",
            )
        else:
            say(f"{log.name}：没有行\n", f"{log.name}: no rows\n")
        print(result.table(lang))
        _reports(result, say)
        if result.breaches:
            say("\n照实记录、另记违规", "\nRecorded with its breach")
            say.counted(Counter(dict(result.breaches)), "breach")
        if result.last:
            office.advance(result.last)
        _escalated(office.notices(), office.manual, say)
        years = range(result.first.year, result.last.year + 1) if result.first and result.last else ()
        rows = []
        for year in years:
            for figure in office.score(str(year)).figures:
                if figure.in_use and figure.due:
                    rows.append((year, figure.title.get(lang) or figure.metric, f"{figure.percent} %", figure.done, figure.due, figure.late))
        say("\n逐年考核", "\nThe scorecard, year by year")
        say.table(("year", "metric", "rate", "done", "due", "late"), rows)
        _foot(office, say)


def _escalated(notices: list[Notice], manual: wuye.Manual, say: _Say) -> None:
    say(
        "\n逐级上报：什么逾期或将要逾期，依据哪一条，告知了谁",
        "\nEscalated: what was late or in danger of it, under which clause, and to whom it went",
    )
    titles = _titles(manual, say)
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for n in notices:
        told = ", ".join(dict.fromkeys(titles.get(t.post, t.post) for t in n.tell)) or say.word("nobody")
        counts[(say.word(n.what), f"{titles.get(n.deadline, n.deadline)} {n.level}".strip(), n.clause, told)] += 1
    rows = [(what, rung, clause, told, count) for (what, rung, clause, told), count in counts.most_common(16)]
    say.table(("what", "deadline", "clause", "told", "times"), rows, limit=44)
    for n in notices[-2:]:
        print(f"  {say.word('e.g.')} {n}" + (f"\n       {n.text.get(say.lang)}" if n.text.get(say.lang) else ""))


def _titles(manual: wuye.Manual, say: _Say) -> dict[str, str]:
    """Posts and deadlines by their Chinese titles; in English their names stand."""
    if not say.zh:
        return {}
    described = manual.describe("zh")
    titles = {d["name"]: d["title"] for p in described["procedures"] for d in p["deadlines"]}
    return titles | {p["name"]: p["title"] for p in described["posts"]} | {"holder": "责任人", "reporter": "报事人"}


def _record_book(office: wuye.Office, say: _Say) -> None:
    pages = office.table("record_pages").rows()
    if not pages:
        return
    last = max(row["page"] for row in pages)
    counts: dict[str, list[int]] = {}
    for row in pages:
        one = counts.setdefault(row["class"], [0, 0, 0, 0])
        for i, name in enumerate(("items", "finished", "unfinished")):
            one[i] += row[name]
        one[3] += row["items"] if row["page"] == last else 0
    say(
        f"\n来电来访记录（R018）：{last} 页；各类合计与末页小计",
        f"\nThe call-and-visit record (R018): {last} pages; by class, with the last page's subtotal",
    )
    rows = [(name, *numbers) for name, numbers in sorted(counts.items(), key=lambda item: -item[1][0])]
    say.table(("class", "items", "finished", "unfinished", "last page"), rows)


def _callbacks(office: wuye.Office, month: str, say: _Say) -> None:
    rows = [row for row in office.table("callbacks") if row["drawn"] and row["month"] == month]
    if not rows:
        return
    say(
        f"\n回访（R112 至 R118）：计入 {month} 的抽取、已回访、逾期",
        f"\nCallbacks (R112 to R118): those of {month} that were drawn, made, and made late",
    )
    shown = []
    for channel in ("visit", "phone"):
        own = [row for row in rows if row["channel"] == channel]
        made = [row for row in own if row["made"] is not None]
        late = sum(row["reason"] == "late" for row in made)
        shown.append((say.word(channel), len(own), len(made), late, sum(row["counted"] for row in own), len(own) - len(made)))
    say.table(("channel", "drawn", "made", "late", "counted", "not made"), shown)


def _money(office: wuye.Office, say: _Say) -> None:
    charges = office.table("charges").rows()
    if not charges:
        return
    owing = desk.arrears(office)
    count, late, due, ahead, unclaimed = len(charges), len(owing.accounts), owing.overdue, owing.prepaid, len(owing.unclaimed)
    say(
        f"\n收费（R124 至 R136）：应收 {count} 笔；逾期 {late} 户 {due} 元，预收 {ahead} 元，待认领 {unclaimed} 笔",
        f"\nMoney (R124 to R136): {count} charges; {late} accounts owe {due} yuan overdue, {ahead} is prepaid, unclaimed receipts {unclaimed}",
    )
    columns = ("amount", "paid", "waived", "written_off", "reversed", "owed")
    heads: dict[str, list[Any]] = {}
    for row in charges:
        sums = heads.setdefault(row["head"], [row[name] * 0 for name in columns])
        heads[row["head"]] = [total + row[name] for total, name in zip(sums, columns, strict=True)]
    titles = {name: fee["title"] for name, fee in office.manual.describe("zh")["sections"]["fee"].items()} if say.zh else {}
    say.table(
        ("fee", "charged", "paid", "waived", "written off", "reversed", "owed"), [(titles.get(head, head), *sums) for head, sums in heads.items()]
    )


def _in_care(office: wuye.Office, say: _Say) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for name, procedure in (("keys", desk.KEYS), ("parcels and found", desk.ITEMS)):
        counts.update((name, row["keeper"]) for row in desk.held(office, procedure))
    if counts:
        say("\n保管（R137 至 R143）：每件物品此刻在何处", "\nIn care (R137 to R143): where each thing is now")
        keepers = sorted({keeper for _, keeper in counts})
        kinds = dict.fromkeys(name for name, _ in counts)
        say.table(("what", *keepers), [(say.word(name), *(counts[name, keeper] for keeper in keepers)) for name in kinds])


def _handovers(office: wuye.Office, say: _Say) -> None:
    shifts = [row for row in office.table("cases").rows() if row["procedure"] == desk.SHIFT]
    clocks = Counter(row["state"] for row in office.table("deadlines") if row["procedure"] == desk.SHIFT and row["deadline"] == "arrive")
    if clocks:
        came, late, off, to_come = (clocks[state] for state in ("met", "late", "dropped", "running"))
        say(
            f"\n排班：按时到岗 {came} 班，到点无人 {late} 班，取消 {off} 班，尚未开始 {to_come} 班",
            f"\nRoster: {came} shifts at which somebody came in time, {late} at which nobody did, {off} called off, {to_come} to come",
        )
    relieved = sum(row["stage"] == "relieved" for row in shifts)
    differing = [row for row in shifts if row["difference"]]
    if shifts:
        say(
            f"\n交接班（R215 至 R232）：{relieved} 班已交接，其中 {len(differing)} 班清点不符，写明由谁负责",
            f"\nHandovers (R215 to R232): {relieved} shifts relieved; at {len(differing)} the counts differed, and it is written down who answers",
        )
        say.table(("shift", "difference", "answers"), [(row["case"], row["difference"], row["answers"]) for row in differing[:4]])


def _sheets(office: wuye.Office, month: str, say: _Say) -> None:
    sheets = desk.month_sheets(office, month)
    if sheets:
        say("\n月度考核表（R340）：经理审批即冻结", "\nThe month's sheets (R340): frozen when the manager approves them")
        rows = [
            (
                s.card.who,
                s.card.title.get(say.lang),
                s.card.score,
                s.card.adjustment,
                f"{s.card.bonus_withheld} %",
                say.word(s.state),
                s.card.at_seq or "",
            )
            for s in sheets
        ]
        say.table(("who", "scorecard", "score", "adjustment", "bonus withheld", "state", "line"), rows)


def _reports(result: ImportResult, say: _Say) -> None:
    for state in ("opening", "ignored", "unfit", "refused"):
        shown = [r for r in result.reports if r.state == state]
        for r in shown[:2]:
            print(f"  {r.say(say.lang)}")
        if len(shown) > 2:
            say(f"  … 同类另有 {len(shown) - 2} 行", f"  … and {len(shown) - 2} more {state}")


def _scorecard(office: wuye.Office, period: str, say: _Say) -> None:
    say(f"\n{period} 考核表", f"\nThe scorecard of {period}")
    print(office.score(period).table(say.lang))


def _why(office: wuye.Office, period: str, say: _Say) -> None:
    late = [c for f in office.score(period).figures for c in f.why() if c.counted and not c.on_time]
    if late:
        say("\n为何不是 100 %：其中最先的几件", "\nWhy it is not 100 %: the first cases behind it")
        say.table(("case", "who", "falls due", "met"), [(c.case, c.who, c.due, c.met) for c in late[:5]])


def _foot(office: wuye.Office, say: _Say) -> None:
    verified = office.verify()
    holds = "核对无误" if verified else f"{len(verified.findings)} 处不符"
    digest = office.digest()[:16]
    say(f"\n流水核对：{verified.lines} 行、{verified.cases} 件，{holds}。指纹 {digest}…", f"\nJournal: {verified}. Digest {digest}…")


if __name__ == "__main__":
    raise SystemExit(main())
