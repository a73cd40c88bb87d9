"""The main job of ./demo: a month of an office under the standard manual, or somebody's own log, and what wuye makes of it.

``python -m wuye.demo`` simulates, and says so; ``python -m wuye.demo LOG.csv [--mapping FILE]`` brings in a real log.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import wuye
from wuye import simulate
from wuye._table import progress, render
from wuye.importing import ImportResult
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


def _simulated(path: Path, seed: int, month: str, lang: str) -> None:
    print(f"SIMULATED DATA 模拟数据: one office, {month}, seed {seed}. Nobody in it exists.\n")
    with wuye.open(path, seed=f"demo-{seed}") as office:
        done = simulate.record(simulate.month(seed, month), office)
        end = office.manual.period(month)[1]
        done.notices += office.advance(end)
        total = sum(done.outcomes.values())
        print(
            f"{total} entries told under the manual {office.manual.name!r}: "
            + ", ".join(f"{done.outcomes[s]} {s}" for s in ("accepted", "duplicate", "refused"))
            + ".\n"
        )
        print("Refused: a decision that the manual does not allow, or something that cannot be")
        _counted(done.reasons, "reason")
        for entry, outcome in done.refused[:3]:
            print(f"  e.g. {entry['at'][:16]} {entry['by']} {entry['do']} {entry.get('case', '')}: {outcome.message}")
        print("\nRecorded with its breach: it has happened, so it stands, and the rule it broke beside it")
        _counted(done.breaches, "breach")
        _escalated(done.notices, lang)
        _scorecard(office, month, lang)
        _why(office, month)
        _foot(office)


def _log(path: Path, log: Path, mapping: str, lang: str) -> None:
    rules = wuye.LogMapping.load(mapping)
    with wuye.open(path, rules.load_manual()) as office:
        result = wuye.import_log(log, rules, office, progress=progress("importing"))
        print(
            f"{log.name} under the mapping {rules.label!r} and the manual {office.manual.name!r}: {result.first:%Y-%m-%d} to {result.last:%Y-%m-%d}\n"
            if result.first and result.last
            else f"{log.name}: no rows\n"
        )
        print(result)
        _reports(result)
        if result.breaches:
            print("\nRecorded with its breach")
            _counted(Counter(dict(result.breaches)), "breach")
        if result.last:
            office.advance(result.last)
        _escalated(office.notices(), lang)
        years = range(result.first.year, result.last.year + 1) if result.first and result.last else ()
        rows = []
        for year in years:
            for figure in office.score(str(year)).figures:
                if figure.in_use and figure.due:
                    rows.append((year, figure.title.get(lang) or figure.metric, f"{figure.percent} %", figure.done, figure.due, figure.late))
        print("\nThe scorecard, year by year")
        print(render(("year", "metric", "rate", "done", "due", "late"), rows))
        _foot(office)


def _counted(counts: Counter[str], head: str) -> None:
    print(render((head, "times"), counts.most_common()) if counts else "none")


def _escalated(notices: list[Notice], lang: str) -> None:
    print("\nEscalated: what was late or in danger of it, under which clause, and to whom it went")
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for n in notices:
        told = ", ".join(dict.fromkeys(t.post for t in n.tell)) or "nobody"
        counts[(n.what, f"{n.deadline} {n.level}".strip(), n.clause, told)] += 1
    rows = [(what, rung, clause, told, count) for (what, rung, clause, told), count in counts.most_common(16)]
    print(render(("what", "deadline", "clause", "told", "times"), rows, limit=44))
    for n in notices[-2:]:
        print(f"  e.g. {n}" + (f"\n       {n.text.get(lang)}" if n.text.get(lang) else ""))


def _reports(result: ImportResult) -> None:
    for state in ("opening", "ignored", "unfit", "refused"):
        shown = [r for r in result.reports if r.state == state]
        for r in shown[:2]:
            print(f"  {r}")
        if len(shown) > 2:
            print(f"  … and {len(shown) - 2} more {state}")


def _scorecard(office: wuye.Office, period: str, lang: str) -> None:
    print(f"\nThe scorecard of {period}")
    print(office.score(period).table(lang))


def _why(office: wuye.Office, period: str) -> None:
    late = [c for f in office.score(period).figures for c in f.why() if c.counted and not c.on_time]
    if late:
        print("\nWhy it is not 100 %: the first cases behind it")
        print(render(("case", "who", "due", "met"), [(c.case, c.who, c.due, c.met) for c in late[:5]]))


def _foot(office: wuye.Office) -> None:
    verified = office.verify()
    print(f"\nJournal: {verified}. Digest {office.digest()[:16]}…")


if __name__ == "__main__":
    raise SystemExit(main())
