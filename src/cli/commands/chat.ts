// `openconverse chat`: one prompt, its answer streamed to stdout.

import { Command } from 'commander';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import { createNotes } from '../../service/engine.ts';
import type { EngineFlags } from '../options.ts';
import { addEngineOptions, startEngine } from '../options.ts';
import { exitCodes, onInterrupt } from '../terminal.ts';

interface ChatFlags extends EngineFlags {
  readonly modelId: string;
}

export function createChat(): Command {
  const command = new Command('chat')
    .description('answer one prompt on the terminal')
    .argument('<prompt>', 'what to say to the model')
    .option('-m, --model-id <id>', 'the model to ask', 'anthropic.claude-sonnet-4-20250514');
  return addEngineOptions(command).action(chat);
}

async function chat(prompt: string, { modelId, ...flags }: ChatFlags): Promise<void> {
  const interrupted = new AbortController();
  onInterrupt(() => interrupted.abort());
  const { signal } = interrupted;
  const { engine } = await startEngine(flags, signal);
  try {
    const input = { modelId, messages: [{ role: 'user', content: [{ text: prompt }] }] };
    const call = { signal, notes: createNotes(), region: null };
    const output = await engine.run('ConverseStream', input, call);
    if ('events' in output) await printText(output.events);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await engine.close();
  }
  if (signal.aborted) process.exitCode = exitCodes.interrupted;
}

async function printText(events: ConverseEventStream): Promise<void> {
  for await (const batch of events) {
    for (const event of batch) {
      if (!('contentBlockDelta' in event)) continue;
      const { delta } = event.contentBlockDelta;
      if ('text' in delta) process.stdout.write(delta.text);
    }
  }
  process.stdout.write('\n');
}
