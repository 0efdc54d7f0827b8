/** What the host is started with, as JSON in its first argument. */
export type HostTask =
  | { readonly task: "play"; readonly sampleRate: number | undefined; readonly channels: number; readonly device: string | undefined }
  | { readonly task: "list-devices" };

/** What the host is told. */
export type HostCommand =
  /** Interleaved samples, whole render quanta. */
  | { readonly type: "put"; readonly samples: Float32Array }
  | { readonly type: "cut" }
  | { readonly type: "close" };

/** What the host tells. Frames are frames of the line. */
export type HostReport =
  | { readonly type: "open"; readonly sampleRate: number }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "devices"; readonly devices: readonly { readonly id: string; readonly name: string }[] }
  /** `moving`: it plays on from there. */
  | { readonly type: "heard"; readonly frames: number; readonly moving: boolean }
  /** Nothing from this frame on is heard. */
  | { readonly type: "cut"; readonly frame: number };

/** Frames that Web Audio renders at once. */
export const renderQuantum = 128;
