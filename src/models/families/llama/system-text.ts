// The system turn of a prompt, with the lines that Llama 3 expects there beside tools.

import type { Template } from '../../catalog/model.ts';

interface SystemPlace {
  readonly hasTools: boolean;
  readonly template: Template | undefined;
}

// From llama_models.llama3.api.interface. Its line with the date of today is left out: there is no
// clock here, and a wrong date is worse than none. The other line is true of Llama 3.1 to 3.3.
const environment = 'Environment: ipython\n\nCutting Knowledge Date: December 2023\n';

/** Undefined where there is no system turn. */
export function writeSystem(text: string, place: SystemPlace): string | undefined {
  if (!hasEnvironment(place)) return text === '' ? undefined : text;
  return text === '' ? environment : `${environment}\n${text}\n`;
}

/** The caller's text in a system turn. */
export function readSystem(text: string, place: SystemPlace): string {
  if (!hasEnvironment(place) || !text.startsWith(environment)) return text;
  const rest = text.slice(environment.length);
  // What the caller wrote stands between line breaks; a line with a date stands before them.
  return rest.startsWith('\n') && rest.endsWith('\n') ? rest.slice(1, -1) : rest;
}

// The documented prompts of Llama 4 have no such lines.
function hasEnvironment({ hasTools, template }: SystemPlace): boolean {
  return hasTools && template !== 'llama4';
}
