import { expect, test } from 'vitest';
import { jsonDepthMax } from '../../limits.ts';
import { checkShape } from './constraints.ts';

const hello = { role: 'user', content: [{ text: 'Hello' }] };

function refusal(input: object): string {
  try {
    checkShape('ConverseRequest', { modelId: 'm', messages: [hello], ...input });
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'no error';
  }
  return 'accepted';
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

test('what needs no change is returned as it is', () => {
  const input = { modelId: 'm', messages: [hello] };
  expect(checkShape('ConverseRequest', input)).toBe(input);
});

test('null members are absent and base64 is bytes, in a copy', () => {
  const image = { format: 'png', source: { bytes: 'AQI=' } };
  const input = { modelId: 'm', system: null, messages: [{ role: 'user', content: [{ image }] }] };
  const checked = checkShape('ConverseRequest', input);
  expect('system' in checked).toBe(false);
  expect(checked.messages?.[0]?.content[0]).toEqual({
    image: { format: 'png', source: { bytes: Buffer.from([1, 2]) } },
  });
  expect(input.system).toBeNull();
  expect(image.source.bytes).toBe('AQI=');
});

test('every violation is counted, in the order of the members', () => {
  const tool = { toolSpec: { name: '', description: '', inputSchema: { json: {} } } };
  // Reported for a tool without name and description.
  expect(refusal({ toolConfig: { tools: [tool] } })).toBe(
    'ValidationException: 3 validation errors detected: ' +
      "Value '' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; ' +
      "Value '' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1; ' +
      "Value '' at 'toolConfig.tools.1.member.toolSpec.description' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1',
  );
});

test.each([
  [
    { inferenceConfig: { maxTokens: 0 } },
    "1 validation error detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    { inferenceConfig: { temperature: 1.5 } },
    "1 validation error detected: Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
  ],
  [
    { messages: [{ role: 'robot', content: [{ text: 'x' }] }] },
    "1 validation error detected: Value 'robot' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]",
  ],
  [
    { messages: [{ content: [{ text: 'x' }] }] },
    "1 validation error detected: Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null",
  ],
  [
    {
      messages: [
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'a b', name: 'n', input: {} } }] },
      ],
    },
    "1 validation error detected: Value at 'messages.1.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+",
  ],
  [
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
    'Malformed input request: #/messages/0/content/0: extraneous key [type] is not permitted, please reformat your input and try again.',
  ],
  [
    { max_tokens: 5 },
    'Malformed input request: #: extraneous key [max_tokens] is not permitted, please reformat your input and try again.',
  ],
  [
    { messages: 'Hello' },
    'The value at messages is invalid. Provide a list for the field and try again.',
  ],
  [
    { messages: [{ role: 'user', content: [{}] }] },
    'The ContentBlock at messages.0.content.0 has no member. Set exactly one of text, image, document, video, audio, toolUse, toolResult, guardContent, cachePoint, reasoningContent, citationsContent, searchResult, toolAddition, toolRemoval and try again.',
  ],
  [
    {
      messages: [
        { role: 'user', content: [{ image: { format: 'png', source: { bytes: 'a?' } } }] },
      ],
    },
    'The value at messages.0.content.0.image.source.bytes is invalid. Provide base64 text for the field and try again.',
  ],
  [
    { inferenceConfig: { maxTokens: '5' } },
    'The value at inferenceConfig.maxTokens is invalid. Provide a whole number for the field and try again.',
  ],
  [
    { requestMetadata: {} },
    "1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
])('%j is refused', (input, message) => {
  expect(refusal(input)).toBe(`ValidationException: ${message}`);
});

test('a length counts code points, not halves of surrogate pairs', () => {
  const tool = (name: string) => ({ tools: [{ toolSpec: { name, inputSchema: { json: {} } } }] });
  expect(refusal({ toolConfig: tool('a'.repeat(64)) })).toBe('accepted');
  expect(refusal({ toolConfig: tool('a'.repeat(65)) })).toContain('less than or equal to 64');
  const path = (characters: number) => ({
    additionalModelResponseFieldPaths: ['😀'.repeat(characters)],
  });
  expect(refusal(path(256))).toBe('accepted');
  expect(refusal(path(257))).toContain('less than or equal to 256');
});

test('JSON nested too deep is refused before anything recurses into it', () => {
  expect(refusal({ additionalModelRequestFields: nested(jsonDepthMax) })).toBe('accepted');
  expect(refusal({ additionalModelRequestFields: nested(jsonDepthMax + 1) })).toContain(
    'nests deeper',
  );
  expect(refusal({ additionalModelRequestFields: nested(1_000_000) })).toContain('nests deeper');
});

test('all violations are counted and a hundred of them told', () => {
  const messages = Array.from({ length: 100_000 }, () => ({ content: [] }));
  const text = refusal({ messages });
  expect(text).toMatch(/^ValidationException: 100000 validation errors detected: /);
  expect(text.split('; ')).toHaveLength(100);
});

test('a very long value is cut in the message about it', () => {
  const stopSequences = Array.from({ length: 2_501 }, () => 'a');
  const text = refusal({ inferenceConfig: { stopSequences } });
  expect(text).toContain("Value '[a, a, a, a");
  expect(text).toContain("a...]' at 'inferenceConfig.stopSequences'");
  expect(text.length).toBeLessThan(5_000);
});

test('what items violate is told once, of their list, and what is null by itself', () => {
  expect(refusal({ additionalModelResponseFieldPaths: ['', '/a', null, ''] })).toBe(
    'ValidationException: 2 validation errors detected: ' +
      "Value null at 'additionalModelResponseFieldPaths.3.member' failed to satisfy constraint: " +
      'Member must not be null; ' +
      "Value '[, /a, null, ]' at 'additionalModelResponseFieldPaths' failed to satisfy constraint: " +
      'Member must satisfy constraint: [Member must have length less than or equal to 256, ' +
      'Member must have length greater than or equal to 1]',
  );
});
