// To whom connections are handed, over real sockets and with workers that only remember them.

import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { Reception, type Taker } from './reception.ts';

class Memory implements Taker {
  readonly sockets: Socket[] = [];
  underWay = 0;

  hand(socket: Socket): void {
    this.sockets.push(socket);
    this.underWay += 1;
  }

  /** It says that it has them all. */
  take(): void {
    this.underWay = 0;
  }
}

interface Started {
  readonly reception: Reception;
  readonly workers: Memory[];
  readonly open: () => Promise<Socket>;
}

async function start(count: number): Promise<Started> {
  const workers = Array.from({ length: count }, () => new Memory());
  const environment = createManualEnvironment();
  const reception = new Reception({ environment, workers: () => workers });
  const { port } = await reception.listen('127.0.0.1', 0);
  const clients: Socket[] = [];
  onTestFinished(() => {
    reception.close();
    for (const { sockets } of workers) for (const socket of sockets) socket.destroy();
    for (const client of clients) client.destroy();
  });
  const open = async (): Promise<Socket> => {
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {
      // A connection that is dropped is what some tests want.
    });
    clients.push(client);
    await once(client, 'connect');
    return client;
  };
  return { reception, workers, open };
}

async function counts(workers: readonly Memory[], sum: number): Promise<readonly number[]> {
  const lengths = (): readonly number[] => workers.map(({ sockets }) => sockets.length);
  await vi.waitFor(() => expect(lengths().reduce((a, b) => a + b, 0)).toBe(sum));
  return lengths();
}

test('connections that come at once are shared evenly', async () => {
  const { workers, open } = await start(3);
  await Promise.all(Array.from({ length: 30 }, open));
  expect(await counts(workers, 30)).toEqual([10, 10, 10]);
});

test('a worker that takes its time gets no more until it has what it was sent', async () => {
  const { workers, open } = await start(2);
  const [slow, quick] = workers;
  for (let index = 1; index <= 6; index += 1) {
    await open();
    await counts(workers, index);
    quick?.take();
  }
  expect(slow?.sockets.length).toBe(1);
  expect(quick?.sockets.length).toBe(5);
});

test('what comes while no worker is there waits for one', async () => {
  const { reception, workers, open } = await start(0);
  const client = await open();
  client.write('first bytes');
  workers.push(new Memory());
  await vi.waitFor(() => {
    reception.welcome();
    expect(workers[0]?.sockets).toHaveLength(1);
  });
  const [socket] = workers[0]?.sockets ?? [];
  socket?.resume();
  const [bytes] = (await once(socket ?? client, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('first bytes');
});

test('when the server ends nobody waits for a worker', async () => {
  const { reception, open } = await start(0);
  const client = await open();
  const closed = once(client, 'close');
  client.resume();
  reception.end();
  await closed;
});
