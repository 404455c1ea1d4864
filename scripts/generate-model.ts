// Generates src/protocol/api/*.generated.ts from the official service model in the pinned botocore
// wheel (Apache-2.0, credited in NOTICE). `npm run generate` writes the files; with `--check` it
// only compares them with what is committed and fails when they differ.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const botocore = 'botocore==1.44.5';

// Every runtime operation is described; of the control plane only what the server knows by name.
const services = [
  { name: 'runtime', path: 'botocore/data/bedrock-runtime/2023-09-30/service-2.json.gz' },
  {
    name: 'control',
    path: 'botocore/data/bedrock/2023-04-20/service-2.json.gz',
    operations: ['ListFoundationModels', 'GetFoundationModel'],
  },
] as const;

const header = `// Do not edit: written by scripts/generate-model.ts from ${botocore}.\n`;

interface MemberModel {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
}

interface ShapeModel {
  readonly type: string;
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly member?: MemberModel;
  readonly key?: MemberModel;
  readonly value?: MemberModel;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly sensitive?: boolean;
  readonly union?: boolean;
  readonly eventstream?: boolean;
  readonly document?: boolean;
  readonly exception?: boolean;
  readonly error?: { readonly httpStatusCode: number };
  readonly retryable?: { readonly throttling?: boolean };
  readonly payload?: string;
}

interface OperationModel {
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode?: number;
  };
  readonly input?: MemberModel;
  readonly output?: MemberModel;
  readonly errors?: readonly MemberModel[];
}

interface ServiceModel {
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

interface Collected {
  readonly operations: Map<string, OperationModel & { readonly service: string }>;
  readonly shapes: Map<string, ShapeModel>;
}

function main(): void {
  const collected = collect();
  const files = {
    'src/protocol/api/types.generated.ts': header + printTypes(collected),
    'src/protocol/api/shapes.generated.ts': header + printTable(collected),
  };
  const stale: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const formatted = format(path, text);
    if (!process.argv.includes('--check')) writeFileSync(path, formatted);
    else if (readFileSync(path, 'utf8') !== formatted) stale.push(path);
  }
  if (stale.length > 0) {
    console.error(`${stale.join(', ')} differ from ${botocore}. Run: npm run generate`);
    process.exit(1);
  }
}

/** Reads both service models and keeps the shapes that the chosen operations reach. */
function collect(): Collected {
  const collected: Collected = { operations: new Map(), shapes: new Map() };
  const models = readModels();
  for (const service of services) {
    const model = models.get(service.name);
    if (model === undefined) throw new Error(`no service model for ${service.name}`);
    const names =
      'operations' in service ? service.operations : Object.keys(model.operations).toSorted();
    for (const name of names) {
      const operation = model.operations[name];
      if (operation === undefined) throw new Error(`${botocore} has no operation ${name}`);
      collected.operations.set(name, { ...operation, service: service.name });
      const roots = [operation.input, operation.output, ...(operation.errors ?? [])];
      for (const root of roots) if (root) reach(root.shape, model, collected.shapes);
    }
  }
  return collected;
}

function readModels(): Map<string, ServiceModel> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-model-'));
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
    execFileSync('python3', [...pip, '--only-binary', ':all:', '-d', folder, botocore]);
    execFileSync('python3', ['-c', unzip, folder, ...services.map((service) => service.path)]);
    return new Map(
      services.map(({ name, path }) => {
        const bytes = readFileSync(join(folder, path));
        return [name, JSON.parse(gunzipSync(bytes).toString('utf8')) as ServiceModel];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const unzip = `
import glob, sys, zipfile
with zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0]) as wheel:
    wheel.extractall(sys.argv[1], sys.argv[2:])
`;

function reach(name: string, model: ServiceModel, into: Map<string, ShapeModel>): void {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`no shape ${name}`);
  const known = into.get(name);
  if (known !== undefined) {
    // The two services share names; one table is only right while the shapes agree.
    if (printShape(known) !== printShape(shape)) throw new Error(`two different shapes ${name}`);
    return;
  }
  into.set(name, shape);
  const references = [shape.member, shape.key, shape.value, ...Object.values(shape.members ?? {})];
  for (const reference of references) if (reference) reach(reference.shape, model, into);
}

// The compact table.

function printTable({ operations, shapes }: Collected): string {
  const shapeRows = sorted(shapes).map(([name, shape]) => `  ${name}: ${printShape(shape)},`);
  const operationRows = sorted(operations).map(([name, operation]) => {
    const { method, requestUri, responseCode } = operation.http;
    const [path, query] = requestUri.split('?');
    const row: Record<string, unknown> = { service: operation.service, method, path };
    if (query !== undefined) row['query'] = query;
    row['status'] = responseCode ?? 200;
    if (operation.input) row['input'] = operation.input.shape;
    if (operation.output) row['output'] = operation.output.shape;
    row['errors'] = (operation.errors ?? []).map((error) => error.shape).toSorted();
    return `  ${name}: ${JSON.stringify(row)},`;
  });
  return [
    `import type { OperationShape, Shape } from './shape.ts';`,
    '',
    `export const operationShapes = {\n${operationRows.join('\n')}\n} as const satisfies Record<string, OperationShape>;`,
    '',
    `export const shapes: Readonly<Record<string, Shape>> = {\n${shapeRows.join('\n')}\n};`,
    '',
  ].join('\n');
}

function printShape(shape: ShapeModel): string {
  const row: Record<string, unknown> = { type: shape.document ? 'document' : shape.type };
  if (shape.union) row['union'] = true;
  if (shape.eventstream) row['eventStream'] = true;
  if (shape.error) row['status'] = shape.error.httpStatusCode;
  if (shape.retryable) row['retryable'] = true;
  if (shape.sensitive) row['sensitive'] = true;
  if (shape.payload !== undefined) row['payload'] = shape.payload;
  if (shape.enum) row['enum'] = shape.enum;
  if (shape.pattern !== undefined) row['pattern'] = shape.pattern;
  if (shape.min !== undefined) row['min'] = shape.min;
  if (shape.max !== undefined) row['max'] = shape.max;
  if (shape.member) row['member'] = shape.member.shape;
  if (shape.key) row['key'] = shape.key.shape;
  if (shape.value) row['value'] = shape.value.shape;
  if (shape.members && !shape.document) row['members'] = printMembers(shape);
  return JSON.stringify(row);
}

function printMembers(shape: ShapeModel): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const row: Record<string, unknown> = { shape: member.shape };
    if (shape.required?.includes(name)) row['required'] = true;
    if (member.location !== undefined) row['location'] = member.location;
    if (member.locationName !== undefined) row['locationName'] = member.locationName;
    members[name] = row;
  }
  return members;
}

// The strict types.

function printTypes({ shapes }: Collected): string {
  const declarations = sorted(shapes).flatMap(([name, shape]) => printType(name, shape, shapes));
  const structures = sorted(shapes).filter(([, shape]) => isDeclared(shape) && !shape.enum);
  const names = structures.map(([name]) => `  readonly ${name}: ${name};`);
  return [
    `import type { DocumentValue } from './shape.ts';`,
    ...declarations,
    `/** Every structure by its name. */\nexport interface ShapeTypes {\n${names.join('\n')}\n}`,
    '',
  ].join('\n\n');
}

function isDeclared(shape: ShapeModel): boolean {
  return !shape.document && shape.type === 'structure' && !shape.exception;
}

function printType(name: string, shape: ShapeModel, shapes: Map<string, ShapeModel>): string[] {
  if (shape.enum) {
    return [
      `export type ${name} = ${shape.enum.map((value) => JSON.stringify(value)).join(' | ')};`,
    ];
  }
  if (!isDeclared(shape)) return [];
  const members = Object.entries(shape.members ?? {});
  const type = (member: MemberModel): string => typeOf(member.shape, shapes);
  if (shape.union || shape.eventstream) {
    const alternatives = members.filter(([, member]) => !shapes.get(member.shape)?.exception);
    const lines = alternatives.map(([key, member]) => `{ readonly ${key}: ${type(member)} }`);
    return [`export type ${name} = ${lines.join(' | ')};`];
  }
  if (members.length === 0) return [`export type ${name} = Readonly<Record<string, never>>;`];
  const lines = members.map(([key, member]) => {
    const optional = shape.required?.includes(key) ? '' : '?';
    const value = shapes.get(member.shape)?.eventstream
      ? `AsyncIterable<${type(member)}>`
      : type(member);
    return `  readonly ${key}${optional}: ${value};`;
  });
  return [`export interface ${name} {\n${lines.join('\n')}\n}`];
}

function typeOf(name: string, shapes: Map<string, ShapeModel>): string {
  const shape = shapes.get(name);
  if (shape === undefined) throw new Error(`no shape ${name}`);
  if (shape.document) return 'DocumentValue';
  if (shape.enum) return name;
  switch (shape.type) {
    case 'structure':
      return name;
    case 'list':
      return `readonly ${typeOf(shape.member?.shape ?? '', shapes)}[]`.replace(
        /^readonly (readonly .*)\[\]$/,
        'readonly ($1)[]',
      );
    case 'map':
      return `Readonly<Record<string, ${typeOf(shape.value?.shape ?? '', shapes)}>>`;
    case 'blob':
      return 'Uint8Array';
    case 'timestamp':
      return 'Date';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return 'number';
    default:
      throw new Error(`shape ${name} has the unknown type ${shape.type}`);
  }
}

function sorted<T>(map: Map<string, T>): [string, T][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function format(path: string, text: string): string {
  return execFileSync('node_modules/.bin/oxfmt', ['--stdin-filepath', path], {
    input: text,
    encoding: 'utf8',
  });
}

main();
