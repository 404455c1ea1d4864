import { expect, test } from 'vitest';
import type { ToolResultBlock } from '../../../protocol/api/types.generated.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { decodeOutputs, encodeOutputs } from './outputs.ts';

type Result = Pick<ToolResultBlock, 'content' | 'status'>;

test.each<[Result, readonly JsonObject[], readonly string[]]>([
  [{ content: [{ text: 'Rain' }] }, [{ text: 'Rain' }], []],
  [{ content: [{ json: { sky: 'grey' } }] }, [{ sky: 'grey' }], []],
  [{ content: [{ text: 'a' }, { json: { b: 1 } }] }, [{ text: 'a' }, { b: 1 }], []],
  [{ content: [] }, [], []],
  [{ content: [{ text: 'No' }], status: 'error' }, [{ error: 'No' }], ['result.status']],
  [
    { content: [{ json: { code: 4 } }], status: 'error' },
    [{ error: { code: 4 } }],
    ['result.status'],
  ],
])('%j goes there and back', (result, outputs, told) => {
  const losses = createLosses();
  expect(encodeOutputs({ toolUseId: 'a', ...result }, 'result', losses)).toEqual(outputs);
  expect(losses.list.map(({ member }) => member)).toEqual(told);
  expect(decodeOutputs(outputs)).toEqual(result);
});

test.each<[ToolResultBlock['content'][number], JsonObject]>([
  [{ json: [1, 2] }, { result: [1, 2] }],
  [{ json: 'a' }, { result: 'a' }],
  [{ json: { text: 'a' } }, { text: 'a' }],
  [{ json: { error: 'a' } }, { error: 'a' }],
])('%j comes back as something else, and that is told', (inner, output) => {
  const losses = createLosses();
  const result = { toolUseId: 'a', content: [inner] };
  expect(encodeOutputs(result, 'result', losses)).toEqual([output]);
  expect(losses.list.map(({ member }) => member)).toEqual(['result.content.0.json']);
});

test('an image is refused', () => {
  const image = { format: 'png', source: { bytes: new Uint8Array(1) } } as const;
  expect(() =>
    encodeOutputs({ toolUseId: 'a', content: [{ image }] }, 'result', createLosses()),
  ).toThrow("This model doesn't support the image content block that you provided.");
});
