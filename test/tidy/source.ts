// A source file as the tidy checks see it: its text, its syntax tree and what it imports.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Comment, parseSync, type Program, Visitor } from 'oxc-parser';

export interface Import {
  /** As written: `./errors.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** The file from the root of the project; undefined where it is no file of ours. */
  readonly path: string | undefined;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
  /** Written `import(…)`. */
  readonly dynamic: boolean;
}

export interface Source {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
}

/** Everything that git tracks or would track: what a commit of this moment could hold. */
export function listFiles(): readonly string[] {
  const options = ['--cached', '--others', '--exclude-standard', '-z'];
  const output = execFileSync('git', ['ls-files', ...options], { encoding: 'utf8' });
  const paths = new Set(output.split('\0').filter((path) => path !== ''));
  return [...paths].filter((path) => existsSync(path)).toSorted();
}

export function readSource(path: string): Source {
  return parseSource(path, readFileSync(path, 'utf8'));
}

export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  return { path, text, program, comments, imports: importsOf(path, program) };
}

/** Tests, wherever they lie, and what only tests use. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.endsWith('.test.ts');
}

function importsOf(from: string, program: Program): readonly Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, kind: Partial<Import>): void => {
    const path = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
    imports.push({ specifier, path, typeOnly: false, dynamic: false, ...kind });
  };
  new Visitor({
    ImportDeclaration(node) {
      const specifiers = node.specifiers.map((entry) => 'importKind' in entry && entry.importKind);
      const inner = specifiers.length > 0 && specifiers.every((kind) => kind === 'type');
      add(node.source.value, { typeOnly: node.importKind === 'type' || inner });
    },
    ExportAllDeclaration(node) {
      add(node.source.value, { typeOnly: node.exportKind === 'type' });
    },
    ExportNamedDeclaration(node) {
      if (node.source) add(node.source.value, { typeOnly: node.exportKind === 'type' });
    },
    ImportExpression(node) {
      const { source } = node;
      // What is computed cannot be followed; the check of imports refuses it by this name.
      const literal = source.type === 'Literal' ? source.value : undefined;
      add(typeof literal === 'string' ? literal : '(computed)', { dynamic: true });
    },
    TSImportType(node) {
      add(node.source.value, { typeOnly: true });
    },
  }).visit(program);
  return imports;
}
