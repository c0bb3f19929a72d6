import type { Actor } from '../access/types.js';

/** An upload that lies in the temporary folder and is deleted when the request ends unless it is kept. */
export interface Upload {
  field: string;
  path: string;
  /** The user's file name, for display only. */
  name: string;
  size: number;
}
/** A kept file. `size` in bytes. */
export interface FileInfo {
  id: string;
  name: string;
  type: string;
  size: number;
  /** Pixels of a picture, else null. */
  width: number | null;
  height: number | null;
  /** `/files/<id>` and, for pictures, `/files/<id>/thumb`. */
  href: string;
  thumb: string | null;
}
/** Files that people uploaded, each belonging to one thing of a plugin. */
export interface Files {
  /** Keeps an upload for an owner such as `{ kind: 'desk.request', id: 12 }`. Type by content, deny by default. @throws InvalidInputError */
  keep(actor: Actor, upload: Upload, owner: { kind: string; id: number }): Promise<FileInfo>;
  list(owner: { kind: string; id: number }): Promise<FileInfo[]>;
  /** Gives all files of one owner to another, in the open transaction. */
  move(from: { kind: string; id: number }, to: { kind: string; id: number }): Promise<void>;
  /** The same for many owners of a kind, by id, in one query; owners without files are absent. */
  listMany(kind: string, ids: readonly number[]): Promise<Map<number, FileInfo[]>>;
  /** The content of a kept file, for a caller that has asked who may read it; null when there is none. */
  content(id: string): Promise<{ type: string; bytes: Buffer } | null>;
  /** Erases what an owner had, or just one file of it, once the open transaction has come about. */
  remove(owner: { kind: string; id: number }, id?: string): Promise<void>;
  /** Who may read files of a kind of owner is decided by the plugin that owns it. Returns the undo. */
  guard(kind: string, mayRead: (actor: Actor, ownerId: number) => Promise<boolean>): () => void;
}
