"""The Language Model Evaluation Harness and the openai package as clients of palimpsest serve.

Starts a server of a model, and asks it the same questions in several ways; nothing is downloaded.
Needs lm_eval[api] 0.4.13, torch, transformers and openai in the Python that runs this script.

    python3 serve_with_lm_eval.py --model DIR --data DIR --tasks arc_easy,piqa,sciq --limit 50
        [--answers triviaqa] [--answer-limit 10] [--palimpsest PATH] [--work DIR]

- Tasks that are scored by log-likelihoods: palimpsest evaluate against local-completions, with the
  server's tokenizer (tokenizer_backend=remote) and with that of transformers. If the tokenizer puts
  a token before each text, only the latter, since the harness leaves it out of the former.
- A task with generated answers: palimpsest evaluate against local-completions, and, by the model's
  chat template, the harness with transformers against local-chat-completions.
- openai: a completion, a conversation, and the same as a stream.

Prints a table; exits with 1 if a printed digit of a score, a choice or an answer differs.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import with_lm_eval as bench

os.environ.setdefault("OPENAI_API_KEY", "none")


@contextlib.contextmanager
def server(palimpsest, model):
    """The URL of a server that ends afterwards."""
    process = subprocess.Popen([palimpsest, "serve", "--model", model, "--port", "0"],
                               stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            found = re.search(r"listening on (\S+)", line)
            if found:
                yield found.group(1)
                break
        else:
            sys.exit("the server did not start")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def evaluated(a, tasks, limit):
    """What palimpsest evaluate says: scores by task and measure, items by task."""
    out = a.work / "ours"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([a.palimpsest, "evaluate", "--model", a.model, "--tasks", tasks, "--limit",
                    str(limit), "--data", str(a.work / "data"), "--out", str(out), "--json"],
                   check=True, stdout=subprocess.DEVNULL)
    summary = json.loads((out / "evaluation.json").read_text("utf-8"))
    scores = {t["task"]: {s["measure"]: s["value"] for s in t["scores"]} for t in summary["tasks"]}
    items = {n: [json.loads(line) for line in open(out / "items" / f"{n}.jsonl", encoding="utf-8")]
             for n in scores}
    return scores, items


def harness(a, lm, tasks, limit, **options):
    """What the harness says with a model of its own."""
    from lm_eval import simple_evaluate

    configs = [bench.harness_config(name) for name in tasks.split(",")]
    all_tasks = [bench.task(c, bench.copy(c, a.data, a.work)) for c in configs]
    return simple_evaluate(lm, tasks=all_tasks, limit=limit, log_samples=True, bootstrap_iters=0,
                           **options)


def samples(results, name):
    """One sample for each item, in order."""
    seen = {}
    for s in sorted(results["samples"][name], key=lambda s: s["doc_id"]):
        seen.setdefault(s["doc_id"], s)
    return list(seen.values())


def compare_scores(way, ours, items, results):
    """A line for each task; whether all was equal."""
    equal = True
    for name, measures in ours.items():
        largest, other = 0.0, 0
        for mine, theirs in zip(items[name], samples(results, name), strict=True):
            values = [float(r[0][0]) for r in theirs["resps"]]
            for x, y in zip(mine["log_likelihoods"], values, strict=True):
                largest = max(largest, abs(x - y))
            other += mine["chosen"] != values.index(max(values))
        theirs = {k.removesuffix(",none"): v for k, v in results["results"][name].items()}
        shared = [m for m in measures if m in theirs]
        mine = " ".join(f"{m} {measures[m]:.4f}" for m in shared)
        found = " ".join(f"{m} {theirs[m]:.4f}" for m in shared)
        equal &= mine == found and other == 0 and bool(shared)
        print(f"| {name} | {way} | {len(items[name])} | {largest:.1e} | {other} | {mine} | {found} |",
              flush=True)
    return equal


def compare_answers(way, name, ours, theirs):
    other = sum(x != y for x, y in zip(ours, theirs, strict=True))
    print(f"| {name} | {way} | {len(ours)} | | {other} | | |", flush=True)
    for x, y in zip(ours, theirs):
        if x != y:
            print(f"{x!r}\n{y!r}", file=sys.stderr)
    return other == 0


def with_openai(url, model):
    """Whether a stream has the text of the whole answer."""
    from openai import OpenAI

    client = OpenAI(base_url=url + "/v1", api_key="none")
    completion = client.completions.create(
        model=model, prompt="Once upon a time", max_tokens=12, temperature=0, logprobs=2)
    messages = [{"role": "user", "content": "Name a colour."}]
    options = {"model": model, "messages": messages, "max_tokens": 12, "temperature": 0}
    chat = client.chat.completions.create(**options).choices[0].message.content
    pieces = [c.choices[0].delta.content or ""
              for c in client.chat.completions.create(stream=True, **options) if c.choices]
    probabilities = completion.choices[0].logprobs
    print(f"openai: {client.models.list().data[0].id!r} says {completion.choices[0].text!r} and"
          f" {chat!r} ({len(pieces)} pieces)")
    return ("".join(pieces) == chat and len(probabilities.token_logprobs) == 12
            and all(len(t) == 2 for t in probabilities.top_logprobs))


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--model", required=True)
    p.add_argument("--data", required=True, type=pathlib.Path)
    p.add_argument("--tasks", default="arc_easy,piqa,sciq")
    p.add_argument("--limit", type=int, default=50)
    p.add_argument("--answers", default="triviaqa")
    p.add_argument("--answer-limit", type=int, default=10)
    p.add_argument("--palimpsest", default=str(pathlib.Path(__file__).parents[1] / "bin/palimpsest"))
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("serve-with-lm-eval"))
    a = p.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    for name in [*a.tasks.split(","), a.answers]:
        if not bench.copy(bench.harness_config(name), a.data, a.work):
            sys.exit(f"no data in {a.data} for {name}")
    scores, items = evaluated(a, a.tasks, a.limit)
    _, answered = evaluated(a, a.answers, a.answer_limit)

    from lm_eval.models.huggingface import HFLM
    from lm_eval.models.openai_completions import LocalChatCompletion, LocalCompletionsAPI
    from transformers import AutoTokenizer

    begins = bool(AutoTokenizer.from_pretrained(a.model)("").input_ids)
    model = pathlib.Path(a.model).resolve().name
    positions = json.loads(pathlib.Path(a.model, "config.json").read_text("utf-8"))
    length = min(2048, positions["max_position_embeddings"])
    with server(a.palimpsest, a.model) as url:
        print("| task | client | items | largest difference in nats | other choices or answers |"
              " evaluate | client |")
        print("|---|---|---|---|---|---|---|")
        equal = True
        # the harness asks the server for tokens without special ones, whatever add_bos_token says
        for backend in ("huggingface",) if begins else ("remote", "huggingface"):
            lm = LocalCompletionsAPI(
                model=model, base_url=url + "/v1/completions", tokenizer_backend=backend,
                tokenizer=a.model, add_bos_token=begins, max_length=length, batch_size=8)
            found = harness(a, lm, a.tasks, a.limit)
            equal &= compare_scores(f"local-completions, {backend}", scores, items, found)
        found = harness(a, lm, a.answers, a.answer_limit)
        equal &= compare_answers(
            "local-completions", a.answers, [i["generated"] for i in answered[a.answers]],
            [s["resps"][0][0] for s in samples(found, a.answers)])
        lm = LocalChatCompletion(
            model=model, base_url=url + "/v1/chat/completions", max_length=length)
        found = harness(a, lm, a.answers, a.answer_limit, apply_chat_template=True)
        lm = HFLM(pretrained=a.model, device="cpu", dtype="float32")
        wanted = harness(a, lm, a.answers, a.answer_limit, apply_chat_template=True)
        equal &= compare_answers(
            "local-chat-completions, transformers", a.answers,
            [s["resps"][0][0] for s in samples(wanted, a.answers)],
            [s["resps"][0][0] for s in samples(found, a.answers)])
        equal &= with_openai(url, model)
    print("equal" if equal else "NOT equal")
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
