// The process that runs models: started by `forkChannel`, one for each device.

import { rmSync } from "node:fs";
import { createModelLoader } from "./runtime/load-model.ts";
import type { HostMessage } from "./runtime/protocol.ts";
import { serveModels } from "./runtime/serve-models.ts";

const stateFolder = process.argv[2];

function removeStates(): void {
  try {
    // A prompt may be written into it right now.
    if (stateFolder !== undefined) rmSync(stateFolder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    // What cannot be removed is no reason to stay.
  }
}

/** Everything is closed. */
function leave(): never {
  removeStates();
  process.exit(0);
}

/** Without the app nobody listens, and nobody ends this process later. An orderly exit would wait for a step of the runtime that may take long. */
function leaveAtOnce(): void {
  removeStates();
  process.kill(process.pid, "SIGKILL");
}

if (process.send !== undefined && stateFolder !== undefined) {
  serveModels(
    {
      send: (message) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => {});
      },
      onMessage: (listener) => void process.on("message", (message) => listener(message as HostMessage)),
    },
    { loadModel: createModelLoader({ stateFolder }), processId: process.pid, onClose: leave },
  );
  process.on("disconnect", leaveAtOnce);
}
