// The process that runs models: started by `forkChannel`, one for each device.

import { rmSync } from "node:fs";
import { createModelLoader } from "./runtime/load-model.ts";
import type { HostMessage } from "./runtime/protocol.ts";
import { serveModels } from "./runtime/serve-models.ts";

const stateFolder = process.argv[2];

/** Without the app nobody listens, and nobody ends this process later. */
function leave(): never {
  if (stateFolder !== undefined) rmSync(stateFolder, { recursive: true, force: true });
  process.exit(0);
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
  process.on("disconnect", leave);
}
