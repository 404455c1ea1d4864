import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loggedBodyCharsMax } from '../../limits.ts';
import { shownBody } from './shown-body.ts';

test('nothing is shown of no body', () => {
  expect(shownBody(undefined, [])).toBeUndefined();
  expect(shownBody(null, [])).toBeUndefined();
});

test('bytes that are JSON are shown as JSON, others as text', () => {
  expect(shownBody(Buffer.from('{ "a": 1 }'), [])).toBe('{"a":1}');
  expect(shownBody(Buffer.from('not { JSON'), [])).toBe('"not { JSON"');
});

test('members that are named like secrets are hidden at any depth, counts of tokens are not', () => {
  const body = {
    toolUse: { input: { api_key: 'a', Authorization: 'b', nested: [{ clientSecret: 'c' }] } },
    credentials: { user: 'd' },
    usage: { inputTokens: 7 },
  };
  expect(JSON.parse(shownBody(body, []) ?? '')).toEqual({
    toolUse: {
      input: {
        api_key: '[redacted]',
        Authorization: '[redacted]',
        nested: [{ clientSecret: '[redacted]' }],
      },
    },
    credentials: '[redacted]',
    usage: { inputTokens: 7 },
  });
});

test('images and documents are shown by their size', () => {
  const source = { bytes: 'A'.repeat(50_000) };
  expect(shownBody({ image: { format: 'png', source } }, [])).toBe(
    '{"image":{"format":"png","source":{"bytes":"[50000 characters]"}}}',
  );
  expect(shownBody({ source: { bytes: new Uint8Array(9) } }, [])).toBe(
    '{"source":{"bytes":"[9 bytes]"}}',
  );
});

test('a long body is cut, after its secrets are hidden', () => {
  const shown = shownBody({ text: `${'x'.repeat(loggedBodyCharsMax - 12)}hidden-here` }, [
    'hidden-here',
  ]);
  expect(shown?.length).toBeLessThan(loggedBodyCharsMax + 40);
  expect(shown).not.toContain('hidden');
});

test('a secret is hidden wherever it stands', () => {
  const words = fc.stringMatching(/^[a-z ]{0,20}$/);
  const secrets = fc.stringMatching(/^[A-Z0-9+/="\\]{8,20}$/);
  fc.assert(
    fc.property(words, secrets, words, (before, secret, after) => {
      const written = JSON.stringify(secret).slice(1, -1);
      const body = { messages: [{ content: [{ text: `${before}${secret}${after}` }] }] };
      const shown = shownBody(body, [secret, written]);
      expect(shown).not.toContain(written);
      expect(shown).toContain('[redacted]');
    }),
  );
});
