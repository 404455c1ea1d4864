// Requests as plain messages: what is carried, what is said to be lost, what is refused.

import { expect, test } from 'vitest';

import type { ContentBlock, ConverseRequest } from '../../protocol/api/types.generated.ts';
import { toPrompt } from './prompt.ts';

type Request = Omit<ConverseRequest, 'modelId'>;

const user = (...content: ContentBlock[]): Request => ({ messages: [{ role: 'user', content }] });

function refusal(request: Request): unknown {
  try {
    return toPrompt(request).messages;
  } catch (error) {
    return error;
  }
}

test('system blocks, text blocks and messages of one role in a row are joined', () => {
  const { messages, losses } = toPrompt({
    system: [{ text: 'Be kind.' }, { text: 'Be brief.' }],
    messages: [
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { role: 'user', content: [{ text: 'c' }] },
      { role: 'assistant', content: [{ text: 'd' }] },
      { role: 'user', content: [{ text: 'e' }] },
    ],
  });
  expect(messages).toEqual([
    { role: 'system', text: 'Be kind.\nBe brief.' },
    { role: 'user', text: 'a\nb\nc' },
    { role: 'assistant', text: 'd' },
    { role: 'user', text: 'e' },
  ]);
  expect(losses).toEqual([]);
});

test('tool uses and results of the history are told in words', () => {
  const { messages } = toPrompt({
    messages: [
      { role: 'user', content: [{ text: 'Weather in Oslo?' }] },
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Oslo' } } }],
      },
      {
        role: 'user',
        content: [
          {
            toolResult: { toolUseId: 't1', content: [{ json: { degrees: 3 } }, { text: 'cold' }] },
          },
          { toolResult: { toolUseId: 't2', status: 'error', content: [{ text: 'no' }] } },
        ],
      },
    ],
  });
  expect(messages.slice(1)).toEqual([
    { role: 'assistant', text: 'Called the tool weather with {"city":"Oslo"}' },
    {
      role: 'user',
      text: 'Result of the tool weather: {"degrees":3}\ncold\nError of the tool t2: no',
    },
  ]);
});

test('guarded text and cited text are text', () => {
  const request = user(
    { guardContent: { text: { text: 'guarded' } } },
    { citationsContent: { content: [{ text: 'ci' }, { text: 'ted' }] } },
  );
  expect(toPrompt(request).messages).toEqual([{ role: 'user', text: 'guarded\ncited' }]);
});

test('a block that is no text is refused by its name', () => {
  const bytes = new Uint8Array();
  const image = { image: { format: 'png', source: { bytes } } } as const;
  const document = { document: { format: 'txt', name: 'd', source: { bytes } } } as const;
  const cases: readonly (readonly [Request, string])[] = [
    [user(image), 'image'],
    [user({ text: 'see' }, document), 'document'],
    [user({ toolResult: { toolUseId: 't', content: [image] } }), 'image'],
  ];
  for (const [request, kind] of cases) {
    expect(refusal(request)).toMatchObject({
      name: 'ValidationException',
      message:
        `This model doesn't support the ${kind} content block that you provided. ` +
        'Update the content block and try again.',
    });
  }
});

test('each member that is not carried is named', () => {
  const { losses } = toPrompt({
    ...user({ text: 'a' }, { cachePoint: { type: 'default' } }),
    additionalModelRequestFields: { top_k: 3 },
    additionalModelResponseFieldPaths: ['/a'],
  });
  expect(losses.map(({ member }) => member)).toEqual([
    'additionalModelRequestFields',
    'additionalModelResponseFieldPaths',
    'cachePoint',
  ]);
});
