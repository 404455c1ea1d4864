// Changes a JSON body by chance and leaves it JSON: it passes the parser, to what reads formats.

/** A whole number below `bound`. */
export type Draw = (bound: number) => number;

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

// What prompts and answers of native formats are told apart by.
const markers = [
  '<|begin_of_text|>',
  '<|eot_id|>',
  '<|start_header_id|>user<|end_header_id|>\n\n',
  '<|start_header_id|>ipython<|end_header_id|>\n\n',
  '<|python_tag|>',
  '<|image|>',
  '<s>[INST] <<SYS>>\n',
  '[/INST]',
  '</s>',
  '[AVAILABLE_TOOLS] [{"type": "function"}][/AVAILABLE_TOOLS]',
  '[TOOL_CALLS] [{"name": "f", "arguments": {}, "id": "123456789"}]',
  '[TOOL_RESULTS] {"content": "d", "call_id": "123456789"}[/TOOL_RESULTS]',
  '\n\nHuman:',
  '\n\nAssistant:',
  '\nUser: ',
  '\nBot: ',
  '<｜User｜>',
  '<｜Assistant｜>',
  '<think>',
  '</think>',
  '<tool_call>{"name": "get_weather", "arguments": {}}',
  '</tool_call>',
  '[[call get_weather {"city": "Bern"}]]',
  '{"name": "get_weather", "parameters": {"city": ',
  'data:image/png;base64,',
  '\ud800',
  '\u0000',
];

// As JSON text: each is made anew where it is put, for it may be changed there.
const values = [
  'null',
  'true',
  '-1',
  '0',
  '0.1',
  '1e300',
  '""',
  '" "',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '[{}]',
  '[null]',
  '{"type":"text"}',
  '{"type":"tool_use","id":"a","name":"f","input":{}}',
  '{"type":"tool_result","tool_use_id":"nobody"}',
  '{"toolUse":{"toolUseId":"a","name":"f","input":{}}}',
  '{"toolResult":{"toolUseId":"nobody","content":[]}}',
  '{"role":"assistant","content":""}',
  '{"role":"tool","tool_call_id":"nobody","content":"x"}',
  '{"role":"user","content":[]}',
  '{"__proto__":{"a":1},"constructor":{},"toString":1}',
];

/** The text of a JSON object, changed in up to three places, the most of them texts. */
export function reshape(text: string, draw: Draw): string {
  const body = JSON.parse(text) as Record<string, unknown>;
  for (let round = draw(3); round >= 0; round -= 1) {
    const places = placesIn(body);
    const place = places[draw(Math.max(1, places.length))];
    if (place !== undefined) change(place, places, draw);
  }
  return JSON.stringify(body);
}

function placesIn(value: unknown, found: Place[] = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Place['holder'];
  for (const key of Object.keys(holder)) {
    // To set it would give the object another prototype.
    if (key === '__proto__') continue;
    found.push({ holder, key });
    placesIn(holder[key], found);
  }
  return found;
}

function change({ holder, key }: Place, places: readonly Place[], draw: Draw): void {
  const value = holder[key];
  switch (draw(8)) {
    case 0:
      delete holder[key];
      return;
    case 1: {
      const other = places[draw(places.length)];
      // A copy: a value within itself has no end.
      holder[key] = structuredClone(other?.holder[other.key]);
      return;
    }
    case 2:
      holder[key] = Array.isArray(value) ? [...(value as unknown[]), drawn(draw)] : [value];
      return;
    case 3:
      holder[key] = drawn(draw);
      return;
    default:
      holder[key] = typeof value === 'string' ? marked(value, draw) : drawn(draw);
  }
}

function drawn(draw: Draw): unknown {
  return JSON.parse(values[draw(values.length)] ?? 'null') as unknown;
}

function marked(text: string, draw: Draw): string {
  const at = draw(text.length + 1);
  return `${text.slice(0, at)}${markers[draw(markers.length)]}${text.slice(at)}`;
}
