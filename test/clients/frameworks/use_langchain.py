"""langchain-aws: a chat model, its stream, and a tool that it calls. Prints what came as JSON."""

import json

from langchain_aws import ChatBedrockConverse
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool

MODEL = "us.anthropic.claude-sonnet-4-20250514-v1:0"


@tool
def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    return f"54F in {city}"


model = ChatBedrockConverse(model=MODEL)
whole = model.invoke([SystemMessage("Be brief."), HumanMessage("Grüße an alle")])
pieces = [piece.text for piece in model.stream("one two three")]

able = model.bind_tools([get_weather])
messages = [HumanMessage('[[call get_weather {"city": "Zürich"}]]')]
called = able.invoke(messages)
messages += [called, *(get_weather.invoke(call) for call in called.tool_calls)]

chunks = list(able.stream('[[call get_weather {"city": "Zürich"}]]'))
joined = chunks[0]
for chunk in chunks[1:]:
    joined += chunk

print(
    json.dumps(
        {
            "converse": whole.text,
            "usage": whole.usage_metadata["total_tokens"],
            "stream": [piece for piece in pieces if piece],
            "calls": [[call["name"], call["args"]] for call in called.tool_calls],
            "streamedCalls": [[call["name"], call["args"]] for call in joined.tool_calls],
            "tools": able.invoke(messages).text,
        }
    )
)
