"""``make audit``: is there a known vulnerability in what Earshot installs?

pip-audit asks PyPI's advisory database of each pinned package. Only a vulnerability fails: a machine that does not
reach the database, or whose mirror has none, is told that nothing was audited.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from infra.paths import ROOT

PIP_AUDIT = ROOT / ".venv-audit" / "bin" / "pip-audit"
# What runs in AWS, what a developer's machine runs, and what deploys.
REQUIREMENTS = ("requirements.txt", "requirements-encoder.txt", "requirements-dev.txt", "requirements-sam.txt")
# The advisory, and why it does not concern Earshot.
ACCEPTED: Mapping[str, str] = {}


def main() -> int:
    """Audit every pin; returns the exit status: 1 where a vulnerability is known."""
    files = [argument for name in REQUIREMENTS for argument in ("--requirement", name)]
    options = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")
    done = subprocess.run([str(PIP_AUDIT), *options, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"Not audited: {(done.stderr.strip().splitlines() or ['pip-audit gave no answer'])[-1]}", file=sys.stderr)
        return 0
    found = vulnerabilities(dependencies)
    for line in found:
        print(line, file=sys.stderr)
    skipped = sum("skip_reason" in one for one in dependencies)
    print(f"{len(dependencies) - skipped} of {len(dependencies)} packages audited, {len(found)} vulnerable.")
    return int(bool(found))


def vulnerabilities(dependencies: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each known vulnerability that is not accepted, from pip-audit's JSON: what to update, and to what."""
    return [
        f"{one['name']} {one['version']}: {known['id']}, fixed in {', '.join(known['fix_versions']) or 'no release'}"
        for one in dependencies
        for known in one.get("vulns", ())
        if known["id"] not in ACCEPTED
    ]


if __name__ == "__main__":
    sys.exit(main())
