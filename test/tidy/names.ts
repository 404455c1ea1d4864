// Words that the house does not use, each with the one to say instead.

import { type Function as Callable, type Node, Visitor } from 'oxc-parser';
import { isIn } from './layers.ts';
import { isTest, type Source } from './source.ts';

// Whole names: the abbreviations that everybody's fingers know.
const abbreviations = new Map([
  ['buf', 'bytes'],
  ['cb', 'callback, or what it does'],
  ['cfg', 'config'],
  ['ctx', 'context, or what it holds'],
  ['err', 'error'],
  ['evt', 'event'],
  ['fn', 'what the function does'],
  ['idx', 'index'],
  ['len', 'length'],
  ['msg', 'message'],
  ['num', 'count, or what is counted'],
  ['opts', 'options'],
  ['params', 'input, or options'],
  ['prev', 'previous'],
  ['req', 'request'],
  ['res', 'response'],
  ['resp', 'response'],
  ['ret', 'what is returned'],
  ['str', 'text'],
  ['tmp', 'what it holds'],
  ['val', 'value'],
]);

// Words inside a camel-case name that belong to somebody else's API; the Converse API's are ours.
const foreignWords = new Map([
  ['backend', 'provider'],
  ['upstream', 'provider'],
  ['vendor', 'family or provider'],
  ['dialect', 'family'],
  ['attachment', 'image, document or video'],
  ['deployment', 'inference profile, or route'],
  ['thinking', 'reasoningContent'],
  ['finishReason', 'stopReason'],
  ['functionCall', 'toolUse'],
  ['promptTokens', 'inputTokens'],
  ['completionTokens', 'outputTokens'],
]);

// Endings that say nothing of what the thing is.
const emptyEndings = /(?:Manager|Helpers?|Utils?|Utilities)$/;

/** Names declared with a banned word; a native word may stand in the provider that owns it. */
export function checkNames(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    const ours = !isTest(source.path) && source.path.startsWith('src/');
    const native = isIn(source.path, 'providers') || isIn(source.path, 'models/families');
    return declaredNames(source).flatMap(({ name, kind }) => {
      const cure = cureOfForm(name, kind) ?? (ours && !native ? cureOfForeign(name) : undefined);
      return cure === undefined ? [] : [`${source.path} names something ${name}: ${cure}.`];
    });
  });
}

/** Folders and files named for no thing: a helper lives beside its one user. */
export function checkPaths(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (/(?:^|\/)(?:utils?|helpers?|common|misc|shared)(?:\/|\.ts$)/.test(path)) {
      return [`${path} is named for nothing: put what it holds beside its one user.`];
    }
    const file = path.split('/').at(-1) ?? '';
    if (!path.endsWith('.ts') || /^[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(file)) return [];
    return [`${path} is not in kebab-case: name it in small letters and hyphens.`];
  });
}

type Kind = 'value' | 'class' | 'interface' | 'type';

interface DeclaredName {
  readonly name: string;
  readonly kind: Kind;
}

function cureOfForm(name: string, kind: Kind): string | undefined {
  const whole = abbreviations.get(name);
  if (whole !== undefined) return `say ${whole}`;
  if (emptyEndings.test(name)) return 'name it by what it does';
  if (kind === 'class' && name.endsWith('Service')) return 'name it by what it does';
  if (kind === 'interface' && /^I[A-Z][a-z]/.test(name)) return 'leave the I out';
  if (kind !== 'value' && /^T[A-Z][a-z]/.test(name)) return 'leave the T out';
  return undefined;
}

function cureOfForeign(name: string): string | undefined {
  const small = name.toLowerCase();
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])|_/).map((word) => word.toLowerCase());
  const words = new Set(parts);
  for (const [foreign, cure] of foreignWords) {
    const compound = /[A-Z]/.test(foreign);
    const found = compound ? small.includes(foreign.toLowerCase()) : words.has(foreign);
    if (found) return `say ${cure}`;
  }
  return undefined;
}

/** What the file itself names: variables, parameters, functions, classes and types. */
function declaredNames({ program }: Source): readonly DeclaredName[] {
  const names: DeclaredName[] = [];
  const add = (node: Node | null | undefined, kind: Kind): void => {
    if (node?.type === 'Identifier') names.push({ name: node.name, kind });
    if (node?.type === 'AssignmentPattern') add(node.left, kind);
    if (node?.type === 'RestElement') add(node.argument, kind);
    if (node?.type === 'ArrayPattern') for (const element of node.elements) add(element, kind);
    if (node?.type === 'ObjectPattern') {
      for (const part of node.properties) add(part.type === 'Property' ? part.value : part, kind);
    }
  };
  const addCallable = (node: Callable): void => {
    add(node.id, 'value');
    for (const parameter of node.params) add(parameter, 'value');
  };
  new Visitor({
    VariableDeclarator: (node) => add(node.id, 'value'),
    FunctionDeclaration: addCallable,
    FunctionExpression: addCallable,
    ArrowFunctionExpression: (node) => node.params.forEach((part) => add(part, 'value')),
    CatchClause: (node) => add(node.param, 'value'),
    ClassDeclaration: (node) => add(node.id, 'class'),
    TSInterfaceDeclaration: (node) => add(node.id, 'interface'),
    TSTypeAliasDeclaration: (node) => add(node.id, 'type'),
    TSTypeParameter: (node) => add(node.name, 'type'),
    TSPropertySignature: (node) => add(node.key, 'value'),
    TSMethodSignature: (node) => add(node.key, 'value'),
    PropertyDefinition: (node) => add(node.key, 'value'),
    MethodDefinition: (node) => add(node.key, 'value'),
  }).visit(program);
  return names;
}
