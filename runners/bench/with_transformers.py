#!/usr/bin/env python3
"""Models of transformers in this project, and models of this project in transformers: the largest difference of logits.

    python3 -m venv venv && venv/bin/pip install torch transformers
    ./mvnw -q install -DskipTests && ./mvnw -q -f runners/examples/acme-granite package -DskipTests
    venv/bin/python runners/bench/with_transformers.py

A small model with random weights of every family and variant is compared in two or three ways. Theirs: transformers saves a model,
and `palimpsest bench logits` computes its logits. Fresh: `palimpsest bench fresh` saves a model of the same configuration, with a
config.json that the family writes, and transformers computes its logits. Saved, with `--saved`: `palimpsest merge` loads their
model and saves it with the same weights, and transformers computes the logits; this starts a process for each model. A
difference d of a logit z counts as d / (1e-4 + 1e-4 |z|); more than 1 fails. `--granite FILE` also writes the golden file of runners/examples/acme-granite.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()
logging.set_verbosity_error()

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 1e-4
LONG, SHORT = 24, 9  # tokens of the two rows; windows are shorter, and one row is padded in our batch
SIZES = dict(vocab_size=61, hidden_size=24, intermediate_size=40, num_hidden_layers=4, num_attention_heads=4)
SIZES |= dict(num_key_value_heads=2, max_position_embeddings=64, initializer_range=0.2, bos_token_id=1, eos_token_id=2)
SIZES |= dict(pad_token_id=0)
HEADS = SIZES | dict(head_dim=8)
GPT2 = dict(vocab_size=61, n_embd=24, n_layer=3, n_head=4, n_positions=64, initializer_range=0.2, bos_token_id=1, eos_token_id=2)
NEOX = {k: v for k, v in SIZES.items() if k != "num_key_value_heads"} | dict(hidden_size=32, rotary_pct=0.5)
FULL, SLIDING = "full_attention", "sliding_attention"


def scaled(kind, **keys):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=10000.0, **keys))


LLAMA3 = dict(factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)
LONGROPE = dict(short_factor=[1.0, 1.5, 2.0], long_factor=[1.0, 2.0, 4.0])
GEMMA3 = {FULL: dict(rope_type="linear", rope_theta=20000.0, factor=2.0), SLIDING: dict(rope_type="default", rope_theta=5000.0)}
CONFIGS = {
    "llama": ("llama", HEADS),
    "llama, tied": ("llama", SIZES | dict(tie_word_embeddings=True)),
    "llama, biases": ("llama", HEADS | dict(attention_bias=True, mlp_bias=True)),
    "llama, linear": ("llama", HEADS | scaled("linear", factor=2.0)),
    "llama, dynamic": ("llama", HEADS | scaled("dynamic", factor=2.0)),
    "llama, llama3": ("llama", HEADS | scaled("llama3", **LLAMA3)),
    "llama, yarn": ("llama", HEADS | scaled("yarn", factor=4.0, original_max_position_embeddings=16)),
    "mistral": ("mistral", HEADS | dict(sliding_window=7)),
    "mistral, no window": ("mistral", HEADS | dict(sliding_window=None)),
    "qwen2": ("qwen2", SIZES),
    "qwen2, window": ("qwen2", SIZES | dict(use_sliding_window=True, sliding_window=7, max_window_layers=2)),
    "qwen3": ("qwen3", HEADS),
    "qwen3, window": ("qwen3", HEADS | dict(use_sliding_window=True, sliding_window=7, max_window_layers=2)),
    "smollm3": ("smollm3", SIZES | dict(no_rope_layers=[1, 1, 0, 1])),
    "phi3": ("phi3", SIZES | dict(sliding_window=7)),
    "phi3, no window, partial": ("phi3", SIZES | dict(sliding_window=None, num_attention_heads=3, num_key_value_heads=3,
        rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5))),
    "phi3, longrope, short": ("phi3", SIZES | dict(sliding_window=None, original_max_position_embeddings=32,
        rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, **LONGROPE | dict(original_max_position_embeddings=32)))),
    "phi3, longrope, long": ("phi3", SIZES | dict(sliding_window=None, original_max_position_embeddings=8,
        rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, **LONGROPE | dict(original_max_position_embeddings=8)))),
    "olmo2": ("olmo2", SIZES),
    "gemma2": ("gemma2", HEADS | dict(sliding_window=7, attn_logit_softcapping=20.0, final_logit_softcapping=15.0,
        query_pre_attn_scalar=9)),
    "gemma2, no caps, no window": ("gemma2", HEADS | dict(attn_logit_softcapping=None, final_logit_softcapping=None,
        query_pre_attn_scalar=8, layer_types=[FULL] * 4)),
    "gemma3": ("gemma3_text", HEADS | dict(sliding_window=7, query_pre_attn_scalar=9, rope_parameters=GEMMA3,
        layer_types=[SLIDING, SLIDING, FULL, SLIDING])),
    "gemma3, no window": ("gemma3_text", HEADS | dict(query_pre_attn_scalar=9, layer_types=[FULL] * 4)),
    "gpt2": ("gpt2", GPT2),
    "gpt2, exact gelu": ("gpt2", GPT2 | dict(activation_function="gelu", n_inner=30)),
    "gpt2, names without transformer.": ("gpt2", GPT2),
    "gpt_neox": ("gpt_neox", NEOX | dict(use_parallel_residual=True)),
    "gpt_neox, in turn": ("gpt_neox", NEOX | dict(use_parallel_residual=False, attention_bias=False)),
    "granite": ("granite", SIZES | dict(attention_multiplier=0.3, embedding_multiplier=3.0, residual_multiplier=0.4,
        logits_scaling=2.5, tie_word_embeddings=True)),
}


def model(kind, keys, seed):
    """Random weights everywhere: also in biases and gains, which are 0 and 1 in a new model."""
    torch.manual_seed(seed)
    made = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **keys), dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        for name, value in made.named_parameters():
            if value.dim() == 1:
                value.add_(0.1 * torch.randn_like(value))
    return made.eval()


def logits(made, rows):
    with torch.no_grad():
        return [made(torch.tensor([row])).logits[0] for row in rows]


def loaded(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def ours(*arguments):
    done = subprocess.run([ROOT / "runners/bin/palimpsest", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def ours_of(folders, rows, out, plugins):
    ids = out.parent / "ids.json"
    ids.write_text(json.dumps(rows))
    ours("bench", "logits", *folders, "--ids", ids, "--out", out, "--plugins", plugins)
    found = [load_file(out / f"{f.name}.safetensors") for f in folders]
    return [[each[f"logits.{row}"] for row in range(len(rows))] for each in found]


def largest(actual, expected):
    """The largest difference, and the largest share of what is allowed."""
    pairs = [((a - e).abs(), e.abs()) for a, e in zip(actual, expected)]
    return max(d.max().item() for d, _ in pairs), max((d / (LIMIT + LIMIT * e)).max().item() for d, e in pairs)


def granite_golden(file):
    """Weights of three decimals, so that the file is short and exact."""
    keys = dict(vocab_size=24, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2)
    keys |= dict(num_key_value_heads=1, max_position_embeddings=16, initializer_range=0.3, tie_word_embeddings=False)
    keys |= dict(bos_token_id=1, eos_token_id=2, attention_multiplier=0.3, embedding_multiplier=3.0, residual_multiplier=0.4)
    made = model("granite", keys | dict(logits_scaling=2.5), 7)
    weights = {}
    for name, value in made.named_parameters():
        data = [round(x, 3) for x in value.flatten().tolist()]
        value.data.copy_(torch.tensor(data).reshape(value.shape))
        weights[name] = dict(shape=list(value.shape), data=data)
    rows = [[1, 5, 23, 4, 4, 17, 9, 2], [3, 11, 8]]
    expected = [[round(x, 6) for x in row.flatten().tolist()] for row in logits(made, rows)]
    config = {k: v for k, v in made.config.to_diff_dict().items() if k != "transformers_version"}
    version = f"transformers {transformers.__version__} GraniteForCausalLM, random weights, float32"
    document = dict(reference=version, config=config, weights=weights, ids=rows, logits=expected)
    file.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="models whose name contains this")
    parser.add_argument("--saved", action="store_true", help="also models that are loaded and saved again")
    parser.add_argument("--granite", type=pathlib.Path, help="write the golden file and do nothing else")
    parser.add_argument("--plugins", type=pathlib.Path, default=ROOT / "runners/examples/acme-granite/target")
    given = parser.parse_args()
    if given.granite:
        return granite_golden(given.granite)
    if not list(given.plugins.glob("*.jar")):
        sys.exit(f"no plugin JAR in {given.plugins}; build it as this file's first lines say")
    rows = torch.randint(3, 61, (2, LONG), generator=torch.Generator().manual_seed(1)).tolist()
    rows = [rows[0], rows[1][:SHORT]]
    worst = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        theirs, fresh, saved, expected = [], [], [], []
        names = [n for n in CONFIGS if given.only in n]
        for number, name in enumerate(names):
            made = model(*CONFIGS[name], number)
            path = folder / "theirs" / f"{number}"
            (made.transformer if "without transformer." in name else made).save_pretrained(path)
            theirs.append(path)
            fresh.append(folder / "fresh" / f"{number}")
            saved.append(folder / "saved" / f"{number}")
            expected.append(logits(made, rows))
        ours("bench", "fresh", *theirs, "--out", folder / "fresh", "--plugins", given.plugins)
        for before, after in zip(theirs, saved if given.saved else []):
            same = ["merge", "wise-ft(alpha=0)", "--base", before, "--model", before, "--out", after]
            ours(*same, "--plugins", given.plugins)
        of_theirs = ours_of(theirs, rows, folder / "of-theirs", given.plugins)
        of_fresh = ours_of(fresh, rows, folder / "of-fresh", given.plugins)
        columns = ["theirs", "fresh"] + ["saved"] * given.saved
        print("| model | " + " | ".join(columns) + " | share of what is allowed |\n" + "|---" * (len(columns) + 2) + "|")
        for number, name in enumerate(names):
            found = [
                largest(of_theirs[number], expected[number]),
                largest(of_fresh[number], logits(loaded(fresh[number]), rows)),
            ]
            if given.saved:
                found.append(largest(logits(loaded(saved[number]), rows), expected[number]))
            share = max(s for _, s in found)
            worst = max(worst, share)
            print(f"| {name} | " + " | ".join(f"{d:.1e}" for d, _ in found) + f" | {share:.2f} |", flush=True)
    print(f"\n{len(names)} models, transformers {transformers.__version__}; the largest share is {worst:.2f}")
    sys.exit(0 if worst <= 1 else 1)


if __name__ == "__main__":
    main()
