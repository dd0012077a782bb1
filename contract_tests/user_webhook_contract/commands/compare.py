"""What changed from one run to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT: Final = "absent"
"""The verdict on a requirement that a report does not have: another version of the kit wrote it."""


class Comparison:
    """The differences between the report of an *old* run and that of a *new* one."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self._old, self._new = old, new
        before, after = (_rows(report) for report in (old, new))
        rows = {**before, **after}
        changes = [
            (rows[name], _verdict(before.get(name)), _verdict(after.get(name)))
            for name in sorted(rows)
            if _verdict(before.get(name)) != _verdict(after.get(name))
        ]
        self.newly_failing = [one for one in changes if one[2] == "fail"]
        self.newly_passing = [one for one in changes if one[2] == "pass"]
        self.others = [one for one in changes if one[2] not in {"fail", "pass"}]

    @property
    def exit_status(self) -> int:
        """1 if a ``must`` newly fails, else 0."""
        return int(any(row["level"] == "must" for row, _, _ in self.newly_failing))

    def lines(self) -> Iterator[str]:
        """Yield the differences, one a line."""
        yield from self._circumstances()
        groups = {
            "Newly failing": self.newly_failing,
            "Newly passing": self.newly_passing,
            "Changed otherwise": self.others,
        }
        for name, changes in groups.items():
            for row, old, new in changes:
                why = f" ({row['why']})" if new == row["verdict"] and row["why"] else ""
                yield f"{name}: {row['id']} ({row['level']}) {row['title']}: {old}, now {new}{why}"
        yield from self._choices()
        if self._old["verdict"] != self._new["verdict"]:
            yield f"The verdict changes: {self._old['verdict']}, now {self._new['verdict']}."
        else:
            yield f"The verdict stays {self._new['verdict']}."
        yield (
            f"{len(self.newly_failing)} newly failing, {len(self.newly_passing)} newly passing, "
            f"{len(self.others)} changed otherwise."
        )

    def _circumstances(self) -> Iterator[str]:
        """Yield whether the runs are comparable, and what differs between them: it may explain a change of verdict."""
        old, new = self._old, self._new
        yield comparability(old, new)
        pairs = {
            "target": (old["target"], new["target"]),
            "document": (old["document"]["sha256"][:12], new["document"]["sha256"][:12]),
            "kit": (old["kit"]["version"], new["kit"]["version"]),
            **{name: (old["settings"][name], new["settings"][name]) for name in ("budget", "seed", "is_strict")},
        }
        for name, (first, second) in pairs.items():
            if first != second:
                yield f"Different {name}: {first}, now {second}."

    def _choices(self) -> Iterator[str]:
        before, after = ({one["name"]: one["value"] for one in report["choices"]} for report in (self._old, self._new))
        for name in sorted({**before, **after}):
            old, new = before.get(name, ABSENT), after.get(name, ABSENT)
            if old != new:
                yield f"Choice: {name} {old}, now {new}"


def comparability(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return one line on whether the two reports were made with the same baseline, or what differs."""
    before, after = (report.get("baseline", {}) for report in (old, new))
    if not before or not after:
        return "Perhaps not comparable: a report has no baseline."
    if before["sha256"] == after["sha256"]:
        return f"Comparable: both have the baseline {after['sha256'][:12]}."
    parts = [name for name in {**before, **after} if name != "sha256" and before.get(name) != after.get(name)]
    return f"Not comparable without care: the baselines differ in {', '.join(parts)}."


def _rows(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in report["requirements"]}


def _verdict(row: dict[str, Any] | None) -> str:
    return ABSENT if row is None else str(row["verdict"])
