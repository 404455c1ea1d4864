// The lists of models that places give, nearly all of them alike.

import { isJsonObject } from '../../protocol/api/json-object.ts';

/** The IDs in `{ data: [{ id }] }`, or in the bare list that a few places give. */
export function modelIds(list: unknown): readonly string[] {
  const models = isJsonObject(list) ? list['data'] : list;
  if (!Array.isArray(models)) return [];
  return models.flatMap((model: unknown) =>
    isJsonObject(model) && typeof model['id'] === 'string' ? [model['id']] : [],
  );
}
