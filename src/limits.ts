// Every bound of the service: the unit in the name, the reason beside it.

/** The service's own bound of an InvokeModel body, held for every operation. Documented. */
export const requestBodyBytesMax = 25_000_000;

/** A refused body is read and thrown away up to here, so that the client can read the refusal. */
export const refusedBodyDrainBytesMax = 100_000_000;

/** Longer header blocks than SigV4 with a session token needs are not from a client of ours. */
export const requestHeadersBytesMax = 32_768;

/** How deep JSON may nest: far beyond any tool schema, far below the stack. */
export const jsonDepthMax = 200;

/**
 * A prompt is read in pieces of so many tokens: an abort, or the other answer's next token, waits
 * for one piece at most (0.4 s). Pieces of 512 would be 7 % faster.
 */
export const embeddedPromptPieceTokens = 64;

/** Who comes later would wait for minutes: better told at once. */
export const embeddedWaitingRequestsMax = 32;

/** Text is tokenised in slices of so many characters (4 ms), so the event loop is never held up. */
export const embeddedTokenizeSliceCharsMax = 8_192;

/** Five thousand connects at once waited over a second in Node's own queue of 511. Measured. */
export const connectionBacklogMax = 4096;

/** Far more header lines than an SDK sends (some fifteen); a proxy adds a few. */
export const requestHeadersCountMax = 128;

/** A connection that has not sent the head of its first request by then never will. */
export const requestHeadTimeoutMs = 30_000;

/** The largest body passes a slow uplink (100 KB/s) within this; a stalled one is given up. */
export const requestTimeoutMs = 300_000;

/** Longer than a load balancer keeps one (60 s), so that it never reuses a dead connection. */
export const idleConnectionTimeoutMs = 75_000;

/** A client that has taken nothing for so long is not reading any more, however slow its line. */
export const writeStallTimeoutMs = 300_000;

/** A client that is still sending a refused body gets this long to come to the answer. */
export const refusedBodyDrainTimeoutMs = 5_000;

/** Go's SDK loses a stream that begins sooner on a new connection; none from 2 ms on. Measured. */
export const streamHeadDelayMs = 2;

/** How long open answers may go on once the server is asked to close. */
export const closeGraceMs = 10_000;

/** Streams of one HTTP/2 session at once: the least that RFC 9113 recommends is 100. */
export const sessionStreamsMax = 128;

/** What a session may send ahead of our reading: the default of 64 KB starves a large upload. */
export const sessionWindowBytes = 1_048_576;

/** Streams that a session may reset at once; beyond them it is a flood (CVE-2023-44487). */
export const sessionResetBurstMax = 256;

/** Broken frames, or streams begun beyond the bound, that a session is forgiven. */
export const sessionOffencesMax = 100;

/** Of a helper program's complaints the last ones say why it failed. */
export const capturedOutputCharsMax = 16_384;

/** A download's folder this old was left by a process that was killed; none takes so long. */
export const abandonedDownloadAgeMs = 24 * 60 * 60 * 1_000;

/** Each directive whose JSON is bad may cost a look at the whole text: after so many it is text. */
export const badDirectivesMax = 10;

/** Schemas looked at for one sample: references can multiply without end. */
export const sampleStepsMax = 10_000;

/** How deep a sample follows a schema: what requires itself has no end. */
export const sampleDepthMax = 64;

/** A timer of Node's set for longer fires at once. */
export const scriptedDelayMsMax = 2_147_483_647;

/** Turns that may wait at once: far beyond any test, and the place where a loop is noticed. */
export const scriptTurnsMax = 100_000;

/** Requests that the journal remembers. Specified. */
export const journalEntriesMax = 1_000;

/** What the bodies in the journal come to in sum. Specified. */
export const journalBodyBytesMax = 64_000_000;

/** Events of one batch of the simulated model: a long answer must not stand in memory twice. */
export const simulatedBatchEventsMax = 64;

/** Tensors or facts in a model file: the biggest models have some thousands. */
export const ggufCountMax = 100_000n;

/** A client that sends nothing of a refused body for so long waits for the answer. */
export const refusedBodyQuietMs = 100;

/**
 * Length of an embedded answer whose request names none. A small model may not find an end, and
 * boto3 gives up on an answer after 60 seconds: a busy core writes some 30 tokens in each of them.
 */
export const embeddedAnswerTokensDefault = 1_024;

/** How far back the embedded model looks for what it repeats: llama.cpp's own default. */
export const embeddedRepeatWindowTokens = 64;

/** Every body that the service takes is shallower; one that it refuses may be too deep to print. */
export const journalBodyDepthMax = 2 * jsonDepthMax;

/** How far a signature's time may be from ours, either way. Documented. */
export const signatureSkewMs = 300_000;

/** Signing keys kept: a key for each client, day and region of more than any deployment has. */
export const signingKeysMax = 10_000;

/** References and alternatives of a tool's schema are followed so deep: they can go in circles. */
export const schemaDepthMax = 24;

/** A hub that has not said what a file is by then is not to be reached. */
export const hubAnswerTimeoutMs = 30_000;

/** What the hub says of a repository is a few kilobytes; a file is never read as an answer. */
export const hubAnswerBytesMax = 10_000_000;

/** A repository that was renamed leads on once, a mirror once more. */
export const hubRedirectsMax = 5;

/** A download of which nothing comes for so long is given up; what is there is kept. */
export const hubStallTimeoutMs = 60_000;

/** Parts of one file at a time: what the library takes by itself. */
export const hubConnectionsMax = 4;

/** Schemas kept compiled: the tools of some conversations at a time. */
export const compiledSchemasMax = 64;

/** A pattern in a schema longer than this is not run: nobody reads it, and it may be an attack. */
export const patternCharsMax = 500;

/** Each keeps its beginning for the next message: four tools, the contrast, the answers. */
export const scoringSequences = 6;

/** Room for the examples (200 tokens), a tool, a message and a value; 23 KB a token. */
export const scoringContextTokens = 512;

/** Most of what is scored is shorter, and each token that is read at a time costs 0.4 MB. */
export const scoringPieceTokens = 40;

/** Of a longer message beginning and end are scored: what is wanted stands there as a rule. */
export const scoredTextTokensMax = 96;

/** What two values have in common for so long they are not told apart by. */
export const candidateTokensMax = 32;

/** Phrases of a message that are looked at as one member's value: those of some 300 words. */
export const candidatesMax = 2_000;

/** Trying out numbers of threads delays the first start by no more, but for the last number. */
export const embeddedThreadsMeasureMs = 500;

/** One number of threads is judged by so much writing, and by two tokens at least. */
export const embeddedThreadsSampleMs = 100;

/**
 * What the process takes besides weights and contexts: Node, the library, the vocabulary. Measured
 * with the default model: 170 MB; the estimates of the library are a tenth too high besides.
 */
export const embeddedProcessBytes = 200_000_000;

/** A driver that has not answered by then is not worth the wait: the processor takes over. */
export const embeddedGpuTimeoutMs = 20_000;

/** Documents of one request, history included. Reported from the field. */
export const documentsMax = 5;

/** Measured, 2026-08: the 4.5 MB of the service are decimal. */
export const documentBytesMax = 4_500_000;

/** Cache points of one request. Documented. */
export const cachePointsMax = 4;

/** A file's kind shows in its first bytes; a text is looked at for as long as a page. */
export const sniffedBytesMax = 4_096;

/** A hint is a header, and Node's client takes 16 KB of headers in all. */
export const hintCharsMax = 2_048;

/** Images and documents of one request to Claude. Reported from the field. */
export const claudeMediaMax = 20;

/** The base64 text of an image for Claude: 5 MiB. Reported from the field. */
export const claudeImageCharsMax = 5_242_880;

/** The least budget of Claude's reasoning. Documented. */
export const reasoningBudgetTokensMin = 1_024;

/** A value of the request in a message about it: longer than anybody reads. */
export const shownCharsMax = 4_096;

/** Violations printed of one request; a large body could hold millions. */
export const shownViolationsMax = 100;

/** Rules of one tool's grammar: beyond them a member may be anything, and is checked afterwards. */
export const grammarRulesMax = 1_000;

/** A grammar writes repetitions out; longer bounds are checked afterwards. */
export const grammarRepeatsMax = 100;

/** Calls in one answer: a model that does not find its end would go on to the last token. */
export const nativeCallsMax = 16;

/** For how long a target may be presigned: a week. Documented. */
export const presignedSecondsMax = 604_800;

/** Pages of one document that are read: what Claude takes. Documented. */
export const documentPagesMax = 100;

/** Text of one document: more than fits any model's context window. */
export const documentTextCharsMax = 4_000_000;

/** A document that takes longer is damaged, or made to take long. */
export const documentTimeoutMs = 20_000;

/** Memory of the thread that reads a document: a small file can unpack to a very large one. */
export const documentHeapMbMax = 512;

/** Documents read at the same time, each in a thread of its own. */
export const documentWorkersMax = 2;

/** A call that a model writes as text and never ends is text after so many characters. */
export const emulatedCallCharsMax = 1_000_000;

/** Nodes of a PDF's page tree that are looked at: the root, which counts, stands at either end. */
export const pdfNodesMax = 1_000;

/** Of a node so much is read on either side: the list of some three thousand pages. */
export const pdfNodeCharsMax = 32_768;

/** Pages of all PDF files of one request to Claude. Reported from the field. */
export const claudePdfPagesMax = 100;

/** Width or height of an image for Claude, in pixels. Documented. */
export const claudeImagePixelsMax = 8_000;

/** With reasoning Claude takes no smaller topP. Documented. */
export const reasoningTopPMin = 0.95;

/** A call in a model's own format that is not whole by then never will be: it is told as it is. */
export const nativeCallCharsMax = 1_000_000;

/** How often whoever brings a file says that it is still at it. */
export const fileLockBeatMs = 2_000;

/** Who has not said so for so long was killed; a busy disk or a sleep of the machine is shorter. */
export const fileLockStaleMs = 30_000;

/** How often whoever waits for a file looks whether it is there. */
export const fileLockPollMs = 200;

/** Optional members that a model may write: every token is held against each that may come. */
export const grammarOptionalMembersMax = 100;

/** A frame's payload of 24 MiB, its headers of 128 KiB and 16 bytes around them. Documented. */
export const frameBytesMax = 25_296_912;

/** A place that takes no connection for so long will take none: it is not there. */
export const providerConnectTimeoutMs = 10_000;

/** A whole answer comes only when all of it is written, and a long prompt is read for minutes. */
export const providerFirstByteTimeoutMs = 300_000;

/** Models that think without a word send nothing for minutes; beyond these nothing will come. */
export const providerIdleTimeoutMs = 300_000;

/** The longest that the service lets a model answer. Documented. */
export const providerTotalTimeoutMs = 3_600_000;

/** What InvokeModel may answer; a place that sends more is not answering. Documented. */
export const providerAnswerBytesMax = 25_000_000;

/** After the last event of a stream its connection is kept if it ends by itself by then. */
export const providerLeftoverTimeoutMs = 1_000;

/** One event of a stream: a tool call that comes whole, many times over. */
export const providerEventCharsMax = 10_000_000;

/** Of what a place says of its failure so much is read: the sentence stands at its beginning. */
export const providerErrorBytesMax = 65_536;

/** Blanks held back before an answer: behind more of them no tag of reasoning was ever seen. */
export const reasoningTagBlanksCharsMax = 16;

/** Calls in one streamed answer: far beyond what a client can run, and the place of a loop. */
export const streamedCallsMax = 1_000;

/** A balancer that asks every second sees that the server leaves; nobody waits where none does. */
export const drainDelayMs = 1_500;

/** Open answers end within this, and the process within the 30 s that Kubernetes gives it. */
export const drainTimeoutMs = 25_000;

/** What an answer that is cut at the end of a drain still has to say leaves within this. */
export const drainLastWordsMs = 1_000;

/** Requests remembered until their numbers are first asked for, or are too many to wait. */
export const metricsWaitingMax = 1_000;

/** A collector that does not answer by then is asked again with the next spans. */
export const spanExportTimeoutMs = 5_000;

/** Spans still unsent when the server ends: a collector that is there takes them at once. */
export const telemetryFlushMs = 2_000;

/** A body in the log: longer than anybody reads in a line. */
export const loggedBodyCharsMax = 16_384;

/** The first retry comes within this time, each further one within twice the time before it. */
export const retryDelayMs = 100;

/** No retry is drawn later: whoever calls waits for it. */
export const retryDelayMsMax = 2_000;

/** A place that asks for more patience is left to the client, or to the next place. */
export const retryAfterMsMax = 2_000;

/** One answer in five may cost a retry: behind clients that retry by themselves more is a storm. */
export const retriesPerAnswer = 0.2;

/** Retries saved up for when a place begins to fail, and what a new place has. */
export const savedRetriesMax = 10;

/** So many failures in a row are no accident. */
export const circuitFailuresMax = 5;

/** A server that is started again is back after some seconds. */
export const circuitOpenMs = 10_000;

/** Waits double up to here: a place that is back is not left alone for longer. */
export const circuitOpenMsMax = 60_000;

/** What waits for the one request that tries a place again is told to come back after this. */
export const circuitTrialMs = 1_000;

/** Health is asked for in the background; a place that needs longer is not well. */
export const healthTimeoutMs = 5_000;

/** Answers of one place at a time, where nothing else is configured: many GPUs batch fewer. */
export const placeRequestsMax = 1_024;

/** Requests that wait for one place; each holds its body in memory. */
export const placeWaitingRequestsMax = 1_024;

/** An editor writes a file in several steps; a change is read once they are over. */
export const configSettleMs = 200;

/** Of a name that a place lists so much goes into its ID: the service's pattern has 63 a part. */
export const liveModelIdCharsMax = 63;

/** What a place lists is asked for anew after so long: a model that was just pulled is found. */
export const liveModelsAgeMs = 15_000;

/** A list takes milliseconds; a place that needs longer is left out of it. */
export const liveModelsTimeoutMs = 3_000;

/** Models of one place that are listed: the largest makers have some hundreds. */
export const liveModelsMax = 1_000;

/** A server on this machine takes a connection at once, or is not there. */
export const discoveryConnectMs = 300;

/** What it has it says at once, too; a busy one may need a moment. */
export const discoveryAnswerMs = 1_500;

/** Processes that share a port: more than any one machine has use for. */
export const workersMax = 256;

/** A frame between two processes of ours: a request's 25 MB as text of two bytes a character. */
export const linkFrameBytesMax = 100_000_000;

/** Batches that may be under way to a worker that does not ask for them: a slow reader's lead. */
export const linkBatchesMax = 16;

/** How long a request waits for the process that runs the model: one that starts is there by then. */
export const linkWaitMs = 15_000;

/** How often a process that is not there yet is tried. */
export const linkRetryMs = 50;

/** A worker that dies is replaced after so long, and after twice as long each time that follows. */
export const workerRestartMs = 100;

/** The longest wait before a worker is replaced: what always fails must not keep a core busy. */
export const workerRestartMsMax = 10_000;

/** A worker that has lived for so long died by accident: the next waits for the shortest time. */
export const workerSettledMs = 60_000;

/** A worker that has not said by then that it listens never will. */
export const workerStartTimeoutMs = 60_000;

/** A worker gets so much longer than its drain to end before it is made to. */
export const workerEndGraceMs = 5_000;

/** How often the event loop is looked at while there are requests. */
export const loadSampleMs = 100;

/** An event loop this late answers nobody in time; a garbage collection or a parse is shorter. */
export const loadLagMsMax = 500;

/** When refused for too much load: a second is an age for a queue that is not added to. */
export const loadRetryAfterSeconds = 1;
