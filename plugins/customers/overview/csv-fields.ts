/** The columns of customers in files, in their order: the same for what goes out and what comes in. */
export const csvFields = [
  'number',
  'kind',
  'name',
  'first_name',
  'last_name',
  'short_name',
  'registration_number',
  'vat_number',
  'contact_person',
  'birth_date',
  'email',
  'phone',
  'mobile',
  'street',
  'postal_code',
  'city',
  'country',
  'invoice_email',
  'language',
  'time_zone',
  'account_manager',
  'categories',
] as const;
export type CsvField = (typeof csvFields)[number];

const others: Readonly<Record<string, string>> = { name: 'companyName', account_manager: 'account_manager_id' };
/** Key of a field's label, in this plugin's texts. */
export const fieldLabel = (field: string): string => `customer.${others[field] ?? field}`;
