import { expect, test } from 'vitest';
import { checkAddressed } from './addressed.ts';

const config = { listen: '127.0.0.1:8787', hosts: ['bedrock.test'] };

test.each([
  { host: '127.0.0.1:8787' },
  { host: 'localhost:9' },
  { host: 'LOCALHOST' },
  { host: '[::1]:8787' },
  { host: 'a.localhost' },
  { host: 'bedrock.test' },
  { host: 'localhost:8787', origin: 'http://localhost:8787' },
  {},
])('%j is served', (headers) => {
  expect(() => checkAddressed(headers, config)).not.toThrow();
});

test.each([
  { host: 'example.com' },
  { host: 'example.com:8787' },
  { host: '127.0.0.1.example.com' },
  { host: 'localhost.example.com' },
  { host: '10.0.0.1' },
  { host: 'localhost:8787', origin: 'http://example.com' },
  { host: 'localhost:8787', origin: 'http://localhost:3000' },
  { host: 'localhost:8787', origin: 'null' },
])('%j is refused', (headers) => {
  expect(() => checkAddressed(headers, config)).toThrow(
    expect.objectContaining({ name: 'AccessDeniedException', status: 403 }),
  );
});
