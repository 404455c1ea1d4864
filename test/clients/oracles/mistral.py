"""Renders chat requests with the code of Mistral's makers, one JSON job a line."""

import json
import re
import sys
import warnings

warnings.simplefilter("ignore")

from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

tokenizers = {
    "mistral-v1": MistralTokenizer.v1(),
    "mistral-v2": MistralTokenizer.v2(),
    "mistral-v3": MistralTokenizer.v3(),
    "mistral-v7": MistralTokenizer.v7(),
}


def named(messages):
    """The second template tells the results of tools by name: each gets the name of its call."""
    names = {}
    for message in messages:
        for call in message.get("tool_calls", []):
            names[call["id"]] = call["function"]["name"]
    for message in messages:
        if message["role"] == "tool":
            yield {**message, "name": names[message["tool_call_id"]]}
        else:
            yield message


def pieces(text, base):
    """The text as the servers tokenize it: the signs of the format, and what is between them."""
    specials = [base.id_to_piece(token) for token in sorted(base.special_ids)]
    for part in re.split("(" + "|".join(map(re.escape, specials)) + ")", text):
        if part in specials:
            yield base.get_special_token(part)
        elif part:
            # The tokenizer puts a blank before any text.
            yield from base.encode(part.removeprefix(" "), bos=False, eos=False)


def readable(text):
    parts = re.split(r"((?:<0x[0-9A-F]{2}>)+)", text.replace("▁", " "))
    for at in range(1, len(parts), 2):
        parts[at] = bytes.fromhex(re.sub("<0x|>", "", parts[at])).decode()
    return "".join(parts)


for line in sys.stdin:
    job = json.loads(line)
    tokenizer = tokenizers[job["template"]]
    base = tokenizer.instruct_tokenizer.tokenizer
    request = {**job["request"], "messages": list(named(job["request"]["messages"]))}
    tokens = tokenizer.encode_chat_completion(ChatCompletionRequest(**request)).tokens
    prompt = readable(base._to_string(tokens))
    # In the first template the brackets are text, before which the tokenizer puts its blank.
    prompt = re.sub(r"(</?s>) \[INST\]", r"\1[INST]", prompt)
    print(json.dumps({"prompt": prompt, "isSameTokens": tokens == list(pieces(job["ours"], base))}))
