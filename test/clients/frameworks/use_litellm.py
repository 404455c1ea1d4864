"""LiteLLM as a client: a completion, its stream, and a tool that it calls. Prints what came as JSON."""

import json

from litellm import completion, stream_chunk_builder

MODEL = "bedrock/converse/us.anthropic.claude-sonnet-4-20250514-v1:0"
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def ask(messages: list, **options):
    return completion(model=MODEL, messages=messages, **options)


def user(text: str) -> dict:
    return {"role": "user", "content": text}


def calls_of(message) -> list:
    functions = [call.function for call in message.tool_calls or []]
    return [[function.name, json.loads(function.arguments)] for function in functions]


whole = ask([{"role": "system", "content": "Be brief."}, user("Grüße an alle")])
pieces = [chunk.choices[0].delta.content for chunk in ask([user("one two three")], stream=True)]

question = user('[[call get_weather {"city": "Zürich"}]]')
called = ask([question], tools=[TOOL]).choices[0].message
results = [
    {"role": "tool", "tool_call_id": call.id, "content": "54F in Zürich"}
    for call in called.tool_calls
]
answered = ask([question, called, *results], tools=[TOOL])
streamed = stream_chunk_builder(list(ask([question], tools=[TOOL], stream=True)))

print(
    json.dumps(
        {
            "converse": whole.choices[0].message.content,
            "usage": whole.usage.total_tokens,
            "stream": [piece for piece in pieces if piece],
            "calls": calls_of(called),
            "streamedCalls": calls_of(streamed.choices[0].message),
            "tools": answered.choices[0].message.content,
        }
    )
)
