import { guard, z, type ApiModule } from '../../../core/api.js';
import { id, installationInput } from '../inputs.js';
import { DeviceService } from '../register/device-service.js';
import { InstallationService } from '../register/installation-service.js';
import { deviceInput, projectInput } from '../register/inputs.js';
import { ProjectRowService, ProjectService } from '../register/project-service.js';
import { rowOperations } from './rows.js';
import { thingOperations } from './things.js';

const number = z.number().int();
const text = z.string().nullable();
const installation = z.object({
  id: number,
  customerId: number,
  name: z.string(),
  city: text,
  address: text,
  referenceNumber: text,
  categories: z.array(z.string()),
  active: z.boolean(),
  lat: z.number().nullable(),
  lng: z.number().nullable(),
});
const device = z.object({
  id: number,
  customerId: number,
  installationId: number,
  installation: z.string(),
  name: z.string(),
  kind: z.string(),
  manufacturer: text,
  model: text,
  serial: text,
  location: text,
  priority: number,
  userName: text,
  userLogin: text,
  userEmail: text,
  warrantyUntil: text,
  software: z.array(z.string()),
  active: z.boolean(),
});
const project = z.object({ id: number, customerId: number, number: z.string(), name: z.string(), active: z.boolean() });

/** Installations, devices and projects over REST. */
export const registerApi: ApiModule = (api, resolve) => {
  const [installations, devices, projects] = [resolve(InstallationService), resolve(DeviceService), resolve(ProjectService)];
  thingOperations(api, {
    name: 'installation',
    one: 'an installation',
    finds: 'name, city, address, reference number and categories',
    filters: { category: z.string().max(80).optional() },
    body: installationInput,
    response: installation,
    list: (actor, filter) => installations.page(actor, filter),
    service: installations,
    shown: ({ id: placeId, customer_id, name, city, address, reference_number, categories, active, lat, lng }) => ({
      id: placeId,
      customerId: customer_id,
      name,
      city,
      address,
      referenceNumber: reference_number,
      categories,
      active,
      lat,
      lng,
    }),
  });
  thingOperations(api, {
    name: 'device',
    one: 'a device',
    finds: 'name, model, serial number, place or user',
    filters: { installationId: id.optional(), kind: z.string().max(40).optional() },
    body: deviceInput,
    response: device,
    list: (actor, filter) => devices.list(actor, filter),
    service: devices,
    shown: (row) => ({
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
    }),
  });
  thingOperations(api, {
    name: 'project',
    one: 'a project',
    finds: 'number or name',
    filters: {},
    body: projectInput,
    response: project,
    list: (actor, filter) => projects.list(actor, filter),
    service: projects,
    shown: (row) => ({ id: row.id, customerId: row.customer_id, number: row.number, name: row.name, active: row.active }),
  });
  const [read, write] = [guard('customers.project.read'), guard('customers.project.manage', 'write')];
  rowOperations(api, { path: '/projects/:id', read, write, rows: resolve(ProjectRowService), of: 'a project' });
};
