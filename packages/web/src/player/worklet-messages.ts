/** From the page to the worklet. One node plays every stream; each has a number. */
export type ToWorklet =
  /** A stream begins. `prebufferFrames`: held before its first sound. */
  | { readonly type: "open"; readonly stream: number; readonly prebufferFrames: number; readonly gain: number }
  /** Samples, mono, which the worklet then owns (transferred). */
  | { readonly type: "push"; readonly stream: number; readonly samples: Float32Array<ArrayBuffer> }
  /** No more comes: what is held is played out, and silence behind it is no underrun. */
  | { readonly type: "end"; readonly stream: number }
  /** Silence within the fade; what is held stays. Answered by a `state` with this `request`. */
  | { readonly type: "pause"; readonly stream: number; readonly request: number }
  | { readonly type: "resume"; readonly stream: number }
  /** Silence within the fade; what is held is dropped. Answered by a `state` with this `request` and `isOver`. */
  | { readonly type: "clear"; readonly stream: number; readonly request: number }
  /** Reached within 20 ms. */
  | { readonly type: "gain"; readonly stream: number; readonly gain: number }
  /** Levels are wanted every so often; 0: not at all. */
  | { readonly type: "level"; readonly everyFrames: number }
  /** The node is let go. */
  | { readonly type: "close" };

/** How a stream stands in the worklet: told about every 20 ms while it plays, and at each change. */
export interface StreamState {
  readonly type: "state";
  readonly stream: number;
  /** Frames of the stream that left the worklet. */
  readonly playedFrames: number;
  /** Time of the context, in seconds, at which that was so. */
  readonly contextTime: number;
  readonly heldFrames: number;
  readonly underruns: number;
  readonly underrunFrames: number;
  /** Held before the first sound, and after an underrun; grows with those. */
  readonly prebufferFrames: number;
  readonly isSounding: boolean;
  readonly isOver: boolean;
  /** The last `pause` or `clear` that has led to silence; 0 before the first. */
  readonly answered: number;
}

/** Of what is played, over the time since the last one. */
export interface LevelMessage {
  readonly type: "level";
  readonly peak: number;
  readonly mean: number;
}

/** From the worklet to the page. */
export type FromWorklet = StreamState | LevelMessage;

/** What the worklet's processor is told when it is made. */
export interface WorkletSettings {
  readonly fadeFrames: number;
}

/** Name that the processor is registered by. */
export const workletName: string = "parlando-player";
