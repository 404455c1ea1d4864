// Mistral's own API: its chat format, as its maker serves it.

import { catalogueName } from './http/catalogue-name.ts';
import { createJsonPlace } from './http/json-place.ts';
import type { HttpPlaceOptions, JsonRequest } from './http/json-place.ts';
import { modelIds } from './http/model-list.ts';
import type { JsonObject, NativeCall, NativeProvider } from './provider.ts';

export function createMistralProvider(options: HttpPlaceOptions): NativeProvider {
  const { baseUrl = 'https://api.mistral.ai', apiKey, headers, timeouts } = options;
  const place = createJsonPlace({
    // Many write the version into the address, as with other makers.
    baseUrl: baseUrl.replace(/\/v1\/?$/, ''),
    headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...headers },
    timeouts,
    environment: options.environment,
  });

  return {
    format: { family: 'mistral-chat' },
    lacks: new Set(),
    async send(call) {
      return place.post(toRequest(call, {}), noted(call));
    },
    async stream(call) {
      return place.stream(toRequest(call, { stream: true }), noted(call));
    },
    async models(signal) {
      return modelIds(await place.get('/v1/models', signal));
    },
    // Costs nothing, and fails where the key does not count.
    health: (signal) => place.check({ path: '/v1/models' }, signal),
    close: () => place.close(),
  };
}

/** The ID under which Mistral has what the service calls `mistral.NAME-v1:0`. */
function modelOf({ model }: NativeCall): string {
  return catalogueName(model.id, 'mistral');
}

function noted(call: NativeCall): NativeCall {
  call.notes.servedBy = `mistral/${modelOf(call)}`;
  return call;
}

function toRequest(call: NativeCall, more: JsonObject): JsonRequest {
  return {
    path: '/v1/chat/completions',
    body: { ...call.body, model: modelOf(call), ...more },
  };
}
