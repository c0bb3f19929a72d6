import {
  ACCESS,
  DATABASE,
  FILES,
  InvalidInputError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Database,
  type FileInfo,
  type Files,
  type Message,
  type Upload,
} from '../../../core/api.js';
import { contrast, minimum, readable, surfaces } from './brand-color.js';
import { CustomerService } from './customer-service.js';

const owner = (id: number) => ({ kind: 'customers.customer', id });
export type Branding = { light: string | null; dark: string | null; logo: FileInfo | null };

/** Logo and colors of a customer. A color that cannot be read is never saved. */
@injectable()
export class CustomerBranding {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(FILES) private readonly files: Files,
    @inject(CustomerService) private readonly customers: CustomerService,
  ) {}

  async get(actor: Actor, id: number): Promise<Branding> {
    const { brand_light, brand_dark, logo } = await this.customers.get(actor, id);
    const found = logo === null ? undefined : (await this.files.list(owner(id))).find((file) => file.id === logo);
    return { light: brand_light, dark: brand_dark, logo: found ?? null };
  }

  /** @throws InvalidInputError with the contrast that a color has, and a readable one */
  async save(actor: Actor, id: number, input: { light: string | null; dark: string | null; remove: boolean }, upload?: Upload): Promise<void> {
    const { logo } = await this.customers.get(actor, id);
    await this.access.assert(actor, 'customers.customer.manage', { customer: id });
    const problems: Record<string, Message> = {};
    for (const mode of ['light', 'dark'] as const) {
      const color = input[mode];
      if (color === null) continue;
      const ratio = contrast(color, surfaces[mode]);
      if (ratio < minimum) {
        problems[mode] = { key: 'customers:branding.unreadable', vars: { ratio: ratio.toFixed(1), readable: readable(color, surfaces[mode]) } };
      }
    }
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    await this.db.transaction(async () => {
      const kept = upload && (await this.files.keep(actor, upload, owner(id)));
      if (kept && kept.width === null) throw new InvalidInputError({ logo: { key: 'customers:branding.noPicture' } });
      await this.customers.setBranding(actor, id, { brand_light: input.light, brand_dark: input.dark, logo: kept?.id ?? (input.remove ? null : logo) });
    });
  }
}
