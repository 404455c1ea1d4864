// The exceptions as the official service model has them, and their place in a stream.

import { expect, test } from 'vitest';
import { operationShapes, shapes } from '../../src/protocol/api/shapes.generated.ts';
import { exceptionClasses, exceptionTable } from '../../src/protocol/errors.ts';

const modeled = Object.entries(shapes).filter(([, shape]) => shape.status !== undefined);

test('every modeled exception of the operations is a row with its status', () => {
  expect(modeled.length).toBeGreaterThan(8);
  const rows: Readonly<Record<string, { status: number; modeled: boolean }>> = exceptionTable;
  for (const [name, { status }] of modeled) {
    expect(rows[name], name).toMatchObject({ status, modeled: true });
  }
});

test('every row that says so is modeled', () => {
  const names = Object.entries(exceptionTable).filter(([, row]) => row.modeled);
  expect(names.map(([name]) => name)).toEqual(modeled.map(([name]) => name).toSorted());
});

test('every class has the name of its row', () => {
  expect(Object.keys(exceptionClasses)).toEqual(Object.keys(exceptionTable));
  for (const [name, Exception] of Object.entries(exceptionClasses)) {
    const exception = new Exception('text');
    expect(exception).toMatchObject({ name, message: 'text' });
    expect(exception).toBeInstanceOf(Error);
  }
});

test('a stream carries only exceptions that its union has', () => {
  const union = Object.keys(shapes['ConverseStreamOutput']?.members ?? {});
  for (const [name, { inStream }] of Object.entries(exceptionTable)) {
    expect(union, name).toContain(inStream);
  }
});

test('the operations keep their addresses', () => {
  expect(operationShapes.Converse).toMatchObject({
    method: 'POST',
    path: '/model/{modelId}/converse',
  });
  expect(operationShapes.ConverseStream.path).toBe('/model/{modelId}/converse-stream');
  expect(operationShapes.ListFoundationModels).toMatchObject({
    method: 'GET',
    path: '/foundation-models',
  });
});
