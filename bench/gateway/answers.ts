// What the place of this bench says, and what a gateway has to make of it.

const words = [' the', ' Converse', ' API', ',', ' and', ' it', ' is', ' on', ' a', ' wire'];
const pieceCount = 200;

/** 200 pieces, 1.2 KB. */
const pieces = Array.from({ length: pieceCount }, (_, index) => {
  return `${words[index % words.length]}${index % 7 === 0 ? '\n' : ''}`;
});

export const text = pieces.join('');

const usage = { prompt_tokens: 21, completion_tokens: 200, total_tokens: 221 };
const common = { id: 'chatcmpl-0123456789abcdef', created: 1_700_000_000, model: 'bench' };

export const chatAnswer = {
  ...common,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
};

export const converseAnswer = {
  output: { message: { role: 'assistant', content: [{ text }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 21, outputTokens: 200, totalTokens: 221 },
  metrics: { latencyMs: 1 },
};

/** The events of a stream, each as it goes over the wire. */
export function chatChunks(parts: readonly string[] = pieces): readonly string[] {
  const object = 'chat.completion.chunk';
  const chunk = (delta: object, finish: string | null): object => ({
    ...common,
    object,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...parts.map((content) => chunk({ content }, null)),
    chunk({}, 'stop'),
    { ...common, object, choices: [], usage },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .concat('data: [DONE]\n\n');
}
