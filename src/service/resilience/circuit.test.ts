import { expect, test } from 'vitest';
import type { ManualClock } from '../../../test/manual-clock.ts';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import { circuitFailuresMax, circuitOpenMs, circuitOpenMsMax } from '../../limits.ts';
import type { CircuitState } from './circuit.ts';
import { Circuit } from './circuit.ts';

interface Opened {
  readonly circuit: Circuit;
  readonly clock: ManualClock;
  readonly changes: readonly CircuitState[];
}

function create(health?: (signal: AbortSignal) => Promise<void>): Opened {
  const { clock } = createManualEnvironment();
  const changes: CircuitState[] = [];
  const circuit = new Circuit({ clock, health, onChange: (state) => changes.push(state) });
  return { circuit, clock, changes };
}

function admitted(circuit: Circuit): number {
  const period = circuit.admit();
  if (period === undefined) throw new Error(`The circuit is ${circuit.state}.`);
  return period;
}

function fail(circuit: Circuit, times: number): void {
  for (let count = 0; count < times; count += 1) circuit.failed(admitted(circuit));
}

function opened(health?: (signal: AbortSignal) => Promise<void>): Opened {
  const all = create(health);
  fail(all.circuit, circuitFailuresMax);
  return all;
}

test('a circuit opens at so many failures in a row, and not before', () => {
  const { circuit } = create();
  fail(circuit, circuitFailuresMax - 1);
  expect(circuit.state).toBe('closed');
  circuit.answered(admitted(circuit));
  fail(circuit, circuitFailuresMax - 1);
  expect(circuit.state).toBe('closed');
  fail(circuit, 1);
  expect(circuit.state).toBe('open');
  expect(circuit.admit()).toBeUndefined();
  expect(circuit.retryAfterMs).toBe(circuitOpenMs);
});

test('what is abandoned is no failure and no answer', () => {
  const { circuit } = create();
  fail(circuit, circuitFailuresMax - 1);
  circuit.abandoned(admitted(circuit));
  expect(circuit.state).toBe('closed');
  fail(circuit, 1);
  expect(circuit.state).toBe('open');
});

test('after its time one request tries the place and the others are refused', async () => {
  const { circuit, clock } = opened();
  await clock.advance(circuitOpenMs - 1);
  expect(circuit.admit()).toBeUndefined();
  await clock.advance(1);
  const trial = admitted(circuit);
  expect(circuit.state).toBe('half-open');
  expect(circuit.admit()).toBeUndefined();
  circuit.answered(trial);
  expect(circuit.state).toBe('closed');
  expect(circuit.retryAfterMs).toBe(0);
});

test('a trial that fails opens the circuit for twice the time, up to a bound', async () => {
  const { circuit, clock } = opened();
  let waitMs = circuitOpenMs;
  for (let round = 0; round < 4; round += 1) {
    await clock.advance(waitMs);
    circuit.failed(admitted(circuit));
    waitMs = Math.min(waitMs * 2, circuitOpenMsMax);
    expect(circuit.retryAfterMs).toBe(waitMs);
  }
  await clock.advance(waitMs);
  circuit.answered(admitted(circuit));
  fail(circuit, circuitFailuresMax);
  expect(circuit.retryAfterMs).toBe(circuitOpenMs);
});

test('a trial whose caller left makes room for the next one', async () => {
  const { circuit, clock } = opened();
  await clock.advance(circuitOpenMs);
  circuit.abandoned(admitted(circuit));
  expect(circuit.state).toBe('half-open');
  circuit.answered(admitted(circuit));
  expect(circuit.state).toBe('closed');
});

test('an answer that begins ends the trial, and its failure later counts as one', async () => {
  const { circuit, clock } = opened();
  await clock.advance(circuitOpenMs);
  const period = circuit.began(admitted(circuit));
  expect(circuit.state).toBe('closed');
  circuit.failed(period);
  fail(circuit, circuitFailuresMax - 1);
  expect(circuit.state).toBe('open');
});

test('who was let through before a change has no say after it', async () => {
  const { circuit, clock } = create();
  const [late, later] = [admitted(circuit), admitted(circuit)];
  fail(circuit, circuitFailuresMax);
  circuit.answered(late);
  expect(circuit.state).toBe('open');
  await clock.advance(circuitOpenMs);
  const trial = admitted(circuit);
  circuit.failed(later);
  expect(circuit.state).toBe('half-open');
  circuit.answered(trial);
  expect(circuit.state).toBe('closed');
});

test('a place that says how it is is asked before a request tries it', async () => {
  let isWell = false;
  let asked = 0;
  const { circuit, clock, changes } = opened(async () => {
    asked += 1;
    if (!isWell) throw new Error('not yet');
  });
  await clock.advance(circuitOpenMs);
  expect(asked).toBe(1);
  expect(circuit.state).toBe('open');
  expect(circuit.retryAfterMs).toBe(2 * circuitOpenMs);
  isWell = true;
  await clock.advance(2 * circuitOpenMs);
  expect(asked).toBe(2);
  circuit.answered(admitted(circuit));
  await clock.advance(circuitOpenMsMax);
  expect(asked).toBe(2);
  expect(changes).toEqual(['open', 'open', 'half-open', 'closed']);
  expect(clock.waiting).toBe(0);
});

test('a place that does not say in time how it is is not well', async () => {
  let stopped = false;
  const { circuit, clock } = opened((signal) => {
    signal.addEventListener('abort', () => (stopped = true), { once: true });
    return Promise.withResolvers<void>().promise;
  });
  await clock.advance(2 * circuitOpenMs);
  expect(stopped).toBe(true);
  expect(circuit.state).toBe('open');
});

test('a circuit that is closed for good asks nobody any more', async () => {
  let asked = 0;
  const { circuit, clock } = opened(async () => {
    asked += 1;
  });
  circuit.close();
  await clock.advance(2 * circuitOpenMs);
  expect(asked).toBe(0);
  expect(clock.waiting).toBe(0);
});
