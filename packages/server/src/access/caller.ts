/** Who asks. */
export interface Caller {
  /** "anonymous": no keys are set. */
  readonly kind: "key" | "ticket" | "anonymous";
  /** What limits are counted by: a digest of the key (that of the ticket's maker), or of the address. Not for logs. */
  readonly id: string;
}
