import type { AudioFormat, Capabilities, Engine, EngineEvent, Mark, SynthesisRequest } from "@parlando/engine";
import type { AudioRead } from "./read-audio.ts";

/** Texts for an engine that does not speak English. Each is plain, in the voice's language. */
export interface ConformanceTexts {
  /** Five words or so. */
  short: string;
  /** Two sentences, some 60 characters at least. */
  sentences: string;
  /** Words of letters outside ASCII and outside the first 65,536 characters. */
  unusual: string;
}

/** What a suite is told about an engine beyond what the engine declares. There is no way to leave a check out: declare less instead. */
export interface EngineCheckOptions {
  /** Default: the engine's own. */
  voice?: string | undefined;
  language?: string | undefined;
  texts?: Partial<ConformanceTexts> | undefined;
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
  /** How long one request may take. Default 20,000. */
  timeoutMs?: number | undefined;
  /** How long an engine may take to stop when it is called off or closed. Default 1,000. */
  stopMs?: number | undefined;
}

/** How one request is read. */
export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Waited before every event, as by a slow taker. */
  delayMs?: number | undefined;
  /** Sees every event when it comes; "leave" stops reading, as `break` does. */
  onEvent?: ((event: EngineEvent, index: number) => "leave" | void) | undefined;
}

/** What came of one request. */
export interface Reading {
  events: readonly EngineEvent[];
  /** What the iterator threw; undefined when it ended well. */
  error: unknown;
}

/** A request that ended well. */
export interface Spoken extends AudioRead {
  text: string;
  events: readonly EngineEvent[];
  format: AudioFormat;
  marks: readonly Mark[];
  warnings: readonly { code: string; message: string }[];
}

/** What a check works with. The engine is new for every check. */
export interface EngineCheckContext {
  engine: Engine;
  /** Of the voice under test. */
  capabilities: Capabilities;
  voice: string | undefined;
  texts: ConformanceTexts;
  timeoutMs: number;
  stopMs: number;
  /** A request for `sentences` in the first format that can be read, with every mark that is declared. */
  request(change?: Partial<SynthesisRequest>): SynthesisRequest;
  /** Reads a request to its end, whichever that is; ends the check when it takes too long. */
  read(change?: Partial<SynthesisRequest>, options?: ReadOptions): Promise<Reading>;
  /** Reads a request that must end well. */
  speak(change?: Partial<SynthesisRequest>, options?: ReadOptions): Promise<Spoken>;
  /** Another engine from the same factory; closed after the check. */
  createAnother(): Promise<Engine>;
}

/** One thing that every engine that declares it must do. */
export interface EngineCheck {
  /** A sentence about the engine; stable. */
  name: string;
  /** Whether an engine that declares this is to be held to the check. */
  appliesTo(engine: Engine, capabilities: Capabilities): boolean;
  /** Rejects when the engine does not hold. */
  run(context: EngineCheckContext): Promise<void>;
}
