// A place that reads and writes plain text and has nothing else: what it lacks is made up for.

import type { Environment } from '../../src/environment.ts';
import { createSimulatedProvider } from '../../src/providers/simulated.ts';
import type { Heritage } from '../../src/service/engine.ts';
import { createGuard } from '../../src/service/resilience/guard.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';

/** What an engine takes over, so that its one place is the simulated model without capabilities. */
export function textOnly(environment: Environment): Heritage {
  const simulation = createSimulation(environment);
  const simulated = createSimulatedProvider({ simulation, environment });
  const provider = { ...simulated, capabilities: new Set<never>() };
  return {
    id: environment.random.uuid(),
    simulation,
    places: {
      providers: new Map(),
      guards: new Map(),
      states: () => [],
      share: (name, config) => {
        const chance = (): number => 0;
        const guard = createGuard({ name, config, health: undefined, environment, chance });
        return { config, provider, guard, engines: 1 };
      },
      close: () => provider.close(),
    },
  };
}
