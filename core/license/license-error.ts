import { AppError, type Vars } from '../errors.js';

/** Every way in which a license file can be wrong; each has its own sentence, `license.error.<reason>`. */
export type LicenseFault =
  | 'tooLarge'
  | 'notOne'
  | 'cut'
  | 'changed'
  | 'unknownKey'
  | 'developmentKey'
  | 'otherProduct'
  | 'otherVersion'
  | 'unreadable'
  | 'revoked'
  | 'expired'
  | 'notYetValid'
  | 'older'
  | 'superseded'
  | 'inForce'
  | 'otherInstance'
  | 'otherUrl';

/** A license file that is not taken, and exactly why. The one in force stays as it is. */
export class LicenseFileError extends AppError {
  constructor(
    readonly fault: LicenseFault,
    vars: Vars = {},
  ) {
    super(`license_${fault.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, 422, { key: `core:license.error.${fault}`, vars });
  }
}
