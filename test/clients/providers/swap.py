"""Asks each model ID of the command line the same: an answer, a stream, and a tool in the guide's loop.

Prints a JSON line for each. Nothing in here depends on the model but its ID.
"""

import json
import sys

import boto3

client = boto3.client("bedrock-runtime", region_name="us-east-1")

QUESTION = [{"role": "user", "content": [{"text": "What's the weather in Seattle?"}]}]
SYSTEM = [{"text": "You are brief."}]
INFERENCE = {"maxTokens": 250, "temperature": 0}
TOOLS = [
    {
        "toolSpec": {
            "name": "get_weather",
            "description": "Get the current weather for a given city.",
            "inputSchema": {
                "json": {
                    "type": "object",
                    "properties": {"city": {"type": "string", "enum": ["Seattle", "Bern"]}},
                    "required": ["city"],
                    "additionalProperties": False,
                }
            },
        }
    }
]


def answer(model_id: str) -> dict:
    response = client.converse(
        modelId=model_id,
        messages=QUESTION,
        system=SYSTEM,
        inferenceConfig={"maxTokens": 8, "temperature": 0},
    )
    return {
        "servedBy": response["ResponseMetadata"]["HTTPHeaders"]["x-openconverse-served-by"],
        "members": sorted(response),
        "message": response["output"]["message"],
        "stopReason": response["stopReason"],
        "usage": response["usage"],
    }


def stream(model_id: str) -> dict:
    response = client.converse_stream(
        modelId=model_id,
        messages=QUESTION,
        system=SYSTEM,
        inferenceConfig={"maxTokens": 8, "temperature": 0},
    )
    told = {"text": "", "kinds": []}
    for event in response["stream"]:
        told["kinds"].extend(kind for kind in event if kind not in told["kinds"][-1:])
        if "contentBlockDelta" in event:
            told["text"] += event["contentBlockDelta"]["delta"]["text"]
        if "messageStop" in event:
            told["stopReason"] = event["messageStop"]["stopReason"]
        if "metadata" in event:
            told["usage"] = event["metadata"]["usage"]
    return told


def tool_loop(model_id: str) -> dict:
    messages = list(QUESTION)
    response = client.converse(
        modelId=model_id,
        messages=messages,
        toolConfig={"tools": TOOLS, "toolChoice": {"any": {}}},
        inferenceConfig=INFERENCE,
    )
    told = {"stopReason": response["stopReason"], "calls": []}
    message = response["output"]["message"]
    messages.append(message)
    results = []
    for block in message["content"]:
        if "toolUse" not in block:
            continue
        use = block["toolUse"]
        told["calls"].append({"name": use["name"], "input": use["input"]})
        result = {"temperature": "54F", "condition": "cloudy", "humidity": "82%"}
        results.append({"toolUseId": use["toolUseId"], "content": [{"json": result}]})
    messages.append({"role": "user", "content": [{"toolResult": each} for each in results]})
    last = client.converse(
        modelId=model_id,
        messages=messages,
        toolConfig={"tools": TOOLS},
        inferenceConfig={"maxTokens": 8, "temperature": 0},
    )
    told["answer"] = last["output"]["message"]["content"]
    return told


for model_id in sys.argv[1:]:
    told = {"answer": answer(model_id), "stream": stream(model_id), "tools": tool_loop(model_id)}
    print(json.dumps(told), flush=True)
