// A real port whose event loop is held up by real work.

import { expect, test } from 'vitest';
import type { WireHandler } from '../../src/protocol/wire/http.ts';
import { shedLoad } from '../../src/server/load.ts';
import { quiet, startPort } from './fixture.ts';

const workMs = 80;

/** Each request takes all of the one core that there is for it. */
const busy: WireHandler = async () => {
  const startedMs = performance.now();
  while (performance.now() - startedMs < workMs);
  return { status: 200, headers: {}, body: Buffer.from('done') };
};

test('with more work than time some are served and the others told at once to come again', async () => {
  const { url } = await startPort({
    handler: shedLoad(busy, { environment: quiet, lagMsMax: workMs }),
  });
  const answers: Response[] = [];
  const refused = (): Response | undefined => answers.find(({ status }) => status === 503);
  const ask = async (): Promise<void> => {
    // Whoever is served comes again: there is always more to do than can be done.
    while (refused() === undefined) answers.push(await fetch(url));
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  expect(refused()?.headers.get('retry-after')).toBe('1');
  expect(refused()?.headers.get('x-amzn-errortype')).toBe('ServiceUnavailableException');
  // Nobody is refused for ever: when the loop is in time again, all are served.
  let status = 503;
  while (status === 503) ({ status } = await fetch(url));
  expect(status).toBe(200);
}, 30_000);
