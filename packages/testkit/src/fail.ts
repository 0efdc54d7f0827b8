import { AssertionError } from "node:assert";

/** Ends a test with a message that says what was found and what was expected. */
export function fail(message: string): never {
  throw new AssertionError({ message, stackStartFn: fail });
}

/** Ends a test unless the condition holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message, stackStartFn: check });
}

/** Throws on what something else threw; what is no error is told as what it is. */
export function rethrow(thrown: unknown, what: string): never {
  if (thrown instanceof Error) throw thrown;
  throw new AssertionError({ message: `${what} threw a ${typeof thrown} instead of an error.`, actual: thrown, stackStartFn: rethrow });
}
