// Messages to the chat models as Converse has them.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolResultBlock,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { callIdAt, isCallId } from './call-ids.ts';
import { chunksOf, imageBlock, reasoningOf } from './chat-content.ts';
import { resultContent } from './tool-results.ts';

export interface ReadMessages {
  readonly messages: readonly Message[];
  readonly system: readonly SystemContentBlock[];
}

/** Throws ValidationException for what Converse has no place for. */
export function fromNativeMessages(native: readonly unknown[], losses: Losses): ReadMessages {
  const reader = new MessageReader(losses);
  for (const [at, message] of native.map(objectOf).entries())
    reader.read(message, at, native.length);
  return reader;
}

/** A message that may become longer. */
interface OpenMessage extends Message {
  readonly content: ContentBlock[];
}

class MessageReader implements ReadMessages {
  readonly messages: OpenMessage[] = [];
  readonly system: SystemContentBlock[] = [];
  readonly #losses: Losses;
  #calls = 0;

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  read(message: JsonObject, at: number, length: number): void {
    const content = chunksOf(message['content']);
    const path = `messages.${at}`;
    switch (message['role']) {
      case 'system':
        this.#system(content);
        break;
      case 'tool':
        this.#result(message, content, path);
        break;
      case 'assistant':
        this.#assistant(message, content, path);
        if (message['prefix'] === true && at < length - 1) {
          this.#losses.add(`${path}.prefix`, 'left out', 'only the last message is gone on with');
        }
        break;
      default:
        this.#user(content, path);
    }
  }

  #system(content: readonly JsonObject[]): void {
    const texts = content.map(({ text }) => ({ text: stringOf(text) ?? '' }));
    if (this.messages.length === 0) this.system.push(...texts);
    else this.messages.push({ role: 'system', content: texts });
  }

  /** Results, one after the other and with what the user says then, are one message. */
  #result(message: JsonObject, content: readonly JsonObject[], path: string): void {
    const texts = content.map(({ text }) => stringOf(text) ?? '');
    const toolUseId = stringOf(message['tool_call_id']) ?? '';
    if (!isCallId(toolUseId)) throw malformed(`${path}.tool_call_id`, 'an ID of a call');
    const toolResult: ToolResultBlock = {
      toolUseId,
      content: texts.length > 1 ? texts.map((text) => ({ text })) : resultContent(texts[0] ?? ''),
    };
    this.#say([{ toolResult }]);
  }

  #user(content: readonly JsonObject[], path: string): void {
    this.#say(content.map((chunk, at) => this.#blockOf(chunk, `${path}.content.${at}`)));
  }

  #say(content: readonly ContentBlock[]): void {
    const before = this.messages.at(-1);
    const hasResult = 'toolResult' in (before?.content.at(-1) ?? {});
    if (before?.role !== 'user' || !hasResult) {
      this.messages.push({ role: 'user', content: [...content] });
    } else for (const block of content) before.content.push(block);
  }

  #assistant(message: JsonObject, chunks: readonly JsonObject[], path: string): void {
    const content = chunks.map((chunk, at) => this.#blockOf(chunk, `${path}.content.${at}`));
    const calls = listOf(message['tool_calls']).map((call, at) =>
      this.#callOf(objectOf(call), `${path}.tool_calls.${at}`),
    );
    this.messages.push({ role: 'assistant', content: [...content, ...calls] });
  }

  #blockOf(chunk: JsonObject, path: string): ContentBlock {
    if (chunk['type'] === 'image_url') {
      const { detail } = objectOf(chunk['image_url']);
      if (detail !== undefined) this.#leaveOut(`${path}.image_url.detail`);
      return imageBlock(chunk, path);
    }
    const reasoning = reasoningOf(chunk);
    if (reasoning === undefined) return { text: stringOf(chunk['text']) ?? '' };
    if (chunk['closed'] === false) this.#leaveOut(`${path}.closed`);
    return { reasoningContent: { reasoningText: { text: reasoning } } };
  }

  #leaveOut(member: string): void {
    this.#losses.add(member, 'left out', 'Converse has no such member');
  }

  #callOf({ id, function: called }: JsonObject, path: string): ContentBlock {
    const { name, arguments: given } = objectOf(called);
    const input = typeof given === 'string' ? parseNative(given === '' ? '{}' : given) : given;
    if (!isJsonObject(input)) throw malformed(`${path}.function.arguments`, 'a json object');
    const toolUseId = isCallId(id) ? id : callIdAt(this.#calls);
    this.#calls += 1;
    return { toolUse: { toolUseId, name: stringOf(name) ?? '', input: input as DocumentValue } };
  }
}

/** In the words of the service for a tool's input that is no object. */
function malformed(path: string, what: string): ValidationException {
  return new ValidationException(
    `The format of the value at ${path} is invalid. Provide ${what} for the field and try again.`,
  );
}
