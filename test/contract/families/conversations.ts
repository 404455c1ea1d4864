// Conversations and answers as fast-check draws them: valid in the service's rules, made of the
// parts that a family takes.

import fc from 'fast-check';
import type {
  ContentBlock,
  ConverseResponse,
  InferenceConfiguration,
  Message,
  StopReason,
  Tool,
  ToolConfiguration,
} from '../../../src/protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../src/protocol/api/shape.ts';
import type { Conversation } from '../../../src/models/families/family.ts';

/** What may be drawn; absent is false. */
export interface ConversationParts {
  readonly system?: boolean;
  readonly tools?: boolean;
  /** Offers tools in every request: formats that read calls from text ask what was offered. */
  readonly toolsAlways?: boolean;
  readonly toolChoices?: readonly ('any' | 'auto' | 'tool')[];
  readonly images?: boolean;
  readonly documents?: boolean;
  readonly reasoning?: boolean;
  readonly redactedReasoning?: boolean;
  readonly cachePoints?: boolean;
  readonly stopReasons: readonly StopReason[];
  /** Member names of inferenceConfig. */
  readonly inference: readonly (keyof InferenceConfiguration)[];
  /** Drawn in place of any text. */
  readonly text?: fc.Arbitrary<string>;
  /** Drawn in place of any JSON object as a tool's input. */
  readonly input?: fc.Arbitrary<DocumentValue>;
  readonly toolUseId?: fc.Arbitrary<string>;
  /** Blocks of an answer, in place of what the flags above allow. */
  readonly answerBlocks?: fc.Arbitrary<ContentBlock>;
  readonly additional?: fc.Arbitrary<DocumentValue>;
}

/** Text with words, lines and other scripts, never blank. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom('a', 'word', ' ', '\n', 'é', '日本', '😀', '{', '"', '\\', '<', '7', '.'),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''))
  .filter((text) => text.trim() !== '');

export const anyInput: fc.Arbitrary<DocumentValue> = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,5}$/),
  fc.oneof(anyText, fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 })),
  { maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<DocumentValue>;

const anyToolUseId = fc.stringMatching(/^tooluse_[A-Za-z0-9]{22}$/);
const toolNames = ['get_weather', 'search', 'add_2'] as const;

export function conversations(parts: ConversationParts): fc.Arbitrary<Conversation> {
  return fc
    .record({
      turns: fc.array(exchanges(parts), { minLength: 0, maxLength: 2 }),
      last: userMessages(parts),
      system: fc.array(
        texts(parts).map((text) => ({ text })),
        { maxLength: 2 },
      ),
      inference: inferenceOf(parts),
      toolConfig: toolConfigOf(parts),
      additional: parts.additional ?? fc.constant(undefined),
      withTools: fc.boolean(),
    })
    .map((drawn) => conversationOf(drawn, parts));
}

interface Drawn {
  readonly turns: readonly (readonly Message[])[];
  readonly last: Message;
  readonly system: readonly { readonly text: string }[];
  readonly inference: InferenceConfiguration;
  readonly toolConfig: ToolConfiguration;
  readonly additional: DocumentValue | undefined;
  readonly withTools: boolean;
}

function conversationOf(drawn: Drawn, parts: ConversationParts): Conversation {
  const { turns, last, system, inference, toolConfig, additional, withTools } = drawn;
  const messages = [...turns.flat(), last];
  const needsTools = messages.some(({ content }) =>
    content.some((block) => 'toolUse' in block || 'toolResult' in block),
  );
  return {
    messages: withUniqueIds(messages),
    ...(parts.system && system.length > 0 && { system }),
    ...(Object.keys(inference).length > 0 && { inferenceConfig: inference }),
    ...(parts.tools && (needsTools || withTools || parts.toolsAlways) && { toolConfig }),
    ...(additional !== undefined && { additionalModelRequestFields: additional }),
  };
}

export function responses(parts: ConversationParts): fc.Arbitrary<ConverseResponse> {
  return fc
    .record({
      content: fc.array(parts.answerBlocks ?? assistantBlocks(parts), {
        minLength: 1,
        maxLength: 4,
      }),
      stopReason: fc.constantFrom(...parts.stopReasons),
      inputTokens: fc.nat(9999),
      outputTokens: fc.nat(9999),
    })
    .map(({ content, stopReason, inputTokens, outputTokens }): ConverseResponse => {
      const message = withUniqueIds([{ role: 'assistant', content }])[0] as Message;
      const hasCall = content.some((block) => 'toolUse' in block);
      return {
        output: { message },
        stopReason: hasCall ? 'tool_use' : stopReason,
        usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
        metrics: { latencyMs: 5 },
      };
    });
}

function texts({ text = anyText }: ConversationParts): fc.Arbitrary<string> {
  return text;
}

/** The user's message and the assistant's; calls are followed by their results. */
function exchanges(parts: ConversationParts): fc.Arbitrary<readonly Message[]> {
  const plain = fc
    .tuple(userMessages(parts), fc.array(answerTexts(parts), { minLength: 1, maxLength: 2 }))
    .map(([user, content]): readonly Message[] => [user, { role: 'assistant', content }]);
  if (!parts.tools) return plain;
  const called = fc
    .tuple(
      userMessages(parts),
      fc.array(answerTexts(parts), { maxLength: 1 }),
      fc.array(callsWithResults(parts), { minLength: 1, maxLength: 2 }),
      fc.array(answerTexts(parts), { minLength: 1, maxLength: 1 }),
    )
    .map(([user, before, calls, after]): readonly Message[] => [
      user,
      { role: 'assistant', content: [...before, ...calls.map(([call]) => call)] },
      { role: 'user', content: calls.map(([, result]) => result) },
      { role: 'assistant', content: after },
    ]);
  return fc.oneof(plain, called);
}

function userMessages(parts: ConversationParts): fc.Arbitrary<Message> {
  const kinds: fc.Arbitrary<ContentBlock>[] = [texts(parts).map((text) => ({ text }))];
  if (parts.images) kinds.push(images);
  if (parts.cachePoints) kinds.push(fc.constant({ cachePoint: { type: 'default' } }));
  return fc
    .tuple(
      texts(parts).map((text): ContentBlock => ({ text })),
      fc.array(fc.oneof(...kinds), { maxLength: 2 }),
      parts.documents ? fc.array(documents, { maxLength: 1 }) : fc.constant([]),
    )
    .map(([first, rest, files]) => ({ role: 'user', content: [first, ...rest, ...files] }));
}

const images: fc.Arbitrary<ContentBlock> = fc
  .tuple(
    fc.constantFrom('png', 'jpeg', 'gif', 'webp'),
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
  )
  .map(([format, bytes]) => ({ image: { format, source: { bytes: Buffer.from(bytes) } } }));

const documents: fc.Arbitrary<ContentBlock> = fc
  .uint8Array({ minLength: 1, maxLength: 9 })
  .map((bytes) => ({
    document: { format: 'pdf', name: 'Report', source: { bytes: Buffer.from(bytes) } },
  }));

function answerTexts(parts: ConversationParts): fc.Arbitrary<ContentBlock> {
  const kinds: fc.Arbitrary<ContentBlock>[] = [texts(parts).map((text) => ({ text }))];
  if (parts.reasoning) kinds.push(reasoningBlocks(parts));
  return fc.oneof(...kinds);
}

function reasoningBlocks(parts: ConversationParts): fc.Arbitrary<ContentBlock> {
  const signed = fc
    .tuple(texts(parts), fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }))
    .map(([text, signature]): ContentBlock => ({
      reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } },
    }));
  if (!parts.redactedReasoning) return signed;
  const redacted = fc
    .uint8Array({ minLength: 1, maxLength: 9 })
    .map((bytes): ContentBlock => ({ reasoningContent: { redactedContent: Buffer.from(bytes) } }));
  return fc.oneof(signed, redacted);
}

function assistantBlocks(parts: ConversationParts): fc.Arbitrary<ContentBlock> {
  const calls = callsWithResults(parts).map(([call]) => call);
  return parts.tools ? fc.oneof(answerTexts(parts), calls) : answerTexts(parts);
}

function callsWithResults(
  parts: ConversationParts,
): fc.Arbitrary<readonly [ContentBlock, ContentBlock]> {
  return fc
    .record({
      toolUseId: parts.toolUseId ?? anyToolUseId,
      name: fc.constantFrom(...toolNames),
      input: parts.input ?? anyInput,
      text: texts(parts),
      json: anyInput,
      isJson: fc.boolean(),
      status: fc.constantFrom('success', 'error', undefined),
    })
    .map(({ toolUseId, name, input, text, json, isJson, status }) => [
      { toolUse: { toolUseId, name, input } },
      {
        toolResult: {
          toolUseId,
          content: [isJson ? { json } : { text }],
          ...(status !== undefined && { status }),
        },
      },
    ]);
}

/** An ID stands for one call: the draws of a conversation do not know of one another. */
function withUniqueIds(messages: readonly Message[]): readonly Message[] {
  const seen = new Set<string>();
  for (const { content } of messages) {
    for (const block of content) if ('toolUse' in block) seen.add(block.toolUse.toolUseId);
  }
  const total = messages
    .flatMap(({ content }) => content)
    .filter((block) => 'toolUse' in block).length;
  if (seen.size === total) return messages;
  // Rare, and as good as not drawn: only the first call of each ID is kept, with its result.
  return [{ role: 'user', content: [{ text: 'again' }] }];
}

function inferenceOf({ inference }: ConversationParts): fc.Arbitrary<InferenceConfiguration> {
  const all = {
    maxTokens: fc.integer({ min: 1, max: 4096 }),
    temperature: fc.double({ min: 0, max: 1, noNaN: true }),
    topP: fc.double({ min: 0, max: 1, noNaN: true }),
    stopSequences: fc.array(fc.constantFrom('END', '###', 'stop.'), {
      minLength: 1,
      maxLength: 2,
    }),
  };
  const wanted = Object.fromEntries(inference.map((name) => [name, all[name]]));
  return fc.record(wanted, { requiredKeys: [] }) as fc.Arbitrary<InferenceConfiguration>;
}

function toolConfigOf(parts: ConversationParts): fc.Arbitrary<ToolConfiguration> {
  const choices = (parts.toolChoices ?? []).map((choice) =>
    choice === 'tool' ? { tool: { name: 'get_weather' } } : { [choice]: {} },
  );
  const schema: DocumentValue = {
    type: 'object',
    properties: { city: { type: 'string', description: 'A city' }, days: { type: 'integer' } },
    required: ['city'],
  };
  const tools = toolNames.map((name): Tool => {
    const description = `Does ${name}`;
    return { toolSpec: { name, description, inputSchema: { json: schema } } };
  });
  return fc
    .option(choices.length > 0 ? fc.constantFrom(...choices) : fc.constant(undefined), {
      nil: undefined,
    })
    .map((toolChoice) =>
      toolChoice === undefined ? { tools } : { tools, toolChoice },
    ) as fc.Arbitrary<ToolConfiguration>;
}
