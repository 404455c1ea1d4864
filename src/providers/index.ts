// The registry of providers: how each type is made. Loaded when a configuration first uses it.

import type { Environment } from '../environment.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Weights } from './embedded/weights.ts';
import type { Timeouts } from './http.ts';
import type { VendorName } from './openai-compatible/vendors.ts';
import type { NativeProvider, Provider } from './provider.ts';

/** What a provider may need of the process it lives in. */
export interface ProviderDependencies {
  readonly environment: Environment;
  readonly simulation: Simulation;
  /** Brings the weights of an embedded model: its name or path, the default when undefined. */
  readonly weights: (model: string | undefined) => Promise<Weights>;
}

export interface ProviderSettings {
  /** The embedded model. */
  readonly model?: string | undefined;
  /** Bytes that it may take. */
  readonly memory?: number | undefined;
  readonly gpu?: 'auto' | 'off' | undefined;
  /** A Jinja file that takes the place of the embedded model's own template. */
  readonly chatTemplate?: string | undefined;
  /** Where a place beyond this process is. */
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whose server it is that speaks OpenAI's format. */
  readonly vendor?: VendorName | undefined;
  /** Of Amazon Bedrock: where it is, and in whose name it is asked. */
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** How long a place beyond this process may take. */
  readonly timeouts?: Timeouts | undefined;
}

export type CreateProvider = (
  settings: ProviderSettings,
  dependencies: ProviderDependencies,
) => Promise<NativeProvider | Provider>;

export const providers = {
  async anthropic(settings, { environment }) {
    const { createAnthropicProvider } = await import('./anthropic.ts');
    return createAnthropicProvider({ ...settings, environment });
  },
  async bedrock(settings, { environment }) {
    const { createBedrockProvider } = await import('./bedrock.ts');
    return createBedrockProvider({ ...settings, environment });
  },
  async embedded({ model, memory, gpu, chatTemplate }, { environment, weights }) {
    const { createEmbeddedProvider } = await import('./embedded/provider.ts');
    const options = { environment, memoryBytes: memory, gpu, chatTemplate };
    return createEmbeddedProvider({ ...options, weights: weights(model) });
  },
  async mistral(settings, { environment }) {
    const { createMistralProvider } = await import('./mistral.ts');
    return createMistralProvider({ ...settings, environment });
  },
  async 'openai-compatible'(settings, { environment }) {
    const { createOpenaiCompatibleProvider } = await import('./openai-compatible.ts');
    return createOpenaiCompatibleProvider({ ...settings, environment });
  },
  async simulated(_settings, { environment, simulation }) {
    const { createSimulatedProvider } = await import('./simulated.ts');
    return createSimulatedProvider({ environment, simulation });
  },
} as const satisfies Record<string, CreateProvider>;
