#!/usr/bin/env python3
"""Chat templates in transformers and in this project: text, token ids and the mask of the answers.

    python3 -m venv venv && venv/bin/pip install transformers jinja2
    venv/bin/python runners/bench/with_chat_templates.py --own runners/llm/src/test/resources/chat/masks.json
    venv/bin/python runners/bench/with_chat_templates.py GOLDEN

The first form makes the values that ChatMasksTest compares for templates of our own, each with and without `generation` tags:
transformers' return_assistant_tokens_mask for the one with tags is the mask of both. The second form makes the same values for
the templates of a folder of golden vectors (chat/*.json) in a file that is not kept, and runs the test on it. Their templates
have no tags, so the mask is known where the chat up to an answer begins the whole text, and is left out elsewhere.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKENIZER = ROOT / "runners/engine/src/test/resources/golden/tokenizer/tok_a"
CHATS = [
    [("system", "You count geese."), ("user", "  How many geese? "), ("assistant", "Fourteen,\nI think."), ("user", "Sure?"), ("assistant", " Yes. ")],
    [("user", "Ça va? 🙂"), ("assistant", "Oui 🙂")],
    [("user", "one"), ("assistant", "two"), ("user", "three"), ("assistant", "<b>four</b> & \"five\"")],
]
CHATML = (
    "{% for m in messages %}{% if m.role == 'assistant' %}{{ '<|start|>assistant\\n' }}<G>{{ m.content + '<|end|>\\n' }}</G>"
    "{% else %}{{ '<|start|>' + m.role + '\\n' + m.content + '<|end|>\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\\n' }}{% endif %}"
)
OWN = {
    "lines": CHATML,
    "beginning and trimmed content": "{{ bos_token }}{% for m in messages %}{{ '[' + m.role + ']' }}{% if m.role == 'assistant' %}"
    "<G>{{ m.content | trim + eos_token }}</G>{% else %}{{ m.content | trim }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}",
    "system within the first user": "{%- if messages[0].role == 'system' %}{% set system = messages[0].content %}{% set rest = messages[1:] %}"
    "{%- else %}{% set rest = messages %}{%- endif %}{{- bos_token }}{%- for m in rest %}"
    "{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{- raise_exception('roles must alternate') }}{%- endif %}"
    "{%- if m.role == 'user' %}{{- '[INST] ' + (system + '\\n\\n' if loop.first and system is defined else '') + m.content + ' [/INST]' }}"
    "{%- else %}<G>{{- ' ' + m.content + eos_token }}</G>{%- endif %}{%- endfor %}",
    "earlier answers without thoughts": "{% set ns = namespace(last=0) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}"
    "{% endif %}{% endfor %}{% for m in messages %}{% if m.role == 'assistant' %}{{ '<|start|>assistant\\n' }}"
    "{% if loop.index0 > ns.last %}{{ '<think>\\n\\n' }}<G>{{ '</think>\\n\\n' + m.content + '<|end|>\\n' }}</G>"
    "{% else %}<G>{{ m.content + '<|end|>\\n' }}</G>{% endif %}"
    "{% else %}{{ '<|start|>' + m.role + '\\n' + m.content + '<|end|>\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\\n<think>\\n\\n' }}{% endif %}",
    "no prompt of its own": "{% for m in messages %}{% if m.role == 'assistant' %}<G>{{ 'A: ' + m.content + '\\n' }}</G>"
    "{% else %}{{ m.role[0] | upper + ': ' + m.content + '\\n' }}{% endif %}{% endfor %}",
}


def plain(chat):
    return [{"role": role, "content": content} for role, content in chat] if isinstance(chat[0], tuple) else chat


def ids(tokenizer, template, chat, **how):
    return tokenizer.apply_chat_template(chat, chat_template=template, tokenize=True, return_dict=True, **how)


def own(tokenizer):
    for name, template in OWN.items():
        marked = template.replace("<G>", "{% generation %}").replace("</G>", "{% endgeneration %}")
        unmarked = template.replace("<G>", "").replace("</G>", "")
        for chat in map(plain, CHATS):
            made = ids(tokenizer, marked, chat, return_assistant_tokens_mask=True)
            assert made["input_ids"] == ids(tokenizer, unmarked, chat)["input_ids"], name
            for kind, source in (("marked", marked), ("unmarked", unmarked)):
                yield {
                    "name": f"{name}, {kind}",
                    "template": source,
                    "messages": chat,
                    "ids": made["input_ids"],
                    "mask": made["assistant_masks"],
                    "prompt": ids(tokenizer, source, chat[:-1], add_generation_prompt=True)["input_ids"],
                }


def text(tokenizer, template, chat, prompt):
    try:
        return tokenizer.apply_chat_template(chat, chat_template=template, tokenize=False, add_generation_prompt=prompt)
    except Exception:  # a template may refuse a part of a chat
        return None


def mask(tokenizer, template, chat):
    """The mask by prefixes; None where a prefix does not hold."""
    whole = text(tokenizer, template, chat, False)
    if whole.endswith("<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"):  # ends with more than the answer
        return None
    spans = []
    for i, message in enumerate(chat):
        if message["role"] == "assistant":
            before = text(tokenizer, template, chat[:i], True) if i else None
            after = text(tokenizer, template, chat[: i + 1], False)
            if before is None or after is None or not whole.startswith(before) or not whole.startswith(after):
                return None
            spans.append((len(before), len(after)))
    places = tokenizer(whole, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [int(any(f < end and t > begin for begin, end in spans)) for f, t in places]


def theirs(tokenizer, golden):
    for file in sorted((golden / "chat").glob("*.json")):
        case = json.loads(file.read_text())
        template = (golden / case["hyper"]["template"]).read_text()
        for chat in case["inputs"]["conversations"] + [plain(c) for c in CHATS]:
            while chat and chat[-1]["role"] != "assistant":
                chat = chat[:-1]
            if not chat or text(tokenizer, template, chat, False) is None or "strftime_now" in template and chat[0]["role"] != "system":
                continue
            before = text(tokenizer, template, chat[:-1], True)
            yield {
                "name": file.stem,
                "template": template,
                "messages": chat,
                "ids": ids(tokenizer, template, chat)["input_ids"],
                "mask": mask(tokenizer, template, chat),
                "prompt": None if before is None else ids(tokenizer, template, chat[:-1], add_generation_prompt=True)["input_ids"],
            }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", nargs="?", type=pathlib.Path, metavar="GOLDEN")
    parser.add_argument("--own", type=pathlib.Path, metavar="FILE")
    given = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    if given.own:
        given.own.parent.mkdir(parents=True, exist_ok=True)
        # one line for each case
        given.own.write_text("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in own(tokenizer)) + "\n]\n")
    if given.golden:
        cases = list(theirs(tokenizer, given.golden.resolve()))
        known = sum(c["mask"] is not None for c in cases)
        prompts = sum(c["prompt"] is not None for c in cases)
        print(f"{len(cases)} chats of {len({c['name'] for c in cases})} templates, {known} with a mask, {prompts} with a prompt")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(cases, file)
            file.flush()
            command = ["./mvnw", "-o", "-pl", "runners/llm", "test", "-Dtest=ChatMasksTest", f"-Dchat.masks={file.name}"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        print("\n".join(re.findall(r"Tests run.*|.*FAIL.*", done.stdout)[-8:]))
        raise SystemExit(done.returncode)


main()
