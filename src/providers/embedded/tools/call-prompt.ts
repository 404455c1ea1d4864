// The text that the model reads when it is asked about tools: examples, then the tool's purpose.

import { sayValue, toPlain } from './schema.ts';
import type { OfferedTool } from './tool.ts';
import { plainName } from './words.ts';

/** Plain text, no chat template. It always stands first, so it is evaluated once and kept. */
export const callExamples = `\
Purpose: use the tool "flight status: Get the status of a flight" (flight number)
Message: Is flight BA214 on time?
Call: {"flight": "BA214"}

Purpose: general knowledge question
Message: What is a hotel and how does it work?
Call: none

Purpose: use the tool "add to cart: Put a product in the shopping cart" (product, quantity)
Message: Could you put 3 red mugs in my cart please?
Call: {"quantity": 3, "product": "red mugs"}

Purpose: greeting and small talk
Message: Hi, nice to meet you!
Call: none

Purpose: use the tool "add note: Add a note" (work/home, text of the note)
Message: Add a home note: water the plants
Call: {"tag": "home", "text": "water the plants"}

`;

/** The purpose of a message that needs no tool. Others, of talk and of writing, decide no more. */
export const contrast = 'Purpose: general knowledge question\nMessage:';

export function purposeOf(tool: OfferedTool): string {
  const description = clip(firstSentence(tool.description), descriptionCharsMax);
  const what = [plainName(tool.name), description].filter((part) => part !== '').join(': ');
  return `Purpose: use the tool "${what}" (${membersOf(tool)})\nMessage:`;
}

/** A message on one line, as the examples have it. */
export function messageOf(text: string): string {
  return ` ${text.replaceAll(/\s+/g, ' ').trim()}\n`;
}

export function callPromptOf(tool: OfferedTool, text: string): string {
  return `${callExamples}${purposeOf(tool)}${messageOf(text)}Call:`;
}

function membersOf({ schema }: OfferedTool): string {
  const plain = toPlain(schema, schema);
  const members = plain.properties.filter(([name]) => plain.required.has(name));
  const told = members.map(([name, raw]) => {
    const { values, description } = toPlain(raw, schema);
    if (values !== undefined) return values.slice(0, choicesMax).map(sayValue).join('/');
    const words =
      description
        .toLowerCase()
        .replace(/^the /, '')
        .split(/[.,;(]/)[0] ?? '';
    return words.trim() === '' ? plainName(name) : clip(words, memberCharsMax);
  });
  return told.slice(0, membersMax).join(', ');
}

function firstSentence(text: string): string {
  const [first = ''] = text.trim().split(/(?<=\w{2})[.!?](?:\s|$)/);
  return first.replaceAll(/\s+/g, ' ');
}

function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return text.slice(0, charsMax).replace(/\s+\S*$/, '');
}

// Each tool's purpose is read anew for each message: long ones would cost time, and say no more.
const descriptionCharsMax = 90;
const memberCharsMax = 40;
const choicesMax = 6;
const membersMax = 6;
