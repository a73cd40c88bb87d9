"""Each declaration of wuye.h stands under a comment with @errors, @thread (one of the three words) and @since.

Declarations without a blank line between them share their comment.
"""

import re

from declared import HEADER, declarations, finish

text = HEADER.read_text(encoding="utf-8")
problems = []
seen = 0
for comment, group in re.findall(r"/\*((?:(?!\*/).)*)\*/\n((?:WUYE_API[^;]*;\n)+)", text, re.S):
    for name in re.findall(r"\b(wuye_\w+)\(", group):
        seen += 1
        for tag in ("@errors ", "@since "):
            if tag not in comment:
                problems.append(f"{name}: its comment has no {tag.strip()}")
        if not re.search(r"@thread (immutable|serialized|exclusive)\b", comment):
            problems.append(f"{name}: its comment has no @thread with one of the three words")
if seen != len(declarations()):
    problems.append(f"{seen} of {len(declarations())} declarations stand directly under a comment")
finish(problems, f"{seen} declarations, each with its comment")
