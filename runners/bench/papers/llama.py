"""A Llama model in float64: RMSNorm, rotary positions, grouped-query attention, SwiGLU. Touvron et al. 2023,
arXiv:2302.13971; the tensors are those of a folder of transformers.
"""
import json

import torch
from safetensors.torch import load_file


def read(folder):
    """The tensors and the configuration of a model."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return {name: value.double() for name, value in load_file(folder / "model.safetensors").items()}, config


def embedded(ids, w):
    return w["model.embed_tokens.weight"][ids]


def rms_norm(x, gain, eps):
    return gain * x / (x.square().mean(dim=-1, keepdim=True) + eps).sqrt()


def rotated(x, theta):
    """Each pair of dimensions i and i + half at the place p turned by p theta^(-i / half); x is [places, heads, size]."""
    half = x.shape[-1] // 2
    turns = torch.arange(x.shape[0], dtype=x.dtype)[:, None] * theta ** (-torch.arange(half, dtype=x.dtype) / half)
    cos, sin = turns.cos()[:, None], turns.sin()[:, None]
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def attention(x, w, config, layer):
    """Causal attention whose key and value heads serve several query heads."""
    def heads(name, count):
        return (x @ w[f"{layer}.self_attn.{name}.weight"].T).reshape(len(x), count, config["head_dim"])

    groups = config["num_attention_heads"] // config["num_key_value_heads"]
    theta = config["rope_parameters"]["rope_theta"]
    q = rotated(heads("q_proj", config["num_attention_heads"]), theta)
    k = rotated(heads("k_proj", config["num_key_value_heads"]), theta).repeat_interleave(groups, dim=1)
    v = heads("v_proj", config["num_key_value_heads"]).repeat_interleave(groups, dim=1)
    scores = torch.einsum("ihd,jhd->hij", q, k) / config["head_dim"] ** 0.5
    future = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
    shares = torch.softmax(scores.masked_fill(future, -torch.inf), dim=-1)
    mixed = torch.einsum("hij,jhd->ihd", shares, v).reshape(len(x), -1)
    return mixed @ w[f"{layer}.self_attn.o_proj.weight"].T


def logits(x, w, config):
    """The logits of one row of embedded tokens."""
    eps = config["rms_norm_eps"]
    for number in range(config["num_hidden_layers"]):
        layer = f"model.layers.{number}"
        normed = rms_norm(x, w[f"{layer}.input_layernorm.weight"], eps)
        x = x + attention(normed, w, config, layer)
        normed = rms_norm(x, w[f"{layer}.post_attention_layernorm.weight"], eps)
        gate = torch.nn.functional.silu(normed @ w[f"{layer}.mlp.gate_proj.weight"].T)
        up = normed @ w[f"{layer}.mlp.up_proj.weight"].T
        x = x + (gate * up) @ w[f"{layer}.mlp.down_proj.weight"].T
    return rms_norm(x, w["model.norm.weight"], eps) @ w["lm_head.weight"].T
