"""Where things lie in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
INFRA = ROOT / "infra"
SCENARIOS = ROOT / "infra" / "replay" / "scenarios"
