/**
 * No segment is longer, in UTF-16 units: a sentence that is gets cut inside, whatever the latency. The planner, the look for whether more
 * text is needed and the sessions must agree on it, else one waits for a cut that the other does not make.
 */
export const LONGEST_SEGMENT_UNITS = 600;
