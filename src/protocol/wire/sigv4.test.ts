import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  deriveSigningKey,
  isSignatureValid,
  readCredentials,
  signatureHeaders,
  type SignedRequest,
} from './sigv4.ts';

const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const timestamp = '20150830T123600Z';
const day = '20150830';
const region = 'us-east-1';

function termsOf(service: string, sessionToken?: string) {
  const signingKey = deriveSigningKey(secretAccessKey, { day, region, service });
  return { accessKeyId, sessionToken, region, service, timestamp, signingKey };
}

// From the test suite that AWS publishes for Signature Version 4.
test.each([
  ['GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
])('%s %s is signed as AWS publishes it', (method, target, signature) => {
  const request = { method, target, headers: { host: 'example.amazonaws.com' } };
  expect(signatureHeaders(request, new Uint8Array(0), termsOf('service'))).toEqual({
    'x-amz-date': timestamp,
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      `SignedHeaders=host;x-amz-date, Signature=${signature}`,
  });
});

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => encodeURIComponent(text.toWellFormed()));
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const host = 'bedrock-runtime.us-east-1.amazonaws.com';
const extra = fc.dictionary(fc.stringMatching(/^x-amzn-[a-z]{1,12}$/), value, { maxKeys: 4 });
const headers = extra.map((given) => Object.assign(given, { host }));
const body = fc.uint8Array({ maxLength: 200 });

test('whatever is signed is found to be signed right, and its change wrong', () => {
  fc.assert(
    fc.property(segment, headers, body, (modelId, given, bytes) => {
      const target = `/model/${modelId}/converse`;
      const request = { method: 'POST', target, headers: given };
      const signing = termsOf('bedrock', 'session');
      const signed: SignedRequest = {
        ...request,
        headers: { ...given, ...signatureHeaders(request, bytes, signing) },
      };
      const parts = readCredentials(signed);
      if (parts.auth !== 'sigv4') throw new Error('no signature');
      expect(parts).toMatchObject({ accessKeyId, day, region, sessionToken: 'session' });
      const { signingKey } = signing;
      expect(isSignatureValid(signed, parts, { signingKey, body: bytes })).toBe(true);
      const other = Buffer.concat([bytes, Buffer.from([1])]);
      expect(isSignatureValid(signed, parts, { signingKey, body: other })).toBe(false);
      const moved = { ...signed, target: `${target}-stream` };
      expect(isSignatureValid(moved, parts, { signingKey, body: bytes })).toBe(false);
    }),
  );
});

interface Signer {
  sign(request: object, options: object): Promise<{ headers: Record<string, string> }>;
}

const client = new BedrockRuntimeClient({
  region,
  credentials: { accessKeyId, secretAccessKey, sessionToken: 'session' },
});

test("AWS's own signer makes the same signature of the same request", async () => {
  // The types know nothing of the signer's options.
  const { config } = client as unknown as { config: { signer: () => Promise<Signer> } };
  const signer = await config.signer();
  await fc.assert(
    fc.asyncProperty(segment, headers, body, async (modelId, given, bytes) => {
      const path = `/model/${modelId}/converse`;
      const { headers: theirs } = await signer.sign(
        {
          method: 'POST',
          protocol: 'https:',
          hostname: host,
          path,
          query: {},
          headers: given,
          body: bytes,
        },
        { signingDate: new Date('2015-08-30T12:36:00Z'), signingService: 'bedrock' },
      );
      const sent = { ...given, 'x-amz-content-sha256': theirs['x-amz-content-sha256'] };
      const request = { method: 'POST', target: path, headers: sent };
      const ours = signatureHeaders(request, bytes, termsOf('bedrock', 'session'));
      expect(ours['authorization']).toBe(theirs['authorization']);
    }),
    { numRuns: 50 },
  );
});
