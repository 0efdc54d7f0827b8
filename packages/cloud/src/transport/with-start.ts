import type { HttpBody } from "./http-types.ts";

/** A body of which the start was read already, as if it had not been: for those who look before they pass it on. */
export function withStart(start: readonly Uint8Array[], rest: AsyncIterator<Uint8Array, undefined>, body: HttpBody): HttpBody {
  let at = 0;
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next() {
      const value = start[at];
      if (value === undefined) return rest.next();
      at += 1;
      return Promise.resolve({ done: false, value });
    },
    async return() {
      body.cancel();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator, cancel: body.cancel };
}
