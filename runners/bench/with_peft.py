#!/usr/bin/env python3
"""Adapters of this project in Hugging Face PEFT, and adapters of PEFT in this project: the largest difference of logits.

    python3 -m venv venv && venv/bin/pip install torch transformers peft
    venv/bin/python runners/bench/with_peft.py MODEL

MODEL is the folder of a small Llama with its tokenizer. Ours to PEFT: an adapter is trained by `palimpsest train`, loaded in
PEFT on MODEL, and its logits compared with those of the merged model that the same command saved. PEFT to ours: adapters made
by PEFT become golden files, of which LoraGoldenTest compares logits, loss, gradients and merged weights.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 1e-4
EVERY = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
OURS = {
    "lora": "lora(rank=4)",
    "every kernel, rslora": 'lora(rank=4, rslora=true, target=".*")',
    "dora": 'dora(rank=4, target=".*")',
    "one layer's mlp": 'lora(rank=2, target="model[.]layers[.]2[.]mlp[.].*")',
    "pissa": "lora(rank=4, init=pissa)",
    "pissa, dora, rslora": "dora(rank=4, init=pissa, rslora=true)",
    "milora, dropout": "lora(rank=4, init=milora, dropout=0.1)",
    "orthogonal": "lora(rank=4, init=orthogonal)",
    "oplora": 'oplora(rank=4, preserve=4, target=".*")',
}
THEIRS = {
    "lora": dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"]),
    "rslora": dict(r=4, lora_alpha=8, use_rslora=True, target_modules=EVERY),
    "dora": dict(r=4, lora_alpha=8, use_dora=True, target_modules=EVERY),
    "all-linear": dict(r=2, lora_alpha=3, target_modules="all-linear"),
    "pattern": dict(r=2, lora_alpha=3, target_modules=r"model\.layers\.2\.mlp\..*_proj"),
    "gaussian": dict(r=4, lora_alpha=8, init_lora_weights="gaussian", target_modules=EVERY, lora_dropout=0.1),
    "orthogonal": dict(r=4, lora_alpha=8, init_lora_weights="orthogonal", target_modules=EVERY),
    "pissa-converted": dict(r=4, lora_alpha=8, init_lora_weights="pissa", target_modules=EVERY),
}


def base(model):
    return AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)


def tokens(model, rows=2, length=24):
    size = json.loads((model / "config.json").read_text())["vocab_size"]
    return torch.randint(3, size, (rows, length), generator=torch.Generator().manual_seed(1))


def ours_in_peft(model, folder):
    worst = 0.0
    ids = tokens(model)
    plain = base(model)(ids).logits
    print("| ours, loaded by PEFT | largest logit difference | change from the base |\n|---|---|---|")
    for number, (name, recipe) in enumerate(OURS.items()):
        merged, adapter = folder / f"merged-{number}", folder / f"adapter-{number}"
        command = [ROOT / "runners/bin/palimpsest", "train", "--model", model, "--data", ROOT / "README.md"]
        command += ["--format", "text", "--steps", "20", "--batch", "4", "--max-length", "64"]
        command += ["--recipe", "adamw(lr=0.01) + " + recipe, "--out", merged, "--adapter-out", adapter]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        with torch.no_grad():
            expected = base(merged)(ids).logits
            actual = PeftModel.from_pretrained(base(model), adapter)(ids).logits
        difference = (expected - actual).abs().max().item()
        worst = max(worst, difference)
        print(f"| `{recipe}` | {difference:.1e} | {(expected - plain).abs().max().item():.2f} |", flush=True)
    return worst


def theirs(model, folder, name, settings):
    """A trained-looking adapter, saved as PEFT saves it."""
    adapter = folder / "lora" / name
    torch.manual_seed(2)
    made = get_peft_model(base(model), LoraConfig(task_type="CAUSAL_LM", **settings))
    convert = {}
    if settings.get("init_lora_weights") == "pissa":
        made.peft_config["default"].init_lora_weights = True
        made.save_pretrained(folder / "start")
        made.peft_config["default"].init_lora_weights = "pissa"
        convert = dict(path_initial_model_for_weight_conversion=str(folder / "start"))
    with torch.no_grad():
        for key, value in made.named_parameters():
            if value.requires_grad:
                value.add_(0.05 * torch.randn_like(value))
    made.save_pretrained(adapter, **convert)
    return adapter


def golden(model, folder, name, settings):
    adapter = theirs(model, folder, name, settings)
    running = PeftModel.from_pretrained(base(model), adapter, is_trainable=True).eval()
    ids = tokens(model)
    out = running(ids, labels=ids)
    out.loss.backward()
    grads = {k.replace(".default", "").replace("vector.weight", "vector"): v.grad for k, v in running.named_parameters()}
    grads = {k: v for k, v in grads.items() if v is not None}
    arrays = {"grad." + k: v.contiguous() for k, v in grads.items()}
    arrays["logits_with_adapter"] = out.logits.detach()
    with torch.no_grad():
        merged = PeftModel.from_pretrained(base(model), adapter).merge_and_unload()
        arrays["logits_merged"] = merged(ids).logits
    for key, value in merged.state_dict().items():
        if key.endswith("_proj.weight"):
            arrays["merged." + key] = value.contiguous()
    save_file(arrays, folder / "lora" / f"{name}.expected.safetensors")
    ones = torch.ones_like(ids)
    document = {
        "schema": "golden/1",
        "id": f"lora/{name}",
        "inputs": {
            "base": "llama/model",
            "adapter_dir": f"lora/{name}",
            "input_ids": ids.tolist(),
            "attention_mask": ones.tolist(),
            "labels": ids.tolist(),
        },
        "expected": {
            "trainable_parameters": sum(g.numel() for g in grads.values()),
            "loss": out.loss.item(),
            "grad_norms": {k: v.norm().item() for k, v in grads.items()},
            "arrays_file": f"lora/{name}.expected.safetensors",
        },
        "tolerance": {
            "logits / log-probs": {"rtol": LIMIT, "atol": LIMIT},
            "loss": {"rtol": 1e-5, "atol": 1e-5},
            "gradient norms": {"rtol": 1e-3, "atol": 1e-6},
            "gradient entries": {"rtol": 1e-3, "atol": 1e-5},
        },
    }
    (folder / "lora" / f"{name}.json").write_text(json.dumps(document))


def peft_in_ours(model, folder):
    (folder / "lora").mkdir(parents=True)
    (folder / "llama").mkdir()
    shutil.copytree(model, folder / "llama" / "model")
    for name, settings in THEIRS.items():
        golden(model, folder, name, settings)
    command = ["./mvnw", "-q", "-B", "test", "-pl", "runners/llm", "-am", "-Dtest=LoraGoldenTest#*EqualThoseOfPeft"]
    command += ["-Dsurefire.failIfNoSpecifiedTests=false", f"-Dgolden.dir={folder}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(f"\n{len(THEIRS)} adapters of PEFT ({', '.join(THEIRS)}), logits within {LIMIT} of PEFT's:", end=" ")
    print("no: " + done.stdout[-3000:] if done.returncode else "yes")
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--theirs", action="store_true", help="adapters of PEFT in this project alone")
    model = parser.parse_args().model
    with tempfile.TemporaryDirectory() as folder:
        worst = 0 if parser.parse_args().theirs else ours_in_peft(model, pathlib.Path(folder) / "ours")
        taken = peft_in_ours(model, pathlib.Path(folder) / "theirs")
    sys.exit(0 if worst <= LIMIT and taken else 1)


if __name__ == "__main__":
    main()
