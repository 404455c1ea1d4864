// Every bound of the service: the unit in the name, the reason beside it.

/** The service's own bound of an InvokeModel body, held for every operation. Documented. */
export const requestBodyBytesMax = 25_000_000;

/** A refused body is read and thrown away up to here, so that the client can read the refusal. */
export const refusedBodyDrainBytesMax = 100_000_000;

/** Longer header blocks than SigV4 with a session token needs are not from a client of ours. */
export const requestHeadersBytesMax = 32_768;

/** How deep JSON may nest: far beyond any tool schema, far below the stack. */
export const jsonDepthMax = 200;
