// Who watches a call on its way to the places: what the log, the metrics and the traces are told.

import type { ConverseResponse } from '../protocol/api/types.generated.ts';
import type { Conversation } from '../protocol/validation/rule.ts';
import type { Route, RoutedPlace } from './route.ts';

export interface CallObserver {
  /** The conversation, and where it may go. */
  asked(request: Conversation, route: Route): void;
  /** A place is tried. What this returns goes with every HTTP request for it. */
  trying(place: RoutedPlace): Readonly<Record<string, string>> | undefined;
  /** The place that was tried last failed before the client had anything of its answer. */
  failed(error: unknown): void;
  /** What is learned of the answer, where it does not leave as events of Converse. */
  answered(answer: Partial<Pick<ConverseResponse, 'stopReason' | 'usage'>>): void;
}
