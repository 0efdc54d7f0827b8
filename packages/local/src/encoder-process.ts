// The process that turns one recording into codes and ends: started by `createEncoder`. An encoder's graph blocks its thread for seconds, and may crash.

import { toFailure } from "./runtime/failure.ts";
import { encodeSamples } from "./voices/encode-samples.ts";
import type { EncodeAnswer, EncodeOrder } from "./voices/encoder-messages.ts";

async function answer(order: EncodeOrder): Promise<EncodeAnswer> {
  try {
    return { type: "encoded", codes: await encodeSamples(order) };
  } catch (error) {
    return { type: "failed", failure: toFailure(error, { doing: "Encoding a recording" }) };
  }
}

process.once("message", (order) => {
  void answer(order as EncodeOrder).then((reply) => process.send?.(reply, undefined, undefined, () => process.exit(0)));
});
process.on("disconnect", () => process.exit(0));
