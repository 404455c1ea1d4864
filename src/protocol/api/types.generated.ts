// Do not edit: written by scripts/generate-model.ts from botocore==1.44.5.
import type { DocumentValue } from './shape.ts';

export type AnyToolChoice = Readonly<Record<string, never>>;

export interface AppliedGuardrailDetails {
  readonly guardrailId?: string;
  readonly guardrailVersion?: string;
  readonly guardrailArn?: string;
  readonly guardrailOrigin?: readonly GuardrailOrigin[];
  readonly guardrailOwnership?: GuardrailOwnership;
}

export interface ApplyGuardrailRequest {
  readonly guardrailIdentifier: string;
  readonly guardrailVersion: string;
  readonly source: GuardrailContentSource;
  readonly content: readonly GuardrailContentBlock[];
  readonly outputScope?: GuardrailOutputScope;
}

export interface ApplyGuardrailResponse {
  readonly usage: GuardrailUsage;
  readonly action: GuardrailAction;
  readonly actionReason?: string;
  readonly outputs: readonly GuardrailOutputContent[];
  readonly assessments: readonly GuardrailAssessment[];
  readonly guardrailCoverage?: GuardrailCoverage;
}

export type AsyncInvokeOutputDataConfig = {
  readonly s3OutputDataConfig: AsyncInvokeS3OutputDataConfig;
};

export interface AsyncInvokeS3OutputDataConfig {
  readonly s3Uri: string;
  readonly kmsKeyId?: string;
  readonly bucketOwner?: string;
}

export type AsyncInvokeStatus = 'InProgress' | 'Completed' | 'Failed';

export interface AsyncInvokeSummary {
  readonly invocationArn: string;
  readonly modelArn: string;
  readonly clientRequestToken?: string;
  readonly status?: AsyncInvokeStatus;
  readonly failureMessage?: string;
  readonly submitTime: Date;
  readonly lastModifiedTime?: Date;
  readonly endTime?: Date;
  readonly outputDataConfig: AsyncInvokeOutputDataConfig;
}

export interface AudioBlock {
  readonly format: AudioFormat;
  readonly source: AudioSource;
  readonly error?: ErrorBlock;
}

export type AudioFormat =
  | 'mp3'
  | 'opus'
  | 'wav'
  | 'aac'
  | 'flac'
  | 'mp4'
  | 'ogg'
  | 'mkv'
  | 'mka'
  | 'x-aac'
  | 'm4a'
  | 'mpeg'
  | 'mpga'
  | 'pcm'
  | 'webm';

export type AudioSource = { readonly bytes: Uint8Array } | { readonly s3Location: S3Location };

export type AutoToolChoice = Readonly<Record<string, never>>;

export interface BidirectionalInputPayloadPart {
  readonly bytes?: Uint8Array;
}

export interface BidirectionalOutputPayloadPart {
  readonly bytes?: Uint8Array;
}

export interface CacheDetail {
  readonly ttl: CacheTTL;
  readonly inputTokens: number;
}

export interface CachePointBlock {
  readonly type: CachePointType;
  readonly ttl?: CacheTTL;
}

export type CachePointType = 'default';

export type CacheTTL = '5m' | '1h';

export interface Citation {
  readonly title?: string;
  readonly source?: string;
  readonly sourceContent?: readonly CitationSourceContent[];
  readonly location?: CitationLocation;
}

export type CitationGeneratedContent = { readonly text: string };

export type CitationLocation =
  | { readonly web: WebLocation }
  | { readonly documentChar: DocumentCharLocation }
  | { readonly documentPage: DocumentPageLocation }
  | { readonly documentChunk: DocumentChunkLocation }
  | { readonly searchResultLocation: SearchResultLocation };

export type CitationSourceContent = { readonly text: string };

export interface CitationSourceContentDelta {
  readonly text?: string;
}

export interface CitationsConfig {
  readonly enabled: boolean;
}

export interface CitationsContentBlock {
  readonly content?: readonly CitationGeneratedContent[];
  readonly citations?: readonly Citation[];
}

export interface CitationsDelta {
  readonly title?: string;
  readonly source?: string;
  readonly sourceContent?: readonly CitationSourceContentDelta[];
  readonly location?: CitationLocation;
}

export type ContentBlock =
  | { readonly text: string }
  | { readonly image: ImageBlock }
  | { readonly document: DocumentBlock }
  | { readonly video: VideoBlock }
  | { readonly audio: AudioBlock }
  | { readonly toolUse: ToolUseBlock }
  | { readonly toolResult: ToolResultBlock }
  | { readonly guardContent: GuardrailConverseContentBlock }
  | { readonly cachePoint: CachePointBlock }
  | { readonly reasoningContent: ReasoningContentBlock }
  | { readonly citationsContent: CitationsContentBlock }
  | { readonly searchResult: SearchResultBlock }
  | { readonly toolAddition: ToolAdditionBlock }
  | { readonly toolRemoval: ToolRemovalBlock };

export type ContentBlockDelta =
  | { readonly text: string }
  | { readonly toolUse: ToolUseBlockDelta }
  | { readonly toolResult: readonly ToolResultBlockDelta[] }
  | { readonly reasoningContent: ReasoningContentBlockDelta }
  | { readonly citation: CitationsDelta }
  | { readonly image: ImageBlockDelta };

export interface ContentBlockDeltaEvent {
  readonly delta: ContentBlockDelta;
  readonly contentBlockIndex: number;
}

export type ContentBlockStart =
  | { readonly toolUse: ToolUseBlockStart }
  | { readonly toolResult: ToolResultBlockStart }
  | { readonly image: ImageBlockStart };

export interface ContentBlockStartEvent {
  readonly start: ContentBlockStart;
  readonly contentBlockIndex: number;
}

export interface ContentBlockStopEvent {
  readonly contentBlockIndex: number;
}

export type ConversationRole = 'user' | 'assistant' | 'system';

export interface ConverseMetrics {
  readonly latencyMs: number;
}

export type ConverseOutput = { readonly message: Message };

export interface ConverseRequest {
  readonly modelId: string;
  readonly messages?: readonly Message[];
  readonly system?: readonly SystemContentBlock[];
  readonly inferenceConfig?: InferenceConfiguration;
  readonly toolConfig?: ToolConfiguration;
  readonly guardrailConfig?: GuardrailConfiguration;
  readonly additionalModelRequestFields?: DocumentValue;
  readonly promptVariables?: Readonly<Record<string, PromptVariableValues>>;
  readonly additionalModelResponseFieldPaths?: readonly string[];
  readonly requestMetadata?: Readonly<Record<string, string>>;
  readonly performanceConfig?: PerformanceConfiguration;
  readonly serviceTier?: ServiceTier;
  readonly outputConfig?: OutputConfig;
}

export interface ConverseResponse {
  readonly output: ConverseOutput;
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  readonly metrics: ConverseMetrics;
  readonly additionalModelResponseFields?: DocumentValue;
  readonly trace?: ConverseTrace;
  readonly performanceConfig?: PerformanceConfiguration;
  readonly serviceTier?: ServiceTier;
}

export interface ConverseStreamMetadataEvent {
  readonly usage: TokenUsage;
  readonly metrics: ConverseStreamMetrics;
  readonly trace?: ConverseStreamTrace;
  readonly performanceConfig?: PerformanceConfiguration;
  readonly serviceTier?: ServiceTier;
}

export interface ConverseStreamMetrics {
  readonly latencyMs: number;
}

export type ConverseStreamOutput =
  | { readonly messageStart: MessageStartEvent }
  | { readonly contentBlockStart: ContentBlockStartEvent }
  | { readonly contentBlockDelta: ContentBlockDeltaEvent }
  | { readonly contentBlockStop: ContentBlockStopEvent }
  | { readonly messageStop: MessageStopEvent }
  | { readonly metadata: ConverseStreamMetadataEvent };

export interface ConverseStreamRequest {
  readonly modelId: string;
  readonly messages?: readonly Message[];
  readonly system?: readonly SystemContentBlock[];
  readonly inferenceConfig?: InferenceConfiguration;
  readonly toolConfig?: ToolConfiguration;
  readonly guardrailConfig?: GuardrailStreamConfiguration;
  readonly additionalModelRequestFields?: DocumentValue;
  readonly promptVariables?: Readonly<Record<string, PromptVariableValues>>;
  readonly additionalModelResponseFieldPaths?: readonly string[];
  readonly requestMetadata?: Readonly<Record<string, string>>;
  readonly performanceConfig?: PerformanceConfiguration;
  readonly serviceTier?: ServiceTier;
  readonly outputConfig?: OutputConfig;
}

export interface ConverseStreamResponse {
  readonly stream?: AsyncIterable<ConverseStreamOutput>;
}

export interface ConverseStreamTrace {
  readonly guardrail?: GuardrailTraceAssessment;
  readonly promptRouter?: PromptRouterTrace;
}

export interface ConverseTokensRequest {
  readonly messages?: readonly Message[];
  readonly system?: readonly SystemContentBlock[];
  readonly toolConfig?: ToolConfiguration;
  readonly additionalModelRequestFields?: DocumentValue;
}

export interface ConverseTrace {
  readonly guardrail?: GuardrailTraceAssessment;
  readonly promptRouter?: PromptRouterTrace;
}

export type CountTokensInput =
  | { readonly invokeModel: InvokeModelTokensRequest }
  | { readonly converse: ConverseTokensRequest };

export interface CountTokensRequest {
  readonly modelId: string;
  readonly input: CountTokensInput;
}

export interface CountTokensResponse {
  readonly inputTokens: number;
}

export interface DocumentBlock {
  readonly format?: DocumentFormat;
  readonly name: string;
  readonly source: DocumentSource;
  readonly context?: string;
  readonly citations?: CitationsConfig;
}

export interface DocumentCharLocation {
  readonly documentIndex?: number;
  readonly start?: number;
  readonly end?: number;
}

export interface DocumentChunkLocation {
  readonly documentIndex?: number;
  readonly start?: number;
  readonly end?: number;
}

export type DocumentContentBlock = { readonly text: string };

export type DocumentFormat =
  | 'pdf'
  | 'csv'
  | 'doc'
  | 'docx'
  | 'xls'
  | 'xlsx'
  | 'html'
  | 'txt'
  | 'md';

export interface DocumentPageLocation {
  readonly documentIndex?: number;
  readonly start?: number;
  readonly end?: number;
}

export type DocumentSource =
  | { readonly bytes: Uint8Array }
  | { readonly s3Location: S3Location }
  | { readonly text: string }
  | { readonly content: readonly DocumentContentBlock[] };

export interface ErrorBlock {
  readonly message?: string;
}

export interface FoundationModelDetails {
  readonly modelArn: string;
  readonly modelId: string;
  readonly modelName?: string;
  readonly providerName?: string;
  readonly inputModalities?: readonly ModelModality[];
  readonly outputModalities?: readonly ModelModality[];
  readonly responseStreamingSupported?: boolean;
  readonly customizationsSupported?: readonly ModelCustomization[];
  readonly inferenceTypesSupported?: readonly InferenceType[];
  readonly modelLifecycle?: FoundationModelLifecycle;
}

export interface FoundationModelLifecycle {
  readonly status: FoundationModelLifecycleStatus;
  readonly startOfLifeTime?: Date;
  readonly endOfLifeTime?: Date;
  readonly legacyTime?: Date;
  readonly publicExtendedAccessTime?: Date;
}

export type FoundationModelLifecycleStatus = 'ACTIVE' | 'LEGACY';

export interface FoundationModelSummary {
  readonly modelArn: string;
  readonly modelId: string;
  readonly modelName?: string;
  readonly providerName?: string;
  readonly inputModalities?: readonly ModelModality[];
  readonly outputModalities?: readonly ModelModality[];
  readonly responseStreamingSupported?: boolean;
  readonly customizationsSupported?: readonly ModelCustomization[];
  readonly inferenceTypesSupported?: readonly InferenceType[];
  readonly modelLifecycle?: FoundationModelLifecycle;
}

export interface GetAsyncInvokeRequest {
  readonly invocationArn: string;
}

export interface GetAsyncInvokeResponse {
  readonly invocationArn: string;
  readonly modelArn: string;
  readonly clientRequestToken?: string;
  readonly status: AsyncInvokeStatus;
  readonly failureMessage?: string;
  readonly submitTime: Date;
  readonly lastModifiedTime?: Date;
  readonly endTime?: Date;
  readonly outputDataConfig: AsyncInvokeOutputDataConfig;
}

export interface GetFoundationModelRequest {
  readonly modelIdentifier: string;
}

export interface GetFoundationModelResponse {
  readonly modelDetails?: FoundationModelDetails;
}

export type GuardrailAction = 'NONE' | 'GUARDRAIL_INTERVENED';

export interface GuardrailAssessment {
  readonly topicPolicy?: GuardrailTopicPolicyAssessment;
  readonly contentPolicy?: GuardrailContentPolicyAssessment;
  readonly wordPolicy?: GuardrailWordPolicyAssessment;
  readonly sensitiveInformationPolicy?: GuardrailSensitiveInformationPolicyAssessment;
  readonly contextualGroundingPolicy?: GuardrailContextualGroundingPolicyAssessment;
  readonly automatedReasoningPolicy?: GuardrailAutomatedReasoningPolicyAssessment;
  readonly invocationMetrics?: GuardrailInvocationMetrics;
  readonly appliedGuardrailDetails?: AppliedGuardrailDetails;
}

export type GuardrailAutomatedReasoningFinding =
  | { readonly valid: GuardrailAutomatedReasoningValidFinding }
  | { readonly invalid: GuardrailAutomatedReasoningInvalidFinding }
  | { readonly satisfiable: GuardrailAutomatedReasoningSatisfiableFinding }
  | { readonly impossible: GuardrailAutomatedReasoningImpossibleFinding }
  | { readonly translationAmbiguous: GuardrailAutomatedReasoningTranslationAmbiguousFinding }
  | { readonly tooComplex: GuardrailAutomatedReasoningTooComplexFinding }
  | { readonly noTranslations: GuardrailAutomatedReasoningNoTranslationsFinding };

export interface GuardrailAutomatedReasoningImpossibleFinding {
  readonly translation?: GuardrailAutomatedReasoningTranslation;
  readonly contradictingRules?: readonly GuardrailAutomatedReasoningRule[];
  readonly logicWarning?: GuardrailAutomatedReasoningLogicWarning;
}

export interface GuardrailAutomatedReasoningInputTextReference {
  readonly text?: string;
}

export interface GuardrailAutomatedReasoningInvalidFinding {
  readonly translation?: GuardrailAutomatedReasoningTranslation;
  readonly contradictingRules?: readonly GuardrailAutomatedReasoningRule[];
  readonly logicWarning?: GuardrailAutomatedReasoningLogicWarning;
}

export interface GuardrailAutomatedReasoningLogicWarning {
  readonly type?: GuardrailAutomatedReasoningLogicWarningType;
  readonly premises?: readonly GuardrailAutomatedReasoningStatement[];
  readonly claims?: readonly GuardrailAutomatedReasoningStatement[];
}

export type GuardrailAutomatedReasoningLogicWarningType = 'ALWAYS_FALSE' | 'ALWAYS_TRUE';

export type GuardrailAutomatedReasoningNoTranslationsFinding = Readonly<Record<string, never>>;

export interface GuardrailAutomatedReasoningPolicyAssessment {
  readonly findings?: readonly GuardrailAutomatedReasoningFinding[];
}

export interface GuardrailAutomatedReasoningRule {
  readonly identifier?: string;
  readonly policyVersionArn?: string;
}

export interface GuardrailAutomatedReasoningSatisfiableFinding {
  readonly translation?: GuardrailAutomatedReasoningTranslation;
  readonly claimsTrueScenario?: GuardrailAutomatedReasoningScenario;
  readonly claimsFalseScenario?: GuardrailAutomatedReasoningScenario;
  readonly logicWarning?: GuardrailAutomatedReasoningLogicWarning;
}

export interface GuardrailAutomatedReasoningScenario {
  readonly statements?: readonly GuardrailAutomatedReasoningStatement[];
}

export interface GuardrailAutomatedReasoningStatement {
  readonly logic?: string;
  readonly naturalLanguage?: string;
}

export type GuardrailAutomatedReasoningTooComplexFinding = Readonly<Record<string, never>>;

export interface GuardrailAutomatedReasoningTranslation {
  readonly premises?: readonly GuardrailAutomatedReasoningStatement[];
  readonly claims?: readonly GuardrailAutomatedReasoningStatement[];
  readonly untranslatedPremises?: readonly GuardrailAutomatedReasoningInputTextReference[];
  readonly untranslatedClaims?: readonly GuardrailAutomatedReasoningInputTextReference[];
  readonly confidence?: number;
}

export interface GuardrailAutomatedReasoningTranslationAmbiguousFinding {
  readonly options?: readonly GuardrailAutomatedReasoningTranslationOption[];
  readonly differenceScenarios?: readonly GuardrailAutomatedReasoningScenario[];
}

export interface GuardrailAutomatedReasoningTranslationOption {
  readonly translations?: readonly GuardrailAutomatedReasoningTranslation[];
}

export interface GuardrailAutomatedReasoningValidFinding {
  readonly translation?: GuardrailAutomatedReasoningTranslation;
  readonly claimsTrueScenario?: GuardrailAutomatedReasoningScenario;
  readonly supportingRules?: readonly GuardrailAutomatedReasoningRule[];
  readonly logicWarning?: GuardrailAutomatedReasoningLogicWarning;
}

export interface GuardrailChecksConfig {
  readonly contentFilter?: GuardrailChecksContentFilterConfig;
  readonly promptAttack?: GuardrailChecksPromptAttackConfig;
  readonly sensitiveInformation?: GuardrailChecksSensitiveInformationConfig;
}

export type GuardrailChecksContentBlock = { readonly text: string };

export type GuardrailChecksContentFilterCategory =
  | 'VIOLENCE'
  | 'HATE'
  | 'SEXUAL'
  | 'MISCONDUCT'
  | 'INSULTS';

export interface GuardrailChecksContentFilterCategoryConfig {
  readonly category: GuardrailChecksContentFilterCategory;
}

export interface GuardrailChecksContentFilterConfig {
  readonly categories: readonly GuardrailChecksContentFilterCategoryConfig[];
}

export interface GuardrailChecksContentFilterResult {
  readonly results: readonly GuardrailChecksContentFilterResultEntry[];
}

export interface GuardrailChecksContentFilterResultEntry {
  readonly category: GuardrailChecksContentFilterCategory;
  readonly severityScore: number;
}

export interface GuardrailChecksContentFilterUsage {
  readonly textUnits: number;
}

export interface GuardrailChecksMessage {
  readonly role: GuardrailChecksRole;
  readonly content: readonly GuardrailChecksContentBlock[];
}

export type GuardrailChecksPromptAttackCategory =
  | 'JAILBREAK'
  | 'PROMPT_INJECTION'
  | 'PROMPT_LEAKAGE';

export interface GuardrailChecksPromptAttackCategoryConfig {
  readonly category: GuardrailChecksPromptAttackCategory;
}

export interface GuardrailChecksPromptAttackConfig {
  readonly categories: readonly GuardrailChecksPromptAttackCategoryConfig[];
}

export interface GuardrailChecksPromptAttackResult {
  readonly results: readonly GuardrailChecksPromptAttackResultEntry[];
}

export interface GuardrailChecksPromptAttackResultEntry {
  readonly category: GuardrailChecksPromptAttackCategory;
  readonly severityScore: number;
}

export interface GuardrailChecksPromptAttackUsage {
  readonly textUnits: number;
}

export interface GuardrailChecksResults {
  readonly contentFilter?: GuardrailChecksContentFilterResult;
  readonly promptAttack?: GuardrailChecksPromptAttackResult;
  readonly sensitiveInformation?: GuardrailChecksSensitiveInformationResult;
}

export type GuardrailChecksRole = 'user' | 'assistant' | 'system';

export interface GuardrailChecksSensitiveInformationConfig {
  readonly entities: readonly GuardrailChecksSensitiveInformationEntityConfig[];
}

export interface GuardrailChecksSensitiveInformationEntityConfig {
  readonly type: GuardrailChecksSensitiveInformationEntityType;
}

export type GuardrailChecksSensitiveInformationEntityType =
  | 'ADDRESS'
  | 'AGE'
  | 'AWS_ACCESS_KEY'
  | 'AWS_SECRET_KEY'
  | 'CA_HEALTH_NUMBER'
  | 'CA_SOCIAL_INSURANCE_NUMBER'
  | 'CREDIT_DEBIT_CARD_CVV'
  | 'CREDIT_DEBIT_CARD_EXPIRY'
  | 'CREDIT_DEBIT_CARD_NUMBER'
  | 'DRIVER_ID'
  | 'EMAIL'
  | 'INTERNATIONAL_BANK_ACCOUNT_NUMBER'
  | 'IP_ADDRESS'
  | 'LICENSE_PLATE'
  | 'MAC_ADDRESS'
  | 'NAME'
  | 'PASSWORD'
  | 'PHONE'
  | 'PIN'
  | 'SWIFT_CODE'
  | 'UK_NATIONAL_HEALTH_SERVICE_NUMBER'
  | 'UK_NATIONAL_INSURANCE_NUMBER'
  | 'UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER'
  | 'URL'
  | 'USERNAME'
  | 'US_BANK_ACCOUNT_NUMBER'
  | 'US_BANK_ROUTING_NUMBER'
  | 'US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER'
  | 'US_PASSPORT_NUMBER'
  | 'US_SOCIAL_SECURITY_NUMBER'
  | 'VEHICLE_IDENTIFICATION_NUMBER';

export interface GuardrailChecksSensitiveInformationResult {
  readonly results: readonly GuardrailChecksSensitiveInformationResultEntry[];
  readonly truncated?: boolean;
}

export interface GuardrailChecksSensitiveInformationResultEntry {
  readonly type: GuardrailChecksSensitiveInformationEntityType;
  readonly confidenceScore: number;
  readonly beginOffset: number;
  readonly endOffset: number;
  readonly messageIndex: number;
  readonly contentIndex: number;
}

export interface GuardrailChecksSensitiveInformationUsage {
  readonly textUnits: number;
}

export interface GuardrailChecksUsageResults {
  readonly contentFilter?: GuardrailChecksContentFilterUsage;
  readonly promptAttack?: GuardrailChecksPromptAttackUsage;
  readonly sensitiveInformation?: GuardrailChecksSensitiveInformationUsage;
}

export interface GuardrailConfiguration {
  readonly guardrailIdentifier?: string;
  readonly guardrailVersion?: string;
  readonly trace?: GuardrailTrace;
}

export type GuardrailContentBlock =
  | { readonly text: GuardrailTextBlock }
  | { readonly image: GuardrailImageBlock };

export interface GuardrailContentFilter {
  readonly type: GuardrailContentFilterType;
  readonly confidence: GuardrailContentFilterConfidence;
  readonly filterStrength?: GuardrailContentFilterStrength;
  readonly action: GuardrailContentPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailContentFilterConfidence = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';

export type GuardrailContentFilterStrength = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';

export type GuardrailContentFilterType =
  | 'INSULTS'
  | 'HATE'
  | 'SEXUAL'
  | 'VIOLENCE'
  | 'MISCONDUCT'
  | 'PROMPT_ATTACK';

export type GuardrailContentPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailContentPolicyAssessment {
  readonly filters: readonly GuardrailContentFilter[];
}

export type GuardrailContentQualifier = 'grounding_source' | 'query' | 'guard_content';

export type GuardrailContentSource = 'INPUT' | 'OUTPUT';

export interface GuardrailContextualGroundingFilter {
  readonly type: GuardrailContextualGroundingFilterType;
  readonly threshold: number;
  readonly score: number;
  readonly action: GuardrailContextualGroundingPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailContextualGroundingFilterType = 'GROUNDING' | 'RELEVANCE';

export type GuardrailContextualGroundingPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailContextualGroundingPolicyAssessment {
  readonly filters?: readonly GuardrailContextualGroundingFilter[];
}

export type GuardrailConverseContentBlock =
  | { readonly text: GuardrailConverseTextBlock }
  | { readonly image: GuardrailConverseImageBlock };

export type GuardrailConverseContentQualifier = 'grounding_source' | 'query' | 'guard_content';

export interface GuardrailConverseImageBlock {
  readonly format: GuardrailConverseImageFormat;
  readonly source: GuardrailConverseImageSource;
}

export type GuardrailConverseImageFormat = 'png' | 'jpeg';

export type GuardrailConverseImageSource = { readonly bytes: Uint8Array };

export interface GuardrailConverseTextBlock {
  readonly text: string;
  readonly qualifiers?: readonly GuardrailConverseContentQualifier[];
}

export interface GuardrailCoverage {
  readonly textCharacters?: GuardrailTextCharactersCoverage;
  readonly images?: GuardrailImageCoverage;
}

export interface GuardrailCustomWord {
  readonly match: string;
  readonly action: GuardrailWordPolicyAction;
  readonly detected?: boolean;
}

export interface GuardrailImageBlock {
  readonly format: GuardrailImageFormat;
  readonly source: GuardrailImageSource;
}

export interface GuardrailImageCoverage {
  readonly guarded?: number;
  readonly total?: number;
}

export type GuardrailImageFormat = 'png' | 'jpeg';

export type GuardrailImageSource = { readonly bytes: Uint8Array };

export interface GuardrailInvocationMetrics {
  readonly guardrailProcessingLatency?: number;
  readonly usage?: GuardrailUsage;
  readonly guardrailCoverage?: GuardrailCoverage;
}

export interface GuardrailManagedWord {
  readonly match: string;
  readonly type: GuardrailManagedWordType;
  readonly action: GuardrailWordPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailManagedWordType = 'PROFANITY';

export type GuardrailOrigin = 'REQUEST' | 'ACCOUNT_ENFORCED' | 'ORGANIZATION_ENFORCED';

export interface GuardrailOutputContent {
  readonly text?: string;
}

export type GuardrailOutputScope = 'INTERVENTIONS' | 'FULL';

export type GuardrailOwnership = 'SELF' | 'CROSS_ACCOUNT';

export interface GuardrailPiiEntityFilter {
  readonly match: string;
  readonly type: GuardrailPiiEntityType;
  readonly action: GuardrailSensitiveInformationPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailPiiEntityType =
  | 'ADDRESS'
  | 'AGE'
  | 'AWS_ACCESS_KEY'
  | 'AWS_SECRET_KEY'
  | 'CA_HEALTH_NUMBER'
  | 'CA_SOCIAL_INSURANCE_NUMBER'
  | 'CREDIT_DEBIT_CARD_CVV'
  | 'CREDIT_DEBIT_CARD_EXPIRY'
  | 'CREDIT_DEBIT_CARD_NUMBER'
  | 'DRIVER_ID'
  | 'EMAIL'
  | 'INTERNATIONAL_BANK_ACCOUNT_NUMBER'
  | 'IP_ADDRESS'
  | 'LICENSE_PLATE'
  | 'MAC_ADDRESS'
  | 'NAME'
  | 'PASSWORD'
  | 'PHONE'
  | 'PIN'
  | 'SWIFT_CODE'
  | 'UK_NATIONAL_HEALTH_SERVICE_NUMBER'
  | 'UK_NATIONAL_INSURANCE_NUMBER'
  | 'UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER'
  | 'URL'
  | 'USERNAME'
  | 'US_BANK_ACCOUNT_NUMBER'
  | 'US_BANK_ROUTING_NUMBER'
  | 'US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER'
  | 'US_PASSPORT_NUMBER'
  | 'US_SOCIAL_SECURITY_NUMBER'
  | 'VEHICLE_IDENTIFICATION_NUMBER';

export interface GuardrailRegexFilter {
  readonly name?: string;
  readonly match?: string;
  readonly regex?: string;
  readonly action: GuardrailSensitiveInformationPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailSensitiveInformationPolicyAction = 'ANONYMIZED' | 'BLOCKED' | 'NONE';

export interface GuardrailSensitiveInformationPolicyAssessment {
  readonly piiEntities: readonly GuardrailPiiEntityFilter[];
  readonly regexes: readonly GuardrailRegexFilter[];
}

export interface GuardrailStreamConfiguration {
  readonly guardrailIdentifier?: string;
  readonly guardrailVersion?: string;
  readonly trace?: GuardrailTrace;
  readonly streamProcessingMode?: GuardrailStreamProcessingMode;
}

export type GuardrailStreamProcessingMode = 'sync' | 'async';

export interface GuardrailTextBlock {
  readonly text: string;
  readonly qualifiers?: readonly GuardrailContentQualifier[];
}

export interface GuardrailTextCharactersCoverage {
  readonly guarded?: number;
  readonly total?: number;
}

export interface GuardrailTopic {
  readonly name: string;
  readonly type: GuardrailTopicType;
  readonly action: GuardrailTopicPolicyAction;
  readonly detected?: boolean;
}

export type GuardrailTopicPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailTopicPolicyAssessment {
  readonly topics: readonly GuardrailTopic[];
}

export type GuardrailTopicType = 'DENY';

export type GuardrailTrace = 'enabled' | 'disabled' | 'enabled_full';

export interface GuardrailTraceAssessment {
  readonly modelOutput?: readonly string[];
  readonly inputAssessment?: Readonly<Record<string, GuardrailAssessment>>;
  readonly outputAssessments?: Readonly<Record<string, readonly GuardrailAssessment[]>>;
  readonly actionReason?: string;
}

export interface GuardrailUsage {
  readonly topicPolicyUnits: number;
  readonly contentPolicyUnits: number;
  readonly wordPolicyUnits: number;
  readonly sensitiveInformationPolicyUnits: number;
  readonly sensitiveInformationPolicyFreeUnits: number;
  readonly contextualGroundingPolicyUnits: number;
  readonly contentPolicyImageUnits?: number;
  readonly automatedReasoningPolicyUnits?: number;
  readonly automatedReasoningPolicies?: number;
}

export type GuardrailWordPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailWordPolicyAssessment {
  readonly customWords: readonly GuardrailCustomWord[];
  readonly managedWordLists: readonly GuardrailManagedWord[];
}

export interface ImageBlock {
  readonly format: ImageFormat;
  readonly source: ImageSource;
  readonly error?: ErrorBlock;
}

export interface ImageBlockDelta {
  readonly source?: ImageSource;
  readonly error?: ErrorBlock;
}

export interface ImageBlockStart {
  readonly format: ImageFormat;
}

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

export type ImageSource = { readonly bytes: Uint8Array } | { readonly s3Location: S3Location };

export interface InferenceConfiguration {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
}

export type InferenceType = 'ON_DEMAND' | 'PROVISIONED';

export interface InvokeGuardrailChecksRequest {
  readonly messages: readonly GuardrailChecksMessage[];
  readonly checks: GuardrailChecksConfig;
}

export interface InvokeGuardrailChecksResponse {
  readonly results: GuardrailChecksResults;
  readonly usage: GuardrailChecksUsageResults;
}

export interface InvokeModelRequest {
  readonly body?: Uint8Array;
  readonly contentType?: string;
  readonly accept?: string;
  readonly modelId: string;
  readonly trace?: Trace;
  readonly guardrailIdentifier?: string;
  readonly guardrailVersion?: string;
  readonly performanceConfigLatency?: PerformanceConfigLatency;
  readonly serviceTier?: ServiceTierType;
  readonly requestMetadata?: string;
}

export interface InvokeModelResponse {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly performanceConfigLatency?: PerformanceConfigLatency;
  readonly serviceTier?: ServiceTierType;
}

export interface InvokeModelTokensRequest {
  readonly body: Uint8Array;
}

export type InvokeModelWithBidirectionalStreamInput = {
  readonly chunk: BidirectionalInputPayloadPart;
};

export type InvokeModelWithBidirectionalStreamOutput = {
  readonly chunk: BidirectionalOutputPayloadPart;
};

export interface InvokeModelWithBidirectionalStreamRequest {
  readonly modelId: string;
  readonly body: AsyncIterable<InvokeModelWithBidirectionalStreamInput>;
}

export interface InvokeModelWithBidirectionalStreamResponse {
  readonly body: AsyncIterable<InvokeModelWithBidirectionalStreamOutput>;
}

export interface InvokeModelWithResponseStreamRequest {
  readonly body?: Uint8Array;
  readonly contentType?: string;
  readonly accept?: string;
  readonly modelId: string;
  readonly trace?: Trace;
  readonly guardrailIdentifier?: string;
  readonly guardrailVersion?: string;
  readonly performanceConfigLatency?: PerformanceConfigLatency;
  readonly serviceTier?: ServiceTierType;
  readonly requestMetadata?: string;
}

export interface InvokeModelWithResponseStreamResponse {
  readonly body: AsyncIterable<ResponseStream>;
  readonly contentType: string;
  readonly performanceConfigLatency?: PerformanceConfigLatency;
  readonly serviceTier?: ServiceTierType;
}

export interface JsonSchemaDefinition {
  readonly schema: string;
  readonly name?: string;
  readonly description?: string;
}

export interface ListAsyncInvokesRequest {
  readonly submitTimeAfter?: Date;
  readonly submitTimeBefore?: Date;
  readonly statusEquals?: AsyncInvokeStatus;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly sortBy?: SortAsyncInvocationBy;
  readonly sortOrder?: SortOrder;
}

export interface ListAsyncInvokesResponse {
  readonly nextToken?: string;
  readonly asyncInvokeSummaries?: readonly AsyncInvokeSummary[];
}

export interface ListFoundationModelsRequest {
  readonly byProvider?: string;
  readonly byCustomizationType?: ModelCustomization;
  readonly byOutputModality?: ModelModality;
  readonly byInferenceType?: InferenceType;
}

export interface ListFoundationModelsResponse {
  readonly modelSummaries?: readonly FoundationModelSummary[];
}

export interface Message {
  readonly role: ConversationRole;
  readonly content: readonly ContentBlock[];
}

export interface MessageStartEvent {
  readonly role: ConversationRole;
}

export interface MessageStopEvent {
  readonly stopReason: StopReason;
  readonly additionalModelResponseFields?: DocumentValue;
}

export type ModelCustomization = 'FINE_TUNING' | 'CONTINUED_PRE_TRAINING' | 'DISTILLATION';

export type ModelModality = 'TEXT' | 'IMAGE' | 'EMBEDDING';

export interface OutputConfig {
  readonly textFormat?: OutputFormat;
  readonly effort?: string;
}

export interface OutputFormat {
  readonly type: OutputFormatType;
  readonly structure: OutputFormatStructure;
}

export type OutputFormatStructure = { readonly jsonSchema: JsonSchemaDefinition };

export type OutputFormatType = 'json_schema';

export interface PayloadPart {
  readonly bytes?: Uint8Array;
}

export type PerformanceConfigLatency = 'standard' | 'optimized';

export interface PerformanceConfiguration {
  readonly latency?: PerformanceConfigLatency;
}

export interface PromptRouterTrace {
  readonly invokedModelId?: string;
}

export type PromptVariableValues = { readonly text: string };

export type ReasoningContentBlock =
  | { readonly reasoningText: ReasoningTextBlock }
  | { readonly redactedContent: Uint8Array };

export type ReasoningContentBlockDelta =
  | { readonly text: string }
  | { readonly redactedContent: Uint8Array }
  | { readonly signature: string };

export interface ReasoningTextBlock {
  readonly text: string;
  readonly signature?: string;
}

export type ResponseStream = { readonly chunk: PayloadPart };

export interface S3Location {
  readonly uri: string;
  readonly bucketOwner?: string;
}

export interface SearchResultBlock {
  readonly source: string;
  readonly title: string;
  readonly content: readonly SearchResultContentBlock[];
  readonly citations?: CitationsConfig;
}

export interface SearchResultContentBlock {
  readonly text: string;
}

export interface SearchResultLocation {
  readonly searchResultIndex?: number;
  readonly start?: number;
  readonly end?: number;
}

export interface ServiceTier {
  readonly type: ServiceTierType;
}

export type ServiceTierType = 'priority' | 'default' | 'flex' | 'reserved';

export type SortAsyncInvocationBy = 'SubmissionTime';

export type SortOrder = 'Ascending' | 'Descending';

export interface SpecificToolChoice {
  readonly name: string;
}

export interface StartAsyncInvokeRequest {
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly modelInput: DocumentValue;
  readonly outputDataConfig: AsyncInvokeOutputDataConfig;
  readonly tags?: readonly Tag[];
}

export interface StartAsyncInvokeResponse {
  readonly invocationArn: string;
}

export type StopReason =
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'guardrail_intervened'
  | 'content_filtered'
  | 'malformed_model_output'
  | 'malformed_tool_use'
  | 'model_context_window_exceeded';

export type SystemContentBlock =
  | { readonly text: string }
  | { readonly guardContent: GuardrailConverseContentBlock }
  | { readonly cachePoint: CachePointBlock };

export interface SystemTool {
  readonly name: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cacheReadInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
  readonly cacheDetails?: readonly CacheDetail[];
}

export type Tool =
  | { readonly toolSpec: ToolSpecification }
  | { readonly systemTool: SystemTool }
  | { readonly cachePoint: CachePointBlock };

export interface ToolAdditionBlock {
  readonly tool: ToolReference;
}

export type ToolChoice =
  | { readonly auto: AutoToolChoice }
  | { readonly any: AnyToolChoice }
  | { readonly tool: SpecificToolChoice };

export interface ToolConfiguration {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
}

export type ToolInputSchema = { readonly json: DocumentValue };

export interface ToolReference {
  readonly type?: string;
  readonly name?: string;
  readonly serverName?: string;
}

export interface ToolRemovalBlock {
  readonly tool: ToolReference;
}

export interface ToolResultBlock {
  readonly toolUseId: string;
  readonly content: readonly ToolResultContentBlock[];
  readonly status?: ToolResultStatus;
  readonly type?: string;
}

export type ToolResultBlockDelta = { readonly text: string } | { readonly json: DocumentValue };

export interface ToolResultBlockStart {
  readonly toolUseId: string;
  readonly type?: string;
  readonly status?: ToolResultStatus;
}

export type ToolResultContentBlock =
  | { readonly json: DocumentValue }
  | { readonly text: string }
  | { readonly image: ImageBlock }
  | { readonly document: DocumentBlock }
  | { readonly video: VideoBlock }
  | { readonly searchResult: SearchResultBlock };

export type ToolResultStatus = 'success' | 'error';

export interface ToolSpecification {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: ToolInputSchema;
  readonly strict?: boolean;
}

export interface ToolUseBlock {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: DocumentValue;
  readonly type?: ToolUseType;
}

export interface ToolUseBlockDelta {
  readonly input: string;
}

export interface ToolUseBlockStart {
  readonly toolUseId: string;
  readonly name: string;
  readonly type?: ToolUseType;
}

export type ToolUseType = 'server_tool_use';

export type Trace = 'ENABLED' | 'DISABLED' | 'ENABLED_FULL';

export interface VideoBlock {
  readonly format: VideoFormat;
  readonly source: VideoSource;
}

export type VideoFormat =
  | 'mkv'
  | 'mov'
  | 'mp4'
  | 'webm'
  | 'flv'
  | 'mpeg'
  | 'mpg'
  | 'wmv'
  | 'three_gp';

export type VideoSource = { readonly bytes: Uint8Array } | { readonly s3Location: S3Location };

export interface WebLocation {
  readonly url?: string;
  readonly domain?: string;
}

/** Every structure by its name. */
export interface ShapeTypes {
  readonly AnyToolChoice: AnyToolChoice;
  readonly AppliedGuardrailDetails: AppliedGuardrailDetails;
  readonly ApplyGuardrailRequest: ApplyGuardrailRequest;
  readonly ApplyGuardrailResponse: ApplyGuardrailResponse;
  readonly AsyncInvokeOutputDataConfig: AsyncInvokeOutputDataConfig;
  readonly AsyncInvokeS3OutputDataConfig: AsyncInvokeS3OutputDataConfig;
  readonly AsyncInvokeSummary: AsyncInvokeSummary;
  readonly AudioBlock: AudioBlock;
  readonly AudioSource: AudioSource;
  readonly AutoToolChoice: AutoToolChoice;
  readonly BidirectionalInputPayloadPart: BidirectionalInputPayloadPart;
  readonly BidirectionalOutputPayloadPart: BidirectionalOutputPayloadPart;
  readonly CacheDetail: CacheDetail;
  readonly CachePointBlock: CachePointBlock;
  readonly Citation: Citation;
  readonly CitationGeneratedContent: CitationGeneratedContent;
  readonly CitationLocation: CitationLocation;
  readonly CitationSourceContent: CitationSourceContent;
  readonly CitationSourceContentDelta: CitationSourceContentDelta;
  readonly CitationsConfig: CitationsConfig;
  readonly CitationsContentBlock: CitationsContentBlock;
  readonly CitationsDelta: CitationsDelta;
  readonly ContentBlock: ContentBlock;
  readonly ContentBlockDelta: ContentBlockDelta;
  readonly ContentBlockDeltaEvent: ContentBlockDeltaEvent;
  readonly ContentBlockStart: ContentBlockStart;
  readonly ContentBlockStartEvent: ContentBlockStartEvent;
  readonly ContentBlockStopEvent: ContentBlockStopEvent;
  readonly ConverseMetrics: ConverseMetrics;
  readonly ConverseOutput: ConverseOutput;
  readonly ConverseRequest: ConverseRequest;
  readonly ConverseResponse: ConverseResponse;
  readonly ConverseStreamMetadataEvent: ConverseStreamMetadataEvent;
  readonly ConverseStreamMetrics: ConverseStreamMetrics;
  readonly ConverseStreamOutput: ConverseStreamOutput;
  readonly ConverseStreamRequest: ConverseStreamRequest;
  readonly ConverseStreamResponse: ConverseStreamResponse;
  readonly ConverseStreamTrace: ConverseStreamTrace;
  readonly ConverseTokensRequest: ConverseTokensRequest;
  readonly ConverseTrace: ConverseTrace;
  readonly CountTokensInput: CountTokensInput;
  readonly CountTokensRequest: CountTokensRequest;
  readonly CountTokensResponse: CountTokensResponse;
  readonly DocumentBlock: DocumentBlock;
  readonly DocumentCharLocation: DocumentCharLocation;
  readonly DocumentChunkLocation: DocumentChunkLocation;
  readonly DocumentContentBlock: DocumentContentBlock;
  readonly DocumentPageLocation: DocumentPageLocation;
  readonly DocumentSource: DocumentSource;
  readonly ErrorBlock: ErrorBlock;
  readonly FoundationModelDetails: FoundationModelDetails;
  readonly FoundationModelLifecycle: FoundationModelLifecycle;
  readonly FoundationModelSummary: FoundationModelSummary;
  readonly GetAsyncInvokeRequest: GetAsyncInvokeRequest;
  readonly GetAsyncInvokeResponse: GetAsyncInvokeResponse;
  readonly GetFoundationModelRequest: GetFoundationModelRequest;
  readonly GetFoundationModelResponse: GetFoundationModelResponse;
  readonly GuardrailAssessment: GuardrailAssessment;
  readonly GuardrailAutomatedReasoningFinding: GuardrailAutomatedReasoningFinding;
  readonly GuardrailAutomatedReasoningImpossibleFinding: GuardrailAutomatedReasoningImpossibleFinding;
  readonly GuardrailAutomatedReasoningInputTextReference: GuardrailAutomatedReasoningInputTextReference;
  readonly GuardrailAutomatedReasoningInvalidFinding: GuardrailAutomatedReasoningInvalidFinding;
  readonly GuardrailAutomatedReasoningLogicWarning: GuardrailAutomatedReasoningLogicWarning;
  readonly GuardrailAutomatedReasoningNoTranslationsFinding: GuardrailAutomatedReasoningNoTranslationsFinding;
  readonly GuardrailAutomatedReasoningPolicyAssessment: GuardrailAutomatedReasoningPolicyAssessment;
  readonly GuardrailAutomatedReasoningRule: GuardrailAutomatedReasoningRule;
  readonly GuardrailAutomatedReasoningSatisfiableFinding: GuardrailAutomatedReasoningSatisfiableFinding;
  readonly GuardrailAutomatedReasoningScenario: GuardrailAutomatedReasoningScenario;
  readonly GuardrailAutomatedReasoningStatement: GuardrailAutomatedReasoningStatement;
  readonly GuardrailAutomatedReasoningTooComplexFinding: GuardrailAutomatedReasoningTooComplexFinding;
  readonly GuardrailAutomatedReasoningTranslation: GuardrailAutomatedReasoningTranslation;
  readonly GuardrailAutomatedReasoningTranslationAmbiguousFinding: GuardrailAutomatedReasoningTranslationAmbiguousFinding;
  readonly GuardrailAutomatedReasoningTranslationOption: GuardrailAutomatedReasoningTranslationOption;
  readonly GuardrailAutomatedReasoningValidFinding: GuardrailAutomatedReasoningValidFinding;
  readonly GuardrailChecksConfig: GuardrailChecksConfig;
  readonly GuardrailChecksContentBlock: GuardrailChecksContentBlock;
  readonly GuardrailChecksContentFilterCategoryConfig: GuardrailChecksContentFilterCategoryConfig;
  readonly GuardrailChecksContentFilterConfig: GuardrailChecksContentFilterConfig;
  readonly GuardrailChecksContentFilterResult: GuardrailChecksContentFilterResult;
  readonly GuardrailChecksContentFilterResultEntry: GuardrailChecksContentFilterResultEntry;
  readonly GuardrailChecksContentFilterUsage: GuardrailChecksContentFilterUsage;
  readonly GuardrailChecksMessage: GuardrailChecksMessage;
  readonly GuardrailChecksPromptAttackCategoryConfig: GuardrailChecksPromptAttackCategoryConfig;
  readonly GuardrailChecksPromptAttackConfig: GuardrailChecksPromptAttackConfig;
  readonly GuardrailChecksPromptAttackResult: GuardrailChecksPromptAttackResult;
  readonly GuardrailChecksPromptAttackResultEntry: GuardrailChecksPromptAttackResultEntry;
  readonly GuardrailChecksPromptAttackUsage: GuardrailChecksPromptAttackUsage;
  readonly GuardrailChecksResults: GuardrailChecksResults;
  readonly GuardrailChecksSensitiveInformationConfig: GuardrailChecksSensitiveInformationConfig;
  readonly GuardrailChecksSensitiveInformationEntityConfig: GuardrailChecksSensitiveInformationEntityConfig;
  readonly GuardrailChecksSensitiveInformationResult: GuardrailChecksSensitiveInformationResult;
  readonly GuardrailChecksSensitiveInformationResultEntry: GuardrailChecksSensitiveInformationResultEntry;
  readonly GuardrailChecksSensitiveInformationUsage: GuardrailChecksSensitiveInformationUsage;
  readonly GuardrailChecksUsageResults: GuardrailChecksUsageResults;
  readonly GuardrailConfiguration: GuardrailConfiguration;
  readonly GuardrailContentBlock: GuardrailContentBlock;
  readonly GuardrailContentFilter: GuardrailContentFilter;
  readonly GuardrailContentPolicyAssessment: GuardrailContentPolicyAssessment;
  readonly GuardrailContextualGroundingFilter: GuardrailContextualGroundingFilter;
  readonly GuardrailContextualGroundingPolicyAssessment: GuardrailContextualGroundingPolicyAssessment;
  readonly GuardrailConverseContentBlock: GuardrailConverseContentBlock;
  readonly GuardrailConverseImageBlock: GuardrailConverseImageBlock;
  readonly GuardrailConverseImageSource: GuardrailConverseImageSource;
  readonly GuardrailConverseTextBlock: GuardrailConverseTextBlock;
  readonly GuardrailCoverage: GuardrailCoverage;
  readonly GuardrailCustomWord: GuardrailCustomWord;
  readonly GuardrailImageBlock: GuardrailImageBlock;
  readonly GuardrailImageCoverage: GuardrailImageCoverage;
  readonly GuardrailImageSource: GuardrailImageSource;
  readonly GuardrailInvocationMetrics: GuardrailInvocationMetrics;
  readonly GuardrailManagedWord: GuardrailManagedWord;
  readonly GuardrailOutputContent: GuardrailOutputContent;
  readonly GuardrailPiiEntityFilter: GuardrailPiiEntityFilter;
  readonly GuardrailRegexFilter: GuardrailRegexFilter;
  readonly GuardrailSensitiveInformationPolicyAssessment: GuardrailSensitiveInformationPolicyAssessment;
  readonly GuardrailStreamConfiguration: GuardrailStreamConfiguration;
  readonly GuardrailTextBlock: GuardrailTextBlock;
  readonly GuardrailTextCharactersCoverage: GuardrailTextCharactersCoverage;
  readonly GuardrailTopic: GuardrailTopic;
  readonly GuardrailTopicPolicyAssessment: GuardrailTopicPolicyAssessment;
  readonly GuardrailTraceAssessment: GuardrailTraceAssessment;
  readonly GuardrailUsage: GuardrailUsage;
  readonly GuardrailWordPolicyAssessment: GuardrailWordPolicyAssessment;
  readonly ImageBlock: ImageBlock;
  readonly ImageBlockDelta: ImageBlockDelta;
  readonly ImageBlockStart: ImageBlockStart;
  readonly ImageSource: ImageSource;
  readonly InferenceConfiguration: InferenceConfiguration;
  readonly InvokeGuardrailChecksRequest: InvokeGuardrailChecksRequest;
  readonly InvokeGuardrailChecksResponse: InvokeGuardrailChecksResponse;
  readonly InvokeModelRequest: InvokeModelRequest;
  readonly InvokeModelResponse: InvokeModelResponse;
  readonly InvokeModelTokensRequest: InvokeModelTokensRequest;
  readonly InvokeModelWithBidirectionalStreamInput: InvokeModelWithBidirectionalStreamInput;
  readonly InvokeModelWithBidirectionalStreamOutput: InvokeModelWithBidirectionalStreamOutput;
  readonly InvokeModelWithBidirectionalStreamRequest: InvokeModelWithBidirectionalStreamRequest;
  readonly InvokeModelWithBidirectionalStreamResponse: InvokeModelWithBidirectionalStreamResponse;
  readonly InvokeModelWithResponseStreamRequest: InvokeModelWithResponseStreamRequest;
  readonly InvokeModelWithResponseStreamResponse: InvokeModelWithResponseStreamResponse;
  readonly JsonSchemaDefinition: JsonSchemaDefinition;
  readonly ListAsyncInvokesRequest: ListAsyncInvokesRequest;
  readonly ListAsyncInvokesResponse: ListAsyncInvokesResponse;
  readonly ListFoundationModelsRequest: ListFoundationModelsRequest;
  readonly ListFoundationModelsResponse: ListFoundationModelsResponse;
  readonly Message: Message;
  readonly MessageStartEvent: MessageStartEvent;
  readonly MessageStopEvent: MessageStopEvent;
  readonly OutputConfig: OutputConfig;
  readonly OutputFormat: OutputFormat;
  readonly OutputFormatStructure: OutputFormatStructure;
  readonly PayloadPart: PayloadPart;
  readonly PerformanceConfiguration: PerformanceConfiguration;
  readonly PromptRouterTrace: PromptRouterTrace;
  readonly PromptVariableValues: PromptVariableValues;
  readonly ReasoningContentBlock: ReasoningContentBlock;
  readonly ReasoningContentBlockDelta: ReasoningContentBlockDelta;
  readonly ReasoningTextBlock: ReasoningTextBlock;
  readonly ResponseStream: ResponseStream;
  readonly S3Location: S3Location;
  readonly SearchResultBlock: SearchResultBlock;
  readonly SearchResultContentBlock: SearchResultContentBlock;
  readonly SearchResultLocation: SearchResultLocation;
  readonly ServiceTier: ServiceTier;
  readonly SpecificToolChoice: SpecificToolChoice;
  readonly StartAsyncInvokeRequest: StartAsyncInvokeRequest;
  readonly StartAsyncInvokeResponse: StartAsyncInvokeResponse;
  readonly SystemContentBlock: SystemContentBlock;
  readonly SystemTool: SystemTool;
  readonly Tag: Tag;
  readonly TokenUsage: TokenUsage;
  readonly Tool: Tool;
  readonly ToolAdditionBlock: ToolAdditionBlock;
  readonly ToolChoice: ToolChoice;
  readonly ToolConfiguration: ToolConfiguration;
  readonly ToolInputSchema: ToolInputSchema;
  readonly ToolReference: ToolReference;
  readonly ToolRemovalBlock: ToolRemovalBlock;
  readonly ToolResultBlock: ToolResultBlock;
  readonly ToolResultBlockDelta: ToolResultBlockDelta;
  readonly ToolResultBlockStart: ToolResultBlockStart;
  readonly ToolResultContentBlock: ToolResultContentBlock;
  readonly ToolSpecification: ToolSpecification;
  readonly ToolUseBlock: ToolUseBlock;
  readonly ToolUseBlockDelta: ToolUseBlockDelta;
  readonly ToolUseBlockStart: ToolUseBlockStart;
  readonly VideoBlock: VideoBlock;
  readonly VideoSource: VideoSource;
  readonly WebLocation: WebLocation;
}
