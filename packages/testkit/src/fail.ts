import { AssertionError } from "node:assert";

/** Ends a test with a message that says what was found and what was expected. */
export function fail(message: string): never {
  throw new AssertionError({ message, stackStartFn: fail });
}

/** Ends a test unless the condition holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message, stackStartFn: check });
}
