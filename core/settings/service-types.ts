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

/** What is bound to the key file of the data folder. */
export interface Secrets {
  /** Encrypts a credential that is stored; `name` says where (`desk.mailbox:7`) and is bound to it. */
  seal(name: string, text: string): string;
  /** @throws Error when the text was changed, or sealed under another name or key */
  open(name: string, sealed: string): string;
  /** HMAC-SHA-256 of what leaves the house and comes back. Compare in constant time. */
  sign(purpose: string, text: string): Buffer;
}
