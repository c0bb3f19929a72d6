import type { SecretBox } from './secret-box.js';
import type { SettingDecl } from './types.js';
import { checkField } from './field-schema.js';

/** Between a value in memory and its text in the database: JSON, secrets encrypted. */
export class ValueCodec {
  constructor(private readonly box: SecretBox) {}

  encode(key: string, decl: SettingDecl, value: unknown): string {
    return decl.type === 'secret' ? this.box.seal(key, String(value)) : JSON.stringify(value);
  }

  /** @throws Error when the stored text no longer fits the declaration */
  decode(key: string, decl: SettingDecl, text: string): unknown {
    const raw: unknown = decl.type === 'secret' ? this.box.open(key, text) : JSON.parse(text);
    const checked = checkField(decl, raw);
    if ('message' in checked) throw new Error(checked.message.key);
    return checked.value;
  }

  /** What history and audit may show: secrets only as `true`, null is the default. */
  shown(decl: SettingDecl, value: unknown): unknown {
    return decl.type === 'secret' ? (value === '' ? null : true) : value;
  }
}
