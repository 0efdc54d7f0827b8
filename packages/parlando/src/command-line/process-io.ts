import { standardServices } from "../services.ts";
import type { CommandLineIO } from "./io.ts";

/** Signals that end a command, with the exit status that shells expect after each: 128 and the signal's number. */
const stopSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The process itself. A second signal ends it at once, should the first be stuck. */
export function processIO(): CommandLineIO {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    services: standardServices,
    onInterrupt: (listener) => {
      let asked = false;
      const handlers = Object.entries(stopSignals).map(([signal, status]) => {
        const handler = (): void => {
          if (asked) process.exit(status);
          asked = true;
          listener(status);
        };
        process.on(signal, handler);
        return { signal, handler };
      });
      return () => handlers.forEach(({ signal, handler }) => process.off(signal, handler));
    },
  };
}
