// Whether a request is meant for this server: open on loopback is still open to web pages, and a
// name that resolves to loopback makes any page a neighbour.

import { AccessDeniedException } from '../protocol/errors.ts';
import type { Config } from '../service/config.ts';
import { parseListen } from '../service/config.ts';

/** Throws AccessDeniedException for a foreign Host or Origin. */
export function checkAddressed(
  headers: Readonly<Record<string, string | undefined>>,
  config: Pick<Config, 'hosts' | 'listen'>,
): void {
  const host = headers['host'];
  if (host !== undefined && !isOurs(hostName(host), config)) {
    throw new AccessDeniedException(`The host ${host} is not served here.`, {
      hint: `Address the server as localhost, or add ${hostName(host)} to hosts in the configuration.`,
    });
  }
  const origin = headers['origin'];
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    throw new AccessDeniedException(`Pages of the origin ${origin} may not call this server.`);
  }
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return (
    host !== undefined && /^https?:\/\//.test(origin) && origin.replace(/^\w+:\/\//, '') === host
  );
}

function isOurs(name: string, { hosts, listen }: Pick<Config, 'hosts' | 'listen'>): boolean {
  return (
    isLoopbackName(name) || name === parseListen(listen).host.toLowerCase() || hosts.includes(name)
  );
}

export function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}

/** Without port and brackets, in lower case. */
function hostName(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}
