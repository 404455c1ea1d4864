"""pydantic-ai: an agent's answer, its stream, and a tool that it calls. Prints what came as JSON."""

import asyncio
import json

from pydantic_ai import Agent

MODEL = "bedrock:us.anthropic.claude-sonnet-4-20250514-v1:0"
calls = []

agent = Agent(MODEL, instructions="Be brief.")


@agent.tool_plain
def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    calls.append(["get_weather", {"city": city}])
    return f"54F in {city}"


async def stream(question: str) -> list[str]:
    async with agent.run_stream(question) as answer:
        return [piece async for piece in answer.stream_text(delta=True, debounce_by=None)]


async def main() -> None:
    question = '[[call get_weather {"city": "Zürich"}]]'
    whole = await agent.run("Grüße an alle")
    pieces = await stream("one two three")
    tools = await agent.run(question)
    called = list(calls)
    calls.clear()
    streamed = await stream(question)
    print(
        json.dumps(
            {
                "converse": whole.output,
                "usage": whole.usage.total_tokens,
                "stream": pieces,
                "calls": called,
                "streamedCalls": calls,
                "tools": tools.output,
                "streamedTools": "".join(streamed),
            }
        )
    )


asyncio.run(main())
