// What of the service model is not accepted and used here, each with its reason. A member that is
// listed stands for all that is below it.

export const unservedOperations: Readonly<Record<string, string>> = {
  ApplyGuardrail: 'There are no guardrails yet.',
  GetAsyncInvoke: 'No model here works in the background.',
  InvokeGuardrailChecks: 'There are no guardrails yet.',
  InvokeModelWithBidirectionalStream: 'No model here speaks and listens at once.',
  ListAsyncInvokes: 'No model here works in the background.',
  StartAsyncInvoke: 'No model here works in the background.',
};

export const unusedInputs: Readonly<Record<string, string>> = {
  'CachePointBlock.ttl': 'Checked; nothing is cached, so nothing expires.',
  'ConverseRequest.promptVariables': 'Checked; no prompt is kept here whose variables they are.',
  'ConverseRequest.requestMetadata': 'Checked; for logs, and the journal has the whole request.',
  'ConverseStreamRequest.promptVariables': 'Checked; no prompt is kept here.',
  'ConverseStreamRequest.requestMetadata': 'Checked; the journal has the whole request.',
  'CitationsContentBlock.citations': 'Checked; no model here reads what an answer cited.',
  'GuardrailConverseTextBlock.qualifiers': 'Checked; they are for guardrails, and none is kept.',
  'GuardrailStreamConfiguration.streamProcessingMode': 'Checked; every guardrail is refused.',
  'InvokeModelRequest.accept': 'Every native answer is JSON.',
  'InvokeModelRequest.contentType': 'A native body is read as JSON, whatever it is said to be.',
  'InvokeModelRequest.requestMetadata': 'Checked; the journal has the whole request.',
  'InvokeModelRequest.trace': 'Checked; it is of guardrails, and none is kept.',
  'InvokeModelWithResponseStreamRequest.accept': 'Every chunk is JSON.',
  'InvokeModelWithResponseStreamRequest.contentType': 'A native body is read as JSON.',
  'InvokeModelWithResponseStreamRequest.requestMetadata': 'Checked; the journal has it.',
  'InvokeModelWithResponseStreamRequest.trace': 'Checked; it is of guardrails.',
  'S3Location.bucketOwner': 'Checked; no model here reads from S3.',
  'ToolReference.serverName': 'Checked; no model here changes its tools in a conversation.',
};

export const unmadeOutputs: Readonly<Record<string, string>> = {
  'CacheDetail.ttl': 'Nothing is cached; a script may say it of its answer.',
  'ContentBlock.cachePoint': 'A model sends none back.',
  'ContentBlock.toolAddition': 'A model sends none.',
  'ContentBlock.toolRemoval': 'A model sends none.',
  'CitationLocation.documentChar': 'No model here cites; a script may.',
  'CitationLocation.documentChunk': 'No model here cites; a script may.',
  'CitationLocation.documentPage': 'No model here cites; a script may.',
  'CitationLocation.searchResultLocation': 'No model here cites; a script may.',
  'CitationLocation.web': 'No model here cites; a script may.',
  'ConverseStreamTrace.guardrail': 'There are no guardrails yet; a script may say it.',
  'ConverseStreamTrace.promptRouter': 'There are no prompt routers; a script may say it.',
  'ConverseTrace.guardrail': 'There are no guardrails yet; a script may say it.',
  'ConverseTrace.promptRouter': 'There are no prompt routers; a script may say it.',
  'FoundationModelLifecycle.publicExtendedAccessTime': 'The catalogue does not know it.',
  'FoundationModelLifecycle.startOfLifeTime': 'The catalogue does not know it.',
  'GuardrailConverseTextBlock.qualifiers': 'A model sends no guarded text back.',
  'ModelStreamErrorException.originalMessage': 'Given where a script has it.',
  'S3Location.bucketOwner': 'No model here writes to S3.',
};
