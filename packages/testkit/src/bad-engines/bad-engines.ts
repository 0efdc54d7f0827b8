import type { BadEngine } from "./alter.ts";
import { badAudioEngines } from "./bad-audio.ts";
import { badLivedEngines, badSessionEngines } from "./bad-lives.ts";
import { badManneredEngines } from "./bad-manners.ts";
import { badMarkEngines } from "./bad-marks.ts";

/**
 * Engines that are wrong on purpose, each in one way, with the checks that must catch it. They prove that the suite can fail; a suite of
 * one's own can be held against them too.
 */
export const badEngines: readonly BadEngine[] = [...badAudioEngines, ...badMarkEngines, ...badManneredEngines, ...badLivedEngines, ...badSessionEngines];
