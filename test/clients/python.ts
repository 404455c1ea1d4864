// Runs Python clients with nothing set but where the server is and dummy credentials: by
// environment variables, or by the profile files that `aws configure` writes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureVenv } from '../../scripts/clients/venv.ts';
import { accessKeyId, secretAccessKey } from './server-process.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a client's process is started with. */
export type Variables = Readonly<Record<string, string>>;

const homes: string[] = [];

/** Removes the home folders that the settings were made with. */
export function removeHomes(): void {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
}

/** The endpoint and the credentials as environment variables, in a home without profile files. */
export function environmentSettings(url: string): Variables {
  return {
    ...bareSettings(),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

/** The guide's own set-up, run as printed in an empty home; only the endpoint is added after it. */
export async function profileSettings(url: string): Promise<Variables> {
  const variables = bareSettings();
  const answers = [accessKeyId, secretAccessKey, 'us-east-1', 'json', ''].join('\n');
  const setUp = fileURLToPath(new URL('guide/00-set-up.sh', import.meta.url));
  const { code, stderr } = await runProgram(['bash', '-e', setUp], variables, answers);
  if (code !== 0) throw new Error(`the guide's set-up failed:\n${stderr}`);
  const section = `services = local\n\n[services local]\nbedrock_runtime =\n  endpoint_url = ${url}\n`;
  appendFileSync(join(variables.HOME, '.aws', 'config'), section);
  return variables;
}

/** Runs a Python file of this folder. */
export function runPython(
  [file, ...parameters]: readonly [string, ...string[]],
  variables: Variables,
  input = '',
): Promise<Finished> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return runProgram(['python', path, ...parameters], variables, input);
}

/** Runs a program of the virtual environment, or of the system. */
export async function runProgram(
  [program, ...parameters]: readonly [string, ...string[]],
  variables: Variables,
  input: string,
): Promise<Finished> {
  const child = spawn(program, parameters, { env: variables, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output.stderr += part));
  child.stdin.end(input);
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

function bareSettings(): { readonly PATH: string; readonly HOME: string } {
  const home = mkdtempSync(join(tmpdir(), 'openconverse-home-'));
  homes.push(home);
  const pip = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_'));
  return {
    ...(Object.fromEntries(pip) as Record<string, string>),
    PATH: `${ensureVenv()}:${process.env['PATH'] ?? ''}`,
    HOME: home,
  };
}
