import boto3

client = boto3.client("bedrock-runtime", region_name="us-east-1")

response = client.converse(
    modelId="anthropic.claude-sonnet-4-20250514",
    messages=[
        {
            "role": "user",
            "content": [{"text": "What are the tradeoffs between REST and GraphQL?"}],
        }
    ],
    inferenceConfig={
        "maxTokens": 512,
        "temperature": 0.5,
    },
)

output_text = response["output"]["message"]["content"][0]["text"]
print(output_text)
print(f"Total tokens: {response['usage']['totalTokens']}")
