/** What the columns of requests and orders are to a scope. The installation decides first; a right on one project or device reaches, too. */
export const reachColumns = { customer: 'customer_id', installation: 'installation_id', project: 'project_id', device: 'device_id' };

/** A request or order as the access rules see it. */
export const resourceOf = (row: {
  customer_id: number;
  installation_id: number | null;
  project_id?: number | null | undefined;
  device_id?: number | null | undefined;
}) => ({ customer: row.customer_id, installation: row.installation_id, project: row.project_id ?? null, device: row.device_id ?? null });
