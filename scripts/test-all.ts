// `npm run test:all`: installs what the suites need, runs all of them, and ends with one line,
// `N passed, N failed`. A prerequisite that cannot be had counts as failed; nothing is skipped.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLlamaServer } from './clients/llama-server.ts';
import { ensureAiSdk, ensureGo, ensureJava, ensureRust } from './clients/programs.ts';
import { addCounts, closingLine, countTests } from './clients/report.ts';
import type { Counts, VitestReport } from './clients/report.ts';
import { ensureVenv } from './clients/venv.ts';
import { createEnvironment } from '../src/environment.ts';
import { ensureWeights } from '../src/providers/embedded/weights.ts';
import { loadConfig } from '../src/service/config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const counts = [
  await attempt('the Python clients', () => ensureVenv()),
  await attempt('the frameworks in Python', () => ensureVenv('frameworks')),
  await attempt("Anthropic's client in Python", () => ensureVenv('anthropic')),
  await attempt('the proxy in front of models', () => ensureVenv('litellm')),
  await attempt("llama.cpp's own server", ensureLlamaServer),
  await attempt('the AI SDK', ensureAiSdk),
  await attempt('the client in Go', ensureGo),
  await attempt('the client in Java', ensureJava),
  await attempt('the client in Rust', ensureRust),
  await attempt('the weights of the default model', bringWeights),
  await attempt('the generated files are those of the service model', checkGenerated),
  runSuites(),
].reduce(addCounts);

console.log(closingLine(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;

async function attempt(what: string, action: () => unknown): Promise<Counts> {
  try {
    console.log(`\n== ${what}`);
    await action();
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(`failed: ${what}: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

async function bringWeights(): Promise<void> {
  const folder = join(loadConfig({ variables: process.env }).data, 'models');
  await ensureWeights({ folder, environment: createEnvironment() });
}

function checkGenerated(): void {
  const parameters = ['scripts/generate-model.ts', '--check'];
  const { status } = spawnSync(process.execPath, parameters, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('run `npm run generate` and commit what it changes');
}

function runSuites(): Counts {
  console.log('\n== all suites');
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-report-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters], {
    cwd: root,
    stdio: 'inherit',
  });
  try {
    const counted = countTests(JSON.parse(readFileSync(report, 'utf8')) as VitestReport);
    // An error outside every test fails the run, and no test tells of it.
    const untold = status !== 0 && counted.failed === 0 ? 1 : 0;
    return addCounts(counted, { passed: 0, failed: untold });
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
