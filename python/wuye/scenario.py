"""Scenarios: a working day as a short TOML file, run by the core. docs/scenarios.md is the language."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuye import _core
from wuye.errors import Error, InvalidArgument, NotFound, StoreIO

__all__ = ["ScenarioResult", "Step", "run_scenario"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was run and judged."""

    index: int
    line: int
    passed: bool
    differences: tuple[str, ...]
    came: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of a scenario: true where every expectation held.

    Attributes:
        name: The file.
        title: The scenario's title.
        covers: The clauses it covers.
        passed: Whether every expectation held.
        steps: The steps that were judged.
        failure: The whole report, ready to print; empty where it passed.
        updated_text: With ``update``: the text with failing expectations rewritten.
        digest: Of the journal at the end.
    """

    name: str
    title: str
    covers: tuple[str, ...]
    passed: bool
    steps: tuple[Step, ...]
    failure: str
    updated_text: str
    digest: str

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return f"{self.name}: passed ({len(self.steps)} steps)" if self.passed else self.failure


def run_scenario(path: str | os.PathLike[str], *, step: int = 0, update: bool = False, text: str | None = None) -> ScenarioResult:
    """Runs a scenario file in an office of its own in memory.

    Args:
        path: The file; manuals that it names lie beside it.
        step: Judge this step only, counted from 1; 0 judges every step.
        update: Have failing expectations rewritten in ``.updated_text``; the file itself is left alone.
        text: The scenario's text, where it is not to be read from the file.

    Returns:
        What came of it. A failed expectation is a result, not an exception.

    Raises:
        InvalidArgument: The text is no scenario; file, line and column say where.
        NotFound: The file, or a manual that it names, is not there.

    Example:
        >>> import wuye
        >>> text = '''
        ... title = "A day without anything"
        ... [[step]]
        ... advance = 2026-03-02T10:00:00
        ... expect = { notices = [] }
        ... '''
        >>> wuye.run_scenario("quiet.toml", text=text).passed
        True
    """
    file = Path(path)
    source = _read(file) if text is None else text.encode("utf-8", "surrogatepass")
    names: list[str] = []
    texts: list[bytes] = []
    while True:
        try:
            answer = json.loads(_core.scenario_run(str(path), source, names, texts, step, update))
            break
        except Error as error:
            missing = error.details.get("missing_file")
            if not isinstance(error, (InvalidArgument, NotFound)) or not missing or missing in names:
                raise
            texts.append(_read(file.parent / missing))
            names.append(missing)
    return ScenarioResult(
        name=answer["name"],
        title=answer["title"],
        covers=tuple(answer["covers"]),
        passed=answer["passed"],
        steps=tuple(
            Step(s["index"], s["line"], s["passed"], tuple(s["differences"]), s["came"] if isinstance(s["came"], dict) else {})
            for s in answer["steps"]
        ),
        failure=answer["failure"].replace("this step alone: wuye_scenarios --step ", "this step alone: wuye replay --step "),
        updated_text=answer.get("updated_text", ""),
        digest=answer["digest"],
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", file=str(path)) from None
    except OSError as error:
        raise StoreIO(f"{path} cannot be read: {error.strerror}", file=str(path)) from None
