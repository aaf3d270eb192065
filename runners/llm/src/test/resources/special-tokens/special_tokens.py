"""Makes special-tokens.json: small tokenizers of six kinds, and the ids that transformers gives.

Run with tokenizers 0.23.3 and transformers 5.24.0: python special_tokens.py > special-tokens.json
"""

import json
import os
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import tokenizers
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXT = [
    "the old cat sat on the mat and saw 12 cats and 345 mats",
    "a cat and a mat, and 6789 other things that the cat saw; it sat",
    "Ein Käse für 5 Euro. \u4e2d\u6587 na\u00efve",
] * 4
TEXTS = ["the cat sat", "", " a 42 mats", "<s>the cat", "the cat</s>", "na\u00efve \u4e2d!"]
NAMES = ["<unk>", "<s>", "</s>"]
ALPHABET = pre_tokenizers.ByteLevel.alphabet()


def bpe(pre, decoder, **model):
    t = Tokenizer(models.BPE(**model))
    t.pre_tokenizer = pre
    t.decoder = decoder
    return t, trainers.BpeTrainer(vocab_size=300, special_tokens=NAMES, initial_alphabet=ALPHABET)


def kinds():
    byte_level = decoders.ByteLevel()
    yield "byte-level", *bpe(pre_tokenizers.ByteLevel(add_prefix_space=False), byte_level)
    split = pre_tokenizers.Split(
        tokenizers.Regex(r" ?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+"), "isolated"
    )
    last = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    yield "regex-split", *bpe(pre_tokenizers.Sequence([split, last]), byte_level)
    digits = pre_tokenizers.Digits(individual_digits=True)
    last = pre_tokenizers.ByteLevel(add_prefix_space=False)
    yield "digits", *bpe(pre_tokenizers.Sequence([digits, last]), byte_level)
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    t.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    pieces = NAMES + [f"<0x{b:02X}>" for b in range(256)]
    yield "sentencepiece-bpe", t, trainers.BpeTrainer(vocab_size=350, special_tokens=pieces)
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    yield "unigram", t, trainers.UnigramTrainer(
        vocab_size=60, special_tokens=NAMES, unk_token="<unk>"
    )
    t = Tokenizer(models.WordPiece(unk_token="<unk>"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    yield "wordpiece", t, trainers.WordPieceTrainer(vocab_size=90, special_tokens=NAMES)


def template(single):
    return processors.TemplateProcessing(
        single=single, pair=single + " $B", special_tokens=[("<s>", 1), ("</s>", 2)]
    )


RULES = {
    "none": lambda: None,
    "template-bos": lambda: template("<s> $A"),
    "template-without": lambda: template("$A"),
    "template-bos-eos": lambda: template("<s> $A </s>"),
    "template-eos": lambda: template("$A </s>"),
    "bert": lambda: processors.BertProcessing(("</s>", 2), ("<s>", 1)),
    "byte-level-then-template": lambda: processors.Sequence(
        [processors.ByteLevel(trim_offsets=False), template("<s> $A")]
    ),
}
SETTINGS = [{}, {"add_bos_token": True}, {"add_bos_token": False}, {"add_eos_token": True}]


def ids(tokenizer_json, settings):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/tokenizer.json", "w", encoding="utf-8") as f:
            json.dump(tokenizer_json, f)
        config = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>"}
        config |= {"bos_token": "<s>", "eos_token": "</s>"} | settings
        with open(folder + "/tokenizer_config.json", "w", encoding="utf-8") as f:
            json.dump(config, f)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        return [tokenizer(text).input_ids for text in TEXTS]


def main():
    cases = []
    for kind, tokenizer, trainer in kinds():
        trainer.show_progress = False
        tokenizer.train_from_iterator(TEXT, trainer)
        plain = json.loads(tokenizer.to_str())
        rules = []
        for rule, make in RULES.items():
            processor = make()
            if processor is not None:
                tokenizer.post_processor = processor
                post = json.loads(tokenizer.to_str())["post_processor"]
            else:
                post = None
            with_rule = plain | {"post_processor": post}
            found = [ids(with_rule, s) for s in SETTINGS]
            assert all(f == found[0] for f in found), (kind, rule, found)
            rules.append({"rule": rule, "post_processor": post, "ids": found[0]})
        cases.append({"kind": kind, "tokenizer": plain, "rules": rules})
    print(
        json.dumps(
            {
                "what": "ids of tokenizer(text).input_ids; the same for every entry of settings",
                "reference": f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}",
                "texts": TEXTS,
                "settings": SETTINGS,
                "cases": cases,
            },
            ensure_ascii=True,
            separators=(",", ":"),
        )
    )


main()
