import { Challenges, EmailChanges, Factors, PendingSignIns, RecoveryCodes, RememberedDevices, SignIns } from '../accounts/factors/models.js';
import { AccountModel, SessionModel } from '../accounts/models.js';
import { addColumns, createTable, type TableIndex } from '../database/create-table.js';
import type { Migration, ModelDef } from '../database/types.js';

/** Second factors, sign-ins under way, remembered devices, the log of sign-ins, and changes of the own mail address. */
export const up: Migration = async ({ queryInterface }) => {
  const account: TableIndex = { fields: ['account_id', 'id'] };
  const token: TableIndex = { fields: ['token_hash'], unique: true };
  const create = <Row extends object>({ table, attributes }: ModelDef<Row>, indexes: TableIndex[]) => createTable(queryInterface, table, attributes, indexes);
  await create(Factors, [account, { fields: ['credential_hash'], unique: true }]);
  await create(Challenges, [{ fields: ['owner', 'purpose'], unique: true }, { fields: ['expires_at'] }]);
  await create(PendingSignIns, [token, { fields: ['expires_at'] }]);
  await create(RecoveryCodes, [account]);
  await create(RememberedDevices, [account, token]);
  await create(SignIns, [account, { fields: ['at'] }]);
  await create(EmailChanges, [account, { fields: ['confirm_hash'], unique: true }, { fields: ['undo_hash'], unique: true }]);
  await addColumns(queryInterface, AccountModel, ['mfa_since', 'mail_on_sign_in']);
  await addColumns(queryInterface, SessionModel, ['factor_done']);
};
