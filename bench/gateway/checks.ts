// Whether an answer is whole and right: every one of this bench is read to its last byte.

import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { text } from './answers.ts';
import type { Answer } from './load.ts';

export function checkChat({ status, body }: Answer): void {
  assert.equal(status, 200, body.toString());
  const { choices, usage } = JSON.parse(body.toString());
  assert.equal(choices[0].message.content, text);
  assert.equal(usage.total_tokens, 221);
}

export function checkConverse({ status, body }: Answer): void {
  assert.equal(status, 200, body.toString());
  const { output, stopReason, usage } = JSON.parse(body.toString());
  assert.equal(output.message.content[0].text, text);
  assert.equal(stopReason, 'end_turn');
  assert.equal(usage.totalTokens, 221);
}

export function checkChatStream({ status, body }: Answer): void {
  assert.equal(status, 200, body.toString());
  assert.equal(chatStreamText(body), text);
}

/** The text of a stream that has its end. */
export function chatStreamText(body: Buffer): string {
  const events = body.toString().split('\n\n');
  assert.ok(events.includes('data: [DONE]'), 'the stream has no end');
  return events
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '')
    .join('');
}

export function checkConverseStream({ status, body }: Answer): void {
  assert.equal(status, 200, body.toString());
  assert.equal(converseStreamText(body), text);
}

/** The text of frames whose checksums hold, with the last event among them. */
export function converseStreamText(body: Buffer): string {
  let said = '';
  let last = '';
  for (let start = 0; start < body.length; start += body.readUInt32BE(start)) {
    const frame = body.subarray(start, start + body.readUInt32BE(start));
    assert.equal(crc32(frame.subarray(0, -4)), frame.readUInt32BE(frame.length - 4));
    last = eventOf(frame);
    if (last !== 'contentBlockDelta') continue;
    said += JSON.parse(frame.subarray(12 + frame.readUInt32BE(4), -4).toString()).delta.text;
  }
  assert.equal(last, 'metadata', 'the stream has no end');
  return said;
}

function eventOf(frame: Buffer): string {
  const name = Buffer.from(':event-type');
  const value = frame.indexOf(name) + name.length + 1;
  return frame.toString('latin1', value + 2, value + 2 + frame.readUInt16BE(value));
}
