/** Where a model can run. */
export type Device = "cpu" | "cuda" | "vulkan" | "metal" | "webgpu" | "directml" | "coreml";

/** What is asked for: a device, the best there is, or several in order. One device alone is not replaced by another: it is there or it fails. */
export type DeviceChoice = Device | "auto" | readonly Device[];

/** A device that was tried and did not work. */
export interface DeviceAttempt {
  readonly device: Device;
  /** In the runtime's words, one line. */
  readonly reason: string;
}

/** Memory of a device, in bytes; undefined where the runtime does not tell. */
export interface DeviceMemory {
  readonly totalBytes: number | undefined;
  readonly freeBytes: number | undefined;
}
