"""Renders conversations and reads answers with the code of Llama's maker, one JSON job a line.

Two of its releases are needed: an older one words the offer of tools, a newer one knows Llama 4.
"""

import base64
import json
import re
import sys
from unittest.mock import MagicMock

# Llama 4's module asks for them at once; only its images need them.
for name in ["torch", "torchvision", "torchvision.transforms"]:
    sys.modules[name] = MagicMock()

try:
    from llama_models import datatypes
    from llama_models.llama3 import chat_format as llama3_format
    from llama_models.llama3.tokenizer import Tokenizer as Llama3Tokenizer
    from llama_models.llama4 import chat_format as llama4_format
    from llama_models.llama4.tokenizer import Tokenizer as Llama4Tokenizer

    formats = {
        "llama3": llama3_format.ChatFormat(Llama3Tokenizer.get_instance()),
        "llama4": llama4_format.ChatFormat(Llama4Tokenizer.get_instance()),
    }
except ImportError:
    from llama_models.llama3.api import chat_format, datatypes
    from llama_models.llama3.api.interface import LLama31Interface
    from llama_models.llama3.api.tokenizer import Tokenizer

    formats = {"llama3": chat_format.ChatFormat(Tokenizer.get_instance())}


def to_content(content):
    if isinstance(content, str):
        return content
    return [
        datatypes.RawTextItem(text=item["text"])
        if "text" in item
        else datatypes.RawMediaItem(data=base64.b64decode(item["image"]))
        for item in content
    ]


def to_message(message):
    calls = [
        datatypes.ToolCall(call_id="", tool_name=call["name"], arguments=call["input"])
        for call in message.get("calls", [])
    ]
    extra = {}
    if message["role"] == "assistant":
        reason = "end_of_message" if calls else "end_of_turn"
        extra = {"tool_calls": calls, "stop_reason": datatypes.StopReason(reason)}
    content = to_content(message["content"])
    return datatypes.RawMessage(role=message["role"], content=content, **extra)


def offer(tools, system):
    """The messages that offer tools; each with its whole schema, and without the day's date."""
    definitions = [
        datatypes.ToolDefinition(
            tool_name=tool["name"], description=tool["description"], parameters={}
        )
        for tool in tools
    ]
    system_message, listing = LLama31Interface().system_messages([], definitions, system)
    system_message.content = re.sub(r"Today Date: .*\n", "", system_message.content)
    start, end = listing.content.index("{"), listing.content.rindex("}") + 1
    functions = []
    for text, tool in zip(re.split(r"\n(?={)", listing.content[start:end]), tools, strict=True):
        function = json.loads(text)
        function["function"]["parameters"] = tool["parameters"]
        functions.append(json.dumps(function, indent=4, ensure_ascii=False))
    listing.content = listing.content[:start] + "\n".join(functions) + listing.content[end:]
    return [system_message, listing]


def render(job):
    chat = formats[job["template"]]
    offered = offer(job["tools"], job.get("system")) if "tools" in job else []
    messages = offered + [to_message(message) for message in job["messages"]]
    tokens = chat.encode_dialog_prompt(messages).tokens
    image = chat.tokenizer.special_tokens["<|image|>"]
    tokens = [image if token == 128256 else token for token in tokens]
    ours = chat.tokenizer.encode(job["ours"], bos=False, eos=False, allowed_special="all")
    return {"prompt": chat.tokenizer.decode(tokens), "isSameTokens": tokens == ours}


def read(job):
    reason = datatypes.StopReason("end_of_turn")
    message = formats[job["template"]].decode_assistant_message_from_content(job["answer"], reason)
    calls = [{"name": str(it.tool_name), "input": it.arguments} for it in message.tool_calls]
    return {"calls": calls, "text": message.content}


for line in sys.stdin:
    job = json.loads(line)
    print(json.dumps(read(job) if "answer" in job else render(job)))
