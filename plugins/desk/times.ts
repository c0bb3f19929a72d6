/** A moment as it is told to a person in full. */
export const longTime = (at: Date, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, { timeZone: timeZone || 'UTC', dateStyle: 'full', timeStyle: 'short' }).format(at);
