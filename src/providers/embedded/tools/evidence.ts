// How much of a tool's input a message holds literally: a sign that the tool is asked for.

import { namedValues, numbersIn, stringsIn, toolStemsOf } from './candidates.ts';
import { itemsIn } from './lists.ts';
import { type Json, type PlainSchema, toPlain } from './schema.ts';
import type { OfferedTool } from './tool.ts';
import { isFiller, stem, wordsOf } from './words.ts';

export interface Evidence {
  /** The share of the required members for which a value stands out in the message, 0 to 1. */
  readonly fillable: number;
  /** The share of the tool's own words, its name's and its choices', that the message uses. */
  readonly mentioned: number;
}

export function evidenceFor(tool: OfferedTool, text: string): Evidence {
  const plain = toPlain(tool.schema, tool.schema);
  const toolStems = toolStemsOf(tool.name, tool.description);
  const found = leavesOf(plain, tool.schema, 0).map((leaf) => isThere(leaf, text, toolStems));
  const said = new Set(wordsOf(text).map(stem));
  const own = [
    ...new Set(
      wordsOf(tool.name)
        .filter((word) => !isFiller(word))
        .map(stem),
    ),
  ];
  return {
    fillable: found.length === 0 ? 1 : found.filter(Boolean).length / found.length,
    mentioned: own.length === 0 ? 0 : own.filter((word) => said.has(word)).length / own.length,
  };
}

interface Leaf {
  readonly name: string;
  readonly schema: PlainSchema;
  readonly root: Json;
}

const leafDepthMax = 4;

function leavesOf(plain: PlainSchema, root: Json, depth: number): Leaf[] {
  return plain.properties.flatMap(([name, raw]) => {
    if (!plain.required.has(name)) return [];
    const schema = toPlain(raw, root);
    if (schema.type === 'object' && depth < leafDepthMax) return leavesOf(schema, root, depth + 1);
    return [{ name, schema, root }];
  });
}

function isThere({ name, schema, root }: Leaf, text: string, toolStems: ReadonlySet<string>) {
  if (schema.values !== undefined) return namedValues(text, schema.values).length > 0;
  switch (schema.type) {
    case 'number':
    case 'integer':
      return numbersIn(text).length > 0;
    case 'boolean':
      return true;
    case 'array': {
      const items = toPlain(schema.items, root);
      if (items.values !== undefined) return namedValues(text, items.values).length > 0;
      return itemsIn(text, toolStems).length > 0;
    }
    default:
      // Whether a day is named does not depend on which it is.
      return stringsIn(text, { name, schema, toolStems, now: 0 }).some(({ striking }) => striking);
  }
}
