// The library's surface: what `import { ... } from 'openconverse'` gives.

export { createConverse } from './library/create-converse.ts';
export type {
  Answered,
  CallOptions,
  Converse,
  ConverseResult,
  ConverseStreamResult,
  CountTokensResult,
  ResultMetadata,
} from './library/converse.ts';
export { ConfigError } from './library/options.ts';
export type { ConverseOptions, ProviderOptions } from './library/options.ts';
export { requestHandler } from './library/request-handler.ts';
export type {
  RequestHandler,
  SdkHandlerOptions,
  SdkRequest,
  SdkResponse,
} from './library/request-handler.ts';
export type {
  FaultName,
  ScriptedFault,
  ScriptedFaultObject,
  ScriptedStream,
  ScriptedTurn,
} from './library/scripted-turn.ts';
export { WeightsError } from './library/start-engine.ts';

export { createEnvironment } from './environment.ts';
export type { Clock, Environment, Log, LogLevel, Random, Timer } from './environment.ts';

export {
  AccessDeniedException,
  ConflictException,
  ConnectionCut,
  ExpiredTokenException,
  IncompleteSignatureException,
  InternalServerException,
  InvalidSignatureException,
  MissingAuthenticationTokenException,
  ModelErrorException,
  ModelNotReadyException,
  ModelStreamErrorException,
  ModelTimeoutException,
  ResourceNotFoundException,
  SerializationException,
  ServiceException,
  ServiceQuotaExceededException,
  ServiceUnavailableException,
  ThrottlingException,
  UnknownOperationException,
  UnrecognizedClientException,
  ValidationException,
} from './protocol/errors.ts';
export type { ExceptionName } from './protocol/errors.ts';

export type { Loose } from './protocol/api/input.ts';
export type { DocumentValue } from './protocol/api/shape.ts';
export type {
  ContentBlock,
  ContentBlockDelta,
  ConversationRole,
  ConverseRequest,
  ConverseResponse,
  ConverseStreamRequest,
  CountTokensRequest,
  CountTokensResponse,
  DocumentBlock,
  ImageBlock,
  InferenceConfiguration,
  Message,
  StopReason,
  SystemContentBlock,
  TokenUsage,
  Tool,
  ToolChoice,
  ToolConfiguration,
  ToolResultBlock,
  ToolResultContentBlock,
  ToolUseBlock,
} from './protocol/api/types.generated.ts';
export type { ConverseStreamEvent } from './protocol/stream/events.ts';
