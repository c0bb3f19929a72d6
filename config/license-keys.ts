/** A public key that may sign licenses. It is compiled in, so that no file on the server can add one. */
export interface LicenseKey {
  /** Named in the file, chooses the key. */
  kid: string;
  /** Ed25519 public key, 32 bytes in base64url. */
  publicKey: string;
  /** Its private half is public knowledge: refused in production, marked everywhere else. */
  development?: boolean;
  /** No longer trusted: new files are refused, modules of a loaded one become read-only. */
  revoked?: boolean;
}

/**
 * The vendor's keys. Before the first release for customers the vendor runs `npm run license -- keygen`, keeps the private half offline
 * and adds the public half here; old keys stay as long as licenses signed with them are in use.
 */
export const licenseKeys: readonly LicenseKey[] = [{ kid: 'development', publicKey: '7pgr5Ww172t7Hh-xHkHH72ub1bpH_5_QSRiVvCjr6cg', development: true }];

/** Ids of licenses that the vendor has withdrawn. */
export const revokedLicenses: readonly string[] = [];
