"""What two manuals change, part by part, in words of both languages.

Both manuals are laid out flat, a line a part (a limit, a rung, who may do an action, a switch …), and the lines are compared. A kind of part that
this module does not know is compared as its layers say it, key by key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wuye.frames import Framed
from wuye.types import Text
from wuye.wording import Words, rest_of

if TYPE_CHECKING:
    from wuye.manual import Manual

__all__ = ["Change", "Changes", "compare_manuals"]

_KINDS = {"added": Text("新增", "added"), "removed": Text("取消", "removed"), "changed": Text("改动", "changed")}
_AREAS = {
    "procedure": Text("作业规程", "procedure"),
    "field": Text("登记项", "field"),
    "stage": Text("环节", "stage"),
    "action": Text("动作", "action"),
    "deadline": Text("时限", "deadline"),
    "limit": Text("限时", "limit"),
    "level": Text("逐级", "level"),
    "tally": Text("累计", "tally"),
    "duty": Text("周期性职责", "recurring duty"),
    "scorecard": Text("考核表", "scorecard"),
    "switch": Text("开关", "switch"),
    "metric": Text("指标", "metric"),
    "post": Text("岗位", "post"),
    "calendar": Text("日历", "calendar"),
    "almanac": Text("节假日历", "almanac"),
    "chapter": Text("章", "chapter"),
    "use": Text("启用", "use"),
    "late": Text("补录", "late entries"),
    "clause": Text("条款", "clause"),
    "treat": Text("条款处理", "treatment of a clause"),
    "manual": Text("规程", "manual"),
}
#: Lists whose items have an identity; of others the items are told by what they are.
_IDENTITY = ("name", "do", "at", "chapter")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the second manual says otherwise.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        area: What kind of part: ``limit``, ``level``, ``action``, ``switch`` …
        path: Where it stands in the manual, by names.
        where: Where it stands, by titles.
        before: What the first manual says; empty where it says nothing.
        after: What the second says.
    """

    kind: str
    area: str
    path: str
    where: Text
    before: Text
    after: Text

    def say(self, lang: str) -> str:
        """The change as one line in ``"zh"`` or ``"en"``."""
        zh = lang == "zh"
        area = _AREAS.get(self.area, Text(self.area, self.area)).get(lang)
        head = f"[{area}] {self.where.get(lang)}"
        mark = "：" if zh else ": "
        before, after = self.before.get(lang), self.after.get(lang)
        if self.kind == "changed":
            return f"{head}{mark}{before or ('无' if zh else 'nothing')} → {after or ('无' if zh else 'nothing')}"
        what = after if self.kind == "added" else before
        return f"{head}{mark}{_KINDS[self.kind].get(lang)}" + (f"{mark}{what}" if what else "")

    def __str__(self) -> str:
        return self.say("en")


class Changes(Framed, tuple[Change, ...]):
    """What two manuals change; false where they say the same."""

    __slots__ = ()
    columns = ("kind", "area", "path", "where_zh", "where_en", "before_zh", "before_en", "after_zh", "after_en")
    text_columns = columns

    def rows(self) -> list[dict[str, Any]]:
        """The changes as dictionaries, ready for a DataFrame."""
        return [
            {
                "kind": c.kind,
                "area": c.area,
                "path": c.path,
                "where_zh": c.where.zh,
                "where_en": c.where.en,
                "before_zh": c.before.zh,
                "before_en": c.before.en,
                "after_zh": c.after.zh,
                "after_en": c.after.en,
            }
            for c in self
        ]

    def text(self, lang: str = "en") -> str:
        """The changes line by line in ``"zh"`` or ``"en"``."""
        return "\n".join(c.say(lang) for c in self) or ("两套规程一致" if lang == "zh" else "the two manuals say the same")

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class _Part:
    """One line of a manual laid out flat."""

    area: str
    where: Text
    raw: Any
    said: Text


_Path = tuple[str, ...]


def compare_manuals(first: Manual, second: Manual) -> Changes:
    """What the second manual changes in the first; ``Manual.diff`` calls it.

    Args:
        first: What is.
        second: What would be.

    Returns:
        The changes, in the order of the manuals.
    """
    before, after = dict(_parts(first)), dict(_parts(second))
    order = list(dict.fromkeys([*before, *after]))
    gone = {p for p in before if p not in after}
    new = {p for p in after if p not in before}
    nothing = Text("", "")
    changes: list[Change] = []
    for path in order:
        if any(path[:n] in gone or path[:n] in new for n in range(1, len(path))):
            continue  # told with the whole that came or went
        was, now = before.get(path), after.get(path)
        part = now or was
        assert part is not None, "each path is in one of them"
        said = (was.said if was else nothing, now.said if now else nothing)
        if was is None or now is None:
            changes.append(Change("added" if was is None else "removed", part.area, ".".join(path), part.where, *said))
        elif was.raw != now.raw:
            changes.append(Change("changed", part.area, ".".join(path), part.where, *said))
    return Changes(changes)


def _parts(manual: Manual) -> Iterator[tuple[_Path, _Part]]:
    zh, en = manual.describe("zh"), manual.describe("en")
    words = _Both(Words(zh, "zh"), Words(en, "en"))
    yield from _whole(zh, en)
    for in_zh, in_en in zip(zh["procedures"], en["procedures"], strict=True):
        yield from _procedure(in_zh, in_en, words)
    yield from _sections(zh["sections"], en["sections"], words)
    for clause in manual.clauses():
        treated = Text(words.zh.treated(clause["treated"]), words.en.treated(clause["treated"]))
        title = Text(f"{clause['id']} {clause['title']['zh']}", f"{clause['id']} {clause['title']['en']}")
        yield ("clause", clause["id"]), _Part("clause", title, clause["treated"], treated)
        text = Text(clause["text"]["zh"], clause["text"]["en"])
        yield ("clause", clause["id"], "text"), _Part("clause", title, clause["text"], text)


@dataclass(frozen=True, slots=True)
class _Both:
    """The words of both languages."""

    zh: Words
    en: Words

    def of(self, in_zh: Mapping[str, Any], in_en: Mapping[str, Any]) -> _Both:
        return _Both(self.zh.of(in_zh), self.en.of(in_en))

    def key(self, key: str) -> Text:
        return Text(self.zh.key(key), self.en.key(key))

    def generic(self, in_zh: Any, in_en: Any) -> Text:
        return Text(self.zh.generic(in_zh), self.en.generic(in_en))


def _joined(*texts: Text) -> Text:
    return Text(" · ".join(t.zh for t in texts if t.zh), " · ".join(t.en for t in texts if t.en))


def _title(in_zh: Mapping[str, Any], in_en: Mapping[str, Any]) -> Text:
    return Text(in_zh["title"], in_en["title"])


def _whole(zh: Mapping[str, Any], en: Mapping[str, Any]) -> Iterator[tuple[_Path, _Part]]:
    for key in ("name", "time_zone"):
        title = {"name": Text("名称", "name"), "time_zone": Text("时区", "time zone")}[key]
        yield (key,), _Part("manual", title, en[key], Text(zh[key], en[key]))


def _procedure(in_zh: Mapping[str, Any], in_en: Mapping[str, Any], outer: _Both) -> Iterator[tuple[_Path, _Part]]:
    words = outer.of(in_zh, in_en)
    here: _Path = ("procedure", in_en["name"])
    title = _title(in_zh, in_en)
    yield here, _Part("procedure", title, None, title)
    for key in (k for k in in_en if k not in ("name", "more", "fields", "stages", "actions", "deadlines", "tallies")):
        yield (*here, key), _Part("procedure", _joined(title, words.key(key)), in_en[key], words.generic(in_zh[key], in_en[key]))
    for kind, area, identity in (
        ("fields", "field", "name"),
        ("stages", "stage", "name"),
        ("actions", "action", "do"),
        ("deadlines", "deadline", "name"),
        ("tallies", "tally", "name"),
    ):
        for one_zh, one_en in zip(in_zh[kind], in_en[kind], strict=True):
            path = (*here, area, one_en[identity])
            where = _joined(title, _title(one_zh, one_en))
            yield path, _Part(area, where, None, _title(one_zh, one_en))
            lists = ("within", "ladder") if area == "deadline" else ()
            for key in one_en:
                if key in lists:
                    yield from _lines(key, path, where, one_zh, one_en, words)
                elif key != identity:
                    yield (*path, key), _Part(area, _joined(where, words.key(key)), one_en[key], _said(key, one_zh[key], one_en[key], words))
    for key in in_en["more"]:
        yield from _tree((*here, key), key, _joined(title, words.key(key)), in_zh["more"][key], in_en["more"][key], words)


def _lines(key: str, path: _Path, where: Text, in_zh: Mapping[str, Any], in_en: Mapping[str, Any], words: _Both) -> Iterator[tuple[_Path, _Part]]:
    """The limits of a deadline by their conditions, its rungs by when they come; and the order of the limits, since the first that holds counts."""
    seen: list[str] = []
    for one_zh, one_en in zip(in_zh[key], in_en[key], strict=True):
        if key == "within":
            name = json.dumps(one_en.get("when", []), ensure_ascii=False, sort_keys=True)
            case = Text(words.zh.case_of(one_zh), words.en.case_of(one_en))
            said = Text(words.zh.limit(one_zh), words.en.limit(one_en))
            area = "limit"
        else:
            name, area = one_en["at"], "level"
            case = Text("", "")
            said = Text(words.zh.level(one_zh), words.en.level(one_en))
        raw = rest_of(one_en, "title when")
        if name in seen:
            name = f"{name}#{seen.count(name)}"
        seen.append(name)
        yield (*path, key, name), _Part(area, _joined(where, case), raw, said)
    if key == "within":
        orders = Text(
            "；".join(words.zh.case_of(line) for line in in_zh[key]),
            "; ".join(words.en.case_of(line) for line in in_en[key]),
        )
        yield (*path, "order"), _Part("limit", _joined(where, Text("先后次序", "order of the limits")), _Order(seen), orders)


class _Order:
    """The order of what two lists share: equal where only the other items differ."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Order):
            return False
        return [n for n in self.names if n in other.names] == [n for n in other.names if n in self.names]

    __hash__ = None  # type: ignore[assignment]


def _said(key: str, in_zh: Any, in_en: Any, words: _Both) -> Text:
    """A key of a procedure's part in words."""

    def one(w: Words, value: Any) -> str:
        if key in ("by", "tell"):
            return w.join(w.post(p) for p in value)
        if key in ("from", "until", "pauses", "drops"):
            return w.join(w.stage(s) for s in value)
        if key == "to":
            return w.stage(value)
        if key in ("needs", "may", "key"):
            return w.join(w.field(f) for f in value)
        if key == "only_when":
            mark = w.say("；", "; ")
            return mark.join(
                (w.condition(d["if"]) + w.say("时，须", ": only when ") if d.get("if") else w.say("须", "only when "))
                + w.condition(d["when"])
                + w.clauses(d.get("clause"))
                for d in value
            )
        if key == "set":
            return w.sets(value) if value else ""
        if key == "opens":
            return w.join(w.opens(o) for o in value)
        if key == "add":
            return w.adds(value)
        if key == "books":
            return w.books(value)
        if key in ("tells", "copies", "counts"):
            told = {"tells": w.tells, "copies": w.copies, "counts": w.counts}[key]
            return w.say("；", "; ").join(told(one) for one in value)
        if key == "type":
            return w.kind(value)
        if key == "ending":
            return w.ending(value)
        return w.generic(value)

    return Text(one(words.zh, in_zh), one(words.en, in_en))


def _sections(in_zh: Mapping[str, Any], in_en: Mapping[str, Any], words: _Both) -> Iterator[tuple[_Path, _Part]]:
    for area in in_en:
        if area == "switch":
            for group, switches in in_en["switch"].items():
                for name, switch in switches.items():
                    other = in_zh["switch"][group][name]
                    value = Text(words.zh.reading(switch["value"]), words.en.reading(switch["value"]))
                    yield ("switch", group, name), _Part("switch", _title(other, switch), switch["value"], value)
                    rest = (rest_of(other, "title value"), rest_of(switch, "title value"))
                    yield ("switch", group, name, "values"), _Part("switch", _title(other, switch), rest[1], words.generic(*rest))
        else:
            yield from _tree((area,), area, Text("", ""), in_zh[area], in_en[area], words)


def _tree(path: _Path, area: str, where: Text, in_zh: Any, in_en: Any, words: _Both) -> Iterator[tuple[_Path, _Part]]:
    """Any part: tables by key, lists of tables by their identity, everything else as one line."""
    if isinstance(in_en, Mapping) and in_en and not {"en", "zh"} >= set(in_en):
        depth = len(path)
        if depth > 1 and "title" in in_en:
            where = _joined(where, _title(in_zh, in_en))
        yield path, _Part(area, where if where.en else words.key(path[-1]), None, where)
        for key in in_en:
            titled = isinstance(in_en[key], Mapping) and "title" in in_en[key]
            below = where if titled or (depth == 1 and isinstance(in_en[key], Mapping)) else _joined(where, words.key(key))
            if not titled and depth == 1 and isinstance(in_en[key], Mapping):
                below = _joined(where, Text(words.zh.named(key), words.en.named(key)))
            yield from _tree((*path, key), area, below, in_zh[key], in_en[key], words)
        return
    if isinstance(in_en, list) and in_en and all(isinstance(item, Mapping) for item in in_en):
        identity = next((k for k in _IDENTITY if all(k in item for item in in_en)), None)
        if identity is not None and len({str(item[identity]) for item in in_en}) == len(in_en):
            yield path, _Part(area, where if where.en else words.key(path[-1]), None, where)
            for one_zh, one_en in zip(in_zh, in_en, strict=True):
                name = str(one_en[identity])
                titled = "title" in one_en
                below = where if titled else _joined(where, Text(words.zh.named(name), words.en.named(name)))
                yield from _tree((*path, name), area, below, one_zh, one_en, words)
            return
    yield path, _Part(area, where if where.en else words.key(path[-1]), in_en, words.generic(in_zh, in_en))
