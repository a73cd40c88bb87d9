"""Every exported definition in capi/src goes through the guard, or is on the list of those that cannot throw.

A function that can fail (its last parameter is `wuye_error **err`) is one `return …guard…(…)`, preceded at most by the
clearing of what goes out. The others are listed in cannot_throw.txt; a new one needs a look and a line there.
"""

import re
from pathlib import Path

from declared import ROOT, declarations, fallible, finish, without_comments

CLEARING = r"(?:if \(\w+ != nullptr\) \*\w+ = (?:0|nullptr|\w+\{\});\s*)*"
GUARDED = re.compile(CLEARING + r"return (?:\w+::)*guard(?:_new|_text)?\(", re.S)


def bodies(text: str) -> dict[str, str]:
    found = {}
    for start in re.finditer(r"^[\w][\w \*]*?\b(wuye_\w+)\(", text, re.M):
        opening = re.compile(r"[^;{]*\)\s*\{").match(text, start.end())
        if not opening:
            continue
        depth, end = 1, opening.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found[start.group(1)] = text[opening.end() : end - 1].strip()
    return found


defined: dict[str, str] = {}
problems = []
for source in sorted((ROOT / "capi/src").glob("*.cpp")):
    text = without_comments(source.read_text(encoding="utf-8"))
    for at in re.finditer(r'extern "C" \{(.*?)^\}\s*(?=\Z|^namespace|^extern)', text, re.S | re.M):
        for name, body in bodies(at.group(1)).items():
            if name in defined:
                problems.append(f"{name}: defined twice")
            defined[name] = body

listed = Path(__file__).with_name("cannot_throw.txt").read_text().split()
for name, params in declarations().items():
    if name not in defined:
        problems.append(f"{name}: declared, but no definition was found in capi/src")
    elif fallible(params):
        if not GUARDED.match(defined[name]):
            problems.append(f"{name}: can fail, and does not begin with a guard")
        if name in listed:
            problems.append(f"{name}: can fail, and stands in cannot_throw.txt")
    elif name not in listed:
        problems.append(f"{name}: has no `err`; make sure that it cannot throw and list it in cannot_throw.txt")
    elif "throw" in defined[name] or "new " in defined[name] or "std::string(" in defined[name]:
        problems.append(f"{name}: is said not to throw, but does or allocates")
problems += [f"{name}: defined, not declared in wuye.h" for name in defined if name not in declarations()]
problems += [f"{name}: in cannot_throw.txt, not declared" for name in listed if name not in declarations()]
finish(problems, f"{len(defined)} definitions, {len(listed)} of which cannot throw")
