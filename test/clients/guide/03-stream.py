import boto3

client = boto3.client("bedrock-runtime", region_name="us-east-1")

response = client.converse_stream(
    modelId="anthropic.claude-sonnet-4-20250514",
    messages=[
        {"role": "user", "content": [{"text": "Write a Python binary search implementation."}]}
    ],
    system=[{"text": "You are a concise coding assistant. Return only code with brief comments."}],
    inferenceConfig={"maxTokens": 1024, "temperature": 0.2},
)

for event in response["stream"]:
    if "contentBlockDelta" in event:
        print(event["contentBlockDelta"]["delta"]["text"], end="", flush=True)
    if "metadata" in event:
        usage = event["metadata"]["usage"]
        print(f"\nInput tokens: {usage['inputTokens']}")
        print(f"Output tokens: {usage['outputTokens']}")
