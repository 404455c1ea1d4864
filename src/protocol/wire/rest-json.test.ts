import { expect, test } from 'vitest';
import { matchOperation, methodsOf, parseBody, stringifyJson } from './rest-json.ts';

const profileArn =
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0';

test.each([
  ['POST', '/model/a.b-v1%3A0/converse', 'Converse', { modelId: 'a.b-v1:0' }],
  ['POST', '/model/a.b-v1:0/converse-stream', 'ConverseStream', { modelId: 'a.b-v1:0' }],
  [
    'POST',
    `/model/${encodeURIComponent(profileArn)}/converse`,
    'Converse',
    { modelId: profileArn },
  ],
  ['POST', '/model/x/count-tokens', 'CountTokens', { modelId: 'x' }],
  ['GET', '/foundation-models', 'ListFoundationModels', {}],
  [
    'GET',
    '/foundation-models?byProvider=Mistral%20AI&other=1',
    'ListFoundationModels',
    { byProvider: 'Mistral AI' },
  ],
  ['GET', '/foundation-models/a.b%3A0', 'GetFoundationModel', { modelIdentifier: 'a.b:0' }],
])('%s %s is %s', (...[method, target, operation, members]) => {
  expect(matchOperation(method, target)).toEqual({ operation, members });
});

test.each([
  ['GET', '/model/x/converse'],
  ['POST', '/model//converse'],
  ['POST', '/model/x/y/converse'],
  ['POST', '/model/%zz/converse'],
  ['POST', '/'],
])('%s %s is no operation', (method, target) => {
  expect(matchOperation(method, target)).toBeUndefined();
});

test('a path tells the methods that it answers to', () => {
  expect(methodsOf('/model/x/converse')).toEqual(['POST']);
  expect(methodsOf('/nothing')).toEqual([]);
});

test('an empty body is an empty object', () => {
  expect(parseBody(new Uint8Array())).toEqual({});
});

test.each(['{', '[1]', 'null', '"text"', '{"a":1}}', '\u0000'])(
  'the body %j is refused',
  (text) => {
    expect(() => parseBody(Buffer.from(text))).toThrow(
      expect.objectContaining({ name: 'SerializationException', status: 400 }),
    );
  },
);

test('dates and bytes have their text forms, at any depth', () => {
  const value = { at: new Date('2026-10-14'), list: [{ bytes: new Uint8Array([0, 255]) }] };
  expect(stringifyJson(value)).toBe('{"at":"2026-10-14T00:00:00.000Z","list":[{"bytes":"AP8="}]}');
});
