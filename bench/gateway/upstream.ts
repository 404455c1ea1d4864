// The place behind every gateway of this bench: it answers chat requests of OpenAI's format, and
// those of Bedrock, with the same bytes each time, at once or at a pace that the path says.

import type { ServerResponse } from 'node:http';
import { chatAnswer, chatChunks, converseAnswer } from './answers.ts';
import { onBody, serve } from './servers/listening.ts';

const whole = Buffer.from(JSON.stringify(chatAnswer));
const wholeConverse = Buffer.from(JSON.stringify(converseAnswer));
const chunks = chatChunks().map((chunk) => Buffer.from(chunk));
const transferChunks = chunks.map((chunk) => {
  return Buffer.concat([
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
});
const asksForStream = Buffer.from('"stream":true');

serve((request, response) => {
  const path = request.url ?? '';
  onBody(request, (body) => {
    if (path.startsWith('/model/')) answerWhole(response, wholeConverse);
    else if (!body.includes(asksForStream)) answerWhole(response, whole);
    else streamAt(path, response);
  });
});

function answerWhole(response: ServerResponse, bytes: Buffer): void {
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  response.writeHead(200, headers).end(bytes);
}

/** `/at-once`: 200 pieces. `/timed`: one, which says when it left. `/held`: 40 in ten seconds. */
function streamAt(path: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (path.startsWith('/timed')) sendTimed(response);
  else if (path.startsWith('/held')) hold(response);
  else sendAll(response);
}

// Each in a write of its own, as a model's server writes them: to the socket itself, since
// node:http would join all that is written in one turn.
function sendAll(response: ServerResponse): void {
  response.flushHeaders();
  for (const chunk of transferChunks) response.socket?.write(chunk);
  response.end();
}

function sendTimed(response: ServerResponse): void {
  response.flushHeaders();
  setTimeout(() => {
    // The clock that all processes of a machine have in common.
    for (const chunk of chatChunks([String(process.hrtime.bigint())])) response.write(chunk);
    response.end();
  }, 5);
}

const heldPieces = 40;
const heldPauseMs = 250;

// A few timers for all streams: thousands of them would be what is measured.
const phases = Array.from({ length: 50 }, () => new Map<ServerResponse, number>());
let next = 0;

function hold(response: ServerResponse): void {
  const phase = phases[next % phases.length];
  next += 1;
  phase?.set(response, 0);
  response.once('close', () => phase?.delete(response));
}

function pace(phase: Map<ServerResponse, number>): void {
  for (const [response, sent] of phase) {
    const start = Math.round((sent * chunks.length) / heldPieces);
    const end = Math.round(((sent + 1) * chunks.length) / heldPieces);
    response.write(Buffer.concat(chunks.slice(start, end)));
    phase.set(response, sent + 1);
    if (sent + 1 < heldPieces) continue;
    phase.delete(response);
    response.end();
  }
}

for (const [index, phase] of phases.entries()) {
  setTimeout(
    () => setInterval(() => pace(phase), heldPauseMs),
    (index * heldPauseMs) / phases.length,
  );
}
