// Reads to lines: the least that a stream of server-sent events needs.

/** Gives the lines that a read completes. */
export function createLineReader(): (part: Buffer) => readonly string[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (part) => {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    return lines;
  };
}
