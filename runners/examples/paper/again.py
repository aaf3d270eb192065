"""Runs one cell of the study again and compares it with the kept row.

  python3 runners/examples/paper/again.py rates-small
  python3 runners/examples/paper/again.py rates-small --cell 58

The command is that of the page. Scores, metrics and steps must be equal to the last digit, which they
are on the same kind of processor with one thread for each operation, which is what two workers had on
two cores; ids and hashes of code change with the version. Ends with 1 if a score differs.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

PAPER = pathlib.Path(__file__).resolve().parent
ROOT = PAPER.parents[2]
COMPARED = ("recipe", "seed", "steps", "scores", "kept", "metrics")


def command_of(name):
    page = (PAPER / "README.md").read_text(encoding="utf-8")
    found = re.search(r"\(results/" + re.escape(name) + r"\.json\).*`(runners/bin/palimpsest run [^`]*)`", page)
    if not found:
        names = ", ".join(sorted(f.stem for f in (PAPER / "results").glob("*.json")))
        sys.exit(f"'{name}' is no run of {PAPER / 'README.md'}; known: {names}")
    words = shlex.split(found.group(1))
    return [str(ROOT / words[0]), *words[1 : words.index("--out")]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", help="a file of results, without .json")
    arguments.add_argument("--cell", type=int, default=-1, help="its place in the plan, from 0; default: the last")
    asked = arguments.parse_args()
    command = command_of(asked.name)
    files = json.loads((PAPER / "results" / (asked.name + ".json")).read_text(encoding="utf-8"))["files"]
    kept = files["plan.json"]["cells"]
    if not -len(kept) <= asked.cell < len(kept):
        sys.exit(f"--cell {asked.cell} must be from 0 to {len(kept) - 1}")
    row = files[f"cells/{kept[asked.cell]['id']}/result.json"]
    plan = [command[0], "plan", *command[2:], "--json", "--calibration", "0"]
    cells = json.loads(subprocess.run(plan, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["cells"]
    cell = cells[asked.cell]["id"]
    with tempfile.TemporaryDirectory() as folder:
        options = os.environ.get("PALIMPSEST_JAVA_OPTS", "") + " -Dpalimpsest.threads=1"
        subprocess.run(
            [*command, "--out", folder, "--cell", cell], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
            env={**os.environ, "PALIMPSEST_JAVA_OPTS": options})
        result = pathlib.Path(folder, "cells", cell, "result.json")
        again = json.loads(result.read_text(encoding="utf-8"))
    different = [field for field in COMPARED if again[field] != row[field]]
    print(f"{asked.name}: {row['label']}, seed {row['seed']}")
    print("kept :", json.dumps(row["scores"]["after"]))
    print("again:", json.dumps(again["scores"]["after"]))
    print("different: " + ", ".join(different) if different else "equal to the last digit")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
