/** Faults of a speech service beside the common ones, by name: what the client sees. */
export const speechVendorFaults = {
  "unsupported-voice": "Close 1007, before the answer or after `afterBytes`.",
  throttled: "Close 1007 whose words say that there were too many requests, before the answer or after `afterBytes`.",
  "concurrent-limit": "Close 4429, before the answer or after `afterBytes`.",
  "resource-exhausted": "Close 1013, before the answer or after `afterBytes`.",
  drop: "The connection ends without a close frame (1006), before the answer or after `afterBytes`.",
  "early-turn-end": "The end of the turn comes after `afterBytes` (default 0) of its audio.",
  "no-response": "The message that names the turn's stream does not come.",
  "unknown-path": "A message with a path that nobody knows, after `afterBytes` (default 0); the turn goes on.",
  "unknown-metadata": "A mark of a type that nobody knows, after `afterBytes` (default 0); the turn goes on.",
  "unknown-request": "Audio, a mark and an end under another X-RequestId, after `afterBytes` (default 0); the turn goes on.",
  "unknown-stream": "Audio under another X-StreamId, after `afterBytes` (default 0); the turn goes on.",
  "bad-frame": "A binary message whose headers are longer than itself, after `afterBytes` (default 0); the turn goes on.",
  "header-in-audio": "The 44 bytes of a WAV header amid the audio, after `afterBytes` (default 0); the turn goes on.",
} as const;

/** A name of {@link speechVendorFaults}. */
export type SpeechVendorFault = keyof typeof speechVendorFaults;
