"""The table: what was measured, what it should be, and whether it is."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

JSON = Path("bench.json")


@dataclass(frozen=True)
class Target:
    """A bound for each database; `most` tells that less is better."""

    sqlite: float
    postgresql: float
    most: bool = False
    unit: str = ""

    def bound(self, kind: str) -> float:
        return self.sqlite if kind == "sqlite" else self.postgresql

    def reached(self, kind: str, value: float) -> bool:
        bound = self.bound(kind)
        return value <= bound if self.most else value >= bound

    def words(self, kind: str) -> str:
        return f"{'<=' if self.most else '>='} {self.bound(kind):g}{self.unit}"


TARGETS: Mapping[str, Target] = {
    "send_vs_smtplib": Target(0.40, 0.30),
    "send_slow_server": Target(0.80, 0.70),
    "send_vs_obvious": Target(20, 20, unit=" x"),
    "claim_vs_sql": Target(0.70, 0.55),
    "claim_1m_vs_10k": Target(1.2, 1.2, most=True, unit=" x"),
    "click_vs_hello": Target(0.12, 0.09),
    "replies_per_s": Target(50, 30, unit="/s"),
    "reply_answered_s": Target(5, 5, most=True, unit=" s"),
    "worker_mb": Target(150, 150, most=True, unit=" MB"),
    "worker_mb_grown": Target(10, 10, most=True, unit=" MB"),
    "hundred_thousand_s": Target(60, 60, most=True, unit=" s"),
}


@dataclass
class Result:
    """One name of bench.json: its value, and the absolute figures behind it, units in their names."""

    name: str
    value: float
    floor: str = ""
    figures: dict[str, float] = field(default_factory=dict)


HEAD = f"{'':24} {'value':>8}  {'target':<11} {'':7}  measured against"


def head(kind: str) -> None:
    sys.stdout.write(f"\n{kind}\n{HEAD}\n")
    sys.stdout.flush()


def show(kind: str, result: Result) -> None:
    """Print one row."""
    target = TARGETS.get(result.name)
    wanted = target.words(kind) if target else ""
    verdict = "" if target is None else ("reached" if target.reached(kind, result.value) else "MISSED")
    told = ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in result.figures.items())
    line = f"{result.name:24} {_short(result.value):>8}  {wanted:<11} {verdict:7}  {result.floor}"
    sys.stdout.write(f"{line}{': ' if told else ''}{told}\n")
    sys.stdout.flush()


def keep(found: Mapping[str, list[Result]], whole: bool) -> None:
    """Write bench.json; a run of some parts leaves the other names as they are."""
    kept = {} if whole or not JSON.exists() else json.loads(JSON.read_text())
    for kind, results in found.items():
        of_kind = kept.setdefault(kind, {})
        figures = of_kind.pop("figures", {})
        for result in results:
            of_kind[result.name] = round(result.value, 3)
            if result.figures:
                figures[result.name] = {name: round(value, 3) for name, value in result.figures.items()}
        of_kind["figures"] = figures
    JSON.write_text(json.dumps(kept, indent=2) + "\n")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
