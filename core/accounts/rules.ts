import { z } from 'zod';
import type { Message } from '../errors.js';
import { parsePhone } from './phone.js';
import { hasControl } from './read.js';

const emailShape = z.email().max(254);

/** A sentence per wrong field of an account; empty when all is well. Only the fields that are given are checked. */
export function accountProblems(input: {
  name?: string;
  email?: string;
  userName?: string;
  mobile?: string | null;
  /** Where numbers without a country code belong. */
  country?: string;
  language?: string;
  timeZone?: string;
  languages: readonly string[];
}): Record<string, Message> {
  const problems: Record<string, Message> = {};
  const { name, email, userName, mobile, country = '', language, timeZone } = input;
  if (name !== undefined) {
    if (name.trim() === '') problems['name'] = { key: 'core:accounts.error.nameMissing' };
    else if (name.length > 120 || hasControl(name)) problems['name'] = { key: 'core:accounts.error.name', vars: { max: 120 } };
  }
  if (email !== undefined && !emailShape.safeParse(email.trim()).success) problems['email'] = { key: 'core:accounts.error.email' };
  if (userName !== undefined && (userName.trim().length < 3 || userName.length > 254 || hasControl(userName))) {
    problems['userName'] = { key: 'core:accounts.error.userName', vars: { min: 3 } };
  }
  if (mobile?.trim() && parsePhone(mobile, country) === null) problems['mobile'] = { key: 'core:accounts.error.mobile', vars: { country } };
  if (language !== undefined && !input.languages.includes(language)) problems['language'] = { key: 'core:accounts.error.language' };
  if (timeZone !== undefined && !isTimeZone(timeZone)) problems['timeZone'] = { key: 'core:accounts.error.timeZone' };
  return problems;
}

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return /^[A-Za-z]/.test(value);
  } catch {
    return false;
  }
}
