// Signature Version 4 as a client gives it, with the signing key kept.

import { createHmac, hash } from 'node:crypto';

/** The key of whoever signs in this bench. */
export const accessKey = { accessKeyId: 'AKIDBENCHEXAMPLE', secretAccessKey: 'a-secret' };

type Sign = (path: string, body: Uint8Array) => Record<string, string>;

/** The headers that sign a POST to a server; good for five minutes. */
export function signer(url: string): Sign {
  const { host } = new URL(url);
  let day = '';
  let key: Buffer = Buffer.alloc(0);
  return (path, body) => {
    const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    if (!timestamp.startsWith(day) || day === '') {
      day = timestamp.slice(0, 8);
      key = signingKey(day);
    }
    const bodyHash = hash('sha256', body);
    const lines = `host:${host}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${timestamp}\n`;
    const names = 'host;x-amz-content-sha256;x-amz-date';
    const encoded = path.replaceAll('%', '%25');
    const canonical = `POST\n${encoded}\n\n${lines}\n${names}\n${bodyHash}`;
    const scope = `${day}/us-east-1/bedrock/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', key).update(toSign).digest('hex');
    const credential = `${accessKey.accessKeyId}/${scope}`;
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, ` +
      `Signature=${signature}`;
    return { 'x-amz-content-sha256': bodyHash, 'x-amz-date': timestamp, authorization };
  };
}

function signingKey(day: string): Buffer {
  const start = Buffer.from(`AWS4${accessKey.secretAccessKey}`);
  return [day, 'us-east-1', 'bedrock', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    start,
  );
}
