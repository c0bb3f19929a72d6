import type { PluginContext } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';

/** Rights on devices and projects that can be ticked on a customer's access. */
export function offerOptions(ctx: PluginContext): void {
  ctx.scope.add(
    ctx.services
      .resolve(AccessOptions)
      .add(
        { permission: 'customers.device.read', default: false },
        { permission: 'customers.project.read', default: false },
        { permission: 'customers.purchase-price.read', default: false },
      ),
  );
}
