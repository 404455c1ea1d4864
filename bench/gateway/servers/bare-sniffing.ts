// The yardstick of a connection a request: node:http and node:http2 behind the sniffing of the
// server that is measured. It reads the body and answers with fixed bytes.

import { createServer as createHttpServer } from 'node:http';
import { performServerHandshake } from 'node:http2';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { sniff } from '../../../src/server/sniff.ts';
import { converseAnswer } from '../answers.ts';
import { onBody } from './listening.ts';

const bytes = Buffer.from(JSON.stringify(converseAnswer));
const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
const http1 = createHttpServer((request, response) => {
  onBody(request, () => response.writeHead(200, headers).end(bytes));
});
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  sniff(socket, (protocol) => {
    if (protocol === 'http2') {
      socket.allowHalfOpen = false;
      performServerHandshake(socket).on('stream', (stream) => {
        stream.on('data', () => {});
        stream.on('end', () => {
          stream.respond({ ':status': 200, ...headers });
          stream.end(bytes);
        });
      });
    } else {
      http1.emit('connection', socket);
      socket.resume();
    }
  });
});

server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
