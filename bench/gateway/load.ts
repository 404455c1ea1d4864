// The load: requests in a closed loop, each sent when one before is answered, or at a fixed rate.

import { Pool } from 'undici';
import { median } from '../median.ts';

/** One request, ready to be sent again and again, and the check of every answer to it. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Throws where the answer is not whole and right. */
  readonly check: (answer: Answer) => void;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** From the request to the first byte of the answer's body. */
  readonly firstMs: number;
  readonly totalMs: number;
  /** When the first byte came, by the clock of the machine. */
  readonly firstAt: bigint;
}

export interface Client {
  /** Resolves with a whole answer that was checked. */
  ask(asked: Asked): Promise<Answer>;
  close(): Promise<void>;
}

export function createClient(url: string, connections: number): Client {
  const limits = { headersTimeout: 120_000, bodyTimeout: 120_000, allowH2: false };
  const pool = new Pool(url, { connections, pipelining: 1, ...limits });
  return {
    async ask(asked) {
      const answer = await dispatch(pool, asked);
      asked.check(answer);
      return answer;
    },
    close: () => pool.destroy(),
  };
}

function dispatch(pool: Pool, { path, headers, body }: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const begun = performance.now();
  const parts: Buffer[] = [];
  let status = 0;
  let firstMs = Number.NaN;
  let firstAt = 0n;
  pool.dispatch(
    { path, method: 'POST', headers, body },
    {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, part) {
        if (parts.length === 0) {
          firstMs = performance.now() - begun;
          firstAt = process.hrtime.bigint();
        }
        parts.push(part);
      },
      onResponseEnd() {
        const totalMs = performance.now() - begun;
        resolve({ status, body: Buffer.concat(parts), firstMs, totalMs, firstAt });
      },
      onResponseError: (_controller, error) => reject(error),
    },
  );
  return promise;
}

/** Sends `count` requests, `concurrency` at a time. */
export async function closedLoop(
  client: Client,
  asked: Asked,
  { count, concurrency }: { readonly count: number; readonly concurrency: number },
): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.ask(asked);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** Sends at a fixed rate whatever becomes of it; a late timer's requests leave at once. */
export async function openLoop(
  client: Client,
  asked: Asked,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<readonly Answer[]> {
  const answers: Promise<Answer>[] = [];
  const begun = performance.now();
  const count = perSecond * seconds;
  while (answers.length < count) {
    const due = Math.min(((performance.now() - begun) / 1_000) * perSecond, count);
    while (answers.length < due) answers.push(client.ask(asked));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return Promise.all(answers);
}

/** The value below which a share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  if (share === 0.5) return median(values);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
