"""Tokens per second of greedy generation: palimpsest serve against transformers, in one run.

    python3 generate_speed.py --model DIR [--batches 1,8] [--tokens 64] [--rounds 3] [--threads 2] [--palimpsest PATH]

Both get the same prompt once for each row of the batch, float32 weights and the same number of threads; the server is asked over
HTTP for all rows in one request, and its time includes that. A first request of each is not counted. Prints the best of the
rounds, and exits with 1 if the texts differ. Needs torch and transformers in the Python that runs this script.
"""

import argparse
import json
import pathlib
import sys
import time
import urllib.request

from serve_with_lm_eval import server

PROMPT = "Once upon a time there was a king who"


def ours(url, rows, tokens):
    """The texts and the seconds."""
    body = json.dumps({"prompt": [PROMPT] * rows, "max_tokens": tokens, "temperature": 0}).encode()
    start = time.perf_counter()
    answer = json.load(urllib.request.urlopen(urllib.request.Request(url + "/v1/completions", body)))
    seconds = time.perf_counter() - start
    if answer["usage"]["completion_tokens"] != rows * tokens:
        sys.exit(f"the server ended early, after {answer['usage']['completion_tokens']} tokens: use fewer --tokens")
    return [choice["text"] for choice in answer["choices"]], seconds


def theirs(model, tokenizer, rows, tokens):
    import torch

    given = tokenizer([PROMPT] * rows, return_tensors="pt")
    start = time.perf_counter()
    with torch.no_grad():
        out = model.generate(**given, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False,
                             pad_token_id=tokenizer.eos_token_id)
    seconds = time.perf_counter() - start
    return tokenizer.batch_decode(out[:, given.input_ids.shape[1]:], skip_special_tokens=True), seconds


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--model", required=True)
    p.add_argument("--batches", default="1,8")
    p.add_argument("--tokens", type=int, default=64)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--palimpsest", default=str(pathlib.Path(__file__).parents[1] / "bin/palimpsest"))
    a = p.parse_args()
    batches = [int(b) for b in a.batches.split(",")]
    measured = {}
    with server(a.palimpsest, a.model) as url:
        for rows in batches:
            ours(url, rows, a.tokens)
            measured[rows] = min((ours(url, rows, a.tokens) for _ in range(a.rounds)), key=lambda m: m[1])

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(a.threads)
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    model = AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.float32).eval()
    differ = 0
    print("| batch | palimpsest, tokens/s | transformers, tokens/s | ratio |\n|---|---|---|---|")
    for rows in batches:
        theirs(model, tokenizer, rows, a.tokens)
        texts, seconds = min((theirs(model, tokenizer, rows, a.tokens) for _ in range(a.rounds)), key=lambda m: m[1])
        text, own = measured[rows]
        differ += text != texts
        print(f"| {rows} | {rows * a.tokens / own:.1f} | {rows * a.tokens / seconds:.1f} | {seconds / own:.2f} |")
    print("equal texts" if not differ else f"{differ} batches with DIFFERENT texts")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
