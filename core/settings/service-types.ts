import type { Actor } from '../access/types.js';
import type { SettingKey, ValueOf } from '../plugin/manifest.js';

/** Values of all declared settings, read from memory; changes act at once, on every node. */
export interface Settings {
  get<K extends SettingKey>(key: K): ValueOf<K>;
  /** Saves several values as one change with one history and audit entry each. @throws InvalidInputError naming each wrong field by its key */
  set(actor: Actor, values: Partial<{ [K in SettingKey]: ValueOf<K> }>): Promise<void>;
  /** Runs before values are stored and may refuse: used by the portal's port (bind first). Throw InvalidInputError. Returns the undo. */
  guard<K extends SettingKey>(key: K, check: (value: ValueOf<K>) => Promise<void>): () => void;
  onChange<K extends SettingKey>(key: K, listener: (value: ValueOf<K>) => void | Promise<void>): () => void;
}
