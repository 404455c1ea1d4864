// Requests drawn from our table of shapes, before botocore's own validator.

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { valuesOf } from '../property/valid-values.ts';
import { environmentSettings, removeHomes, runPython } from './python.ts';

afterAll(removeHomes);

const shapes = ['ConverseRequest', 'ConverseStreamRequest', 'CountTokensRequest'] as const;

test('requests that we accept are accepted by botocore', async () => {
  const requests = shapes.flatMap((shape) =>
    fc.sample(valuesOf(shape), 300).map((value) => ({ shape, value })),
  );
  const found = await validate(requests);
  expect(found).toHaveLength(requests.length);
  expect(found.filter((report) => report !== '')).toEqual([]);
});

test('the validator would tell', async () => {
  const value = { modelId: 'm', messages: [{ role: 'user' }], inferenceConfig: { maxTokens: 0 } };
  const [report] = await validate([{ shape: 'ConverseRequest', value }]);
  expect(report).toContain('Missing required parameter in messages[0]: "content"');
  expect(report).toContain('valid min value: 1');
});

interface Request {
  readonly shape: (typeof shapes)[number];
  readonly value: unknown;
}

/** What botocore finds in each request; nothing where it is right. */
async function validate(requests: readonly Request[]): Promise<readonly string[]> {
  const input = requests.map((request) => JSON.stringify(request)).join('\n');
  const settings = environmentSettings('http://127.0.0.1:1');
  const { code, stdout, stderr } = await runPython(['boto3/validate.py'], settings, input);
  expect(code, stderr).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly report: string }).report);
}
