/** From the page to the worklet. One node plays every stream; each has a number. */
export type ToWorklet =
  /** A stream begins. `prebufferFrames`: held before its first sound. */
  | { readonly type: "open"; readonly stream: number; readonly prebufferFrames: number; readonly gain: number }
  /** Samples, mono, which the worklet then owns (transferred). */
  | { readonly type: "push"; readonly stream: number; readonly samples: Float32Array }
  /** No more comes: what is held is played out, and silence behind it is no underrun. */
  | { readonly type: "end"; readonly stream: number }
  | { readonly type: "pause"; readonly stream: number }
  | { readonly type: "resume"; readonly stream: number }
  /** Silence within the fade; what is held is dropped. Answered by `state` with `isOver`. */
  | { readonly type: "clear"; readonly stream: number }
  | { readonly type: "level"; readonly isWanted: boolean };

/** From the worklet to the page: about every 20 ms while a stream plays, and at each change. */
export type FromWorklet =
  | {
      readonly type: "state";
      readonly stream: number;
      /** Frames of the stream that left the worklet. */
      readonly playedFrames: number;
      /** `currentTime` of the context, in seconds, at which that was so. */
      readonly contextTime: number;
      readonly heldFrames: number;
      readonly underruns: number;
      readonly underrunFrames: number;
      readonly isSounding: boolean;
      readonly isOver: boolean;
    }
  | { readonly type: "level"; readonly peak: number; readonly mean: number };

/** Name that the processor is registered by. */
export const workletName: string = "parlando-player";
