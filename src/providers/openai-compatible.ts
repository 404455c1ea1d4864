// Whatever serves OpenAI's chat format: vLLM, Ollama, llama.cpp, OpenAI itself and many more.

import type { HttpPlaceOptions } from './http/json-place.ts';
import { createJsonPlace } from './http/json-place.ts';
import { modelIds } from './http/model-list.ts';
import { createTemplateCheck } from './openai-compatible/chat-template.ts';
import type { Vendor, VendorName } from './openai-compatible/vendors.ts';
import { freeModels, vendorOf } from './openai-compatible/vendors.ts';
import { wholeAnswer } from './openai-compatible/whole-answer.ts';
import type { JsonObject, NativeCall, NativeProvider } from './provider.ts';

export interface OpenaiCompatibleOptions extends HttpPlaceOptions {
  /** Whose server it is; seen by its address where nobody says it. */
  readonly vendor?: VendorName | undefined;
}

export function createOpenaiCompatibleProvider(options: OpenaiCompatibleOptions): NativeProvider {
  const row = vendorOf(options.vendor, options.baseUrl);
  const baseUrl = options.baseUrl ?? row.baseUrl;
  if (baseUrl === undefined) throw new Error('a place needs an address');
  const { timeouts, environment } = options;
  const headers = { ...keyHeader(row, options.apiKey), ...options.headers };
  const place = createJsonPlace({ baseUrl, headers, timeouts, environment });
  const { propertiesPath: properties } = row;
  const checkTemplate =
    properties === undefined
      ? undefined
      : createTemplateCheck((signal) => place.get({ path: properties, fromRoot: true }, signal));

  return {
    format: { family: 'openai-chat', quirks: row.quirks },
    lacks: new Set(row.lacks),
    async send(call) {
      if (checkTemplate !== undefined) await checkTemplate(call);
      if (row.hearsOnlyStreams !== true) return place.post(toRequest(call), noted(call));
      return wholeAnswer(await place.collect(toStreamRequest(call, row), noted(call)));
    },
    async stream(call) {
      if (checkTemplate !== undefined) await checkTemplate(call);
      return place.stream(toStreamRequest(call, row), noted(call));
    },
    async models(signal) {
      return freeModels(row, modelIds(await place.get('/models', signal)));
    },
    health: (signal) => place.check(healthAddress(row, options.vendor), signal),
    close: () => place.close(),
  };
}

function keyHeader(
  { keyHeader: name }: Vendor,
  apiKey: string | undefined,
): Record<string, string> {
  if (apiKey === undefined) return {};
  return name === undefined ? { authorization: `Bearer ${apiKey}` } : { [name]: apiKey };
}

/** What was only guessed from a port may be somebody else's server: all of them list models. */
function healthAddress({ healthPath }: Vendor, named: VendorName | undefined) {
  if (healthPath === undefined || named === undefined) return { path: '/models' };
  return { path: healthPath, fromRoot: true };
}

function noted(call: NativeCall): NativeCall {
  call.notes.servedBy = `openai-compatible/${call.model.id}`;
  return call;
}

function toRequest({ body, model }: NativeCall) {
  return { path: '/chat/completions', body: { ...body, model: model.id } };
}

function toStreamRequest(call: NativeCall, row: Vendor) {
  const { path, body } = toRequest(call);
  return { path, body: streamed(body, row) };
}

/** A stream counts its tokens where it is asked to; a few always do, and refuse the question. */
function streamed(body: JsonObject, { quirks: { streamUsage = 'own-chunk' } }: Vendor): JsonObject {
  if (streamUsage !== 'own-chunk') return { ...body, stream: true };
  const { stream_options: options } = body;
  const asked = typeof options === 'object' ? options : {};
  return { ...body, stream: true, stream_options: { ...asked, include_usage: true } };
}
