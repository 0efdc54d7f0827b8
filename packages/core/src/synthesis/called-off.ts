/** Made with this module: the stack of one that is made in a stream would keep the stream for as long as the process runs. */
const reason = new DOMException("The work was called off.", "AbortError");

/**
 * Why work is called off that nobody wants any more: what `AbortController.abort()` would make. One for all, since each would take a stack,
 * which costs more than the rest of a short stream's end.
 */
export function calledOff(): DOMException {
  return reason;
}
