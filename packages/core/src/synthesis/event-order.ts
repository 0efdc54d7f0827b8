import { TTSError, type SessionEvent } from "@parlando/engine";

/** Makes a check that `start` comes first and once; it throws `PROTOCOL` where it does not. */
export function createOrderCheck(engine: string): (event: SessionEvent) => void {
  let started = false;
  return (event) => {
    if ((event.type === "start") === started && event.type !== "warning" && event.type !== "usage" && event.type !== "mark") {
      const found = started ? "a second start event" : `the event "${event.type}" before its start event`;
      throw new TTSError("PROTOCOL", `The engine "${engine}" sent ${found}; the start event comes first, once, and tells the format.`, { engine });
    }
    started ||= event.type === "start";
  };
}
