#!/usr/bin/env python3
"""A plugin that misbehaves in each method of the SPI, in each way, in a grid beside adamw.

Packs a JAR for each method and each way (the test class MoodyPlugin of runners/engine), runs a grid
of four cells with each (two with its optimizer, two with adamw), and lists with each. Prints a
table: for `run` and `list` the exit code, how many adamw cells finished, and whether the messages
name the JAR. Ends with 1 if a run or a list came out wrong.

    ./mvnw -q -DskipTests install      # once: the distribution and the test classes
    python3 runners/bench/plugin_faults.py [--only METHOD[/WAY]] ...
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = str(ROOT / "runners/bin/palimpsest")
GRID = """name: moody
model: quickstart
tasks:
  - {name: reversing, data: "quickstart:reversing", measure: nats-per-token}
training: {steps: 2, batch: 4, max-length: 24}
axes:
  optimizer: [acme.moody, adamw]
seeds: [1, 2]
"""


def run(*arguments):
    done = subprocess.run(
        [COMMAND, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def pack(folder):
    jars = ROOT / "runners/cli/target/palimpsest/lib"
    classes = ROOT / "runners/engine/target/test-classes"
    subprocess.run(
        ["java", "-cp", f"{classes}:{jars}/*", "io.github.palimpsest.testing.MoodyPlugin",
         str(folder)], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", default=[], help="METHOD or METHOD/WAY")
    only = parser.parse_args().only
    work = pathlib.Path(tempfile.mkdtemp(prefix="plugin-faults"))
    pack(work / "jars")
    (work / "grid.yaml").write_text(GRID)
    wrong = 0
    print("method       way            run  adamw  named  list  named")
    for method in sorted(p for p in (work / "jars").iterdir() if p.name != "source"):
        for way in sorted(method.iterdir()):
            case = f"{method.name}/{way.name}"
            if only and method.name not in only and case not in only:
                continue
            out = work / "out"
            shutil.rmtree(out, ignore_errors=True)
            code, text = run("run", work / "grid.yaml", "--out", out, "--plugins", way,
                             "--stall-timeout", "8s")
            cells = len(list(out.glob("cells/*/result.json"))) if out.exists() else 0
            named = "acme-moody.jar" in text
            # a method that a run does not call may be as it likes
            healthy = code == 0 and cells == 4
            failed = code == 1 and named and cells == 2
            refused = code in (1, 2) and named and cells == 0
            listed, told = (0, "") if way.name == "sleep" else run("list", "--plugins", way)
            list_named = "acme-moody.jar" in told
            good = (healthy or failed or refused) and (listed == 0 or list_named)
            wrong += not good
            adamw = min(cells, 2)
            print(f"{method.name:12} {way.name:12} {code:5} {adamw:6}  {'yes' if named else 'no':5}"
                  f" {listed:5}  {'yes' if list_named else 'no':5}{'' if good else '  WRONG'}",
                  flush=True)
            if not good:
                print(text[-2000:])
    shutil.rmtree(work)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
