#!/usr/bin/env python3
"""Computes the expected numbers of golden files again, from the inputs in the same files and published equations.

    python3.11 -m venv venv && venv/bin/pip install torch numpy scipy peft transformers
    venv/bin/python runners/bench/papers/check.py [NAME ...] [--write]

A NAME is a file, or one of its entries: optimizers, optimizers/muon. Without names every file is computed.

    optimizers       steps of optimizers                   optimizers.py, adaptive.py, sharpness.py, transforms.py
    sequences        regularizers and rehearsals           sequences.py, task_optimizers.py, technique.py,
                                                           regularizers.py, rehearsals.py, trained.py
    adapters         weights through an adapter            adapters.py
    mergers          mergers of tensors of a few elements  mergers.py
    merger_papers    mergers of larger tensors             merger_papers.py
    probes           distances from the first weights      probes.py
    prompt_tuning    a prompt before a Llama model         prompt_tuning.py, llama.py
    token_masking    tokens of a Llama model that count    token_masking.py, llama.py

Each method is one function or class, written from the paper that its comment names, and from torch.optim or PEFT where these
have it. None is taken from the code of this project; where this project deviates from a paper, its documentation says so.

For every entry the largest difference to the committed numbers is printed, and the largest share of what is allowed: half a
unit of the last printed digit (the ninth, or the seventeenth where a file has all digits), and 1e-12 times the larger of 1
and the number for the rounding of float64. The exit code is 1 if a difference is larger. --write replaces numbers with a
larger difference in the file; an entry without expected numbers has {} in their place.
"""
import argparse
import importlib
import json
import sys

import goldens

FILES = ("optimizers", "sequences", "adapters", "mergers", "merger_papers", "probes", "prompt_tuning", "token_masking")


def check(file, names, write):
    """Whether the numbers of a file agree, as far as names asks for them; none asks for all."""
    module = importlib.import_module(file)
    text = module.PATH.read_text(encoding="utf-8")
    golden = json.loads(text)
    computed = []
    agree = True
    for entry in module.entries(golden):
        label = entry_label(file, entry)
        if names and file not in names and label not in names:
            continue
        computed.append(entry)
        distance, share = goldens.difference(golden, entry)
        verdict = "" if share <= 1 else "  differs"
        agree &= share <= 1
        print(f"{label:44} {distance:9.2e} {share:9.3g} of what is allowed{verdict}", flush=True)
    if write and not agree:
        module.PATH.write_text(goldens.written(text, golden, computed), encoding="utf-8")
        print(f"wrote {module.PATH.relative_to(goldens.ROOT)}")
    return agree, [entry_label(file, entry) for entry in computed]


def entry_label(file, entry):
    """Paths end with the name of the entry, or with a word for its numbers after that."""
    return "/".join([file, *(key for key in entry.path if key not in goldens.WORDS)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--write", action="store_true", help="put the computed numbers into the files")
    given = parser.parse_args()
    unknown = [name for name in given.names if name.split("/")[0] not in FILES]
    if unknown:
        parser.error(f"'{unknown[0]}' is not of {', '.join(FILES)}")
    wanted = {name.split("/")[0] for name in given.names} or FILES
    agree, seen = True, set()
    for file in FILES:
        if file in wanted:
            same, labels = check(file, given.names, given.write)
            agree &= same
            seen.update([file, *labels])
    missing = [name for name in given.names if name not in seen]
    if missing:
        parser.error(f"no entry '{missing[0]}'")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
