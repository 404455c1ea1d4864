// Pieces of requests that the cases are made of.

export const hello = { text: 'Hello' };
export const user = (...content: readonly object[]) => ({ role: 'user', content });
export const assistant = (...content: readonly object[]) => ({ role: 'assistant', content });
export const use = (toolUseId: string, input: unknown = {}) => ({
  toolUse: { toolUseId, name: 'get_weather', input },
});
export const result = (toolUseId: string, ...content: readonly object[]) => ({
  toolResult: { toolUseId, content: content.length === 0 ? [{ text: 'Sunny' }] : content },
});
export const tool = (name: string) => ({ toolSpec: { name, inputSchema: { json: {} } } });
export const toolConfig = { tools: [tool('get_weather')] };
export const asking = { messages: [user(hello)] };
export const cachePoint = { cachePoint: { type: 'default' } };

/** Bytes as JSON carries them. */
export const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64');
export const document = (name: string, bytes: string | Uint8Array = 'text', format = 'txt') => ({
  document: { name, format, source: { bytes: base64(bytes) } },
});
/** The beginning of a PNG, and as much behind it as asked for. */
export const png = (width = 1, height = 1, length = 24) => {
  const bytes = Buffer.alloc(length);
  bytes.set(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
export const image = (bytes: string | Uint8Array = png(), format = 'png') => ({
  image: { format, source: { bytes: base64(bytes) } },
});
export const textFormat = (schema: string) => ({
  outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } } },
});

/** `count` copies, each made with its number. */
export function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
