#!/usr/bin/env python3
"""Workers of one folder that are killed and stopped at random moments.

Runs a small grid of the quickstart undisturbed. Then plans the same grid in another folder and lets
two `palimpsest work` processes share it, each in a process group of its own. At random moments a
group gets SIGKILL and is started again, or SIGSTOP for longer than its lease and then SIGCONT. When
a grid is finished before the kills are used up, the next one is begun. Each finished grid is
compared with the undisturbed one: the bytes of every result, of the plan and of every loss.
Measured times differ and are left out. Nothing may be left in `work/` or set aside as damaged, and
`status --verify` may find no damage. Prints a line for each event and a last one with the counts; ends with 1 if anything
differs.

    python3 runners/bench/work_kills.py [--kills 25] [--stops 8] [--lease 6] [--wait SECONDS]
        [--seed 1] [--keep DIR]
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = str(ROOT / "runners/bin/palimpsest")
GRID = """name: kills
model: quickstart
tasks:
  - {name: facts, data: "quickstart:facts", measure: nats-per-token, test-examples: 8}
  - {name: sorting, data: "quickstart:sorting", measure: nats-per-token, test-examples: 8}
training: {steps: 40, batch: 4, max-length: 24, checkpoint-every: 5}
axes:
  optimizer: [adamw, lion, "sam(base=adamw)"]
  strategy: [none, wise-ft]
seeds: [1]
"""
COMPARED = ("result.json", "plan.json", "losses.csv")
WORKERS = 2


def run(*arguments):
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def content(folder):
    return {
        str(f.relative_to(folder)): f.read_bytes()
        for f in sorted(folder.rglob("*"))
        if f.name in COMPARED
    }


class Worker:
    """One `work` process with the process that it watches."""

    def __init__(self, folder, lease, log):
        self.process = subprocess.Popen(
            [COMMAND, "work", str(folder), "--lease", f"{lease}s"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def send(self, what):
        try:
            os.killpg(self.process.pid, what)
            return True
        except ProcessLookupError:
            return False

    def ended(self):
        return self.process.poll() is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--stops", type=int, default=8)
    parser.add_argument("--lease", type=int, default=6)
    parser.add_argument("--wait", type=float,
                        help="the longest time between two events; default: a quarter of a run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the grids, to look at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(0 if disturb(options, folder) else 1)


def disturb(options, folder):
    draw = random.Random(options.seed)
    grid = folder / "kills.yaml"
    grid.write_text(GRID)
    begun = time.monotonic()
    run("run", grid, "--out", folder / "undisturbed")
    wait = options.wait or (time.monotonic() - begun) / 4
    wanted = content(folder / "undisturbed")
    events = ["kill"] * options.kills + ["stop"] * options.stops
    draw.shuffle(events)
    finished, differing, failed = 0, 0, 0
    with open(folder / "log.txt", "w") as log:
        while events or finished == 0:
            out = folder / f"disturbed-{finished}"
            run("plan", grid, "--shell", "--folder", out, "--out", folder / "start.sh")
            workers = [Worker(out, options.lease, log) for _ in range(WORKERS)]
            try:
                codes = work(options, out, workers, events, draw, wait, log)
            finally:
                for worker in workers:
                    if not worker.ended():
                        worker.send(signal.SIGKILL)
            failed += sum(code != 0 for code in codes)
            found = content(out)
            names = sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
            for name in names:
                print("differs:", name)
            left = [str(f) for f in [*out.glob("work/*"), *out.glob("damaged/*")]]
            if left:
                print("left over:", *left)
            print(run("status", "--verify", out).strip())
            differing += len(names) + len(left)
            finished += 1
    print(f"{options.kills} kills, {options.stops} stops, {finished} grids finished, "
          f"{finished * len(wanted)} files compared, {differing} differ, "
          f"{failed} workers ended with a failure")
    return differing == 0 and failed == 0


def work(options, out, workers, events, draw, wait, log):
    """Disturbs the workers of one grid until they end by themselves; gives their exit codes."""
    while events:
        time.sleep(draw.uniform(0, wait))
        alive = [w for w in workers if not w.ended()]
        if not alive:
            break
        victim = draw.choice(alive)
        event = events.pop()
        cells = len(list(out.glob("cells/*/result.json")))
        if event == "kill":
            victim.send(signal.SIGKILL)
            victim.process.wait()
            workers[workers.index(victim)] = Worker(out, options.lease, log)
            print(f"killed at {cells} cells, {len(events)} events left", flush=True)
        else:
            victim.send(signal.SIGSTOP)
            time.sleep(options.lease * draw.uniform(1.2, 3))
            after = len(list(out.glob("cells/*/result.json")))
            victim.send(signal.SIGCONT)
            print(f"stopped from {cells} to {after} cells, {len(events)} events left", flush=True)
    return [w.process.wait() for w in workers]


if __name__ == "__main__":
    main()
