import { guard, listOf, listQuery, z, type ApiModule } from '../../../core/api.js';
import type { Device } from '../types.js';
import { DeviceService } from '../register/device-service.js';
import { deviceInput, projectInput } from '../register/inputs.js';
import { ProjectRowService, ProjectService } from '../register/project-service.js';
import { rowOperations } from './rows.js';

const id = z.number().int();
const text = z.string().nullable();
const number = z.coerce.number().int().positive().optional();
const bool = z.stringbool().optional();
const device = z.object({
  id,
  customerId: id,
  installationId: id,
  installation: z.string(),
  name: z.string(),
  kind: z.string(),
  manufacturer: text,
  model: text,
  serial: text,
  location: text,
  priority: id,
  userName: text,
  userLogin: text,
  userEmail: text,
  warrantyUntil: text,
  software: z.array(z.string()),
  active: z.boolean(),
});
const project = z.object({ id, customerId: id, number: z.string(), name: z.string(), active: z.boolean() });

/** Devices and projects over REST: the same services and rights as the pages. */
export const registerApi: ApiModule = (api, resolve) => {
  const [devices, projects] = [resolve(DeviceService), resolve(ProjectService)];
  const readDevice = guard('customers.device.read');
  const writeDevice = guard('customers.device.manage', 'write');
  const readProject = guard('customers.project.read');
  const writeProject = guard('customers.project.manage', 'write');

  api.on(
    'get',
    '/devices',
    readDevice,
    {
      summary: 'Devices in reach, by name',
      query: listQuery.extend({
        customerId: number,
        installationId: number,
        q: z.string().max(200).optional().describe('Words of name, model, serial number, place or user, from their beginning.'),
        kind: z.string().max(40).optional(),
        active: bool,
      }),
      response: listOf(device),
    },
    async ({ actor, query }) => {
      const { rows, next } = await devices.list(actor, query);
      return { items: rows.map(toDevice), next };
    },
  );
  api.on('get', '/devices/:id', readDevice, { summary: 'One device', response: device }, async (c) => toDevice(await devices.get(c.actor, c.id())));
  api.on(
    'post',
    '/customers/:id/devices',
    writeDevice,
    { summary: 'Add a device to a customer', body: deviceInput, response: device, status: 201 },
    async (c) => toDevice(await devices.create(c.actor, c.id(), c.body)),
  );
  api.on('put', '/devices/:id', writeDevice, { summary: 'Change a device', body: deviceInput, response: device }, async (c) => {
    await devices.update(c.actor, c.id(), c.body);
    return toDevice(await devices.get(c.actor, c.id()));
  });

  api.on(
    'get',
    '/projects',
    readProject,
    {
      summary: 'Projects in reach, by name',
      query: listQuery.extend({
        customerId: number,
        q: z.string().max(200).optional().describe('Words of number or name, from their beginning.'),
        active: bool,
      }),
      response: listOf(project),
    },
    async ({ actor, query }) => {
      const { rows, next } = await projects.list(actor, query);
      return { items: rows.map(toProject), next };
    },
  );
  api.on('get', '/projects/:id', readProject, { summary: 'One project', response: project }, async (c) => toProject(await projects.get(c.actor, c.id())));
  api.on(
    'post',
    '/customers/:id/projects',
    writeProject,
    { summary: 'Add a project to a customer', body: projectInput, response: project, status: 201 },
    async (c) => toProject(await projects.create(c.actor, c.id(), c.body)),
  );
  api.on('put', '/projects/:id', writeProject, { summary: 'Change a project', body: projectInput, response: project }, async (c) => {
    await projects.update(c.actor, c.id(), c.body);
    return toProject(await projects.get(c.actor, c.id()));
  });
  rowOperations(api, { path: '/projects/:id', read: readProject, write: writeProject, rows: resolve(ProjectRowService), of: 'a project' });
};

function toDevice(row: Device): z.input<typeof device> {
  return {
    id: row.id,
    customerId: row.customer_id,
    installationId: row.installation_id,
    installation: row.installation_name,
    name: row.name,
    kind: row.kind,
    manufacturer: row.manufacturer,
    model: row.model,
    serial: row.serial,
    location: row.location,
    priority: row.priority,
    userName: row.user_name,
    userLogin: row.user_login,
    userEmail: row.user_email,
    warrantyUntil: row.warranty_until,
    software: row.software?.split('\n') ?? [],
    active: row.active,
  };
}

function toProject({ id: projectId, customer_id, number: shown, name, active }: Awaited<ReturnType<ProjectService['get']>>): z.input<typeof project> {
  return { id: projectId, customerId: customer_id, number: shown, name, active };
}
