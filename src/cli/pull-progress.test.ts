// How a download is shown: lines where there is no terminal, a bar where there is one.

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

import { createPullProgress } from './pull-progress.ts';

function createScreen(isTTY: boolean): PassThrough & { isTTY: boolean } {
  return Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24 });
}

test('without a terminal each note is a line, and bytes alone are none', async () => {
  const screen = createScreen(false);
  const progress = await createPullProgress(screen);
  progress.show({ note: 'Bringing it.' });
  progress.show({ receivedBytes: 5, totalBytes: 100 });
  progress.show({ receivedBytes: 10, totalBytes: 100, note: '10 % of it is here.' });
  progress.end(true);
  screen.end();
  expect(await text(screen)).toBe('Bringing it.\n10 % of it is here.\n');
});

test('on a terminal a bar says how much is here, and how it ended', async () => {
  for (const [done, last] of [
    [true, 'The model is here.'],
    [false, 'The download stopped; what came is kept.'],
  ] as const) {
    const screen = createScreen(true);
    const listeners = process.listenerCount('exit');
    const progress = await createPullProgress(screen);
    progress.show({ note: 'Bringing it.' });
    progress.show({ receivedBytes: 5_000_000, totalBytes: 9_000_000, note: '50 % of it is here.' });
    progress.end(done);
    screen.end();
    const shown = await text(screen);
    expect(shown).toContain('Bringing it.\n');
    expect(shown).not.toContain('50 % of it');
    expect(shown).toContain(last);
    expect(process.listenerCount('exit')).toBe(listeners);
  }
});
