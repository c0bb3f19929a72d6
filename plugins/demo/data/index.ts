import { de } from './de.js';
import { en } from './en.js';
import { nl } from './nl.js';
import { sk } from './sk.js';
import { sv } from './sv.js';
import type { Sample } from './types.js';

export type { Fault, Kind, Sample, SampleArticle, SampleCustomer, SampleDevice } from './types.js';

/** The sample data by language; Swedish first, because the imagined company is Swedish. */
export const samples: readonly Sample[] = [sv, de, nl, sk, en];
export { talks, type Talk } from './talks.js';
