import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../environment.ts';
import { createClient } from './client.ts';

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Where a client of these variables turns to, as a proxy on the way sees it. */
async function destinationOf(
  settings: object,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const reached = Promise.withResolvers<string>();
  const proxy = createServer((request) => reached.resolve(`${request.method} ${request.url}`));
  proxy.on('connect', (request, socket) => {
    reached.resolve(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 No\r\n\r\n');
  });
  const https_proxy = await addressOf(proxy);
  const client = createClient({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    ...settings,
    environment: { ...createEnvironment(), variables: { ...variables, https_proxy } },
  });
  onTestFinished(() => client.close());
  await client.check(new AbortController().signal).catch(() => undefined);
  return reached.promise;
}

const leadingToUs = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:8787',
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:8787',
};

test.each([
  [{}, {}, 'us-east-1.amazonaws.com'],
  [{}, { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1.amazonaws.com'],
  [{}, { AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-3' }, 'eu-west-3.amazonaws.com'],
  [{ region: 'ap-south-1' }, { AWS_REGION: 'eu-west-3' }, 'ap-south-1.amazonaws.com'],
  [{ region: 'cn-north-1' }, {}, 'cn-north-1.amazonaws.com.cn'],
])("%o with %o asks AWS's own host, whatever endpoint the shell names", async (...row) => {
  const [settings, variables, host] = row;
  const destination = await destinationOf(settings, { ...leadingToUs, ...variables });
  expect(destination).toBe(`CONNECT bedrock-runtime.${host}:443`);
});

test('an endpoint below the root of its host is signed as it is asked', async () => {
  const asked = Promise.withResolvers<string | undefined>();
  const server = createServer((request, response) => {
    asked.resolve(request.url);
    response.end('{}');
  });
  const endpoint = `${await addressOf(server)}/behind/here/`;
  const client = createClient({
    apiKey: 'ABSKexample',
    endpoint,
    environment: createEnvironment(),
  });
  onTestFinished(() => client.close());
  expect(await client.models(new AbortController().signal)).toEqual([]);
  expect(await asked.promise).toBe('/behind/here/foundation-models');
});
