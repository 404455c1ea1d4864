import boto3

def chat(model_id: str, prompt: str, system: str = "", max_tokens: int = 512) -> str:
    client = boto3.client("bedrock-runtime", region_name="us-east-1")

    kwargs = {
        "modelId": model_id,
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
        "inferenceConfig": {"maxTokens": max_tokens, "temperature": 0.5},
    }
    if system:
        kwargs["system"] = [{"text": system}]

    response = client.converse(**kwargs)
    return response["output"]["message"]["content"][0]["text"]


# Same function works for all models
print(chat("anthropic.claude-sonnet-4-20250514", "Explain RLHF in two sentences."))
print(chat("meta.llama3-1-70b-instruct-v1:0", "Explain RLHF in two sentences."))
print(chat("mistral.mistral-large-2407-v1:0", "Explain RLHF in two sentences."))
