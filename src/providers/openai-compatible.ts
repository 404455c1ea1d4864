// Whatever serves OpenAI's chat format: vLLM, Ollama, llama.cpp, OpenAI itself and many more.

import type { HttpPlaceOptions } from './http/json-place.ts';
import { createJsonPlace } from './http/json-place.ts';
import { modelIds } from './http/model-list.ts';
import type { Vendor, VendorName } from './openai-compatible/vendors.ts';
import { vendorOf } from './openai-compatible/vendors.ts';
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

  return {
    format: { family: 'openai-chat', quirks: row.quirks },
    lacks: new Set(row.lacks),
    async send(call) {
      return place.post(toRequest(call, row), noted(call));
    },
    async stream(call) {
      const { path, body } = toRequest(call, row);
      return place.stream({ path, body: streamed(body, row) }, noted(call));
    },
    async models(signal) {
      return modelIds(await place.get('/models', signal));
    },
    health: (signal) => place.check('/models', signal),
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

function noted(call: NativeCall): NativeCall {
  call.notes.servedBy = `openai-compatible/${call.model.id}`;
  return call;
}

function toRequest({ body, model }: NativeCall, { sends }: Vendor) {
  return { path: '/chat/completions', body: { ...sends, ...body, model: model.id } };
}

/** A stream counts its tokens where it is asked to; a few always do, and refuse the question. */
function streamed(body: JsonObject, { quirks: { streamUsage = 'own-chunk' } }: Vendor): JsonObject {
  if (streamUsage !== 'own-chunk') return { ...body, stream: true };
  const { stream_options: options } = body;
  const asked = typeof options === 'object' ? options : {};
  return { ...body, stream: true, stream_options: { ...asked, include_usage: true } };
}
