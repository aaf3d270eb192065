#!/usr/bin/env python3
"""A plugin of each kind that misbehaves in each method of its SPI, in each way, in a grid.

Packs a JAR for each kind of component, each method and each way (the test class MoodyPlugin of
runners/engine), runs a grid of four cells with each, and lists with each. Of the four cells one has
the plugin's component; a metric and a probe are of all four. Afterwards `status` is asked. Prints a
line for each case: the exit code of `run`, how many cells of others finished, whether the messages
and the state of the folder name the JAR, and the same for `list`. At the end a table: kind, cases,
wrong. Ends with 1 if something came out wrong.

    ./mvnw -q -DskipTests install      # once: the distribution and the test classes
    python3 runners/bench/plugin_faults.py [--only KIND[/METHOD[/WAY]]] ... [--own] [--stall 8s]
"""

import argparse
import collections
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = str(ROOT / "runners/bin/palimpsest")
JAR = "acme-moody.jar"
GRID = """name: moody
model: quickstart
tasks:
  - {name: reversing, data: "quickstart:reversing", measure: nats-per-token, test-examples: 8}
  - {name: sorting, data: "quickstart:sorting", measure: nats-per-token, test-examples: 8}
training: {steps: 2, batch: 4, max-length: 24}
"""
# four cells of each grid; the plugin's component is in one of them, or measures all of them
AXES = {
    "optimizer": "axes: {optimizer: [acme.moody, sgd, adamw, lion]}\nseeds: [1]\n",
    "regularizer": "axes: {optimizer: [sgd], regularizer: [acme.moody, none, l2-sp, ewc]}\n"
                   "seeds: [1]\n",
    "adapter": "axes: {optimizer: [sgd], adapter: [acme.moody, none, lora, dora]}\nseeds: [1]\n",
    "rehearsal": "axes: {optimizer: [sgd], rehearsal: [acme.moody, none, replay, der]}\n"
                 "seeds: [1]\n",
    "merger": "axes: {optimizer: [sgd], merger: [acme.moody, none, wise-ft, wise-ft(alpha=0.2)]}\n"
              "seeds: [1]\n",
    "metric": "axes: {optimizer: [sgd, adamw]}\nseeds: [1, 2]\nmetrics: [acme.moody]\n",
    "probe": "axes: {optimizer: [sgd, adamw]}\nseeds: [1, 2]\nprobes: [acme.moody, weight-distance]\n",
}
OTHERS = {"metric": 0, "probe": 4}  # cells that finish without the component; else 3 of the 4
PROVIDED = {"constructor", "name", "components", "id", "settings", "kind", "summary", "equation",
            "traits", "promises", "usesCorpus", "create"}


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


def judged(work, kind, way, stall):
    """Runs and lists with one JAR; the words of its line, whether all was right, the messages."""
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    code, text = run("run", work / f"{kind}.yaml", "--out", out, "--plugins", way,
                     "--stall-timeout", stall)
    cells = len(list(out.glob("cells/*/result.json"))) if out.exists() else 0
    failed = len(list(out.glob("cells/*/failed.json"))) if out.exists() else 0
    named = JAR in text
    status, state = run("status", out) if failed else (0, "")
    if not failed or JAR in state:
        kept = True
    else:
        kept = False
    others = OTHERS.get(kind, 3)
    # a method that a run does not call may be as it likes
    healthy = code == 0 and cells == 4
    partial = code == 1 and named and kept and cells == others
    refused = code in (1, 2) and named and cells == 0
    listed, told = (0, "") if way.name == "sleep" else run("list", "--plugins", way)
    list_named = JAR in told
    good = (healthy or partial or refused) and (listed == 0 or list_named)
    how = "unharmed" if healthy else "failed" if partial else "refused" if refused else "?"
    line = (f"{code:5} {cells:6}  {how:9} {'yes' if named else 'no':5} {listed:5}  "
            f"{'yes' if list_named else 'no':5}")
    return line, good, text + state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", default=[], help="KIND[/METHOD[/WAY]]")
    parser.add_argument("--own", action="store_true",
                        help="only methods of the component itself and create, of other kinds than"
                             " optimizer: the rest is the same code for all kinds")
    parser.add_argument("--stall", default="8s", help="the --stall-timeout of each run")
    arguments = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="plugin-faults"))
    pack(work / "jars")
    table = collections.OrderedDict()
    print("kind        method             way            run  cells  outcome   named  list  named")
    for kind, axes in AXES.items():
        (work / f"{kind}.yaml").write_text(GRID + axes)
        table[kind] = [0, 0]
        for way in sorted((work / "jars" / kind).glob("*/*")):
            method = way.parent.name
            case = f"{kind}/{method}/{way.name}"
            wanted = [kind, f"{kind}/{method}", case]
            if arguments.only and not any(o in wanted for o in arguments.only):
                continue
            if arguments.own and kind != "optimizer" and method in PROVIDED - {"create"}:
                continue
            line, good, text = judged(work, kind, way, arguments.stall)
            table[kind][0] += 1
            table[kind][1] += not good
            print(f"{kind:11} {method:18} {way.name:12} {line}{'' if good else '  WRONG'}",
                  flush=True)
            if not good:
                print(text[-2000:], flush=True)
    print("\nkind         cases  wrong")
    for kind, (cases, wrong) in table.items():
        print(f"{kind:11} {cases:6} {wrong:6}")
    shutil.rmtree(work)
    sys.exit(1 if any(wrong for _, wrong in table.values()) else 0)


if __name__ == "__main__":
    main()
