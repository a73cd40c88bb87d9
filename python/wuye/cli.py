"""The command ``wuye``: an office, its manual and its scenarios from a terminal.

Exit codes: 0 all is well; 1 something was refused, failed or found; 2 the command or its input was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import wuye
from wuye import desk, ledger, roster, simulate
from wuye._table import progress, render
from wuye._time import to_us
from wuye._toml import loads
from wuye.importing import carried
from wuye.money import yuan_of
from wuye.reasons import Saying, why_not
from wuye.roles import ROLES
from wuye.types import Notice, Outcome

__all__ = ["main"]

OK, FOUND, USAGE = 0, 1, 2

_ZH = {
    "verdict": "结论",
    "change": "变化",
    "before": "前",
    "after": "后",
    "differences": "差异",
    "what was told, under the other manual": "已录入事项按另一规程",
    "breaches of both manuals": "两套规程下均违规",
    "rate before": "原比率",
    "points before": "原扣分",
    "rate after": "新比率",
    "points after": "新扣分",
    "case": "事项",
    "deadline": "时限",
    "due": "到期",
    "state": "状态",
    "holder": "责任人",
    "clause": "条款",
    "what": "种类",
    "level": "级别",
    "at": "时间",
    "told": "通知",
    "text": "内容",
    "seq": "流水号",
    "module": "模块",
    "kind": "性质",
    "made of it": "作为",
    "scenarios": "场景",
    "title": "标题",
    "scenario": "场景",
    "steps": "步骤",
    "result": "结果",
    "who": "责任人",
    "met": "完成",
    "counted": "计入",
    "rows": "行",
    "count": "数",
    "clauses": "条款数",
    "rule": "规则",
    "duty": "职责",
    "checklist": "抽查",
    "nothing": "无",
    "with scenario": "有场景",
    "passed": "通过",
    "failed": "未通过",
    "next due": "下一到期",
    "nothing is due": "没有到期事项",
    "no notices": "没有提醒",
    "everything holds": "核对无误",
    "no problems": "没有问题",
    "refused": "未受理",
    "accepted": "已受理",
    "duplicate": "重复",
    "with_breach": "有违规",
    "notices": "提醒",
    "breach": "违规",
    "why": "说明",
    "clock": "时钟",
    "entries": "条目",
    "written": "已写入",
    "lines": "行",
    "by": "依据",
    "column": "列",
    "is": "作为",
    "example": "例",
    "nothing is in custody": "无保管物",
    "nobody held a post that is assessed": "当月无人任考核岗位",
    "charged": "应收合计",
    "overdue": "逾期",
    "prepaid": "预收",
    "nobody knows whose": "待认领",
    "place": "房号",
    "payer": "缴费人",
    "head": "费项",
    "owed": "欠费",
    "amount": "金额",
    "receipt": "收款编号",
    "balance": "余额",
    "method": "付款方式",
    "charge": "应收编号",
    "tag": "号牌",
    "item": "保管物",
    "pieces": "件数",
    "stage": "环节",
    "keeper": "保管方",
    "from": "自",
    "until": "至",
    "note": "说明",
}


class _Ask:
    """What a command needs beside its own arguments: language, form, and where to print."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.lang: str = args.lang
        self.json: bool = args.json
        self.quiet: bool = args.quiet

    def word(self, english: str) -> str:
        return _ZH.get(english, english) if self.lang == "zh" else english

    def say(self, text: str = "") -> None:
        if not self.json:
            print(text)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Any]], limit: int = 60) -> None:
        self.say(render([self.word(h) for h in head], rows, limit=limit))

    def give(self, value: Any) -> None:
        if self.json:
            print(json.dumps(_plain(value), ensure_ascii=False, indent=None if isinstance(value, list) and len(value) > 50 else 2))

    def bar(self, label: str) -> Callable[[int, int], None] | None:
        return None if self.quiet or self.json else progress(label)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, Fraction, Path)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {k: _plain(v) for k, v in asdict(value).items()}
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _figure(figure: wuye.Figure, *, cases: bool) -> dict[str, Any]:
    out: dict[str, Any] = _plain(figure)
    out["rate"] = None if figure.value is None else str(figure.value)
    out["percent"] = None if figure.percent is None else str(figure.percent)
    del out["cases"]
    if cases:
        out["cases"] = _plain(figure.why())
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: Arguments; those of the command line by default.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        args = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else USAGE
    ask = _Ask(args)
    try:
        return int(args.run(args, ask))
    except wuye.Error as error:
        print(f"wuye: {error}", file=sys.stderr)
        for name, value in error.details.items():
            if name not in ("field", "key", "clause", "line", "missing_file") and value not in str(error):
                print(f"  {name}: {value}", file=sys.stderr)
        return USAGE
    except FileExistsError as error:
        print(f"wuye: {error.filename} is there already", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except OSError as error:
        print(f"wuye: {error.filename or ''}: {error.strerror}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("wuye: stopped", file=sys.stderr)
        return 130


def _lang() -> str:
    for name in ("WUYE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=("zh", "en"), default=_lang(), help="language of titles and texts")
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--quiet", action="store_true", help="no progress bar")
    parser = argparse.ArgumentParser(prog="wuye", description="The rules of property-management customer service (物业).")
    parser.add_argument("--version", action="version", version=f"wuye {wuye.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, _Ask], int], text: str, *, office: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(run=run)
        if office:
            made.add_argument("office", help="the office's file")
        return made

    p = command("init", _init, "make an office's file and adopt a manual")
    p.add_argument("--manual", nargs="+", metavar="TOML", help="layers; left out: the standard manual")
    p.add_argument("--at", help="from when the manual holds; left out: the first entry's time")
    p.add_argument("--seed", help="keys whatever must look arbitrary; left out: one drawn at random")

    p = command("record", _record, "record entries: JSON Lines from files or '-', or one entry given as options")
    p.add_argument("files", nargs="*", metavar="FILE", help="JSON Lines; '-': standard input")
    p.add_argument("--do", help="the action")
    p.add_argument("--by", help="who")
    p.add_argument("--at", help="when, ISO 8601 with an offset")
    p.add_argument("--case", help="the case")
    p.add_argument("--with", dest="fields", action="append", default=[], metavar="NAME=VALUE", help="a field; NAME:=JSON for numbers, lists, truth")
    p.add_argument("--dry-run", action="store_true", help="decide only")
    p.add_argument("--independent", action="store_true", help="each entry for itself; otherwise the first refusal undoes all")

    p = command("advance", _advance, "say what time it is, and find what fell due")
    p.add_argument("at", help="the time, ISO 8601 with an offset")

    p = command("due", _due, "what is running and when it falls due")
    p.add_argument("--until", help="only what falls due by then, ISO 8601 with an offset")

    p = command("score", _score, "the scorecard of a period")
    p.add_argument("period", help="2026-03, 2026-Q1, 2026 or 2026-03-01/2026-03-15")
    p.add_argument("--who", help="one officer's figures")
    p.add_argument("--why", metavar="METRIC", help="also the cases behind a metric")

    p = command("what-if", _what_if, "the same office under another manual: what would be otherwise; the file is untouched")
    p.add_argument("manual", nargs="+", metavar="TOML", help="layers; 'standard' for the standard manual")
    p.add_argument("--period", help="as for score: only what begins in it, and its figures; left out: everything")
    p.add_argument("--differences", action="store_true", help="every difference, not only how many")

    p = command("notices", _notices, "what somebody had to be told")
    p.add_argument("--after", type=int, default=0, metavar="LINE", help="only those found after a line")

    p = command("explain", _explain, "why: a case, a notice, a charge, or METRIC@PERIOD")
    p.add_argument("id")

    p = command("table", _table, "print a table")
    p.add_argument("name", nargs="?", help="left out: the tables there are")

    for name, procedure, what in (("keys", desk.KEYS, "keys"), ("parcels", desk.ITEMS, "parcels and other items")):
        p = command(name, _held, f"where the {what} are that the office was entrusted with")
        p.add_argument("thing", nargs="?", help="one of them, by its tag or case: where it was from the first day on")
        p.add_argument("--at", help="as of then, ISO 8601 with an offset")
        p.set_defaults(procedure=procedure)

    p = command("bill", _bill, "charge a fee for a stretch of days; --dry-run is the preview")
    p.add_argument("heads", nargs="+", metavar="FEE", help="fees of the manual, such as management")
    p.add_argument("--from", dest="first", required=True, metavar="DAY", help="the first day of service")
    p.add_argument("--to", required=True, metavar="DAY", help="the last day of service")
    p.add_argument("--by", required=True, help="who")
    p.add_argument("--at", required=True, help="when, ISO 8601 with an offset")
    p.add_argument("--place", help="one unit only")
    p.add_argument("--zone", help="one zone only")
    p.add_argument("--dry-run", action="store_true", help="reckon only")

    p = command("collect", _collect, "who owes what is overdue, and what came in that pays nothing yet")
    p.add_argument("--at", help="as of then, ISO 8601 with an offset")

    p = command("cashup", _cashup, "what came in on a day by the way it was paid, against what was counted")
    p.add_argument("day", nargs="?", help="2026-03-02; left out: the day of the office's clock")
    p.add_argument("--by", default="", help="only what this person booked")

    p = command("handover", _handover, "the handover sheet, with what is open, out and in care")
    p.add_argument("shift", nargs="?", help="the shift's case; left out: the latest whose sheet is drawn up, or who is on duty")
    p.add_argument("--at", help="as of then, ISO 8601 with an offset")

    p = command("roster", _roster, "who is on the roster, who came, and where nobody is, by desk")
    p.add_argument("first", nargs="?", help="the first day, 2026-03-02; left out: the Monday of the week of the office's clock")
    p.add_argument("--days", type=int, default=7, help="how many days; left out: seven")
    p.add_argument("--who", default="", help="one officer's shifts only")
    p.add_argument("--at", help="as of then, ISO 8601 with an offset")

    p = command("sheet", _sheet, "the month's assessment sheets: what each officer's month has come to, who approved it, and what is missing")
    p.add_argument("month", help="2026-03")
    p.add_argument("officer", nargs="?", help="one officer; left out: everybody who held a post that is assessed")
    p.add_argument("--why", metavar="METRIC", help="also the cases behind a metric, as they are told today")
    p.add_argument("--at", help="as of then, ISO 8601 with an offset")

    p = command(
        "import", _import, "bring in a foreign log or list (charges, receipts, readings, answers, rosters); every row is accounted for", office=False
    )
    p.add_argument("log", help="CSV or xlsx")
    p.add_argument("--mapping", required=True, help=f"a TOML file, or a mapping that wuye carries ({', '.join(carried())})")
    p.add_argument("--office", help="record into this office; of a log a new file adopts the mapping's manual")
    p.add_argument("--dry-run", action="store_true", help="try it on a copy of the office, and keep nothing")
    p.add_argument("--at", help="of a list: when, for all of it, ISO 8601 with an offset")
    p.add_argument("--by", help="of a list: who")
    p.add_argument("--case", help="of a list: the case that it is about")
    p.add_argument("--with", dest="fields", action="append", default=[], metavar="NAME=VALUE", help="of a list: a field, as for record")
    p.add_argument("--entries", metavar="OUT", help="write the entries as JSON Lines")
    p.add_argument("--report", metavar="OUT", help="write a CSV of every row that is not simply an entry")
    p.add_argument("--score", metavar="PERIOD", action="append", default=[], help="print the scorecard of a period afterwards; 'all': each year")

    p = command("look", _look, "look at a spreadsheet: which column is what, which rows do not fit, which rates it gives", office=False)
    p.add_argument("log", help="xlsx or CSV, one row a work order")
    p.add_argument("--column", action="append", default=[], metavar="TITLE=ROLE", help="what a column is; 'TITLE=': not used")
    p.add_argument("--sheet", default="", help="only this sheet; left out: all that hold such a table")
    p.add_argument("--zone", default="", help="time zone of the times; left out: the manual's")
    p.add_argument("--manual", metavar="TOML", help="left out: the standard manual")
    p.add_argument("--save", metavar="OUT", help="write the mapping that 'wuye import' takes")
    p.add_argument("--all", action="store_true", help="every row that does not fit; left out: the first twenty")

    p = command("simulate", _simulate, "invent an office's days (simulated, and labelled so)", office=False)
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--month", required=True, help="the first month, 2026-03")
    p.add_argument("--months", type=int, default=1)
    p.add_argument("--per-day", type=int, default=12, help="reports a day")
    p.add_argument("--office", help="record into this office; otherwise entries go to standard output as JSON Lines")

    p = command("replay", _replay, "run scenarios", office=False)
    p.add_argument("paths", nargs="+", metavar="PATH", help="scenario files or folders")
    p.add_argument("--step", type=int, default=0, help="judge this step only")
    p.add_argument("--update", action="store_true", help="rewrite the failing expectations; refused under CI")

    p = command("clauses", _clauses, "what the manual makes of each clause, and which scenarios cover it", office=False)
    p.add_argument("--manual", nargs="+", metavar="TOML", help="layers; left out: the standard manual")
    p.add_argument("--scenarios", metavar="FOLDER", help="left out: tests/scenarios, where it is")
    p.add_argument("--module", action="append", help="only these modules, or ids such as R046-R064")
    p.add_argument("--first", metavar="ID", help="from this clause on, such as R046")
    p.add_argument("--last", metavar="ID", help="up to this clause, such as R064")
    p.add_argument("--missing", action="store_true", help="only clauses that are nothing yet, or rules without a scenario")

    p = command("check", _check, "check a manual's layers", office=False)
    p.add_argument("layers", nargs="+", metavar="TOML")

    p = command("handbook", _handbook, "the manual as a document to proofread", office=False)
    p.add_argument("manual", nargs="*", metavar="TOML", help="layers; left out: the standard manual")
    p.add_argument("--format", choices=("md", "html"), default="md", help="Markdown, or one HTML page")
    p.add_argument("--out", metavar="FILE", help="left out: standard output")

    p = command("diff", _diff, "what manual B changes in manual A", office=False)
    p.add_argument("a", metavar="A", help="a TOML file, or 'standard'")
    p.add_argument("b", metavar="B", help="a TOML file, or 'standard'")

    p = command("schema", _schema, "the JSON Schema of a manual's layer, for editors", office=False)
    p.add_argument("--out", metavar="FILE", help="left out: standard output")

    command("verify", _verify, "fold the journal from the start and compare")

    p = command("backup", _backup, "write a consistent copy")
    p.add_argument("copy", help="the new file")

    command("about", _about, "versions, for reports of defects", office=False)
    return parser


def _open(path: str, *, read_only: bool = False) -> wuye.Office:
    if not Path(path).exists():
        raise wuye.NotFound(f"there is no office {path}; 'wuye init {path}' makes one", file=path)
    return wuye.open(path, read_only=read_only)


def _init(args: argparse.Namespace, ask: _Ask) -> int:
    if Path(args.office).exists():
        raise FileExistsError(17, "exists", args.office)
    manual = wuye.Manual.load(*args.manual) if args.manual else wuye.Manual.standard()
    # Nobody is to know whom the draw passes over: where no seed is given, one is drawn that nobody has seen.
    with wuye.open(args.office, manual, seed=args.seed or secrets.token_hex(16)) as office:
        if args.at:
            office.adopt(manual, args.at, by="system:setup")
    ask.give({"office": args.office, "manual": manual.name, "hash": manual.hash, "time_zone": manual.time_zone})
    ask.say(f"{args.office}: {manual.name} {manual.hash[:16]}…, {manual.time_zone}")
    return OK


def _fields(given: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for item in given:
        name, sep, value = item.partition("=")
        if not sep or not name.rstrip(":"):
            raise wuye.InvalidArgument(f"--with {item}: give NAME=VALUE, or NAME:=JSON")
        if name.endswith(":"):
            try:
                out[name[:-1]] = json.loads(value)
            except json.JSONDecodeError as error:
                raise wuye.InvalidArgument(f"--with {item}: {error}") from None
        else:
            out[name] = value
    return out


def _record(args: argparse.Namespace, ask: _Ask) -> int:
    single = args.do or args.by or args.at
    if bool(single) == bool(args.files):
        raise wuye.InvalidArgument("give either files of JSON Lines, or --do, --by and --at")
    with _open(args.office) as office:
        if single:
            fields = {"do": args.do, "by": args.by, "at": args.at, "case": args.case, **_fields(args.fields)}
            outcomes = [office.record(dry_run=args.dry_run, **fields)]
        else:
            if args.dry_run:
                raise wuye.InvalidArgument("--dry-run decides one entry, given with --do, --by and --at")
            text = b"\n".join(sys.stdin.buffer.read() if f == "-" else Path(f).read_bytes() for f in args.files)
            mode = "independent" if args.independent else "atomic"
            outcomes = office.record_lines(text, mode="independent" if mode == "independent" else "atomic", progress=ask.bar("recording"))
        ask.give([_plain(o) for o in outcomes])
        return _told(outcomes, ask, _saying(office, ask))


def _saying(office: wuye.Office, ask: _Ask) -> Callable[[Outcome], str]:
    """How an outcome is said in the language that is asked for."""
    return str if ask.lang != "zh" else Saying(office).outcome


def _told(outcomes: Sequence[Outcome], ask: _Ask, say: Callable[[Outcome], str]) -> int:
    shown = [(n, o) for n, o in enumerate(outcomes, 1) if len(outcomes) == 1 or not o.accepted or o.breaches]
    for n, o in shown[:50]:
        ask.say((f"{n}: " if len(outcomes) > 1 else "") + say(o))
        for notice in o.notices if len(outcomes) == 1 else ():
            ask.say(f"  {_line(notice, ask.lang)}")
    if len(shown) > 50:
        ask.say(f"… {len(shown) - 50}")
    counts = Counter(str(o.status) for o in outcomes)
    if len(outcomes) != 1:
        ask.say(", ".join(f"{ask.word(s)} {counts[s]}" for s in ("accepted", "duplicate", "refused")))
    return FOUND if counts["refused"] else OK


def _line(notice: Notice, lang: str) -> str:
    text = notice.text.get(lang)
    if lang == "zh" and text:
        return text  # it says all that the line says
    return f"{notice}" + (f"\n    {text}" if text else "")


def _advance(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        found = office.advance(args.at)
        due = office.next_due()
    ask.give([_plain(n) for n in found])
    for notice in found:
        ask.say(_line(notice, ask.lang))
    if not found:
        ask.say(ask.word("no notices"))
    if due:
        ask.say(f"{ask.word('next due')}: {due.isoformat()}")
    return FOUND if found else OK


def _due(args: argparse.Namespace, ask: _Ask) -> int:
    until = to_us(args.until, "--until") if args.until else None
    with _open(args.office) as office:
        due = office.next_due()
        rows = [r for r in office.table("deadlines").rows() if r["state"] == "running" and r["due"] is not None]
        clock = office.clock
    if until is not None:
        rows = [r for r in rows if to_us(r["due"]) <= until]
    rows.sort(key=lambda r: (r["due"], r["case"], r["deadline"]))
    ask.give({"next_due": due, "clock": clock, "deadlines": [{k: r[k] for k in ("case", "deadline", "due", "holder", "clause")} for r in rows]})
    if rows:
        ask.table(
            ("case", "deadline", "due", "state", "holder", "clause"),
            [(r["case"], r["deadline"], r["due"], "overdue" if clock and r["due"] < clock else "", r["holder"], r["clause"]) for r in rows],
        )
    ask.say(f"{ask.word('next due')}: {due.isoformat()}" if due else ask.word("nothing is due"))
    return OK


def _score(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        scores = office.score(args.period, args.who)
        if args.why and args.why not in scores:
            raise wuye.NotFound(f"there is no metric {args.why!r}; there are {', '.join(scores)}")
        why = scores[args.why].why() if args.why else ()
        ask.give([_figure(f, cases=f.metric == args.why) for f in scores.figures])
    ask.say(scores.table(ask.lang))
    if args.why:
        ask.say()
        _cases(why, ask)
    return OK


def _cases(why: Iterable[wuye.FigureCase], ask: _Ask) -> None:
    ask.table(
        ("case", "who", "due", "met", "counted", "result"),
        [(c.case, c.who, c.due, c.met, c.counted, "" if c.on_time else why_not(c.reason or "late", ask.lang)) for c in why],
    )


def _what_if(args: argparse.Namespace, ask: _Ask) -> int:
    manual = wuye.Manual.standard() if args.manual == ["standard"] else wuye.Manual.load(*args.manual)
    with _open(args.office, read_only=True) as office:
        other = office.what_if(manual)
        judged = other.table("what_if").rows()
        found = office.compare(other, args.period).rows()
        before, after = (o.score(args.period).figures if args.period else () for o in (office, other))
    ask.give({"judged": judged, "differences": found})
    verdicts = Counter((r["verdict"], r["reason"], r["clause"]) for r in judged if not r["already"])
    ask.say(ask.word("what was told, under the other manual"))
    ask.table(("verdict", "reason", "clause", "entries"), [(*what, n) for what, n in sorted(verdicts.items())])
    already = sum(1 for r in judged if r["already"])
    ask.say(f"{ask.word('breaches of both manuals')}: {already}")
    ask.say()
    ask.say(ask.word("differences"))
    kinds = Counter((r["kind"], r["change"], r["column"]) for r in found)
    ask.table(("what", "change", "column", "entries"), [(*what, n) for what, n in sorted(kinds.items())])
    if args.differences:
        ask.say()
        ask.table(("what", "change", "case", "id", "column", "before", "after"), [tuple(r.values()) for r in found], limit=30)
    if args.period:
        theirs = {(f.metric, f.who): f for f in after}
        ask.say()
        rows = []
        for f in before:
            g = theirs.get((f.metric, f.who))
            rows.append((f.title.get(ask.lang) or f.metric, *_rate(f), *(_rate(g) if g else ("", ""))))
        ask.table(("metric", "rate before", "points before", "rate after", "points after"), rows)
    return OK


def _rate(figure: wuye.Figure) -> tuple[str, str]:
    return ("" if figure.percent is None else f"{figure.percent} %", str(figure.points))


def _notices(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        found = office.notices(args.after)
    ask.give([_plain(n) for n in found])
    ask.table(
        ("seq", "at", "what", "deadline", "level", "case", "told", "clause", "state"),
        [(n.seq, n.at, n.what, n.deadline, n.level, n.case, ", ".join(map(str, n.tell)), n.clause, n.state) for n in found],
        limit=40,
    )
    return OK


def _explain(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        try:
            print(office.explain(args.id))
            return OK
        except wuye.NotFound:
            if all(row["charge"] != args.id for row in office.table("charges").rows()):
                raise
        why = ledger.charge_why(office, args.id)
    ask.give({k: v for k, v in vars(why).items() if k != "manual"} | {"manual": why.manual.hash})
    ask.say(why.text(ask.lang))
    return OK


def _table(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        if not args.name:
            tables = office.tables()
            ask.give(tables)
            ask.table(("table", "columns"), [(t["name"], " ".join(c["name"] for c in t["columns"])) for t in tables], limit=110)
            return OK
        view = office.table(args.name)
    rows = view.rows()
    ask.give(rows)
    ask.table(view.columns, [tuple(r.values()) for r in rows], limit=30)
    return OK


def _at(office: wuye.Office, at: str | None) -> wuye.Office:
    return office if at is None else office.as_of(at)


def _held(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office, contextlib.closing(_at(office, args.at)) as then:
        rows = desk.moves(then, args.thing) if args.thing else desk.held(then, args.procedure)
    ask.give(rows)
    if rows:
        columns = ("tag", "item", "place", "pieces", "stage", "keeper", "who", "from", "until")
        ask.table(columns[: None if args.thing else -1], [[r[c] for c in columns[: None if args.thing else -1]] for r in rows])
    else:
        ask.say(ask.word("nothing is in custody"))
    return OK


def _bill(args: argparse.Namespace, ask: _Ask) -> int:
    fields = {k: v for k, v in (("place", args.place), ("zone", args.zone)) if v}
    entry = {"do": "bill", "by": args.by, "at": args.at, "class": "billing", "heads": args.heads, "from": args.first, "to": args.to, **fields}
    with _open(args.office) as office:
        outcome = office.propose(**entry)
        found = [json.loads(line)["line"] for line in office.proposed().splitlines()]
        if args.dry_run or not outcome.accepted:
            office.discard()
        else:
            office.commit()
        said = _saying(office, ask)(outcome)
    charges = [_money(line["with"]) for line in found if line.get("what") == "charged"]
    left = [{**line["with"], "reason": line["reason"]} for line in found if line.get("what") == "unbilled"]
    ask.give({"outcome": outcome, "charges": charges, "unbilled": left})
    ask.say(said)
    columns = ("place", "payer", "head", "from", "until", "amount", "due")
    ask.table(columns, [[c.get(name, "") for name in columns] for c in charges])
    ask.say(f"{ask.word('charged')}: {sum((c['amount'] for c in charges), Decimal(0))}")
    if left:
        ask.say()
        reasons = ("place", "head", "from", "until", "reason")
        ask.table(reasons, [[c.get(name, "") for name in reasons] for c in left])
    return OK if outcome.accepted else FOUND


def _money(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "amount": yuan_of(fields["amount"])}


def _collect(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office, contextlib.closing(_at(office, args.at)) as then:
        found = desk.arrears(then)
    ask.give(found)
    if found.accounts:
        ask.table(("place", "payer", "owed", "overdue", "due", "case"), [list(a.values()) for a in found.accounts])
        ask.say()
        ask.table(("head", "overdue"), found.by_head)
    ask.say(f"{ask.word('overdue')}: {found.overdue}    {ask.word('prepaid')}: {found.prepaid}")
    if found.unclaimed:
        ask.say()
        ask.say(ask.word("nobody knows whose"))
        ask.table(("receipt", "at", "balance", "method"), [[r[c] for c in ("receipt", "at", "balance", "method")] for r in found.unclaimed])
    return FOUND if found.accounts else OK


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise wuye.InvalidArgument(f"{text!r} is no date like 2026-03-02") from None


def _cashup(args: argparse.Namespace, ask: _Ask) -> int:
    day = _day(args.day)
    with _open(args.office) as office:
        found = ledger.takings(office, day, args.by)
    ask.give({**{k: v for k, v in vars(found).items() if k != "manual"}, "booked": found.booked, "papers": found.papers, "agrees": found.agrees})
    ask.say(found.text(ask.lang))
    return OK if found.agrees else FOUND


def _handover(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office, contextlib.closing(_at(office, args.at)) as then:
        sheet = desk.handover(then, args.shift)
        ask.give({k: v for k, v in vars(sheet).items() if k != "manual"})
        ask.say(sheet.text(ask.lang))
    return OK


def _roster(args: argparse.Namespace, ask: _Ask) -> int:
    first = _day(args.first)
    with _open(args.office) as office, contextlib.closing(_at(office, args.at)) as then:
        found = roster.roster(then, first, args.days, args.who)
        ask.give({k: v for k, v in vars(found).items() if k != "manual"})
        ask.say(found.text(ask.lang))
    return FOUND if found.gaps else OK


def _sheet(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office, contextlib.closing(_at(office, args.at)) as then:
        sheets = desk.month_sheets(then, args.month, args.officer)
        metrics = {f.metric: f for sheet in sheets for f in (*sheet.card.figures, *sheet.card.recorded)}
        if args.why and sheets and args.why not in metrics:
            raise wuye.NotFound(f"no sheet has the metric {args.why!r}; there are {', '.join(metrics)}")
        given = []
        for sheet in sheets:
            card = _plain(sheet.card)
            for part, figures in (("figures", sheet.card.figures), ("recorded", sheet.card.recorded)):
                card[part] = [_figure(f, cases=f.metric == args.why) for f in figures]
            given.append({**{k: _plain(v) for k, v in vars(sheet).items() if k not in ("card", "manual")}, "points": str(sheet.points), "card": card})
        ask.give(given)
        for n, sheet in enumerate(sheets):
            ask.say(("\n\n" if n else "") + sheet.text(ask.lang))
            for figure in (*sheet.card.figures, *sheet.card.recorded):
                if figure.metric == args.why:
                    ask.say()
                    _cases(figure.why(), ask)
    if not sheets:
        ask.say(ask.word("nobody held a post that is assessed"))
    return FOUND if not sheets or any(s.missing or s.pending for s in sheets) else OK


def _import(args: argparse.Namespace, ask: _Ask) -> int:
    mapping = wuye.LogMapping.load(args.mapping)
    given = {**{name: value for name in ("at", "by", "case") if (value := getattr(args, name))}, **_fields(args.fields)}
    if not args.office:
        return _imported(args, ask, wuye.import_log(args.log, mapping, entries=args.entries, given=given), None)
    with contextlib.ExitStack() as stack:
        # A log may make its office. Of a list, an office that is not there is a slip: money would be booked where nobody looks for it.
        there = mapping.layout == "list" or Path(args.office).exists()
        office = stack.enter_context(_open(args.office) if there else wuye.open(args.office, mapping.load_manual()))
        if args.dry_run:
            if not there:
                raise wuye.NotFound(f"there is no office {args.office} to try it on", file=args.office)
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory()), "copy.db")
            office.backup(copy)
            office = stack.enter_context(wuye.open(copy))
        result = wuye.import_log(args.log, mapping, office, entries=args.entries, given=given, progress=ask.bar("importing"))
        return _imported(args, ask, result, office)


def _imported(args: argparse.Namespace, ask: _Ask, result: wuye.ImportResult, office: wuye.Office | None) -> int:
    if args.report:
        import csv

        with Path(args.report).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("row", "case", "state", "step", "reason"))
            writer.writerows((r.row, r.case, r.state, r.step, r.reason) for r in result.reports)
    ask.say(result.table(ask.lang))
    for row in result.problems[:20]:
        ask.say(row.say(ask.lang))
    if len(result.problems) > 20:
        ask.say(f"… {len(result.problems) - 20}")
    if result.recorded:
        ask.say("\n" + ", ".join(f"{ask.word(k)} {v}" for k, v in result.recorded.items()) + f", {ask.word('notices')} {result.notices}")
    if result.breaches:
        ask.table(("breach", "count"), list(result.breaches.items()))
    figures: list[wuye.Figure] = []
    if office is not None and args.score:
        years = range(result.first.year, result.last.year + 1) if result.first and result.last else ()
        for period in [p for given in args.score for p in (map(str, years) if given == "all" else (given,))]:
            scores = office.score(period)
            figures += scores.figures
            ask.say(f"\n{period}")
            ask.say(scores.table(ask.lang))
    if office is not None:
        by_rung = Counter((n.deadline, n.level, n.clause, ", ".join(t.post for t in n.tell)) for n in office.notices())
        if by_rung:
            ask.say()
            ask.table(("deadline", "level", "clause", "told", "count"), [(*k, v) for k, v in by_rung.most_common()])
        ask.say(f"\ndigest {office.digest()}")
    ask.give(
        {
            "rows": result.rows,
            "cases": result.cases,
            "counts": result.counts,
            "recorded": result.recorded,
            "breaches": result.breaches,
            "notices": result.notices,
            "sums": _plain(result.sums),
            "problems": [_plain(r) for r in result.problems],
            "digest": office.digest() if office else None,
            "figures": [_figure(f, cases=False) for f in figures],
        }
    )
    return OK if result.ok else FOUND


def _look(args: argparse.Namespace, ask: _Ask) -> int:
    given: dict[str, str] = {}
    for item in args.column:
        title, sep, role = item.rpartition("=")
        if not sep or not title:
            raise wuye.InvalidArgument(f"--column {item}: give TITLE=ROLE, such as 报修时间=reported")
        given[title] = role
    seen = wuye.look(args.log, columns=given, sheet=args.sheet, zone=args.zone, manual=args.manual)
    zh = ask.lang == "zh"
    whys = {"title": "标题", "like": "标题相近", "content": "内容", "given": "指定"} if zh else {"like": "like the title"}
    roles = {role.name: role.title for role in ROLES}
    for name, row in seen.sheets:
        where = f"「{name}」" if zh and name else f"sheet {name!r}, " if name else ""
        ask.say(f"{where}第 {row} 行是表头" if zh else f"{where}row {row} has the titles")
    ask.say()
    ask.table(
        ("column", "is", "by", "example", "note"),
        [
            (c.title, roles[c.role].get(ask.lang) if c.role else "", whys.get(c.why, c.why) if c.role else "", c.example, c.note.get(ask.lang))
            for c in seen.columns
        ],
        limit=36,
    )
    ask.say()
    ask.say(seen.result.table(ask.lang))
    misfits = seen.misfits if args.all else seen.misfits[:20]
    for misfit in misfits:
        ask.say("  " + misfit.say(ask.lang))
    if len(seen.misfits) > len(misfits):
        ask.say(f"  … {len(seen.misfits) - len(misfits)} (--all)")
    for note in seen.notes:
        ask.say(f"  {note.get(ask.lang)}")
    ask.say()
    ask.say(seen.rates.table(ask.lang))
    for part in ("month", "who"):
        ask.say()
        ask.say(seen.rates.parts(part, ask.lang))
    if args.save:
        seen.save(args.save)
        ask.say()
        ask.say(f"{args.save}: wuye import {args.log} --mapping {args.save}")
    ask.give(
        {
            "sheets": [{"sheet": name, "row": row} for name, row in seen.sheets],
            "columns": [_plain(c) for c in seen.columns],
            "rows": seen.result.rows,
            "counts": seen.result.counts,
            "misfits": [_plain(r) for r in seen.misfits],
            "notes": [_plain(n) for n in seen.notes],
            "figures": [_figure(f, cases=False) for f in seen.rates.figures],
            "parts": seen.rates.rows(),
            "missing": [_plain(m) for m in seen.rates.missing],
            "mapping": seen.toml,
        }
    )
    return FOUND if seen.misfits else OK


def _simulate(args: argparse.Namespace, ask: _Ask) -> int:
    rates = simulate.Rates(reports_a_day=args.per_day)
    entries, answers = simulate.month(args.seed, args.month, rates=rates, months=args.months), simulate.Answers(args.seed, rates)
    if not args.office:
        for entry in simulate.resolved(entries, answers=answers):
            print(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
        return OK
    with wuye.open(args.office) as office:
        done = simulate.record(entries, office, answers=answers)
        digest = office.digest()
    ask.give({"simulated": True, "outcomes": dict(done.outcomes), "breaches": dict(done.breaches), "notices": len(done.notices), "digest": digest})
    ask.say(f"SIMULATED 模拟: {', '.join(f'{ask.word(k)} {v}' for k, v in done.outcomes.items())}, notices {len(done.notices)}\ndigest {digest}")
    return OK


def _scenarios(paths: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found += sorted(p for p in path.rglob("*.toml") if _is_scenario(p))
        elif path.exists():
            found.append(path)
        else:
            raise wuye.NotFound(f"there is no scenario {path}", file=str(path))
    return found


def _is_scenario(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    return path.name.endswith(".sop.toml") or "[[step]]" in text or any(line.startswith("error") for line in text.splitlines())


def _replay(args: argparse.Namespace, ask: _Ask) -> int:
    if args.update and os.environ.get("CI"):
        raise wuye.InvalidArgument("--update rewrites expectations for review; it is refused under CI (environment variable CI)")
    files = _scenarios(args.paths)
    if not files:
        raise wuye.NotFound(f"there are no scenarios in {' '.join(args.paths)}")
    bar = ask.bar("replaying") if len(files) > 20 else None
    results: list[dict[str, Any]] = []
    reports: list[str] = []
    broken = failed = 0
    for n, file in enumerate(files, 1):
        try:
            result = wuye.run_scenario(file, step=args.step, update=args.update)
            passed, title, steps, report = result.passed, result.title, len(result.steps), result.failure
            if args.update and not passed and result.updated_text:
                file.write_text(result.updated_text, encoding="utf-8", newline="")
            results.append({"file": str(file), "title": title, "passed": passed, "steps": steps, "covers": result.covers, "failure": report})
            failed += not passed
        except wuye.Error as error:
            broken += 1
            passed, report = False, f"{file}: {error}" if str(file) not in str(error) else str(error)
            results.append({"file": str(file), "title": "", "passed": False, "steps": 0, "covers": [], "failure": report})
        if not passed:
            reports.append(report)
        if bar:
            bar(n, len(files))
    ask.give(results)
    for report in reports:
        ask.say(report)
        ask.say()
    ask.say(f"{len(files) - failed - broken} {ask.word('passed')}, {failed + broken} {ask.word('failed')}")
    return USAGE if broken else FOUND if failed else OK


def _covering(folder: str | None) -> dict[str, list[str]]:
    path = Path(folder or "tests/scenarios")
    if not path.is_dir():
        if folder:
            raise wuye.NotFound(f"there is no folder {folder}", file=folder)
        return {}
    out: dict[str, list[str]] = {}
    for file in _scenarios([str(path)]):
        covers = loads(file.read_text(encoding="utf-8"), str(file)).get("covers", [])
        for clause in covers:
            out.setdefault(clause, []).append(str(file.relative_to(path)))
    return out


def _wanted(clause: dict[str, Any], chosen: Sequence[str] | None) -> bool:
    if not chosen:
        return True
    for item in chosen:
        first, sep, last = item.partition("-")
        if item in (clause["module"], clause["id"]) or (sep and first <= clause["id"] <= last and len(first) == len(clause["id"])):
            return True
    return False


def _clauses(args: argparse.Namespace, ask: _Ask) -> int:
    manual = wuye.Manual.load(*args.manual) if args.manual else wuye.Manual.standard()
    covering = _covering(args.scenarios)
    rows: list[dict[str, Any]] = []
    for clause in manual.clauses():
        if not _wanted(clause, args.module) or clause["id"] < (args.first or "") or (args.last and clause["id"] > args.last):
            continue
        treated = clause.get("treated") or "nothing"
        scenarios = covering.get(clause["id"], [])
        if args.missing and not (treated == "nothing" or (treated == "rule" and not scenarios)):
            continue
        why = clause.get("why") or {}
        rows.append(
            {
                "id": clause["id"],
                "module": clause["module"],
                "kind": clause["kind"],
                "title": clause["title"],
                "treated": treated,
                "why": why,
                "by": clause.get("by", []),
                "scenarios": scenarios,
            }
        )
    ask.give(rows)
    ask.table(
        ("clause", "module", "kind", "made of it", "scenarios", "title"),
        [(r["id"], r["module"], " ".join(r["kind"]), ask.word(r["treated"]), len(r["scenarios"]) or "", _in(r["title"], ask.lang)) for r in rows],
        limit=50,
    )
    counts = Counter(r["treated"] for r in rows)
    covered = sum(1 for r in rows if r["scenarios"])
    ask.say(
        f"\n{ask.word('clauses')} {len(rows)}: "
        + ", ".join(f"{ask.word(t)} {counts[t]}" for t in ("rule", "duty", "checklist", "nothing"))
        + f"; {ask.word('with scenario')} {covered}"
    )
    if unknown := sorted(set(covering) - {c["id"] for c in manual.clauses()}):
        ask.say(f"scenarios cite unknown clauses: {', '.join(unknown)}")
        return FOUND
    return FOUND if args.missing and rows else OK


def _in(text: Any, lang: str) -> str:
    return str(text.get(lang, "")) if isinstance(text, dict) else str(text or "")


def _check(args: argparse.Namespace, ask: _Ask) -> int:
    problems = wuye.Manual.check(*args.layers)
    ask.give([_plain(p) for p in problems])
    for problem in problems:
        ask.say(str(problem))
    if not problems:
        manual = wuye.Manual.load(*args.layers)
        ask.say(f"{ask.word('no problems')}: {manual.name} {manual.hash[:16]}…")
    return FOUND if any(p.error for p in problems) else OK


def _written(text: str, out: str | None) -> None:
    if out is None:
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        Path(out).write_text(text, encoding="utf-8")


def _handbook(args: argparse.Namespace, ask: _Ask) -> int:
    manual = wuye.Manual.load(*args.manual) if args.manual else wuye.Manual.standard()
    _written(manual.handbook(ask.lang, args.format), args.out)
    return OK


def _diff(args: argparse.Namespace, ask: _Ask) -> int:
    first, second = (wuye.Manual.standard() if path == "standard" else wuye.Manual.load(path) for path in (args.a, args.b))
    changes = first.diff(second)
    ask.give(changes.rows())
    ask.say(changes.text(ask.lang))
    return FOUND if changes else OK


def _schema(args: argparse.Namespace, ask: _Ask) -> int:
    _written(json.dumps(wuye.manual_schema(), ensure_ascii=False, indent=2), args.out)
    return OK


def _verify(args: argparse.Namespace, ask: _Ask) -> int:
    with _open(args.office) as office:
        answer = office.verify(ask.bar("verifying"))
        digest = office.digest()
    ask.give({**_plain(answer), "digest": digest})
    ask.say(f"{answer}\ndigest {digest}")
    return OK if answer else FOUND


def _backup(args: argparse.Namespace, ask: _Ask) -> int:
    if Path(args.copy).exists():
        raise FileExistsError(17, "exists", args.copy)
    with _open(args.office) as office:
        office.backup(args.copy, ask.bar("copying"))
    ask.give({"copy": args.copy, "bytes": Path(args.copy).stat().st_size})
    ask.say(f"{args.copy}: {Path(args.copy).stat().st_size} bytes")
    return OK


def _about(args: argparse.Namespace, ask: _Ask) -> int:
    about = wuye.about()
    ask.give(about)
    ask.table(("", ""), [(k, " ".join(v) if isinstance(v, list) else v) for k, v in about.items()])
    return OK


if __name__ == "__main__":
    raise SystemExit(main())
