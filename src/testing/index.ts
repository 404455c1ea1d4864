// What `import ... from 'openconverse/testing'` gives to the tests of applications.

export { fault, turn } from './turns.ts';
export type { ToolCall, TurnOptions } from './turns.ts';
export { startConverse } from './start-converse.ts';
export type { ConverseServer, StartOptions } from './start-converse.ts';
