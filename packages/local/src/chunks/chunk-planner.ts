/** What is known when the next piece is planned. All of one speech; times in milliseconds. */
export interface ChunkState {
  /** Since generation of this speech began, its prompt evaluated. */
  readonly nowMs: number;
  /** Codes generated, and codes whose sound was handed over. */
  readonly generated: number;
  readonly handed: number;
  /** No code comes any more. */
  readonly ended: boolean;
  /** Sound handed over that the listener has not taken; negative: how long the listener has been waiting. Undefined before the first piece. */
  readonly aheadMs: number | undefined;
  /** Codes of the whole speech, by estimate from its text. */
  readonly expectedCodes: number;
}

/** What the machine was measured at, over all speeches of a model, newest first in weight. */
export interface MachineSpeed {
  /** For one code, at its share of the device now: a high quantile, not the mean. */
  readonly codeMs: number;
  /** For one window of n codes: startMs + n · perCodeMs. */
  readonly decode: { readonly startMs: number; readonly perCodeMs: number };
  /**
   * The share of its speed that the generation of codes keeps while a window is decoded: 1 where both have a device of their own, 0 where one waits for the
   * other. Undefined: not measured yet.
   */
  readonly whileDecoding?: number | undefined;
  /** How many measurements stand behind this; 0: it is the preset's guess. */
  readonly samples: number;
}

/** When to turn codes into sound, and how many at once. Pure: no clock, no codec. */
export interface ChunkPlanner {
  /** Codes to decode now; 0: wait for more codes. Asked after every code, so it is cheap. */
  next(state: ChunkState, speed: MachineSpeed): number;
  /**
   * Set when the machine cannot keep up: time to make one second of sound, and the sound that is held back before the first piece so that it never
   * runs dry.
   */
  readonly tooSlow: { readonly realTimeFactor: number; readonly bufferMs: number } | undefined;
}
