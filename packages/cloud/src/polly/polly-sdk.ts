import type * as Polly from "@aws-sdk/client-polly";
import type { PollyClientConfig } from "@aws-sdk/client-polly";
import { TTSError } from "@parlando/engine";
import { isNode } from "../transport/platform.ts";

/** AWS's client, as far as it is used here. */
export interface PollySdk extends Pick<typeof Polly, "PollyClient" | "SynthesizeSpeechCommand" | "DescribeVoicesCommand" | "StartSpeechSynthesisStreamCommand"> {
  /** What sends requests over HTTP/1.1; undefined where it is not to be had, as in browsers. */
  readonly createHttpHandler?: (() => NonNullable<PollyClientConfig["requestHandler"]>) | undefined;
}

/** A logger for AWS's client that says nothing: without one it writes to the console. */
export const silent: NonNullable<PollyClientConfig["logger"]> = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const PACKAGE = "@aws-sdk/client-polly";

/**
 * Imports AWS's client, which is not installed with this package.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE`, with the line that installs it.
 */
export async function loadPollySdk(load: () => Promise<PollySdk> = importSdk): Promise<PollySdk> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = typeof cause === "object" && cause !== null && "code" in cause && (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND");
    const found = isMissing ? "is not installed" : "is installed but cannot be loaded";
    throw new TTSError("ENGINE_UNAVAILABLE", `The engine "polly" needs the package ${PACKAGE}, which ${found}; install it with: npm install ${PACKAGE}`, { engine: "polly", cause });
  }
}

async function importSdk(): Promise<PollySdk> {
  const [sdk, createHttpHandler] = await Promise.all([import("@aws-sdk/client-polly"), findHttpHandler()]);
  return { ...sdk, createHttpHandler };
}

type HttpHandlerModule = { readonly NodeHttpHandler?: (new (options: object) => NonNullable<PollyClientConfig["requestHandler"]>) | undefined };

/** Core bounds how many requests run at once; nothing is said on the console. */
const agent = { keepAlive: true, maxSockets: 500 };

/** AWS's client brings it along, but does not hand it out. */
async function findHttpHandler(): Promise<PollySdk["createHttpHandler"]> {
  if (!isNode()) return undefined;
  try {
    const { createRequire } = await import("node:module");
    const client = createRequire(import.meta.url).resolve(PACKAGE);
    const { NodeHttpHandler } = createRequire(client)("@smithy/node-http-handler") as HttpHandlerModule;
    return NodeHttpHandler === undefined ? undefined : () => new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent, logger: silent });
  } catch {
    return undefined;
  }
}
