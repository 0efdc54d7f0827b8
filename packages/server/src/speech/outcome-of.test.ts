import { TTSError } from "@parlando/engine";
import { expect, it } from "vitest";
import { listenerGone } from "../audio/drain-wait.ts";
import { outcomeOf } from "./outcome-of.ts";

const goesOn = { endedBy: () => undefined };

it("a listener whose connection is destroyed has gone, before anybody says so; the engine has not failed", () => {
  const gone = listenerGone(new AbortController().signal);
  expect(outcomeOf(gone, goesOn)).toBe("gone");
  expect(outcomeOf(new TTSError("CONSUMER_FAILED", "Its taker failed.", { cause: gone }), goesOn)).toBe("gone");
  expect(outcomeOf(new TTSError("ABORTED", "Ended by the engine."), goesOn)).toBe("failed");
  expect(outcomeOf(gone, { endedBy: () => "shutdown" })).toBe("shutdown");
});
