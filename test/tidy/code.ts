// What code may not say in some places: statuses, model IDs, JSON, default exports, skipped tests.

import { type Expression, type Node, Visitor } from 'oxc-parser';
import { isIn } from './layers.ts';
import { isTest, type Source } from './source.ts';

/** Default exports: a name is chosen once, where the thing is. Tools' own files must have one. */
export function checkExports(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, program }) => {
    if (path.endsWith('.config.ts')) return [];
    const found: string[] = [];
    new Visitor({
      ExportDefaultDeclaration: () => {
        found.push(`${path} has a default export: export it by its name.`);
      },
    }).visit(program);
    return found;
  });
}

/** Tests that do not run, or that keep others from running. */
export function checkSkipped(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, program }) => {
    if (!isTest(path)) return [];
    const found: string[] = [];
    new Visitor({
      MemberExpression(node) {
        if (node.computed || node.object.type !== 'Identifier') return;
        const call = `${node.object.name}.${node.property.name}`;
        if (!/^(?:test|it|describe|suite)\.(?:skip|skipIf|runIf|only|todo|fails)$/.test(call))
          return;
        found.push(`${path} says ${call}: let the test run, or delete it.`);
      },
    }).visit(program);
    return found;
  });
}

/** Notes to do something later that no issue remembers. */
export function checkNotes(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, comments }) =>
    comments
      .filter(({ value }) => /\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d)/.test(value))
      .map(({ value }) => `${path} leaves a note, "${value.trim()}": name its issue, or do it.`),
  );
}

// Where statuses are written by right: the table, and the server that speaks HTTP.
const statusRooms = ['protocol/errors', 'protocol/api', 'server'];

/** HTTP statuses of errors outside the table of exceptions. */
export function checkStatuses(sources: readonly Source[]): readonly string[] {
  return inSource(sources, statusRooms, (path, found) => ({
    Property(node) {
      if (!/^(?:status|statusCode|httpStatusCode)$/.test(nameOf(node.key))) return;
      const status = node.value.type === 'Literal' ? node.value.value : undefined;
      if (typeof status !== 'number' || status < 400) return;
      found.push(`${path} answers ${status} by itself: throw the exception that has this status.`);
    },
    CallExpression(node) {
      const status = node.arguments[0]?.type === 'Literal' ? node.arguments[0].value : undefined;
      if (methodOf(node.callee) !== 'writeHead' || typeof status !== 'number') return;
      found.push(`${path} answers ${status} by itself: only the server writes heads.`);
    },
  }));
}

const modelName = /claude|anthropic|llama|mistral|mixtral|nova-|titan|cohere|jamba|deepseek|qwen/i;
const textTests = new Set(['includes', 'startsWith', 'endsWith', 'match', 'test', 'indexOf']);

/** Tests of a model's ID by its letters: what a model is stands in the catalogue's rows. */
export function checkModelTests(sources: readonly Source[]): readonly string[] {
  return inSource(sources, ['models/catalog'], (path, found) => ({
    CallExpression(node) {
      if (!textTests.has(methodOf(node.callee))) return;
      const subject = node.callee.type === 'MemberExpression' ? node.callee.object : undefined;
      for (const candidate of [subject, ...node.arguments]) {
        const text = literalText(candidate);
        if (text !== undefined && modelName.test(text)) found.push(askedOf(path, text));
      }
    },
    BinaryExpression(node) {
      if (node.operator !== '===' && node.operator !== '!==') return;
      for (const side of [node.left, node.right]) {
        const text = literalText(side);
        if (text !== undefined && modelName.test(text) && /[.-]/.test(text)) {
          found.push(askedOf(path, text));
        }
      }
    },
  }));
}

function askedOf(path: string, text: string): string {
  return `${path} asks whether an ID says ${text}: ask the catalogue what the model is.`;
}

/** Reading JSON outside `wire`, where depth and duplicate keys are minded. */
export function checkJson(
  sources: readonly Source[],
  allowed: Readonly<Record<string, string>>,
): readonly string[] {
  const files = Object.keys(allowed);
  const surplus = files
    .filter(
      (file) => !sources.some(({ path, text }) => path === file && text.includes('JSON.parse')),
    )
    .map((file) => `${file} is allowed to parse JSON and does not: remove it from the list.`);
  const found = inSource(sources, ['protocol/wire'], (path, sentences) => ({
    CallExpression(node) {
      if (methodOf(node.callee) !== 'parse' || ownerOf(node.callee) !== 'JSON') return;
      if (files.includes(path)) return;
      sentences.push(`${path} parses JSON: let wire read it, or give a reason in the list.`);
    },
  }));
  return [...surplus, ...found];
}

const doors =
  /^(?:setTimeout|setInterval|randomUUID|randomBytes|randomInt|getRandomValues|hrtime)$/;

/** Time and chance by the back doors, which the linter's list of globals does not see. */
export function checkDoors(sources: readonly Source[]): readonly string[] {
  return inSource(sources, ['environment', 'cli'], (path, found) => {
    const add = (name: string): void => {
      found.push(`${path} takes ${name} from outside: take it from the environment.`);
    };
    return {
      ImportSpecifier(node) {
        if (doors.test(nameOf(node.imported))) add(nameOf(node.imported));
      },
      MemberExpression(node) {
        const [owner, name] = [nameOf(node.object), nameOf(node.property)];
        const isGlobal = /^(?:globalThis|crypto|process)$/.test(owner) && doors.test(name);
        if (isGlobal || owner === 'performance') add(`${owner}.${name}`);
      },
    };
  });
}

/** Errors that vanish without a word on why they may. */
export function checkCatches(sources: readonly Source[]): readonly string[] {
  return inSource(sources, [], (path, found, { comments }) => ({
    CatchClause({ body }) {
      const { start, end } = body;
      const told = comments.some((comment) => comment.start > start && comment.end < end);
      if (body.body.length > 0 || told) return;
      found.push(`${path} drops an error in silence: handle it, or say why it may be dropped.`);
    },
  }));
}

type Handlers = ConstructorParameters<typeof Visitor>[0];

/** Visits what ships, but for the rooms where the thing looked for is at home. */
function inSource(
  sources: readonly Source[],
  homes: readonly string[],
  handlers: (path: string, found: string[], source: Source) => Handlers,
): readonly string[] {
  return sources.flatMap((source) => {
    const { path, program } = source;
    if (!path.startsWith('src/') || isTest(path)) return [];
    if (homes.some((home) => isIn(path, home))) return [];
    const found: string[] = [];
    new Visitor(handlers(path, found, source)).visit(program);
    return found;
  });
}

function nameOf(key: Node): string {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : '';
}

function methodOf(callee: Expression): string {
  return callee.type === 'MemberExpression' ? nameOf(callee.property) : '';
}

function ownerOf(callee: Expression): string {
  return callee.type === 'MemberExpression' ? nameOf(callee.object) : '';
}

function literalText(node: Node | undefined): string | undefined {
  if (node?.type !== 'Literal') return undefined;
  if ('regex' in node) return node.regex.pattern;
  return typeof node.value === 'string' ? node.value : undefined;
}
