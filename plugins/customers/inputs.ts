import { z } from '../../core/api.js';

const blank = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);
/** A field that may stay empty: null then. */
export const optional = <S extends z.ZodType>(schema: S) => z.preprocess(blank, schema.nullish()).transform((value) => value ?? null);
/** A switch or a ticked box, or its value in JSON; of several fields of one name the last counts. */
export const flag = z.preprocess((value) => {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if ([undefined, null, '', 0, '0', 'false'].includes(last as string)) return false;
  return [1, '1', 'true', 'on'].includes(last as string) ? true : last;
}, z.boolean());
/** Was it ticked in what was typed? Anything unknown counts as no. */
export const ticked = (value: unknown): boolean => flag.safeParse(value).data ?? false;
/** Several ticked boxes of one name. */
export const many = <S extends z.ZodType>(schema: S) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value.filter((one) => one !== '') : [value]),
    z.array(schema).max(1000),
  );
/** An id in a form or path; digits as text become a number. */
export const id = z.coerce.number().int().positive().max(2_147_483_647);
/** An id that an address or a half-filled form names; undefined when it is none. */
export const idOf = (value: unknown): number | undefined => id.safeParse(value).data;
const line = (max: number) => z.string().trim().min(1).max(max);
const mail = z.preprocess((value) => (typeof value === 'string' ? value.trim() : value), z.email().max(200));

const timeZones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
/** Time zones a customer may live in. */
export const timeZoneNames = [...timeZones];

/** Words separated by commas. */
const categories = z
  .string()
  .max(380)
  .default('')
  .transform((text) => [
    ...new Set(
      text
        .split(/[,|]/)
        .map((one) => one.trim().replace(/\s+/g, ' '))
        .filter((one) => one !== ''),
    ),
  ]);

const both = {
  street: optional(line(160)),
  postal_code: optional(line(20)),
  city: optional(line(80)),
  country: optional(line(2).toUpperCase()),
  phone: optional(line(40)),
  mobile: optional(line(40)),
  /** Where the invitation goes. */
  email: mail,
  invoice_email: optional(mail),
  language: optional(z.enum(['en', 'sv', 'de', 'nl', 'sk'])),
  time_zone: optional(z.enum(timeZoneNames as [string, ...string[]])),
  account_manager_id: optional(id),
  categories,
};
const birthDate = z.iso.date().refine((day) => day > '1900' && Date.parse(day) <= Date.now());
const person = z.object({ kind: z.literal('person'), first_name: line(79), last_name: line(80), birth_date: optional(birthDate), ...both });
const company = z.object({
  kind: z.literal('company'),
  name: line(160),
  short_name: optional(line(40)),
  registration_number: optional(line(40)),
  vat_number: optional(line(40)),
  contact_person: line(160),
  ...both,
});

/** What is recorded of a customer; the kind decides which fields are mandatory. */
export const customerInput = z.discriminatedUnion('kind', [person, company]);
/** Checked data of a customer. */
export type CustomerInput = z.output<typeof customerInput>;
/** A new customer; `invite` starts the registration of its first account. */
export const newCustomerInput = z.discriminatedUnion('kind', [person.extend({ invite: flag }), company.extend({ invite: flag })]);

/** A moment as programs write it, such as `2031-05-31T22:00:00Z`. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Rights and reach of an access. */
export const accessRights = z.object({
  options: many(z.string().max(100)),
  /** Last moment of single options, by permission. */
  ends: z.record(z.string(), moment).optional(),
  all_installations: flag,
  installation_ids: many(id),
});
/** A new access: the person, and what it may do. */
export const accessInput = accessRights.extend({ name: line(160), email: mail, mobile: optional(line(40)) });

/** A new access as the form sends it: by invitation, or with a one-time password. */
export const newAccessInput = accessInput.extend({ way: z.enum(['invite', 'password']).default('invite') }).superRefine((input, context) => {
  if (!input.all_installations && input.installation_ids.length === 0)
    context.addIssue({ code: 'custom', path: ['installation_ids'], message: 'customers:error.installations' });
});

/** Data of an installation: name (mandatory), address, city, reference number, categories separated by commas, coordinates in degrees, active. */
export const installationInput = z.object({
  name: line(160),
  city: optional(line(80)),
  address: optional(line(200)),
  reference_number: optional(line(60)),
  categories,
  active: flag,
  lat: optional(z.coerce.number().min(-90).max(90)),
  lng: optional(z.coerce.number().min(-180).max(180)),
});
/** Checked data of an installation; `categories` as a list. */
export type InstallationInput = z.output<typeof installationInput>;
