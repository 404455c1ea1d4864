// Anthropic's own API: Claude's Messages format, as its maker serves it.

import { ModelErrorException } from '../protocol/errors.ts';
import { createJsonPlace } from './http/json-place.ts';
import type { HttpPlaceOptions, JsonRequest } from './http/json-place.ts';
import { catalogueName } from './http/catalogue-name.ts';
import { modelIds } from './http/model-list.ts';
import type { JsonObject, NativeCall, NativeProvider } from './provider.ts';

export function createAnthropicProvider(options: HttpPlaceOptions): NativeProvider {
  const { baseUrl = 'https://api.anthropic.com', apiKey, headers, timeouts } = options;
  const place = createJsonPlace({
    // Many write the version into the address, as with other makers.
    baseUrl: baseUrl.replace(/\/v1\/?$/, ''),
    headers: {
      'anthropic-version': '2023-06-01',
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
      ...headers,
    },
    timeouts,
    environment: options.environment,
  });

  return {
    format: { family: 'claude' },
    lacks: new Set(),
    async send(call) {
      return place.post(toRequest(call, {}), noted(call));
    },
    async stream(call) {
      return place.stream(toRequest(call, { stream: true }), noted(call));
    },
    async countTokens(call) {
      const answer = await place.post(toCount(call), noted(call));
      const { input_tokens: count } = answer;
      if (typeof count === 'number') return count;
      throw new ModelErrorException("The model's place gave no number of tokens.");
    },
    async models(signal) {
      return modelIds(await place.get('/v1/models?limit=1000', signal));
    },
    // Costs nothing, and fails where the key does not count.
    health: (signal) => place.check({ path: '/v1/models?limit=1' }, signal),
    close: () => place.close(),
  };
}

/** The ID under which Anthropic has what the service calls `anthropic.NAME-v1:0`. */
function modelOf({ model }: NativeCall): string {
  return catalogueName(model.id, 'anthropic');
}

function noted(call: NativeCall): NativeCall {
  call.notes.servedBy = `anthropic/${modelOf(call)}`;
  return call;
}

/** What the service has in the body stands in headers here. */
function toRequest(call: NativeCall, more: JsonObject): JsonRequest {
  const { anthropic_version: _version, anthropic_beta: betas, ...body } = call.body;
  return {
    path: '/v1/messages',
    body: { ...body, model: modelOf(call), ...more },
    headers: betaHeaders(betas),
  };
}

function betaHeaders(betas: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(betas) || betas.length === 0) return {};
  return { 'anthropic-beta': betas.join(',') };
}

// Documented: what the API takes to count; anything else is refused there.
const counted = ['messages', 'output_config', 'system', 'thinking', 'tool_choice', 'tools'];

function toCount(call: NativeCall): JsonRequest {
  const { body } = call;
  const members = counted.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]]));
  return {
    path: '/v1/messages/count_tokens',
    body: { model: modelOf(call), ...(Object.fromEntries(members) as JsonObject) },
    headers: betaHeaders(body['anthropic_beta']),
  };
}
