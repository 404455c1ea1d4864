// A server that does not listen: its connections were taken by another process, and handed on.

import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'node:net';

/** To the port it is a server of Node's like any other. */
export class HandedServer extends Server {
  readonly #address: AddressInfo;
  #open = 0;
  #isClosing = false;

  /** `address` is where the other process listens. */
  constructor(address: AddressInfo) {
    super();
    this.#address = address;
  }

  override listen(): this {
    process.nextTick(() => this.emit('listening'));
    return this;
  }

  override address(): AddressInfo {
    return this.#address;
  }

  /** Ends as a server that listens does: when its last connection has. */
  override close(): this {
    this.#isClosing = true;
    this.#closeIfLast();
    return this;
  }

  /** False where it is closed: the connection is untouched, and somebody else's. */
  take(socket: Socket): boolean {
    if (this.#isClosing) return false;
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
      if (this.#isClosing) this.#closeIfLast();
    });
    // Half open: what a client that has ended its side still gets is HTTP's to decide.
    socket.allowHalfOpen = true;
    this.emit('connection', socket);
    return true;
  }

  #closeIfLast(): void {
    if (this.#open === 0) process.nextTick(() => this.emit('close'));
  }
}
