"""A prompt of vectors before the tokens of a Llama model: runners/llm/src/test/resources/papers/prompt_tuning.json.

The numbers are those of a forward pass in float64. PEFT on transformers, whose norms, rotations and softmax are in float32
even for a model in float64, gives the same to about 1e-6, and this is checked too. Lester, Al-Rfou and Constant 2021,
arXiv:2104.08691.
"""
import torch
from peft import PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM
from transformers.utils import logging

import goldens
import llama

logging.disable_progress_bar()

PATH = goldens.path("llm", "prompt_tuning.json")
SHOWN = 12
LIKE_PEFT = 5e-6


def by_equations(inputs, folder):
    """Loss, gradient of the prompt and last logits, row by row: [p_1 p_2 p_3; embedded tokens], without padding."""
    w, config = llama.read(folder)
    prompt = goldens.floats({"prompt": inputs["prompt"]})["prompt"].requires_grad_()
    nlls, last = [], {}
    for row, (ids, mask, labels) in enumerate(zip(inputs["input_ids"], inputs["attention_mask"], inputs["labels"])):
        length = sum(mask)
        z = llama.logits(torch.cat([prompt, llama.embedded(ids[:length], w)]), w, config)
        log_p = torch.log_softmax(z[len(prompt) - 1:-1], dim=-1)
        nlls += [-log_p[place, label] for place, label in enumerate(labels[:length]) if label >= 0]
        last[str(row)] = z[-1, :SHOWN]
    loss = torch.stack(nlls).mean()
    [gradient] = torch.autograd.grad(loss, prompt)
    return {"loss": loss, "gradient": gradient, "first_logits_of_last_token": last}


def by_peft(inputs, folder):
    """The same of PEFT's prompt tuning, with the padded rows in one batch."""
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager")
    prompt = goldens.floats({"prompt": inputs["prompt"]})["prompt"]
    model = get_peft_model(base, PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=len(prompt)))
    vectors = model.prompt_encoder["default"].embedding.weight
    vectors.data = prompt
    mask = torch.tensor(inputs["attention_mask"])
    output = model(input_ids=torch.tensor(inputs["input_ids"]), attention_mask=mask, labels=torch.tensor(inputs["labels"]))
    output.loss.backward()
    ends = len(prompt) + mask.sum(dim=1) - 1
    last = {str(row): output.logits[row, end, :SHOWN] for row, end in enumerate(ends)}
    return {"loss": output.loss, "gradient": vectors.grad, "first_logits_of_last_token": last}


def entries(golden):
    folder = goldens.path("engine", golden["hyper"]["model_dir"])
    computed = by_equations(golden["inputs"], folder)
    theirs = dict(goldens.leaves(by_peft(golden["inputs"], folder)))
    for path, numbers in goldens.leaves(computed):
        for number, other in zip(numbers, theirs[path]):
            if abs(number - other) > LIKE_PEFT * max(1, abs(number)):
                raise ValueError(f"{'/'.join(path)} is {number:.9g} by the equations and {other:.9g} by PEFT")
    yield goldens.Entry(("expected",), computed)
