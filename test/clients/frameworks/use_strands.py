"""strands-agents: an agent's answer, its stream, and a tool that it calls. Prints what came as JSON."""

import asyncio
import json

from strands import Agent, tool
from strands.models import BedrockModel

MODEL = "us.anthropic.claude-sonnet-4-20250514-v1:0"
calls = []


@tool
def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    calls.append(["get_weather", {"city": city}])
    return f"54F in {city}"


def agent(streaming: bool) -> Agent:
    model = BedrockModel(model_id=MODEL, region_name="us-east-1", streaming=streaming)
    return Agent(model=model, system_prompt="Be brief.", tools=[get_weather], callback_handler=None)


async def stream() -> list[str]:
    events = agent(True).stream_async("one two three")
    return [event["data"] async for event in events if "data" in event]


whole = agent(False)("Grüße an alle")
pieces = asyncio.run(stream())
question = '[[call get_weather {"city": "Zürich"}]]'
answers = [str(agent(streaming)(question)).strip() for streaming in (False, True)]

print(
    json.dumps(
        {
            "converse": str(whole).strip(),
            "usage": whole.metrics.accumulated_usage["totalTokens"],
            "stream": pieces,
            "calls": calls[:1],
            "streamedCalls": calls[1:],
            "tools": answers[0],
            "streamedTools": answers[1],
        }
    )
)
