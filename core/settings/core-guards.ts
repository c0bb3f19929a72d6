import { isCountry, parsePhone } from '../accounts/phone.js';
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
  settings.guard('core.country', async (value) => {
    if (!isCountry(value)) throw new InvalidInputError({ 'core.country': { key: 'core:settings.error.country', vars: { value } } });
  });
  settings.guard('core.smsAccount', async (value) => {
    if (!/^(AC[0-9a-f]{32})?$/i.test(value)) throw new InvalidInputError({ 'core.smsAccount': { key: 'core:settings.error.smsAccount' } });
  });
  settings.guard('core.smsFrom', async (value) => {
    if (!isSender(value)) throw new InvalidInputError({ 'core.smsFrom': { key: 'core:settings.error.smsFrom' } });
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

/** A number with its country code, a name of up to 11 characters, or a messaging service. */
function isSender(value: string): boolean {
  return value === '' || parsePhone(value, '') === value || /^MG[0-9a-f]{32}$/i.test(value) || /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(value);
}

function isContact(value: string): boolean {
  return /^https:\/\//.test(value) ? URL.canParse(value) : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

function isMailServer(value: string): boolean {
  if (!/^smtps?:\/\//i.test(value) || !URL.canParse(value)) return false;
  return new URL(value).hostname !== '';
}
