/**
 * The name that was probably meant: the one with the fewest typing errors (letters added, left out, changed, or two swapped),
 * where these are at most a third of its letters. Undefined when none is near.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  // Past this length it is no mistyped name, and the comparison would only cost time.
  if (given.length > 64) return undefined;
  let best: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const errors = typingErrors(given.toLowerCase(), name.toLowerCase());
    if (errors < fewest && errors <= Math.max(1, Math.floor(name.length / 3))) {
      best = name;
      fewest = errors;
    }
  }
  return best;
}

/** Optimal string alignment distance: Levenshtein's, with a swap of neighbours as one error. */
function typingErrors(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let errors = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) errors = Math.min(errors, at(beforeLast, column - 2) + 1);
      current.push(errors);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;

/** `; did you mean "x"?`, or nothing where no name is near: the end of a sentence about an unknown name. */
export function suggestion(given: string, names: readonly string[]): string {
  const nearest = nearestName(given, names);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
