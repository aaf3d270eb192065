#!/usr/bin/env python3
"""Training steps of this project and of PyTorch with Hugging Face transformers, by turns on one machine.

    python3 -m venv venv && venv/bin/pip install torch transformers peft
    venv/bin/python runners/bench/against_pytorch.py S/adamw S/sam M/adamw M/sam

A case is SHAPE/OPTIMIZER or SHAPE/OPTIMIZER/RANK for LoRA on every kernel; optimizers are adamw and sam. Each round runs
one process of each side after the other; the table has medians over rounds, and ratios below 1 mean that this project is
faster, sooner or smaller. --json FILE keeps every measurement, ours and theirs, one object a line. --ratios FILE keeps
the ratios of each case, for `palimpsest bench regress runners/bench/pytorch-ratios.jsonl FILE`. --towers N is a setting of
this project alone: a batch is computed in N parts side by side, which PyTorch has no equivalent of.

With --device gpu:0 both sides run there (PALIMPSEST_GPU=1), and memory is what the driver says is in use on that GPU at
most. Products are in float32; --tf32 and --bfloat16 let both sides multiply in these.
"""
import argparse
import contextlib
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time

STARTED = time.time()
OURS = pathlib.Path(__file__).resolve().parents[1] / "bin" / "palimpsest"
WARM_UP = 4
KERNELS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# vocabulary, width, layers, heads, key-value heads, feed-forward, batch, tokens, tied head
SHAPES = {
    "S": (512, 64, 5, 8, 4, 172, 8, 64, True),
    "M": (4096, 256, 6, 8, 8, 688, 8, 128, False),
    "L": (49152, 576, 30, 9, 3, 1536, 4, 128, True),
    "XL": (32000, 2048, 22, 32, 4, 5632, 1, 256, False),
}


def torch_steps(shape, optimizer, rank, steps, compiled, device, precision):
    """Measures this very process; the keys are those of `palimpsest bench step --json`."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    vocabulary, width, layers, heads, key_value_heads, feed_forward, batch, tokens, tied = SHAPES[shape]
    torch.manual_seed(1)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=key_value_heads, intermediate_size=feed_forward, max_position_embeddings=2048,
        tie_word_embeddings=tied, use_cache=False)).float().to(device)
    if precision == "tf32":
        torch.set_float32_matmul_precision("high")
    products = torch.autocast("cuda", torch.bfloat16) if precision == "bfloat16" else contextlib.nullcontext()
    if rank:
        from peft import LoraConfig, get_peft_model
        model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=16, target_modules=KERNELS))
    forward = torch.compile(model) if compiled else model
    weights = [w for w in model.parameters() if w.requires_grad]
    adamw = torch.optim.AdamW(weights, lr=1e-3)

    def backward(ids):
        with products:
            loss = forward(input_ids=ids, labels=ids).loss
        loss.backward()
        return loss

    def step(ids):
        backward(ids)
        if optimizer == "sam":
            with torch.no_grad():
                gradients = [w.grad for w in weights]
                norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
                ascent = torch._foreach_mul(gradients, 0.05 / (norm + 1e-12))
                torch._foreach_add_(weights, ascent)
            adamw.zero_grad()
            backward(ids)
            with torch.no_grad():
                torch._foreach_sub_(weights, ascent)
        adamw.step()
        adamw.zero_grad()

    millis, worked = [], []
    first = 0.0
    for _ in range(steps):
        ids = torch.randint(0, vocabulary, (batch, tokens))
        begun, busy = time.perf_counter(), time.process_time()
        step(ids.to(device))
        if device != "cpu":
            torch.cuda.synchronize()
        millis.append((time.perf_counter() - begun) * 1e3)
        worked.append((time.process_time() - busy) * 1e3)
        first = first or time.time() - STARTED
    timed = millis[WARM_UP:] or millis
    return {
        "peer": "torch", "version": torch.__version__, "threads": torch.get_num_threads(), "shape": shape,
        "optimizer": optimizer, "lora": rank, "compile": compiled, "device": device, "products": precision, "steps": steps,
        "median_ms": round(statistics.median(timed), 1), "min_ms": round(min(timed), 1),
        "cpu_ms": round(statistics.median(worked[WARM_UP:] or worked), 1),
        "first_step_ms": round(millis[0], 1), "start_to_first_step_s": round(first, 2),
        "peak_rss_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }


def run(command, gpu, environment):
    """One measurement; on a GPU with the most memory that was in use there."""
    side = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment})
    used = [0]
    if gpu is not None:
        def watch():
            query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "-i", gpu]
            while side.poll() is None:
                used.append(int(subprocess.run(query, capture_output=True, text=True, check=True).stdout))
        threading.Thread(target=watch, daemon=True).start()
    out, err = side.communicate()
    if side.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nfailed with {side.returncode}:\n{err}")
    measured = json.loads(out.strip().splitlines()[-1])
    if gpu is not None:
        measured["peak_gpu_gb"] = round(max(used) * 2**20 / 1e9, 2)
    return measured


def processor():
    """The maker and the widest vector instructions, which decide what a ratio can be compared with."""
    if sys.platform != "linux":
        return platform.machine()
    words = set(pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    maker = "intel " if "GenuineIntel" in words else "amd " if "AuthenticAMD" in words else ""
    if "avx512f" in words and os.environ.get("ONEDNN_MAX_CPU_ISA", "") != "AVX2":
        return maker + "avx512"
    return maker + ("avx2" if "avx2" in words else platform.machine())


def compare(case, given):
    shape, optimizer, *rank = case.split("/")
    rank = int(rank[0]) if rank else 0
    arguments = ["--shape", shape, "--optimizer", optimizer, "--steps", given.steps]
    if rank:
        arguments += ["--lora", rank]
    towers = ["--towers", given.towers] if given.towers > 1 else []
    gpu = given.device.removeprefix("gpu:") if given.device != "cpu" else None
    environment = {"NVIDIA_TF32_OVERRIDE": "1" if given.precision == "tf32" else "0"} if gpu else {}
    mine = [OURS, "bench", "step", "--json", *arguments, *towers, "--device", given.device]
    other = [sys.executable, __file__, "--torch", *arguments, "--device", "cpu" if gpu is None else "cuda:" + gpu]
    if given.precision == "bfloat16":
        mine += ["--compute", "bfloat16"]
    if given.precision != "float32":
        other += ["--" + given.precision]
    if given.compile:
        other += ["--compile"]
    ours, theirs = [], []
    for _ in range(given.rounds):
        ours.append(run(mine, gpu, {**environment, "PALIMPSEST_GPU": "1" if gpu else "0"}))
        theirs.append(run(other, gpu, environment))
    if given.json:
        with open(given.json, "a", encoding="utf-8") as lines:
            lines.writelines(json.dumps(m) + "\n" for m in [*ours, *theirs])

    def medians(key):
        return [statistics.median(m[key] for m in side) for side in (ours, theirs)]

    def both(key):
        mine, other = medians(key)
        return f"{mine:.4g} | {other:.4g} | {mine / other:.2f}"

    def ratio(key):
        mine, other = medians(key)
        return round(mine / other, 3)

    name = f"{shape} {optimizer}" + (f", LoRA rank {rank}" if rank else "")
    name += f", {given.towers} towers" if given.towers > 1 else ""
    name += (", compiled" if given.compile else "") + (f", {given.precision}" if given.precision != "float32" else "")
    share = statistics.median(m["share_of_gemm"] for m in ours)
    memory = "peak_rss_gb" if gpu is None else "peak_gpu_gb"
    print(f"| {name} | {both('median_ms')} | {both('start_to_first_step_s')} | {both(memory)} | {share:.2f} |", flush=True)
    if given.ratios:
        kept = {
            "shape": shape, "recipe": optimizer, "lora": rank,
            "against": "torch compiled" if given.compile else "torch", "version": theirs[0]["version"],
            "processor": processor() if gpu is None else "gpu", "threads": theirs[0]["threads"],
            "products": given.precision, "towers": given.towers, "rounds": given.rounds, "step_ratio": ratio("median_ms"),
            "first_step_ratio": ratio("start_to_first_step_s"), "memory_ratio": ratio(memory)}
        with open(given.ratios, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(kept) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    parser.add_argument("--towers", type=int, default=1, metavar="N")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--ratios", metavar="FILE")
    parser.add_argument("--device", default="cpu", metavar="D", help="cpu or gpu:N")
    precision = parser.add_mutually_exclusive_group()
    precision.add_argument("--tf32", dest="precision", action="store_const", const="tf32")
    precision.add_argument("--bfloat16", dest="precision", action="store_const", const="bfloat16")
    parser.set_defaults(precision="float32")
    alone = parser.add_argument_group("one measurement of PyTorch alone")
    alone.add_argument("--torch", action="store_true")
    alone.add_argument("--shape", choices=SHAPES)
    alone.add_argument("--optimizer", choices=["adamw", "sam"], default="adamw")
    alone.add_argument("--lora", type=int, default=0)
    given = parser.parse_args()
    if given.torch:
        print(json.dumps(torch_steps(
            given.shape, given.optimizer, given.lora, given.steps, given.compile, given.device, given.precision)))
        return
    for case in given.cases:
        if case.split("/")[0] not in SHAPES or case.split("/")[1:2] not in (["adamw"], ["sam"]):
            parser.error(f"case '{case}' is not SHAPE/OPTIMIZER[/RANK] with {', '.join(SHAPES)} and adamw or sam")
    print("| shape, optimizer | step, ms | PyTorch | ratio | to the first step, s | PyTorch | ratio"
          " | peak memory, GB | PyTorch | ratio | share of product peak |")
    print("|---" * 11 + "|")
    for case in given.cases or ["S/adamw", "S/sam", "M/adamw", "M/sam"]:
        compare(case, given)


if __name__ == "__main__":
    main()
