// The layers as data: which room of src may import which, and which may use Node's own modules.
// ARCHITECTURE.md prints this table; test/tidy.test.ts holds both to it.

export interface Layer {
  /** The room: a folder or a file below src, without its ending. The longest match counts. */
  readonly room: string;
  /** Rooms whose values and types may be imported, besides the room itself and `limits`. */
  readonly imports: readonly string[];
  /** Rooms of which only types may be imported, besides `environment`. */
  readonly types: readonly string[];
  /** Whether `node:*` may be imported. */
  readonly node: boolean;
}

const errors = ['protocol/api', 'protocol/errors'];
// The three rooms over `errors` never import one another, but for the vocabulary of streams.
const streamTypes = ['protocol/stream/decoder', 'protocol/stream/events'];
const belowService = ['protocol', 'models', 'simulation', 'environment'];
const belowOperations = [
  'protocol',
  'models',
  'environment',
  'providers/provider',
  'service/affinity',
  'service/attempt',
  'service/over-family',
  'service/tool-use-id',
];
const belowServer = ['service', 'protocol', 'simulation', 'environment'];
const belowCli = [...belowService, 'providers', 'service', 'library', 'server'];

const node = true;

export const layers: readonly Layer[] = [
  layer('environment', [], { node }),
  layer('limits', []),

  layer('protocol/api', []),
  layer('protocol/errors', ['protocol/api']),
  layer('protocol/loss', []),
  layer('protocol/wire', errors, { types: streamTypes }),
  layer('protocol/wire/sigv4', [...errors, 'protocol/wire'], { node }),
  layer('protocol/stream', errors),
  layer('protocol/validation', errors, { types: streamTypes }),

  layer('models', ['protocol']),
  layer('models/emulation', ['protocol', 'models', 'environment']),
  layer('models/documents', ['protocol', 'models', 'environment'], { node }),
  layer('simulation', ['protocol', 'models/catalog', 'environment']),

  layer('providers', ['protocol', 'environment'], { types: ['models/catalog'], node }),
  // A misspelt name is told the nearest one.
  layer('providers/embedded/models', ['models/catalog/nearest']),
  layer('providers/index', ['providers', 'protocol', 'environment'], {
    types: ['models/catalog', 'simulation'],
  }),
  layer('providers/simulated', ['protocol', 'simulation', 'environment'], {
    types: ['models/catalog', 'providers/provider'],
  }),

  // The registries of families, providers and stores enter in the engine and nowhere else.
  layer('service', [...belowService, 'providers/provider'], { types: ['providers'] }),
  layer('service/engine', [...belowService, 'service', 'providers']),
  layer('service/config', [...belowService, 'service'], { types: ['providers'], node }),
  // The numbers of the process are the process's own to ask.
  layer('service/telemetry', [...belowService, 'service'], { types: ['providers'], node }),
  layer('service/stores', ['protocol', 'environment'], { node }),
  layer('service/operations', [...belowOperations], { types: ['service'] }),

  layer('library', belowServer),
  // Weights are brought before the engine starts, so that their absence is one sentence.
  layer('library/start-engine', [...belowServer, 'library', 'providers/embedded/weights'], {
    node,
  }),
  layer('library/options', [...belowServer, 'library'], { node }),
  layer('library/request-handler', ['library', 'server/handler', 'protocol', 'environment']),
  layer('server', belowServer, { types: ['providers/provider'], node }),
  layer('server/handler', [...belowServer, 'server'], { types: ['providers/provider'] }),
  layer('server/fetch', ['server/handler', 'protocol', 'environment']),

  layer('cli', belowCli, { node }),
  layer('testing', belowCli, { node }),
  layer('playground', [...errors, 'protocol/stream']),
  layer('index', ['library', 'environment', 'protocol/errors'], { types: ['protocol'] }),
];

/** The layer that a file of src stands in; undefined where no row names its room. */
export function layerOf(path: string): Layer | undefined {
  const found = layers.filter(({ room }) => isIn(path, room));
  return found.toSorted((a, b) => b.room.length - a.room.length)[0];
}

/** Whether a file belongs to a room, itself or one below it. */
export function isIn(path: string, room: string): boolean {
  return path === `src/${room}.ts` || path.startsWith(`src/${room}/`);
}

/** The table as ARCHITECTURE.md prints it, but for the width of its columns. */
export function printLayers(): string {
  const lines = layers.map(({ room, imports, types, node }) => {
    const cells = [`\`${room}\``, list(imports), list(types), node ? 'yes' : 'no'];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| room of `src` | may import | and the types of | `node:*` |';
  return [head, '| --- | --- | --- | --- |', ...lines].join('\n');
}

function layer(
  room: string,
  imports: readonly string[],
  rest: Partial<Pick<Layer, 'types' | 'node'>> = {},
): Layer {
  return { room, imports, types: rest.types ?? [], node: rest.node ?? false };
}

function list(rooms: readonly string[]): string {
  return rooms.length === 0 ? 'nothing' : rooms.map((room) => `\`${room}\``).join(', ');
}
