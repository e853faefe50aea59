"""Counts test cases from what the runners print. Each reader takes the output and the exit code; a runner that failed
without naming a failed case (it crashed, or a sanitizer stopped it) counts as one failed case."""

import re
from dataclasses import dataclass


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self


def one(succeeded: bool) -> Counts:
    return Counts(passed=1) if succeeded else Counts(failed=1)


def _at_least_one_failure(counts: Counts, code: int) -> Counts:
    if code != 0 and counts.failed == 0:
        counts.failed = 1
    return counts


def googletest(output: str, code: int) -> Counts:
    """Cases are counted one by one, so that a crash half-way keeps what was run before it."""
    passed = len(re.findall(r"^\[       OK \] ", output, re.MULTILINE))
    failed = len(re.findall(r"^\[  FAILED  \] .*\(\d+ ms\)$", output, re.MULTILINE))
    skipped = len(re.findall(r"^\[  SKIPPED \] .*\(\d+ ms\)$", output, re.MULTILINE))
    return _at_least_one_failure(Counts(passed, failed, skipped), code)


def _summary_number(output: str, *words: str) -> int:
    found = 0
    for word in words:
        numbers = re.findall(rf"^ *(\d+) {word}$", output, re.MULTILINE)
        found += int(numbers[-1]) if numbers else 0
    return found


def bun(output: str, code: int) -> Counts:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    counts = Counts(
        passed=_summary_number(plain, "pass"),
        failed=_summary_number(plain, "fail"),
        skipped=_summary_number(plain, "skip", "todo"),
    )
    return _at_least_one_failure(counts, code)


def unittest(output: str, code: int) -> Counts:
    ran = re.search(r"^Ran (\d+) tests? in", output, re.MULTILINE)
    total = int(ran[1]) if ran else 0
    ending = re.search(r"^(?:OK|FAILED)(?: \((.*)\))?$", output, re.MULTILINE)
    parts = dict(re.findall(r"(\w+)=(\d+)", ending[1] or "")) if ending else {}
    failed = int(parts.get("failures", 0)) + int(parts.get("errors", 0))
    skipped = int(parts.get("skipped", 0))
    return _at_least_one_failure(Counts(max(0, total - failed - skipped), failed, skipped), code)
