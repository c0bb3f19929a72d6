interface Base<T> {
  default: T;
  /** Heading under which the field stands on its settings page; texts: `settings.section.<section>`. */
  section?: string;
  /** Needs a restart? Never: every setting acts at once. A field that only documents a state is `readonly`. */
  readonly?: boolean;
}
/** One declared setting. Label `setting.<key>`, help `setting.<key>.help`, options `setting.<key>.<option>` come from `locales/`. */
export type SettingDecl =
  | (Base<string> & { type: 'text'; maxLength?: number; required?: boolean; format?: 'email' | 'url' | 'text' })
  | (Base<string> & { type: 'longtext'; maxLength?: number })
  | (Base<number> & { type: 'number'; min?: number; max?: number; unit?: string })
  | (Base<number> & { type: 'port' })
  | (Base<number> & { type: 'duration'; unit: 'seconds' | 'minutes' | 'hours' | 'days'; min?: number; max?: number })
  | (Base<boolean> & { type: 'switch' })
  | (Base<string> & { type: 'choice'; options: readonly string[] })
  | (Base<readonly string[]> & { type: 'several'; options: readonly string[] })
  | (Base<string> & { type: 'secret' })
  | (Base<string> & { type: 'color' })
  | (Base<string> & { type: 'file'; accept: readonly string[]; maxBytes: number })
  | (Base<readonly string[]> & { type: 'addresses' });

/** The value type that belongs to a declaration. */
export type SettingValue<D> = D extends { type: 'number' | 'port' | 'duration' }
  ? number
  : D extends { type: 'switch' }
    ? boolean
    : D extends { type: 'choice'; options: readonly (infer O)[] }
      ? O
      : D extends { type: 'several'; options: readonly (infer O)[] }
        ? readonly O[]
        : D extends { type: 'addresses' }
          ? readonly string[]
          : string;
