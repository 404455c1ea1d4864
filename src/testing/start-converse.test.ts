import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { fault, startConverse, turn } from './index.ts';

const modelId = 'amazon.nova-lite-v1:0';

function post(url: string, text: string): Promise<Response> {
  return fetch(`${url}/model/${modelId}/converse`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] }),
  });
}

test('a server answers, as it is told to', async () => {
  await using server = await startConverse();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(server.variables['AWS_ENDPOINT_URL_BEDROCK_RUNTIME']).toBe(server.url);
  await server.script(fault('ThrottlingException'), turn('Hello yourself.'));
  const refused = await post(server.url, 'Hello');
  expect([refused.status, refused.headers.get('x-amzn-errortype')]).toEqual([
    429,
    'ThrottlingException',
  ]);
  const answered: unknown = await (await post(server.url, 'Hello')).json();
  expect(answered).toMatchObject({
    output: { message: { content: [{ text: 'Hello yourself.' }] } },
  });
  expect((await server.journal()).map(({ status }) => status)).toEqual([429, 200]);
});

test('the same model answers in process, and is remembered beside', async () => {
  await using server = await startConverse();
  await server.script(turn({ name: 'get_weather', input: { city: 'Seattle' } }));
  const { output, stopReason } = await server.converse.converse({
    modelId,
    messages: [{ role: 'user', content: [{ text: 'How is the weather?' }] }],
  });
  expect(stopReason).toBe('tool_use');
  expect(output.message.content).toEqual([
    {
      toolUse: {
        toolUseId: 'tooluse_get_weather_0',
        name: 'get_weather',
        input: { city: 'Seattle' },
      },
    },
  ]);
  expect(await server.journal()).toHaveLength(1);
  await server.reset();
  expect(await server.journal()).toEqual([]);
});

test('closing drops what is still open', async () => {
  const environment = createManualEnvironment();
  const server = await startConverse({ environment });
  await server.script(turn('late', { delayMs: 60_000 }));
  const open = post(server.url, 'Hello').catch((error: unknown) => error);
  while (environment.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  expect(await open).toBeInstanceOf(Error);
  await expect(post(server.url, 'Hello')).rejects.toThrow();
});

test('a port that is taken is an error that names it', async () => {
  await using server = await startConverse();
  await expect(startConverse({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
