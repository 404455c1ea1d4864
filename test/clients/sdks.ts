// The AWS SDKs that the cases run on, each an unmodified client in a process of its own, and what
// is particular to each.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { run } from '../../scripts/clients/cache.ts';
import { ensureGo, ensureJava, ensureRust } from '../../scripts/clients/programs.ts';
import type { Call, Outcome } from './job.ts';
import { toOutcome } from './job.ts';
import { environmentSettings, runProgram } from './python.ts';
import type { Variables } from './python.ts';

export interface Sdk {
  readonly name: string;
  /** The program and its parameters; the certificate is given where it is a flag. */
  readonly command: (certificate?: string) => readonly [string, ...string[]];
  /** The variables that make it trust a certificate. */
  readonly trust: (certificate: string) => Variables;
  readonly toOutcome?: (line: never) => Outcome;
  /** The version of HTTP that it speaks, in the clear and over TLS. */
  readonly http: readonly [string, string];
  readonly hasStreams: boolean;
  /** Whether InvokeModel has the service tier: the pinned release may be older than it. */
  readonly hasTiers: boolean;
  /** What it shows of an exception in a stream. */
  readonly inStream: (type: string) => object;
  /** The faults in a stream after which it asks again, and hears all of it twice. */
  readonly repeats: readonly string[];
  /** How often it asks by default. */
  readonly attempts: number;
  /** Whether it can leave the body out of its signatures. */
  readonly leavesBodyOut: boolean;
  /** Whether it sends an API key over plain http. */
  readonly sendsKeysInTheClear: boolean;
}

const common = {
  hasStreams: true,
  hasTiers: true,
  inStream: (name: string) => ({ name, modeled: true }),
  repeats: [],
  attempts: 3,
  leavesBodyOut: false,
};

export const sdks: readonly Sdk[] = [
  {
    ...common,
    name: 'boto3',
    command: () => ['python', fileURLToPath(new URL('boto3/calls.py', import.meta.url))],
    trust: (certificate) => ({ AWS_CA_BUNDLE: certificate }),
    toOutcome,
    http: ['1.1', '1.1'],
    // Not by its type, and by the name of the union's member.
    inStream: (type) => ({ name: type.charAt(0).toLowerCase() + type.slice(1), modeled: false }),
    leavesBodyOut: true,
    sendsKeysInTheClear: false,
  },
  {
    ...common,
    name: 'JavaScript',
    command: () => [
      process.execPath,
      fileURLToPath(new URL('javascript/calls.ts', import.meta.url)),
    ],
    trust: (certificate) => ({ NODE_EXTRA_CA_CERTS: certificate }),
    toOutcome,
    http: ['2.0', '2.0'],
    leavesBodyOut: true,
    sendsKeysInTheClear: true,
  },
  {
    ...common,
    name: 'Go',
    command: () => [ensureGo()],
    trust: (certificate) => ({ AWS_CA_BUNDLE: certificate }),
    http: ['1.1', '2.0'],
    leavesBodyOut: true,
    sendsKeysInTheClear: false,
  },
  {
    ...common,
    name: 'Rust',
    command: () => [ensureRust()],
    trust: (certificate) => ({ SSL_CERT_FILE: certificate }),
    http: ['1.1', '2.0'],
    sendsKeysInTheClear: true,
  },
  {
    ...common,
    name: 'Java, blocking',
    command: (certificate) => java('blocking', certificate),
    trust: () => ({}),
    http: ['1.1', '1.1'],
    hasStreams: false,
    hasTiers: false,
    attempts: 4,
    sendsKeysInTheClear: true,
  },
  {
    ...common,
    name: 'Java, asynchronous',
    command: (certificate) => java('asynchronous', certificate),
    trust: () => ({}),
    http: ['2.0', '2.0'],
    hasTiers: false,
    repeats: [
      'InternalServerException',
      'ServiceUnavailableException',
      'ThrottlingException',
      'cut',
    ],
    attempts: 4,
    sendsKeysInTheClear: true,
  },
];

export interface Target {
  readonly url: string;
  /** The file of the certificate to trust. */
  readonly certificate?: string;
  readonly variables?: Variables;
  /** What the job says beside its calls. */
  readonly options?: object;
}

/** Makes the calls with one client, in the order given. */
export async function callWith(
  sdk: Sdk,
  target: Target,
  calls: readonly Call[],
): Promise<readonly Outcome[]> {
  const { url, certificate, variables, options } = target;
  const settings = {
    ...environmentSettings(url),
    AWS_REGION: 'us-east-1',
    ...(certificate !== undefined && sdk.trust(certificate)),
    ...variables,
  };
  const job = JSON.stringify({ service: 'bedrock-runtime', calls, ...options });
  const finished = await runProgram(sdk.command(certificate), settings, job);
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  const lines = finished.stdout.trim().split('\n');
  const read = sdk.toOutcome as ((line: unknown) => Outcome) | undefined;
  return lines.map((line) => {
    const told: unknown = JSON.parse(line);
    return read === undefined ? (told as Outcome) : read(told);
  });
}

/** The JVM trusts a store of its own kind, which its keytool makes. */
function java(client: string, certificate?: string): readonly [string, ...string[]] {
  // The program runs for a second: it is started, not tuned. What Netty logs is not looked at.
  const quick = ['-XX:TieredStopAtLevel=1', '-Djava.util.logging.config.file=/dev/null'];
  const flags = [...quick, '-cp', ensureJava()];
  if (certificate === undefined) return ['java', ...flags, 'Calls', client];
  const store = `${certificate}.p12`;
  const password = 'changeit';
  const makes = ['-importcert', '-noprompt', '-storetype', 'PKCS12', '-storepass', password];
  if (!existsSync(store)) {
    run('keytool', [...makes, '-file', certificate, '-keystore', store]);
  }
  const trust = [
    `-Djavax.net.ssl.trustStore=${store}`,
    `-Djavax.net.ssl.trustStorePassword=${password}`,
  ];
  return ['java', ...trust, ...flags, 'Calls', client];
}
