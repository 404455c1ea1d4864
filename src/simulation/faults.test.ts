// Faults of operations that no model answers.

import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { scriptedFault } from './faults.ts';
import { createSimulation } from './simulation.ts';

const list = { operation: 'ListFoundationModels', modelId: '', foundationModelId: null };

test('without a turn nothing happens', async () => {
  const simulation = createSimulation(createManualEnvironment());
  simulation.script.append({ error: 'cut' });
  const notes = { scripted: false };
  await scriptedFault(simulation, list, notes);
  expect(notes.scripted).toBe(false);
  expect(simulation.script.waiting()).toHaveLength(1);
});

test('a turn for the operation is thrown after its delay, once', async () => {
  const { clock, ...environment } = createManualEnvironment();
  const simulation = createSimulation({ clock, ...environment });
  simulation.script.append({
    operation: 'ListFoundationModels',
    error: { type: 'AccessDeniedException', message: 'No.' },
    delayMs: 10,
  });
  const notes = { scripted: false };
  const thrown = scriptedFault(simulation, list, notes).catch((error: unknown) => error);
  await clock.advance(9);
  expect(clock.waiting).toBe(1);
  await clock.advance(1);
  expect(await thrown).toMatchObject({ name: 'AccessDeniedException', message: 'No.' });
  expect(notes.scripted).toBe(true);
  await scriptedFault(simulation, list, notes);
});
