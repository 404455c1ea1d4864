// `openconverse chat` as a program: what it takes, what it prints where, how it ends.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const chat = (...flags: string[]) => runCommand(['chat', '--simulated', ...flags]);

test('the answer to a prompt goes to stdout, and nothing else does', async () => {
  expect(await chat('Hello', 'there')).toEqual({
    code: 0,
    stdout: 'echo: Hello there\n',
    stderr: '',
  });
});

test('text on stdin goes before the prompt, or is the prompt', async () => {
  const both = await runCommand(['chat', '--simulated', 'Summarise.'], { stdin: 'some text\n' });
  expect(both.stdout).toBe('echo: some text\n\nSummarise.\n');
  const alone = await runCommand(['chat', '--simulated'], { stdin: 'Hello\n' });
  expect(alone.stdout).toBe('echo: Hello\n');
});

test('the whole response is one line of JSON, its bounds those of the flags', async () => {
  const flags = ['-s', 'Be brief.', '--max-tokens', '2', '--temperature', '0', '--json'];
  const { code, stdout } = await chat('one two three', '-m', 'amazon.nova-lite-v1:0', ...flags);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    output: { message: { role: 'assistant', content: [{ text: 'echo: one' }] } },
    stopReason: 'max_tokens',
    usage: { inputTokens: 5, outputTokens: 2 },
    $metadata: { servedBy: 'simulated' },
  });
});

test('what it took is said on stderr', async () => {
  expect(await chat('Hello', '-u')).toEqual({
    code: 0,
    stdout: 'echo: Hello\n',
    stderr: '1 input tokens, 2 output tokens, served by simulated\n',
  });
});

test('what the service refuses is one line on stderr and a failure', async () => {
  const { code, stdout, stderr } = await chat('Hello', '--temperature', '5');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^ValidationException: .*temperature.*\n$/);
});

test.each([
  [['--max-tokens', '0'], /max-tokens.*whole number/],
  [['--temperature', 'warm'], /temperature.*number/],
  [[], /no prompt/],
])('%j is a mistake in the usage', async (flags, sentence) => {
  const words = flags.length === 0 ? [] : ['Hello'];
  const { code, stdout, stderr } = await chat(...words, ...flags);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
});

test('a reader who has seen enough ends it in peace', async () => {
  const bin = fileURLToPath(new URL('../../bin/openconverse.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'models'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (part: string) => complaints.push(part));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(complaints).toEqual([]);
});
