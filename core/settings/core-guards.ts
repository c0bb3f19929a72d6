import { InvalidInputError } from '../errors.js';
import type { Settings } from './service-types.js';

/** What the core's own settings must fulfill beyond the kind of their fields. */
export function guardCoreSettings(settings: Settings): void {
  settings.guard('core.timeZone', async (value) => {
    if (!isTimeZone(value)) throw new InvalidInputError({ 'core.timeZone': { key: 'core:settings.error.timeZone', vars: { value } } });
  });
  settings.guard('core.languages', async (value) => {
    if (value.length === 0) throw new InvalidInputError({ 'core.languages': { key: 'core:settings.error.several' } });
  });
  settings.guard('core.securityContact', async (value) => {
    if (value !== '' && !isContact(value)) throw new InvalidInputError({ 'core.securityContact': { key: 'core:settings.error.securityContact' } });
  });
  settings.guard('core.mailServer', async (value) => {
    if (value !== '' && !isMailServer(value)) throw new InvalidInputError({ 'core.mailServer': { key: 'core:settings.error.mailServer' } });
  });
}

function isTimeZone(value: string): boolean {
  try {
    // Offsets such as +02:00 know no summer time.
    if (value === '' || /^[+-]/.test(value)) return false;
    new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions();
    return true;
  } catch {
    return false;
  }
}

function isContact(value: string): boolean {
  return /^https:\/\//.test(value) ? URL.canParse(value) : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

function isMailServer(value: string): boolean {
  if (!/^smtps?:\/\//i.test(value) || !URL.canParse(value)) return false;
  return new URL(value).hostname !== '';
}
