# Llama 3.1 70B
response = client.converse(
    modelId="meta.llama3-1-70b-instruct-v1:0",
    messages=[
        {"role": "user", "content": [{"text": "Explain container orchestration."}]}
    ],
    inferenceConfig={"maxTokens": 512, "temperature": 0.7},
)

# Mistral Large
response = client.converse(
    modelId="mistral.mistral-large-2407-v1:0",
    messages=[
        {"role": "user", "content": [{"text": "Explain container orchestration."}]}
    ],
    inferenceConfig={"maxTokens": 512, "temperature": 0.7},
)
