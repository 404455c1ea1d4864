import boto3
import json

client = boto3.client("bedrock-runtime", region_name="us-east-1")

# Define a tool
tools = [
    {
        "toolSpec": {
            "name": "get_weather",
            "description": "Get the current weather for a given city.",
            "inputSchema": {
                "json": {
                    "type": "object",
                    "properties": {
                        "city": {
                            "type": "string",
                            "description": "The city name, e.g. 'San Francisco'",
                        }
                    },
                    "required": ["city"],
                }
            },
        }
    }
]

messages = [
    {"role": "user", "content": [{"text": "What's the weather in Seattle?"}]}
]

response = client.converse(
    modelId="anthropic.claude-sonnet-4-20250514",
    messages=messages,
    toolConfig={"tools": tools},
    inferenceConfig={"maxTokens": 1024},
)

# Check if the model wants to use a tool
response_message = response["output"]["message"]
stop_reason = response["stopReason"]

if stop_reason == "tool_use":
    # Extract the tool use block
    for block in response_message["content"]:
        if "toolUse" in block:
            tool_name = block["toolUse"]["name"]
            tool_input = block["toolUse"]["input"]
            tool_use_id = block["toolUse"]["toolUseId"]
            print(f"Model wants to call: {tool_name}({json.dumps(tool_input)})")

            # Simulate calling the tool and return the result
            tool_result = {"temperature": "54F", "condition": "cloudy", "humidity": "82%"}

            # Send tool result back to the model
            messages.append(response_message)
            messages.append({
                "role": "user",
                "content": [
                    {
                        "toolResult": {
                            "toolUseId": tool_use_id,
                            "content": [{"json": tool_result}],
                        }
                    }
                ],
            })

            final_response = client.converse(
                modelId="anthropic.claude-sonnet-4-20250514",
                messages=messages,
                toolConfig={"tools": tools},
                inferenceConfig={"maxTokens": 1024},
            )
            print(final_response["output"]["message"]["content"][0]["text"])
