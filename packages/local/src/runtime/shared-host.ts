import { createModelHost } from "./create-model-host.ts";
import type { ModelHost } from "./model-host.ts";
import { forkChannel } from "./process-channel.ts";

let host: ModelHost | undefined;

/** The host that all engines of this program share, so that they share processes and models. */
export function sharedHost(): ModelHost {
  host ??= createModelHost({ openChannel: () => forkChannel() });
  return host;
}
