// The form of the compact shape table that is generated from the official service model.

/** Any JSON value: the service model's "document" type. */
export type DocumentValue =
  | null
  | boolean
  | number
  | string
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue };

export interface MemberShape {
  readonly shape: string;
  readonly required?: true;
  /** Where HTTP carries the member; in the JSON body when absent. */
  readonly location?: string;
  readonly locationName?: string;
}

/** One shape and its constraints; `min` and `max` bound a value, a length or a count. */
export interface Shape {
  readonly type: string;
  readonly union?: true;
  readonly eventStream?: true;
  readonly status?: number;
  readonly retryable?: true;
  readonly sensitive?: true;
  readonly payload?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly members?: Readonly<Record<string, MemberShape>>;
}

export interface OperationShape {
  readonly service: 'runtime' | 'control';
  readonly method: string;
  /** The URI template, such as `/model/{modelId}/converse`. */
  readonly path: string;
  readonly query?: string;
  readonly status: number;
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
}
