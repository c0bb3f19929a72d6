import type { ApiModule } from '../../../core/api.js';
import { accessApi } from './accesses.js';
import { customerApi } from './customers.js';
import { registerApi } from './register.js';
import { signInApi } from './sign-in.js';

/** Operations by REST. */
export const apis: readonly ApiModule[] = [customerApi, accessApi, registerApi, signInApi];
