import { describe, expect, it } from "vitest";
import { createWaitingLine } from "./waiting-line.ts";

describe("createWaitingLine", () => {
  it("serves in the order of entering, also when the middle leaves first", async () => {
    const line = createWaitingLine();
    const served: number[] = [];
    const places = [1, 2, 3].map((name) => {
      const place = line.enter();
      void place.turn.then(() => served.push(name));
      return place;
    });
    await settle();
    expect(served).toEqual([1]);
    places[1]!.leave();
    await settle();
    expect(served).toEqual([1]);
    places[0]!.leave();
    places[0]!.leave();
    await settle();
    expect(served).toEqual([1, 2, 3]);
  });
});

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
