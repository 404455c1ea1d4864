from botocore.config import Config

config = Config(
    retries={"max_attempts": 5, "mode": "adaptive"},
    read_timeout=300,
)
client = boto3.client("bedrock-runtime", region_name="us-east-1", config=config)
