// The guide runs as printed: each snippet, unchanged, under an unmodified boto3, on the simulated
// and on the embedded model, set up once by environment variables and once by profile files.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentSettings, profileSettings, removeHomes, runPython } from './python.ts';
import type { Finished, Variables } from './python.ts';
import { showStderrOfFailures, startEmbedded, startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const firstText = 'response["output"]["message"]["content"][0]["text"]';

interface Stage {
  readonly simulated: ServerProcess;
  readonly embedded: ServerProcess;
}

let stage: Stage;
const settings = new Map<string, Variables>();

beforeAll(async () => {
  const [simulated, embedded] = await Promise.all([
    startServer({ flags: ['--simulated'] }),
    startEmbedded(),
  ]);
  stage = { simulated, embedded };
  for (const [name, server] of Object.entries(stage)) {
    settings.set(`${name} environment`, environmentSettings(server.url));
    settings.set(`${name} profile files`, await profileSettings(server.url));
  }
});

afterAll(async () => {
  removeHomes();
  await stage.simulated.stop();
  await stage.embedded.stop();
});

showStderrOfFailures(() => stage.embedded);
showStderrOfFailures(() => stage.simulated);

for (const setUp of ['environment', 'profile files']) {
  for (const model of ['simulated', 'embedded']) {
    const where = `on the ${model} model, set up by ${setUp}`;
    const snippet = (...parameters: readonly string[]): Promise<string> =>
      runSnippet(parameters, settings.get(`${model} ${setUp}`) ?? {});

    test(`01-converse prints a text and its tokens ${where}`, async () => {
      expect(await snippet('01-converse.py')).toMatch(/\S[^]*\nTotal tokens: [1-9]\d*\n$/);
    });

    test(`02-swap-model answers in the same shape ${where}`, async () => {
      const output = await snippet('--show', firstText, '01-converse.py', '02-swap-model.py');
      expect(output).toMatch(/\S/);
    });

    test(`03-stream prints a text as it comes, then its tokens ${where}`, async () => {
      const output = await snippet('03-stream.py');
      expect(output).toMatch(/^\s*\S[^]*\nInput tokens: [1-9]\d*\nOutput tokens: [1-9]\d*\n$/);
    });

    test(`04-tools runs as printed ${where}`, async () => {
      const output = await snippet('--show', 'stop_reason', '04-tools.py');
      if (model === 'simulated') {
        // Unscripted the simulated model calls no tool, and the snippet prints only of a call.
        expect(output).toBe('end_turn\n');
        return;
      }
      const [call = '', answer = '', stopReason] = output.trim().split('\n');
      expect(call).toBe('Model wants to call: get_weather({"city": "Seattle"})');
      for (const value of ['54F', 'cloudy', '82%']) expect(answer).toContain(value);
      expect(stopReason).toBe('tool_use');
    });

    test(`05-chat-helper prints a text for each model ${where}`, async () => {
      const output = await snippet('05-chat-helper.py');
      expect(output.split('\n').filter((line) => /\S/.test(line)).length).toBeGreaterThan(2);
    });

    test(`06-adaptive-retries creates a client that answers ${where}`, async () => {
      const files = ['01-converse.py', '06-adaptive-retries.py', '02-swap-model.py'];
      expect(await snippet('--show', firstText, ...files)).toMatch(/\S/);
    });
  }

  test(`04-tools completes the tool loop, set up by ${setUp}`, async () => {
    await stage.simulated.reset();
    const toolUse = { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Seattle' } };
    const message = { role: 'assistant', content: [{ toolUse }] };
    await stage.simulated.script({ output: { message }, operation: 'Converse' });
    const output = await runSnippet(['04-tools.py'], settings.get(`simulated ${setUp}`) ?? {});
    expect(output).toBe(
      'Model wants to call: get_weather({"city": "Seattle"})\n' +
        'result: {"temperature":"54F","condition":"cloudy","humidity":"82%"}\n',
    );
  });
}

test('06-adaptive-retries outlasts throttling', async () => {
  await stage.simulated.reset();
  await stage.simulated.script(
    { error: 'ThrottlingException', times: 2 },
    { text: 'Third time lucky.', times: 2 },
  );
  const files = ['01-converse.py', '06-adaptive-retries.py', '02-swap-model.py'];
  const variables = settings.get('simulated environment') ?? {};
  const output = await runSnippet(['--show', firstText, ...files], variables);
  const statuses = (await stage.simulated.journal()).map((entry) => entry.status);
  expect({ output, statuses }).toEqual({
    output: 'Third time lucky.\n',
    statuses: [429, 429, 200, 200],
  });
});

async function runSnippet(parameters: readonly string[], variables: Variables): Promise<string> {
  const files = parameters.map((parameter) =>
    /^\d\d-.*\.py$/.test(parameter) ? `${import.meta.dirname}/guide/${parameter}` : parameter,
  );
  return outputOf(await runPython(['guide/run.py', ...files], variables));
}

function outputOf({ code, stdout, stderr }: Finished): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
