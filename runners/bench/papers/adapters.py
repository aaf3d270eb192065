"""Weights seen through an adapter: strategies/lora/src/test/resources/papers/adapters.json.

Kernels W [in, out] are multiplied from the left, as in x W, with A [in, r] and B [r, out]; PEFT has their transposes. The
weights that a model sees through PEFT's layers are the outputs for unit vectors.
"""
import math

import torch
from peft import LoraConfig, OFTConfig, get_peft_model

import goldens

PATH = goldens.path("lora", "adapters.json")
RANK, ALPHA, KEPT = 2, 3, 2


def seen_through_peft(w, config, trained):
    """W' of a layer of PEFT with given values of what it trains, by the last parts of their names."""
    layer = torch.nn.Linear(*w.shape, bias=False, dtype=torch.float64)
    layer.weight.data = w.T.contiguous()
    model = get_peft_model(torch.nn.Sequential(layer), config)
    names = {
        name.removesuffix(".default.weight").split(".")[-1]: p
        for name, p in model.named_parameters() if p.requires_grad}
    if sorted(names) != sorted(trained):
        raise ValueError(f"PEFT trains {sorted(names)}, not {sorted(trained)}")
    for name, value in trained.items():
        names[name].data = value.contiguous()
    return model(torch.eye(w.shape[0], dtype=torch.float64)).detach()


def lora(w, given, rslora=False):
    """W + s A B, s = alpha / r, or alpha / sqrt(r) with rslora. Hu et al. 2021, arXiv:2106.09685; Kalajdzievski 2023,
    arXiv:2312.03732.
    """
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, use_rslora=rslora, target_modules=["0"])
    return seen_through_peft(w, config, {"lora_A": given["A"].T, "lora_B": given["B"].T})


def oft(w, given, block, neumann):
    """diag(R_1, R_2, ...) W with R of skew-symmetric Q, whose entries above the diagonal are given. Qiu et al. 2023,
    arXiv:2306.07280, and 2025, arXiv:2506.19847.
    """
    config = OFTConfig(r=0, oft_block_size=block, use_cayley_neumann=neumann, target_modules=["0"])
    return seen_through_peft(w, config, {"oft_R": given[f"Q{block}"]})


def triples(w, which):
    """U diag(s) V^T of some singular triples, largest first."""
    u, s, vh = torch.linalg.svd(w, full_matrices=False)
    return u[:, which], s[which], vh[which]


def without(w, which):
    """W without some singular triples."""
    u, s, vh = triples(w, which)
    return w - u @ torch.diag(s) @ vh


def pissa(w, given):
    """LoRA on W - s A0 B0, s A0 B0 the r largest triples. Meng, Wang and Zhang 2024, arXiv:2404.02948."""
    return lora(without(w, slice(0, RANK)), given)


def milora(w, given):
    """LoRA on W without its r smallest triples. Wang et al. 2024, arXiv:2406.09044."""
    return lora(without(w, slice(min(w.shape) - RANK, None)), given)


def between_projections(w, change):
    """W + (I - U_k U_k^T) change (I - V_k V_k^T) with the k largest triples."""
    u, _, vh = triples(w, slice(0, KEPT))
    rows, columns = torch.eye(w.shape[0]) - u @ u.T, torch.eye(w.shape[1]) - vh.T @ vh
    return w + rows @ change @ columns


def oplora(w, given):
    """W + s (I - U_k U_k^T) A B (I - V_k V_k^T). Xiong and Xie 2025, arXiv:2510.13003."""
    return between_projections(w, ALPHA / RANK * given["A"] @ given["B"])


def osf(w, given):
    """W + (I - U_k U_k^T) D (I - V_k V_k^T), k the half of the triples. Nayak et al. 2025, arXiv:2504.07097."""
    if KEPT != math.floor(0.5 * min(w.shape)):
        raise ValueError(f"half of the {min(w.shape)} triples are not {KEPT}")
    return between_projections(w, given["D"])


METHODS = {
    "pissa": pissa,
    "lora": lora,
    "rslora": lambda w, given: lora(w, given, rslora=True),
    "milora": milora,
    "oplora": oplora,
    "osf": osf,
    "oft_neumann_2": lambda w, given: oft(w, given, 2, neumann=True),
    "oft_neumann_4": lambda w, given: oft(w, given, 4, neumann=True),
    "oft_exact_2": lambda w, given: oft(w, given, 2, neumann=False),
    "oft_exact_4": lambda w, given: oft(w, given, 4, neumann=False),
}


def entries(golden):
    """The weights through each adapter that the file has."""
    given = goldens.floats(golden["inputs"])
    for name in golden["expected"]:
        yield goldens.Entry(("expected", name), METHODS[name](given["W"], given))
