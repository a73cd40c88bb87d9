"""The library exports what capi/exports.txt lists, which is what wuye.h declares, and nothing else.

usage: check_exports.py NM LIBRARY
"""

import subprocess
import sys

from declared import declarations, exports, finish

nm, library = sys.argv[1:]
# A static name of the linker (WUYE_0 itself) is absolute: "A".
found = set()
for line in subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout.splitlines():
    kind, name = line.split()[-2:]
    if kind != "A":
        found.add(name.split("@")[0])

listed = exports()
declared = set(declarations())
problems = []
if listed != sorted(set(listed)):
    problems.append("capi/exports.txt is not sorted, or lists a name twice")
problems += [f"{name}: exported, not in capi/exports.txt" for name in sorted(found - set(listed))]
problems += [f"{name}: in capi/exports.txt, not exported" for name in sorted(set(listed) - found)]
problems += [f"{name}: declared in wuye.h, not in capi/exports.txt" for name in sorted(declared - set(listed))]
problems += [f"{name}: in capi/exports.txt, not declared in wuye.h" for name in sorted(set(listed) - declared)]
finish(problems, f"{len(found)} functions, as listed")
