import type { HostMessage, ProcessMessage } from "./protocol.ts";

/** The line between the app and what runs models: a child process, or the same process in tests. */
export interface ModelChannel {
  send(message: HostMessage): void;
  /** One listener; messages wait for it. */
  onMessage(listener: (message: ProcessMessage) => void): void;
  /** Told once, when nothing more comes: why, and the signal or status where a process ended. */
  onEnd(listener: (reason: string) => void): void;
  /** Whether what runs keeps the app's process alive. */
  setBusy(busy: boolean): void;
  /** Ends it at once. Twice is no harm. */
  kill(): void;
}

/** Opens a line; the key tells devices apart, so that each has one process. */
export type OpenChannel = (key: string) => ModelChannel;
