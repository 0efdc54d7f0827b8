let reason: DOMException | undefined;

/**
 * Why work is called off that nobody wants any more: what `AbortController.abort()` would make. One for all, since each would take a stack,
 * which costs more than the rest of a short stream's end.
 */
export function calledOff(): DOMException {
  reason ??= new DOMException("The work was called off.", "AbortError");
  return reason;
}
