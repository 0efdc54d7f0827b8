import type * as Polly from "@aws-sdk/client-polly";
import { TTSError } from "@parlando/engine";

/** AWS's client, as far as it is used here. */
export type PollySdk = Pick<typeof Polly, "PollyClient" | "SynthesizeSpeechCommand" | "DescribeVoicesCommand" | "StartSpeechSynthesisStreamCommand">;

const PACKAGE = "@aws-sdk/client-polly";

/**
 * Imports AWS's client, which is not installed with this package.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE`, with the line that installs it.
 */
export async function loadPollySdk(load: () => Promise<PollySdk> = () => import("@aws-sdk/client-polly")): Promise<PollySdk> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = typeof cause === "object" && cause !== null && "code" in cause && (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND");
    const found = isMissing ? "is not installed" : "is installed but cannot be loaded";
    throw new TTSError("ENGINE_UNAVAILABLE", `The engine "polly" needs the package ${PACKAGE}, which ${found}; install it with: npm install ${PACKAGE}`, { engine: "polly", cause });
  }
}
