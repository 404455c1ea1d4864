// A provider by its type, for a process that does not make all of them itself.

import type { CreateProvider } from '../../providers/index.ts';
import { providers } from '../../providers/index.ts';
import type { CreatePlace, Heritage } from '../../service/engine.ts';

export const createByType: CreatePlace = (config, dependencies) => {
  const { type, retries: _retries, circuit: _circuit, limits: _limits, ...settings } = config;
  const create: CreateProvider = providers[type];
  return create(settings, dependencies);
};

/** What the first engine of a process is left. */
export const noPlaces: Heritage['places'] = {
  providers: new Map(),
  guards: new Map(),
  states: () => [],
  share: () => undefined,
  close: async () => {
    // There is nothing to close.
  },
};
