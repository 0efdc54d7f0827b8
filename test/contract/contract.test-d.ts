// The public types of the packages agree with the contract. Nothing here runs: the type check of the workspace (`npm run typecheck`) is the test.
//
// What a caller passes in: whatever the contract allows must be accepted. What a caller gets: it must have all that the contract
// promises. More may be added to either. Optional members could be missing without a type error, so the names are compared too.

import type * as Core from "@parlando/core";
import type * as Engine from "@parlando/engine";
import type * as Parlando from "parlando";
import type * as Contract from "./contract.d.ts";

/** Names that the contract has and we do not. */
type MissingNames<Ours, Promised> = Promised extends unknown ? Exclude<keyof Promised, keyof Ours> : never;

/** A caller passes it in: what is promised to be taken has to fit ours. */
type Takes<Ours, Promised extends Ours> = [Ours, Promised];
/** A caller gets it: ours has to fit what is promised. */
type Gives<Promised, Ours extends Promised> = [Promised, Ours];
/** No optional member was forgotten. */
type NoneMissing<Missing extends never> = Missing;

/** `@parlando/engine`. */
export type EngineAgrees = [
  Takes<Engine.AudioFormat, Contract.AudioFormat>,
  Gives<Contract.AudioFormat, Engine.AudioFormat>,
  NoneMissing<MissingNames<Engine.AudioFormat, Contract.AudioFormat>>,
  Takes<Engine.MarkKind, Contract.MarkKind>,
  Gives<Contract.MarkKind, Engine.MarkKind>,
  Takes<Engine.Mark, Contract.Mark>,
  Gives<Contract.Mark, Engine.Mark>,
  NoneMissing<MissingNames<Engine.Mark, Contract.Mark>>,
  Takes<Engine.Capabilities, Contract.Capabilities>,
  Gives<Contract.Capabilities, Engine.Capabilities>,
  NoneMissing<MissingNames<Engine.Capabilities, Contract.Capabilities>>,
  Takes<Engine.SynthesisRequest, Contract.SynthesisRequest>,
  Gives<Contract.SynthesisRequest, Engine.SynthesisRequest>,
  NoneMissing<MissingNames<Engine.SynthesisRequest, Contract.SynthesisRequest>>,
  Takes<Engine.EngineEvent, Contract.EngineEvent>,
  Gives<Contract.EngineEvent, Engine.EngineEvent>,
  Takes<Engine.SessionEvent, Contract.SessionEvent>,
  Gives<Contract.SessionEvent, Engine.SessionEvent>,
  Takes<Engine.EngineSession, Contract.EngineSession>,
  Gives<Contract.EngineSession, Engine.EngineSession>,
  NoneMissing<MissingNames<Engine.EngineSession, Contract.EngineSession>>,
  Takes<Engine.Engine, Contract.Engine>,
  Gives<Contract.Engine, Engine.Engine>,
  NoneMissing<MissingNames<Engine.Engine, Contract.Engine>>,
  Takes<Engine.Voice, Contract.Voice>,
  Gives<Contract.Voice, Engine.Voice>,
  NoneMissing<MissingNames<Engine.Voice, Contract.Voice>>,
  Takes<Engine.CredentialReport, Contract.CredentialReport>,
  Gives<Contract.CredentialReport, Engine.CredentialReport>,
  NoneMissing<MissingNames<Engine.CredentialReport, Contract.CredentialReport>>,
  Takes<Engine.ErrorCode, Contract.ErrorCode>,
  Gives<Contract.ErrorCode, Engine.ErrorCode>,
  Gives<Contract.TTSError, Engine.TTSError>,
  NoneMissing<MissingNames<Engine.TTSError, Contract.TTSError>>,
  Gives<Contract.StreamError, Engine.StreamError>,
  NoneMissing<MissingNames<Engine.StreamError, Contract.StreamError>>,
  Gives<Contract.BufferError, Engine.BufferError>,
  NoneMissing<MissingNames<Engine.BufferError, Contract.BufferError>>,
  Gives<Pick<typeof Contract.TTSError, "isInstance">, Pick<typeof Engine.TTSError, "isInstance">>,
  Gives<Pick<typeof Contract.StreamError, "isInstance">, Pick<typeof Engine.StreamError, "isInstance">>,
  Gives<Pick<typeof Contract.BufferError, "isInstance">, Pick<typeof Engine.BufferError, "isInstance">>,
];

/** `@parlando/core`. */
export type CoreAgrees = [
  Takes<Core.AudioChunk, Contract.AudioChunk>,
  Gives<Contract.AudioChunk, Core.AudioChunk>,
  NoneMissing<MissingNames<Core.AudioChunk, Contract.AudioChunk>>,
  Takes<Core.Sink, Contract.Sink>,
  NoneMissing<MissingNames<Core.Sink, Contract.Sink>>,
  Gives<Contract.Sink, Core.Sink>,
  Takes<Core.Clock, Contract.Clock>,
  Gives<Contract.Clock, Core.Clock>,
  NoneMissing<MissingNames<Core.Clock, Contract.Clock>>,
  Takes<Core.MappedText, Contract.MappedText>,
  Gives<Contract.MappedText, Core.MappedText>,
  NoneMissing<MissingNames<Core.MappedText, Contract.MappedText>>,
  Takes<Core.TextStage, Contract.TextStage>,
  NoneMissing<MissingNames<Core.TextStage, Contract.TextStage>>,
  Takes<Core.AudioProcessor, Contract.AudioProcessor>,
  NoneMissing<MissingNames<Core.AudioProcessor, Contract.AudioProcessor>>,
  Takes<Core.SentSegment, Contract.SentSegment>,
  Gives<Contract.SentSegment, Core.SentSegment>,
  NoneMissing<MissingNames<Core.SentSegment, Contract.SentSegment>>,
  Takes<Core.Warning, Contract.Warning>,
  Gives<Contract.Warning, Core.Warning>,
  NoneMissing<MissingNames<Core.Warning, Contract.Warning>>,
  Takes<Core.StreamOptions, Contract.StreamOptions>,
  NoneMissing<MissingNames<Core.StreamOptions, Contract.StreamOptions>>,
  Gives<Contract.SpeechStream, Core.SpeechStream>,
  NoneMissing<MissingNames<Core.SpeechStream, Contract.SpeechStream>>,
  Gives<Contract.StreamEvents, Core.StreamEvents>,
  NoneMissing<MissingNames<Core.StreamEvents, Contract.StreamEvents>>,
  Gives<Contract.Interruption, Core.Interruption>,
  NoneMissing<MissingNames<Core.Interruption, Contract.Interruption>>,
  Gives<Contract.StreamReport, Core.StreamReport>,
  NoneMissing<MissingNames<Core.StreamReport, Contract.StreamReport>>,
  Takes<Core.Segment, Contract.Segment>,
  Gives<Contract.Segment, Core.Segment>,
  NoneMissing<MissingNames<Core.Segment, Contract.Segment>>,
  Takes<Core.Cut, Contract.Cut>,
  Gives<Contract.Cut, Core.Cut>,
  NoneMissing<MissingNames<Core.Cut, Contract.Cut>>,
  Gives<Contract.Segmenter, Core.Segmenter>,
  NoneMissing<MissingNames<Core.Segmenter, Contract.Segmenter>>,
  Takes<Core.PlannerState, Contract.PlannerState>,
  NoneMissing<MissingNames<Core.PlannerState, Contract.PlannerState>>,
  Gives<Contract.Planner, Core.Planner>,
  NoneMissing<MissingNames<Core.Planner, Contract.Planner>>,
  Gives<typeof Contract.createSegmenter, typeof Core.createSegmenter>,
  Gives<typeof Contract.createPlanner, typeof Core.createPlanner>,
];

/** `parlando`. */
export type ParlandoAgrees = [
  Takes<Parlando.EngineChoice, Contract.EngineChoice>,
  Takes<Parlando.TTSConfig, Contract.TTSConfig>,
  NoneMissing<MissingNames<Parlando.TTSConfig, Contract.TTSConfig>>,
  Gives<Contract.TTS, Parlando.TTS>,
  NoneMissing<MissingNames<Parlando.TTS, Contract.TTS>>,
  Gives<typeof Contract.createTTS, typeof Parlando.createTTS>,
];
