#!/usr/bin/env python3
"""Adapters of this project in Hugging Face PEFT, and adapters of PEFT in this project: the largest difference of logits.

    python3 -m venv venv && venv/bin/pip install torch transformers peft
    venv/bin/python runners/bench/with_peft.py MODEL

MODEL is the folder of a small Llama with its tokenizer. Ours to PEFT: an adapter is trained by `palimpsest train`, loaded in
PEFT on MODEL, and its logits compared with those of the merged model that the same command saved. PEFT to ours: adapters made
by PEFT become golden files, of which LoraGoldenTest compares logits, loss, gradients and merged weights. Forms: for every form
of adapter_config.json that is read, on small models of several families, `bench logits --adapter` is compared with PEFT, and
the model that `merge --adapter` saves is loaded in transformers.
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
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

import with_transformers

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
    "patterns, norms in full": 'lora(rank=4, rank-pattern="v_proj=2", alpha-pattern="q_proj=3", full=".*norm.weight")',
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

LAYERS = dict(r=4, target_modules=["q_proj", "v_proj", "up_proj"])
FORMS = [
    ("rank_pattern, alpha_pattern", "llama", LAYERS | dict(rank_pattern={"v_proj": 2, "layers.1.self_attn.q_proj": 6},
        alpha_pattern={"layers.[02].mlp.up_proj": 3})),
    ("layers_to_transform", "llama", LAYERS | dict(layers_to_transform=[1, 3])),
    ("layers_to_transform, layers_pattern", "llama", LAYERS | dict(layers_to_transform=2, layers_pattern="layers")),
    ("exclude_modules, a list", "llama", dict(r=4, target_modules="all-linear", exclude_modules=["down_proj", "layers.0.mlp.up_proj"])),
    ("exclude_modules, a pattern", "llama", dict(r=4, target_modules="all-linear", exclude_modules=r".*\.mlp\..*")),
    ("modules_to_save: head, embedding, norms", "llama", LAYERS | dict(modules_to_save=["lm_head", "embed_tokens", "norm"])),
    ("bias=lora_only", "llama, biases", LAYERS | dict(bias="lora_only")),
    ("bias=all, use_dora", "llama, biases", LAYERS | dict(bias="all", use_dora=True)),
    ("init_lora_weights=pissa", "llama", LAYERS | dict(init_lora_weights="pissa")),
    ("pissa, use_dora, use_rslora, rank_pattern", "qwen3", LAYERS | dict(init_lora_weights="pissa", use_dora=True, use_rslora=True,
        rank_pattern={"v_proj": 3})),
    ("fused kernels", "phi3", dict(r=4, target_modules=["qkv_proj", "gate_up_proj"])),
    ("fan_in_fan_out, all-linear, a norm with bias", "gpt2", dict(r=4, target_modules="all-linear", fan_in_fan_out=True,
        modules_to_save=["ln_f"])),
    ("fan_in_fan_out, use_dora, bias=all", "gpt2", dict(r=4, target_modules=["c_attn", "c_fc"], fan_in_fan_out=True, use_dora=True,
        bias="all")),
    ("a head of another name", "gpt_neox", dict(r=4, target_modules=["query_key_value"], modules_to_save=["lm_head"])),
    ("norms around blocks", "gemma2", dict(r=4, target_modules="all-linear", modules_to_save=["norm"])),
]


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


def forms(folder):
    worst = 0.0
    rows = torch.randint(3, 61, (2, 20), generator=torch.Generator().manual_seed(3)).tolist()
    print("\n| form of PEFT | model | read | merged | change from the base |\n|---|---|---|---|---|")
    for number, (name, kind, settings) in enumerate(FORMS):
        made, adapter, merged = folder / f"base-{number}", folder / f"form-{number}", folder / f"merged-form-{number}"
        with_transformers.model(*with_transformers.CONFIGS[kind], number).save_pretrained(made)
        plain = with_transformers.logits(base(made), rows)
        torch.manual_seed(number)
        tuned = get_peft_model(base(made), LoraConfig(task_type="CAUSAL_LM", **settings))
        with torch.no_grad():
            for value in tuned.parameters():
                if value.requires_grad:
                    value.add_(0.05 * torch.randn_like(value))
        tuned.save_pretrained(adapter)
        expected = with_transformers.logits(PeftModel.from_pretrained(base(made), adapter).eval(), rows)
        ids = folder / "ids.json"
        ids.write_text(json.dumps(rows))
        with_transformers.ours("bench", "logits", made, "--ids", ids, "--out", folder / "logits", "--adapter", adapter)
        read = load_file(folder / "logits" / f"{made.name}.safetensors")
        with_transformers.ours("merge", "--base", made, "--adapter", adapter, "--out", merged)
        found = [
            with_transformers.largest([read[f"logits.{row}"] for row in range(len(rows))], expected)[0],
            with_transformers.largest(with_transformers.logits(base(merged), rows), expected)[0],
        ]
        worst = max([worst] + found)
        change = with_transformers.largest(plain, expected)[0]
        print(f"| {name} | {kind} | {found[0]:.1e} | {found[1]:.1e} | {change:.2f} |", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--theirs", action="store_true", help="adapters of PEFT in this project alone")
    parser.add_argument("--forms", action="store_true", help="forms of PEFT's configuration alone")
    given = parser.parse_args()
    model = given.model
    with tempfile.TemporaryDirectory() as folder:
        worst = 0 if given.theirs or given.forms else ours_in_peft(model, pathlib.Path(folder) / "ours")
        taken = given.forms or peft_in_ours(model, pathlib.Path(folder) / "theirs")
        if not given.theirs:
            worst = max(worst, forms(pathlib.Path(folder)))
    sys.exit(0 if worst <= LIMIT and taken else 1)


if __name__ == "__main__":
    main()
